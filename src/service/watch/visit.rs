//! One account during a look: how it is entered, its connection, its mailboxes and where each begins,
//! and what went wrong there.
//!
//! What goes wrong stays here: nothing more is read of this account in this look, and the others
//! are read on.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::MailboxId;
use crate::domain::mailbox::{Cursor, Opened, Past, Reconciled, Role, SearchSpan, UidRange};
use crate::imap::{ImapError, Listed};
use crate::service::accounts::MailAccount;
use crate::service::{Record, Service};

use super::{Lane, Reader};

/// A mailbox may be renumbered so often in a day; after that it is left alone until the next.
const MOST_RENUMBERINGS: u32 = 5;
const A_DAY: TimeDelta = TimeDelta::days(1);

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

    async fn note_blind(
        &self,
        account: &MailAccount,
        mailbox: &Listed,
        error: &anyhow::Error,
    ) -> anyhow::Result<String> {
        let Listed { raw_name, display_name, .. } = mailbox;
        let text = format!("{display_name}: {error:#}");
        let mut tx = self.record.store.begin().await?;
        let role = account.role_of(mailbox);
        let id = tx.ensure_mailbox(account.id, raw_name, display_name, role).await?;
        tx.note_error(id, &format!("{error:#}"), self.record.clock.now()).await?;
        tx.commit().await?;
        Ok(text)
    }

    async fn open_lane(
        &self,
        account: &MailAccount,
        reader: &mut Reader,
        mailbox: &Listed,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Lane> {
        reader.open = None;
        let opened = reader
            .session
            .examine(&mailbox.raw_name)
            .await
            .with_context(|| format!("Open the mailbox {}", mailbox.display_name))?;
        let role = account.role_of(mailbox);
        let mut tx = self.record.store.begin_relaxed().await?;
        let id =
            tx.ensure_mailbox(account.id, &mailbox.raw_name, &mailbox.display_name, role).await?;
        let stored = tx.load_mailbox(id).await?;
        tx.commit().await?;
        reader.open = Some(id);
        let last_read_at = stored.as_ref().and_then(|row| row.last_read_at);
        let failing_since = stored.as_ref().and_then(|row| row.failing_since);
        let stored = stored.and_then(|row| row.cursor);
        let cursor = match Cursor::reconcile(stored, opened) {
            Reconciled::Current | Reconciled::New(_) => {
                stored.context("A mailbox that was read has a cursor")?
            }
            Reconciled::WentBack { cursor } => {
                self.start(reader, id, cursor, (role, opened), false, now).await?
            }
            Reconciled::Start { cursor, renumbered } => {
                if renumbered {
                    self.record.bear_renumbering(id, now).await?;
                }
                self.start(reader, id, cursor, (role, opened), renumbered, now).await?
            }
        };
        let mut lane = Lane::new((account.id, id), &mailbox.raw_name, role, cursor, opened);
        (lane.last_read_at, lane.failing_since) = (last_read_at, failing_since);
        Ok(lane)
    }

    /// From here on everything is live; what was there before is the past. Until its first number is
    /// known nothing has begun, and new numbers were not counted.
    async fn start(
        &self,
        reader: &mut Reader,
        mailbox: MailboxId,
        cursor: Cursor,
        (role, opened): (Role, Opened),
        renumbered: bool,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Cursor> {
        let past = match role {
            Role::Inbox | Role::Sent | Role::Archive | Role::All | Role::Other => {
                let below = (cursor.live_from, opened.exists);
                let from = self.look_back_from(reader, below, now).await?;
                Past::new(from, cursor.live_from)
            }
            // Nothing begins there; what belongs to an application is searched for.
            Role::Junk | Role::Trash | Role::Drafts => None,
        };
        let cursor = Cursor { past, ..cursor };
        let mut tx = self.record.store.begin().await?;
        if renumbered {
            tx.note_renumbered(mailbox, now, now - A_DAY).await?;
        }
        tx.forget_locations(mailbox).await?;
        tx.set_cursor(mailbox, cursor).await?;
        tx.commit().await?;
        Ok(cursor)
    }

    /// The first UID of the look back: everything from there on may be as young as
    /// `backfill_days`. Server dates have no time and another zone, so two days are added. All of
    /// the mailbox is asked: mail that was moved in by the thousand lies above younger mail.
    pub(in crate::service) async fn look_back_from(
        &self,
        reader: &mut Reader,
        (uid_next, exists): (u32, u32),
        now: DateTime<Utc>,
    ) -> anyhow::Result<u32> {
        let days = self.record.config.watch.backfill_days;
        if days == 0 {
            return Ok(1);
        }
        let since = (now - TimeDelta::days(i64::from(days) + 2)).date_naive();
        let (mut from, mut below, mut span) = (uid_next, uid_next, SearchSpan::new(exists));
        while let Some(range) =
            UidRange::new(below.saturating_sub(span.size()).max(1), below.saturating_sub(1))
        {
            self.goes_on()?;
            let found = reader.session.search_since(range, since).await?;
            from = found.first().copied().unwrap_or(from);
            span = span.after(found.len());
            below = range.first();
        }
        Ok(from)
    }
}

impl Record {
    /// Some servers give new numbers without need; one that does so all day is not believed.
    async fn bear_renumbering(&self, mailbox: MailboxId, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut tx = self.store.snapshot().await?;
        let times = tx.renumberings(mailbox, now - A_DAY).await?;
        anyhow::ensure!(
            times < MOST_RENUMBERINGS,
            "the server has numbered this mailbox anew {MOST_RENUMBERINGS} times in a day; it is \
             read again tomorrow"
        );
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
