//! One look at every watched mailbox, oldest news first across all of them, so that an answer and
//! the user's reply to it are recorded in the order in which they were written.
//!
//! A cursor moves in the transaction that stores what it covers. On the first look it begins at
//! the start of the look back; everything from UIDNEXT of that moment on counts as live.

mod lane;

use std::collections::BTreeMap;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::attribution::Tracked;
use crate::domain::ids::MailboxId;
use crate::domain::mailbox::{Cursor, Reconciled, Role, UidRange};
use crate::imap::{FetchedHeaders, ImapError, Listed};

use super::ingest::Arrival;
use super::{Record, Service};
use lane::TRIES;
pub(super) use lane::{Lane, Reader};

/// UIDs that one search may cover.
pub(super) const SEARCH_SPAN: u32 = 20_000;
/// Messages that are none of our business, committed together.
const BATCH: usize = 500;

/// What a look at the mailboxes found.
#[derive(Debug, Clone)]
pub struct Watched {
    pub mailboxes: usize,
    pub new_messages: usize,
    /// Mailboxes that could not be read, and why.
    pub blind: Vec<String>,
    /// Whether the server announces news.
    pub can_idle: bool,
}

/// What the next commit covers besides its own message.
#[derive(Default)]
pub(super) struct Batch {
    pub seen: Vec<[u8; 32]>,
    pub cursors: BTreeMap<MailboxId, Cursor>,
    /// The applications as they were when the batch began; a stored message ends the batch.
    pub tracked: Option<Vec<Tracked>>,
    taken: usize,
}

impl Service {
    /// Connects, reads what is new everywhere, and records it.
    pub(super) async fn watch(&self) -> anyhow::Result<Watched> {
        let now = self.record.clock.now();
        let mut reader = Reader::connect(&self.imap).await?;
        let listed = reader.session.list().await.context("List the mailboxes")?;
        let mut blind = Vec::new();
        let mut lanes = Vec::new();
        for mailbox in self.watched_mailboxes(&listed) {
            match self.open_lane(&mut reader, mailbox, now).await {
                Ok(lane) => lanes.push(lane),
                Err(error) if reader.session.is_usable() => {
                    blind.push(self.note_blind(mailbox, &error).await?);
                }
                Err(error) => return Err(error),
            }
        }
        let taken = self.take_in(&mut reader, &mut lanes).await?;
        self.look_back(&mut reader, &mut lanes, now).await?;
        blind.extend(self.finish_lanes(&lanes, now).await?);
        self.file_copies(&mut reader, &lanes, now).await?;
        let alerts = reader.session.take_alerts();
        for alert in alerts {
            tracing::warn!(%alert, "the mail server has a message for you");
        }
        let can_idle = reader.session.can_idle();
        reader.session.logout().await;
        tracing::debug!(mailboxes = lanes.len(), new_messages = taken, "mailboxes read");
        Ok(Watched { mailboxes: lanes.len(), new_messages: taken, blind, can_idle })
    }

    pub(super) fn watched_mailboxes<'a>(&self, listed: &'a [Listed]) -> Vec<&'a Listed> {
        let named = |names: &[String], mailbox: &Listed| {
            names.iter().any(|it| *it == mailbox.raw_name || *it == mailbox.display_name)
        };
        listed
            .iter()
            .filter(|mailbox| mailbox.selectable)
            .filter(|mailbox| match self.role_of(mailbox) {
                Role::Inbox | Role::Sent | Role::Junk | Role::Trash | Role::Archive | Role::All => {
                    true
                }
                Role::Drafts => false,
                Role::Other => named(&self.record.config.imap.extra, mailbox),
            })
            .collect()
    }

    /// The user's word on a mailbox wins over the server's.
    pub(super) fn role_of(&self, mailbox: &Listed) -> Role {
        let named = |names: &[String]| {
            names.iter().any(|it| *it == mailbox.raw_name || *it == mailbox.display_name)
        };
        let imap = &self.record.config.imap;
        if named(&imap.sent) {
            Role::Sent
        } else if named(&imap.archive) {
            Role::Archive
        } else if named(&imap.junk) {
            Role::Junk
        } else {
            mailbox.role
        }
    }

    async fn note_blind(&self, mailbox: &Listed, error: &anyhow::Error) -> anyhow::Result<String> {
        let text = format!("{}: {error:#}", mailbox.display_name);
        let mut tx = self.record.store.begin().await?;
        let id = tx
            .ensure_mailbox(
                self.record.account,
                &mailbox.raw_name,
                &mailbox.display_name,
                self.role_of(mailbox),
            )
            .await?;
        tx.note_error(id, &format!("{error:#}")).await?;
        tx.commit().await?;
        Ok(text)
    }

    async fn open_lane(
        &self,
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
        let role = self.role_of(mailbox);
        let mut tx = self.record.store.begin().await?;
        let id = tx
            .ensure_mailbox(self.record.account, &mailbox.raw_name, &mailbox.display_name, role)
            .await?;
        let stored =
            tx.load_mailboxes(self.record.account).await?.into_iter().find(|row| row.id == id);
        tx.commit().await?;
        reader.open = Some(id);
        let last_read_at = stored.as_ref().and_then(|row| row.last_read_at);
        let stored = stored.and_then(|row| row.cursor);
        let cursor = match Cursor::reconcile(stored, opened) {
            Reconciled::Current | Reconciled::New(_) => {
                stored.context("A mailbox that was read has a cursor")?
            }
            Reconciled::WentBack { cursor } | Reconciled::Start { cursor, .. } => {
                let from = self.look_back_from(reader, opened.uid_next, now).await?;
                let cursor = Cursor { next_uid: from, ..cursor };
                let mut tx = self.record.store.begin().await?;
                tx.forget_locations(id).await?;
                tx.set_cursor(id, cursor).await?;
                tx.commit().await?;
                cursor
            }
        };
        let mut lane = Lane::new(id, &mailbox.raw_name, role, cursor, opened);
        lane.last_read_at = last_read_at;
        Ok(lane)
    }

    /// The first UID of the look back: everything from there on may be as young as
    /// `backfill_days`. Server dates have no time and another zone, so two days are added.
    pub(super) async fn look_back_from(
        &self,
        reader: &mut Reader,
        uid_next: u32,
        now: DateTime<Utc>,
    ) -> anyhow::Result<u32> {
        let days = self.record.config.watch.backfill_days;
        if days == 0 {
            return Ok(1);
        }
        let since = (now - TimeDelta::days(i64::from(days) + 2)).date_naive();
        let mut from = uid_next;
        while let Some(range) =
            UidRange::new(from.saturating_sub(SEARCH_SPAN).max(1), from.saturating_sub(1))
        {
            match reader.session.search_since(range, since).await?.first() {
                Some(first) => from = *first,
                None => break,
            }
            if from > range.first() {
                break;
            }
        }
        Ok(from)
    }

    /// Takes messages one by one, always the oldest that is at the head of a mailbox.
    async fn take_in(&self, reader: &mut Reader, lanes: &mut [Lane]) -> anyhow::Result<usize> {
        let mut batch = Batch::default();
        let mut taken = 0;
        let first_run = self.record.first_run().await?;
        loop {
            anyhow::ensure!(!self.stop.is_cancelled(), "stopped while reading");
            for lane in lanes.iter_mut() {
                lane.refill(reader, &self.record).await?;
            }
            let oldest = lanes
                .iter_mut()
                .filter(|lane| lane.halted.is_none() && !lane.waiting.is_empty())
                .min_by_key(|lane| lane.waiting.front().and_then(|head| head.arrived_at));
            let Some(lane) = oldest else { break };
            let Some(fetched) = lane.waiting.pop_front() else { break };
            taken += 1;
            self.take_one(reader, lane, fetched, &mut batch, first_run).await?;
            if batch.taken >= BATCH {
                self.commit_batch(&mut batch).await?;
            }
        }
        self.commit_batch(&mut batch).await?;
        Ok(taken)
    }

    /// Takes in one message. If its body cannot be had, the mailbox rests until the next look; at
    /// the third try the message is taken by its headers alone.
    async fn take_one(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        fetched: FetchedHeaders,
        batch: &mut Batch,
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<()> {
        let live = fetched.uid >= lane.cursor.live_from
            || first_run.is_some_and(|first| self.record.came_after(&fetched, first));
        let before = lane.cursor;
        lane.cursor.next_uid = fetched.uid.saturating_add(1);
        batch.cursors.insert(lane.id, lane.cursor);
        batch.taken += 1;
        let mut arrival =
            Arrival { fetched: &fetched, lane, live, looking_back: false, by_headers_only: false };
        let Err(error) = self.record.ingest(reader, &arrival, batch).await else { return Ok(()) };
        if error.downcast_ref::<ImapError>().is_none() {
            return Err(error);
        }
        reader.recover().await?;
        if self.record.count_try(lane, fetched.uid).await? >= TRIES {
            arrival.by_headers_only = true;
            return self.record.ingest(reader, &arrival, batch).await;
        }
        lane.cursor = before;
        batch.cursors.insert(lane.id, before);
        lane.halted = Some(format!("a message cannot be read now: {error:#}"));
        Ok(())
    }

    pub(super) async fn commit_batch(&self, batch: &mut Batch) -> anyhow::Result<()> {
        let mut tx = self.record.store.begin().await?;
        self.record.put_batch(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Everything up to UIDNEXT has been read: gaps between UIDs count as read, too.
    async fn finish_lanes(
        &self,
        lanes: &[Lane],
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<String>> {
        let mut blind = Vec::new();
        let mut tx = self.record.store.begin().await?;
        for lane in lanes {
            if let Some(why) = &lane.halted {
                tx.note_error(lane.id, why).await?;
                blind.push(format!("{}: {why}", lane.raw_name));
                continue;
            }
            let next_uid = lane.uid_next.max(lane.cursor.next_uid);
            tx.set_cursor(lane.id, Cursor { next_uid, ..lane.cursor }).await?;
            tx.note_read(lane.id, now, lane.exists).await?;
        }
        tx.commit().await?;
        Ok(blind)
    }
}

impl Record {
    /// Puts what was passed over, and the cursors, into the transaction of the caller.
    pub(super) async fn put_batch(
        &self,
        tx: &mut crate::store::Tx,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        for hash in &batch.seen {
            tx.mark_seen(self.account, hash).await?;
        }
        for (mailbox, cursor) in &batch.cursors {
            tx.set_cursor(*mailbox, *cursor).await?;
        }
        *batch = Batch::default();
        Ok(())
    }
}
