//! What the look back fetches in a day, where the server counts: at Gmail. When the budget is
//! spent the look back rests until the next day, and when a server says that it slows us down,
//! until the next look; what is new is read all the same.
//!
//! Surprising: the other mail of a recognised application counts and is not held up. It is little,
//! and what is decided about the application rests on it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::AccountId;
use crate::domain::mailbox::{day_after, day_of};
use crate::imap::FetchedHeaders;
use crate::service::view::Local;
use crate::service::{Record, Service};
use crate::store::Tx;

use super::Reader;

/// Octets around the headers of one message: its numbers, dates and labels.
const AROUND: usize = 300;
/// The past of an account that could not be read for so long is not waited for.
const GIVEN_UP: TimeDelta = TimeDelta::hours(6);

/// Counts what one connection fetches.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::service) struct Meter {
    /// Octets that are not in the record yet.
    fresh: u64,
    /// Nothing more of the past is fetched today.
    spent: bool,
    /// The server slows us down: nothing more of the past is fetched in this look.
    slowed: bool,
}

impl Meter {
    pub fn add_headers(&mut self, messages: &[FetchedHeaders]) {
        let octets: usize = messages.iter().map(|it| it.headers.len() + AROUND).sum();
        self.fresh += octets as u64;
    }

    pub fn add_body(&mut self, octets: usize) {
        self.fresh += octets as u64;
    }

    /// Whether the look back has to rest.
    pub fn rests(self) -> bool {
        self.spent || self.slowed
    }

    pub fn slow_down(&mut self) {
        if !self.slowed {
            tracing::info!("the server slows us down; older mail waits for the next look");
        }
        self.slowed = true;
    }
}

impl Service {
    /// From here on everything that is fetched belongs to the look back.
    pub(super) async fn begin_counting(&self, reader: &mut Reader) -> anyhow::Result<()> {
        reader.meter = Meter::default();
        if reader.is_gmail() {
            let mut tx = self.record.store.snapshot().await?;
            let now = self.record.clock.now();
            reader.meter.spent = self.record.is_spent(&mut tx, reader.account, now).await?;
        }
        Ok(())
    }

    /// Writes down what was fetched since the last time. Other servers than Gmail do not count.
    pub(super) async fn note_fetched(&self, reader: &mut Reader) -> anyhow::Result<()> {
        let octets = std::mem::take(&mut reader.meter.fresh);
        if octets == 0 || !reader.is_gmail() {
            return Ok(());
        }
        let day = day_of(self.record.clock.now());
        let mut tx = self.record.store.begin_relaxed().await?;
        let today = tx.count_fetched(reader.account, day, octets).await?;
        tx.commit().await?;
        reader.meter.spent = self.record.look_back_budget.is_spent(today);
        Ok(())
    }
}

impl Record {
    /// When the look back goes on, if it is not at its end and rests for today.
    pub(in crate::service) async fn look_back_rests_until(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Local>> {
        for account in self.accounts.iter() {
            if self.is_spent(tx, account.id, now).await? && tx.is_past_left(account.id).await? {
                return Ok(Some(self.local(day_after(now))));
            }
        }
        Ok(None)
    }

    /// Whether the look back is not at its end and goes on by itself at a later look, in whatever
    /// account.
    pub(in crate::service) async fn looks_back_later(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        if self.look_back_rests_until(tx, now).await?.is_some() {
            return Ok(true);
        }
        for account in self.accounts.iter() {
            let mailboxes = tx.load_mailboxes(account.id).await?;
            let last_read = mailboxes.iter().filter_map(|row| row.last_read_at).max();
            let goes_on = last_read.is_some_and(|at| now - at < GIVEN_UP);
            if goes_on && tx.is_past_left_where_read(account.id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the budget of the day is used up for an account.
    async fn is_spent(
        &self,
        tx: &mut Tx,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let today = tx.fetched_on(account, day_of(now)).await?;
        Ok(self.look_back_budget.is_spent(today))
    }
}
