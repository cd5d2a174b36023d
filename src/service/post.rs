//! Mails to the user leave here, from the first account, and only to the address of the
//! configuration.
//!
//! A mail is handed over before it is sent, so a crash in between leaves a doubt. It is settled
//! by looking: the mail shows up in the user's own mailbox, or it is sent again under the same
//! Message-ID, so that one mail stays one mail.

use chrono::TimeDelta;

use crate::domain::user_mail::UserMailKind;
use crate::mail::compose::Origin;
use crate::mail::{compose, wording};
use crate::smtp::{Outcome, ToUser, UserMailbox};
use crate::store::{LoginAt, UserMailRow};

use super::deliver::QUOTA;
use super::run::NotTaken;
use super::{Record, Service};

/// How long a mail may be on its way before it is sent again.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(10);

/// How long a mail waits that the server did not take. It is never given up: what it says has
/// happened, and nobody else tells the user.
const NOT_TAKEN: TimeDelta = TimeDelta::minutes(15);

impl Service {
    /// Sends what is queued for the user. The mailboxes were read just before: a mail that had
    /// arrived would have been seen.
    pub(super) async fn post(&mut self) -> anyhow::Result<()> {
        if self.is_dry() {
            return Ok(());
        }
        let now = self.record.clock.now();
        let account = self.record.account;
        let mut tx = self.record.store.begin().await?;
        for mail in tx.user_mails_in_hand(account).await? {
            if mail.handed_at.is_some_and(|at| now - at >= ON_ITS_WAY) {
                tx.user_mail_back_to_queue(mail.id, now).await?;
            }
        }
        let held = tx.quota_until(self.record.accounts.first().id, now).await?.is_some();
        let waiting = if held { Vec::new() } else { tx.ready(account, now).await? };
        tx.commit().await?;
        for mail in waiting {
            self.post_one(&mail).await?;
        }
        Ok(())
    }

    /// Sends only what says that something broke; used where the mailboxes cannot be read, so what
    /// may have arrived already is left alone.
    pub(super) async fn post_alerts(&mut self) {
        let posted = self.post_waiting_alerts().await;
        if let Err(error) = posted {
            tracing::warn!("the alert could not be handed in either: {error:#}");
        }
    }

    async fn post_waiting_alerts(&mut self) -> anyhow::Result<()> {
        let now = self.record.clock.now();
        let mut tx = self.record.store.snapshot().await?;
        let waiting = tx.ready(self.record.account, now).await?;
        drop(tx);
        for mail in waiting.iter().filter(|row| row.mail.kind == UserMailKind::Alert) {
            self.post_one(mail).await?;
        }
        Ok(())
    }

    /// An error if the server takes nothing now; the mail stays queued.
    async fn post_one(&mut self, row: &UserMailRow) -> anyhow::Result<()> {
        let way = self.first_way()?;
        let Some(outlet) = &way.outlet else { return Ok(()) };
        let record = &self.record;
        let now = record.clock.now();
        let mail = &row.mail;
        let date = now.with_timezone(&record.settings.zone).fixed_offset();
        let to = record.notify();
        let mark = record.mark.sign(&mail.message_id);
        let html = wording::twin(mail, to.address.as_str());
        let origin = Origin { installation: &record.installation, mark: &mark };
        let bytes = compose::user_mail(mail, html.as_deref(), &record.user, &to, origin, date)?;
        let mailbox = UserMailbox { from: record.user.address.clone(), to: to.address };
        let envelope = ToUser::new(&mailbox, bytes)?;
        let opened = self.submit(way, outlet, async |smtp| smtp.open(&envelope).await).await;
        let ready = match opened {
            Ok(ready) => ready,
            Err(outcome) => {
                record.note_quota(&outcome).await?;
                return Err(NotTaken(outcome).into());
            }
        };
        let mut tx = record.store.begin().await?;
        tx.hand_over_user_mail(row.id, now).await?;
        tx.login_accepted(way.account, LoginAt::Sending).await?;
        tx.commit().await?;
        super::passed("a mail to the user is handed over");
        let outcome = ready.hand_over().await;
        record.note_quota(&outcome).await?;
        super::passed("a mail to the user is answered");
        let mut tx = record.store.begin().await?;
        match outcome {
            Outcome::Accepted { .. } => {
                tx.user_mail_sent(row.id, record.clock.now()).await?;
            }
            Outcome::Refused { .. } | Outcome::Deferred { .. } => {
                tracing::error!(key = %mail.key, "a mail to you was not taken: {outcome}");
                tx.user_mail_back_to_queue(row.id, record.clock.now() + NOT_TAKEN).await?;
            }
            Outcome::Unknown { .. } => {}
        }
        tx.commit().await?;
        Ok(())
    }
}

impl Record {
    /// If the provider takes no more today, nothing is handed in for a day.
    async fn note_quota(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let Some(answer) = outcome.quota() else { return Ok(()) };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.quota_reached(self.accounts.first().id, now, now + QUOTA, answer).await?;
        Ok(tx.commit().await?)
    }
}
