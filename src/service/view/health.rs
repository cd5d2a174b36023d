//! How each mail account does.

use chrono::{DateTime, Utc};

use crate::service::Record;
use crate::store::{MailboxRow, Tx};

use super::{Health, Local};

/// One mail account.
#[derive(Debug, Clone)]
pub struct AccountHealth {
    pub address: String,
    /// When any of its mailboxes was read last.
    pub last_read_at: Option<Local>,
    /// The last look that saw everything, if the looks since then did not.
    pub blind_since: Option<Local>,
    /// Until when no login is tried, because too many were refused.
    pub login_left_alone_until: Option<Local>,
    /// What ends that wait before its time.
    pub remedy: &'static str,
}

impl Health {
    /// Since when not all accounts were seen.
    #[must_use]
    pub fn blind_since(&self) -> Option<Local> {
        self.accounts.iter().filter_map(|account| account.blind_since).min()
    }

    /// Until when no login is tried in some account.
    #[must_use]
    pub fn login_left_alone_until(&self) -> Option<Local> {
        self.accounts.iter().filter_map(|account| account.login_left_alone_until).max()
    }
}

impl Record {
    /// Each account, in the order of the configuration.
    pub(super) async fn account_healths(
        &self,
        tx: &mut Tx,
        mailboxes: &[MailboxRow],
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<AccountHealth>> {
        let mut all = Vec::new();
        for account in self.accounts.iter() {
            let here = mailboxes.iter().filter(|row| row.account == account.id);
            let last_read_at = here.filter_map(|row| row.last_read_at).max();
            all.push(AccountHealth {
                address: account.user.address.to_string(),
                last_read_at: last_read_at.map(|at| self.local(at)),
                blind_since: tx.blind(account.id).await?.map(|blind| self.local(blind.since)),
                login_left_alone_until: self.login_left_alone_until(tx, account.id, now).await?,
                remedy: account.remedy,
            });
        }
        Ok(all)
    }
}
