//! Whether all mailboxes of an account can be read, and since when not. A blind time is kept from
//! the last look that saw everything; after six hours the user is told, as long as mail can still
//! be handed in.
//!
//! Surprising: time without any look is no blind time. A machine that was off has nothing to
//! report; its next look reads on from where the last one ended.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::AccountId;
use crate::store::{MailboxRow, Tx};

use super::run::PassError;
use super::view::SendingView;
use super::watch::Looked;
use super::{Record, Service};

/// How long nothing is said about it: servers are down for an hour now and then.
const LONG: TimeDelta = TimeDelta::hours(6);

impl Service {
    /// One look at every watched mailbox of these accounts, and what it says about our sight.
    pub(super) async fn look(
        &mut self,
        accounts: &BTreeSet<AccountId>,
    ) -> anyhow::Result<Vec<Looked>> {
        let all = self.watch(accounts).await?;
        if self.stop.is_cancelled() {
            return Ok(all);
        }
        for Looked { account, seen } in &all {
            match seen {
                Ok(watched) => {
                    let blind = watched.blind.first().map(String::as_str);
                    self.record.note_sight(*account, blind).await?;
                }
                Err(error) => {
                    self.record.note_sight(*account, Some(&format!("{error:#}"))).await?;
                    // A refused login is not tried a second time by sending.
                    if *account == self.record.accounts.first().id
                        && PassError::of(error) != PassError::LoginRefused
                    {
                        self.post_alerts().await;
                    }
                }
            }
        }
        Ok(all)
    }
}

impl Record {
    /// Keeps what a look at an account showed; `blind` is why it did not show everything.
    async fn note_sight(&self, account: AccountId, blind: Option<&str>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        match blind {
            None => tx.sees_again(account, now).await?,
            Some(cause) => {
                let since = last_sight(&tx.load_mailboxes(account).await?);
                tx.turned_blind(account, since.unwrap_or(now), cause).await?;
                if let Some(time) = tx.blind(account).await?
                    && now - time.since >= LONG
                {
                    self.tell_blind_for_long(&mut tx, &time, now).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// What keeps approved messages from leaving, if anything does.
    pub(super) async fn sending(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> anyhow::Result<SendingView> {
        Ok(if !self.may_send() {
            SendingView::Off
        } else if let Some(until) = tx.paused(self.account, now).await? {
            SendingView::Paused(until.map(|at| self.local(at)))
        } else {
            let mut quota = None;
            for account in self.accounts.iter() {
                quota = quota.max(tx.quota_until(account.id, now).await?);
            }
            quota.map_or(SendingView::On, |until| SendingView::Quota(self.local(until)))
        })
    }
}

/// The last moment at which everything was seen: the oldest reading of a mailbox that cannot be
/// read now, else the last reading of all.
fn last_sight(mailboxes: &[MailboxRow]) -> Option<DateTime<Utc>> {
    let failing = mailboxes.iter().filter(|row| row.error.is_some());
    let oldest = failing.filter_map(|row| row.last_read_at).min();
    oldest.or_else(|| mailboxes.iter().filter_map(|row| row.last_read_at).max())
}
