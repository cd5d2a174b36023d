//! Mails to the user leave here, and only to the address of the configuration.
//!
//! A mail is handed over before it is sent, so a crash in between leaves a doubt. It is settled
//! by looking: the mail shows up in the user's own mailbox, or it is sent again under the same
//! Message-ID, so that one mail stays one mail.

use chrono::TimeDelta;

use crate::mail::compose;
use crate::smtp::{Outcome, ToUser, UserMailbox};
use crate::store::UserMailRow;

use super::Service;
use super::run::NotTaken;

/// How long a mail may be on its way before it is sent again.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(10);

impl Service {
    /// Sends what is queued for the user.
    pub(super) async fn post(&mut self) -> anyhow::Result<()> {
        let now = self.record.clock.now();
        let account = self.record.account;
        let mut tx = self.record.store.begin().await?;
        for mail in tx.user_mails_in_hand(account).await? {
            if mail.handed_at.is_some_and(|at| now - at >= ON_ITS_WAY) {
                tx.user_mail_back_to_queue(mail.id).await?;
            }
        }
        let waiting = tx.waiting(account).await?;
        tx.commit().await?;
        for mail in waiting {
            self.post_one(&mail).await?;
        }
        Ok(())
    }

    /// An error if the server takes nothing now; the mail stays queued.
    async fn post_one(&mut self, row: &UserMailRow) -> anyhow::Result<()> {
        let record = &self.record;
        let now = record.clock.now();
        let mail = &row.mail;
        let date = now.with_timezone(&record.settings.zone).fixed_offset();
        let to = record.notify();
        let mark = record.mark.sign(&mail.message_id);
        let bytes = compose::user_mail(mail, &record.user, &to, &mark, date)?;
        let mailbox = UserMailbox { from: record.user.address.clone(), to: to.address };
        let envelope = ToUser::new(&mailbox, bytes)?;
        let ready = match self.smtp.open(&envelope).await {
            Ok(ready) => ready,
            Err(outcome) => {
                return Err(NotTaken(outcome).into());
            }
        };
        let mut tx = record.store.begin().await?;
        tx.hand_over_user_mail(row.id, now).await?;
        tx.commit().await?;
        let outcome = ready.hand_over().await;
        let mut tx = record.store.begin().await?;
        match outcome {
            Outcome::Accepted { .. } => {
                tx.user_mail_sent(row.id, record.clock.now()).await?;
            }
            Outcome::Refused { .. } => {
                tracing::error!(key = %mail.key, "a mail to you was refused for good: {outcome}");
                tx.user_mail_sent(row.id, record.clock.now()).await?;
            }
            Outcome::Deferred { .. } => {
                tracing::warn!(key = %mail.key, "a mail to you was not accepted: {outcome}");
                tx.user_mail_back_to_queue(row.id).await?;
            }
            Outcome::Unknown { .. } => {}
        }
        tx.commit().await?;
        Ok(())
    }
}
