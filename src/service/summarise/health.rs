//! How well it saw in the week: mailboxes that cannot be read, blind times, mails of ours that came
//! back.
//!
//! The surprising fact: what was blind for less than half an hour is not told.

use chrono::{DateTime, TimeDelta, Utc};

use crate::mail::wording::{self, Health};
use crate::service::Record;
use crate::store::{BlindTime, MailboxRow, Returned, Tx};

/// Blind times shorter than this are not told.
const WORTH_TELLING: TimeDelta = TimeDelta::minutes(30);

impl Record {
    pub(super) fn health(
        &self,
        rows: &[MailboxRow],
        blind: &[BlindTime],
        back: Option<Returned>,
    ) -> Health {
        let last = rows.iter().filter_map(|row| row.last_read_at).min();
        let failing = rows.iter().filter(|row| row.error.is_some());
        let name = |row: &MailboxRow| self.accounts.mailbox(row.account, &row.display_name);
        let failing = failing.map(|row| format!("{} cannot be read.", name(row)));
        let came_back = |it: Returned| {
            let last = wording::moment(self.user_time(it.last_at), self.today());
            wording::came_back(it.count, &last)
        };
        Health {
            last_read: last.map(|at| self.user_time(at)),
            troubles: failing
                .chain(blind.iter().filter_map(|time| self.gap(time)))
                .chain(back.map(came_back))
                .collect(),
        }
    }

    /// A time in which something may have been missed; short ones are nobody's business.
    fn gap(&self, time: &BlindTime) -> Option<String> {
        let from = wording::moment(self.user_time(time.since), self.today());
        let place = self.accounts.several(time.account);
        let place = place.map(|account| format!(" in {}", account.user.address));
        let place = place.unwrap_or_default();
        match time.until {
            None => {
                Some(format!("I have not seen everything{place} since {from}; nothing is sent."))
            }
            Some(until) if until - time.since >= WORTH_TELLING => {
                let until = wording::moment(self.user_time(until), self.today());
                Some(format!("Not everything{place} could be read from {from} to {until}."))
            }
            Some(_) => None,
        }
    }

    /// The blind times of every account.
    pub(super) async fn blind_times(
        &self,
        tx: &mut Tx,
        begin: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> anyhow::Result<Vec<BlindTime>> {
        let mut all = Vec::new();
        for account in self.accounts.iter() {
            all.extend(tx.blind_times(account.id, begin, end).await?);
        }
        Ok(all)
    }
}
