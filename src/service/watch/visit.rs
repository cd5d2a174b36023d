//! One account during a look: its connection, its mailboxes, and what went wrong there.
//!
//! What goes wrong stays here: nothing more is read of this account in this look, and the others
//! are read on.

use chrono::{DateTime, Utc};

use crate::service::Record;
use crate::service::accounts::MailAccount;

use super::{Lane, Reader};

/// An account that is being read.
pub(super) struct Visit<'a> {
    pub account: &'a MailAccount,
    pub reader: Reader,
    pub lanes: Vec<Lane>,
    /// Mailboxes that cannot be opened, and why.
    pub blind: Vec<String>,
    /// When the account was read first.
    pub first_run: Option<DateTime<Utc>>,
    /// Messages that were taken in.
    pub taken: usize,
    /// Why nothing more is read in this look.
    pub lost: Option<anyhow::Error>,
}

impl Visit<'_> {
    /// Fetches headers for every mailbox in which none are waiting.
    pub async fn refill(&mut self, record: &Record) {
        for lane in &mut self.lanes {
            if self.lost.is_none() {
                self.lost = lane.refill(&mut self.reader, record).await.err();
            }
        }
    }

    /// The mailboxes that can be read.
    pub fn open_lanes(&self) -> impl Iterator<Item = &Lane> {
        let usable = self.lost.is_none();
        self.lanes.iter().filter(move |lane| usable && lane.halted.is_none())
    }
}
