//! One account during a look: how it is entered, its connection, its mailboxes, and what went wrong
//! there.
//!
//! What goes wrong stays here: nothing more is read of this account in this look, and the others
//! are read on.

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use crate::imap::ImapError;
use crate::service::Service;
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

impl Service {
    /// Connects to an account and opens its mailboxes.
    pub(super) async fn enter<'a>(
        &self,
        account: &'a MailAccount,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Visit<'a>> {
        let reader = Reader::connect(self.door(self.way(account.id)?)).await?;
        let mut visit = Visit::new(account, reader);
        if let Err(error) = self.open_lanes(&mut visit, now).await {
            visit.reader.session.logout().await;
            return Err(error);
        }
        Ok(visit)
    }

    async fn open_lanes(&self, visit: &mut Visit<'_>, now: DateTime<Utc>) -> anyhow::Result<()> {
        let account = visit.account;
        let Visit { reader, lanes, blind, .. } = visit;
        let listed = reader.session.list().await.context("List the mailboxes")?;
        let watched = account.watched_mailboxes(&listed, reader.is_gmail());
        let names: Vec<&str> = watched.iter().map(|mailbox| mailbox.raw_name.as_str()).collect();
        let mut tx = self.record.store.begin_relaxed().await?;
        tx.forget_errors_of_others(account.id, &names).await?;
        tx.commit().await?;
        for mailbox in watched {
            match self.open_lane(account, reader, mailbox, now).await {
                Ok(lane) => lanes.push(lane),
                Err(error) if reader.session.is_usable() || is_of_its_answer(&error) => {
                    blind.push(self.note_blind(account, mailbox, &error).await?);
                    reader.recover().await?;
                }
                Err(error) => return Err(error),
            }
        }
        visit.first_run = self.record.first_run(account.id).await?;
        Ok(())
    }
}

/// Whether a connection is spent because of what the server says of one mailbox, and not because it
/// was lost.
fn is_of_its_answer(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<ImapError>(), Some(ImapError::Protocol(_)))
}

impl<'a> Visit<'a> {
    fn new(account: &'a MailAccount, reader: Reader) -> Self {
        let (lanes, blind) = (Vec::new(), Vec::new());
        Self { account, reader, lanes, blind, first_run: None, taken: 0, lost: None }
    }

    /// Fetches headers for every mailbox in which none are waiting.
    pub async fn refill(&mut self, service: &Service) {
        for lane in &mut self.lanes {
            if self.lost.is_none() {
                self.lost = lane.refill(&mut self.reader, service).await.err();
            }
        }
    }

    /// The mailboxes that can be read.
    pub fn open_lanes(&self) -> impl Iterator<Item = &Lane> {
        let usable = self.lost.is_none();
        self.lanes.iter().filter(move |lane| usable && lane.halted.is_none())
    }
}
