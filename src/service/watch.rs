//! One look at every watched mailbox of every account, oldest news first across all of them, so
//! that an answer and the user's reply to it are recorded in the order in which they were written.
//!
//! A cursor moves in the transaction that stores what it covers. Everything from UIDNEXT of the
//! first look on counts as live; what lay there before is looked back on from the newest to the
//! oldest, by its headers first (`sweep`), then what they gave a reason to read (`backlog`).

mod backlog;
mod choice;
mod glance;
mod lane;
mod meter;
mod order;
mod progress;
mod reader;
mod sweep;
mod take;
mod visit;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{Cursor, Opened, Past, Reconciled, Role, SearchSpan, UidRange};
use crate::imap::Listed;
use crate::store::{Location, SeenHash};

use super::accounts::MailAccount;
use super::ingest::Tracking;
use super::{Record, Service};
pub(super) use lane::{Lane, TRIES, is_of_this_message};
pub use progress::Progress;
pub(super) use reader::{Reader, left_out_of_an_answer};
use visit::Visit;

/// Messages that are none of our business, committed together.
const BATCH: usize = 500;
/// A mailbox may be renumbered so often in a day; after that it is left alone until the next.
const MOST_RENUMBERINGS: u32 = 5;

/// What a look at the mailboxes of one account found, or of several.
#[derive(Debug, Clone)]
pub struct Watched {
    pub mailboxes: usize,
    pub new_messages: usize,
    /// Mailboxes that could not be read, and why.
    pub blind: Vec<String>,
    /// Whether everything was read that has arrived: without INBOX, silence is no silence.
    pub has_arrivals: bool,
    /// Whether every server announces news.
    pub can_idle: bool,
    /// The mailboxes in which news is to be heard of.
    pub listen_to: Vec<ListenTo>,
}

impl Watched {
    /// What was found in two accounts.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.blind.extend(other.blind);
        self.listen_to.extend(other.listen_to);
        Self {
            mailboxes: self.mailboxes + other.mailboxes,
            new_messages: self.new_messages + other.new_messages,
            has_arrivals: self.has_arrivals && other.has_arrivals,
            can_idle: self.can_idle && other.can_idle,
            ..self
        }
    }
}

/// A mailbox in which news is to be heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenTo {
    pub account: AccountId,
    /// As the server writes it.
    pub mailbox: String,
}

/// What became of a look at one account.
pub(super) struct Looked {
    pub account: AccountId,
    pub seen: anyhow::Result<Watched>,
}

/// What the next commit covers besides its own message.
#[derive(Default)]
pub(super) struct Batch {
    pub seen: Vec<SeenHash>,
    pub cursors: BTreeMap<MailboxId, Cursor>,
    /// Read, and to be taken off the list.
    pub done: Vec<Location>,
    pub tracking: Tracking,
    /// The youngest arrival time that a server told of mail that came while we watched.
    server_time: Option<DateTime<Utc>>,
    taken: usize,
}

impl Batch {
    /// Whether the last commit covered all of it.
    fn is_recorded(&self) -> bool {
        self.seen.is_empty() && self.cursors.is_empty() && self.done.is_empty()
    }
}

impl Service {
    /// Connects to these accounts, reads what is new everywhere, and records it; then what is left
    /// of the past. What goes wrong in one account does not keep the others from being read; an
    /// error is the record's, or the end of the service.
    pub(super) async fn watch(
        &self,
        accounts: &BTreeSet<AccountId>,
    ) -> anyhow::Result<Vec<Looked>> {
        let now = self.record.clock.now();
        let mut looked = Vec::new();
        let mut visits = Vec::new();
        for account in self.record.accounts.iter().filter(|it| accounts.contains(&it.id)) {
            match self.enter(account, now).await {
                Ok(visit) => visits.push(visit),
                Err(error) => looked.push(Looked { account: account.id, seen: Err(error) }),
            }
        }
        let mut went_on = self.take_in(&mut visits).await;
        for mut visit in visits {
            if went_on.is_ok() {
                let seen = self.finish(&mut visit, now).await;
                looked.push(Looked { account: visit.account.id, seen });
                went_on = self.goes_on();
            }
            // After a failure as well: what nobody ends counts against the connections of the user.
            visit.reader.session.logout().await;
        }
        went_on.map(|()| looked)
    }

    /// An error once the service is to end.
    pub(super) fn goes_on(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.stop.is_cancelled(), "stopped while reading");
        Ok(())
    }

    /// Looks into the past of an account, and says what was seen in all.
    async fn finish(&self, visit: &mut Visit<'_>, now: DateTime<Utc>) -> anyhow::Result<Watched> {
        if let Some(lost) = visit.lost.take() {
            return Err(lost);
        }
        let (account, first_run, taken) = (visit.account, visit.first_run, visit.taken);
        let Visit { reader, lanes, blind, .. } = visit;
        let looked = self.look_into_the_past(reader, lanes, first_run, now).await;
        self.note_fetched(reader).await?;
        looked?;
        blind.extend(self.finish_lanes(lanes, now).await?);
        self.file_copies(reader, lanes, now).await?;
        for alert in reader.session.take_alerts() {
            tracing::warn!(%alert, "the mail server has a message for you");
            self.record.pass_on_alert(&alert).await?;
        }
        let can_idle = reader.session.can_idle();
        tracing::debug!(mailboxes = lanes.len(), new_messages = taken, "mailboxes read");
        let heard = to_listen_to(lanes).into_iter();
        let listen_to = heard.map(|mailbox| ListenTo { account: account.id, mailbox }).collect();
        let has_arrivals = are_arrivals_read(lanes);
        let (mailboxes, blind) = (lanes.len(), std::mem::take(blind));
        let new_messages = taken;
        Ok(Watched { mailboxes, new_messages, blind, has_arrivals, can_idle, listen_to })
    }

    /// Headers first, then what they gave a reason to read, then what belongs to it elsewhere.
    async fn look_into_the_past(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        first_run: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.begin_counting(reader).await?;
        let left = lanes.iter().filter_map(|lane| lane.cursor.past);
        let span = left.map(|past| u64::from(past.below() - past.from())).sum();
        if span > 0 {
            self.progress.send_replace(Progress { span, ..Progress::default() });
            let begun = Instant::now();
            self.sweep(reader, lanes, first_run).await?;
            let looked_through = self.progress.borrow().messages;
            let millis = begun.elapsed().as_millis();
            tracing::info!(looked_through, millis, "the headers of the past");
        }
        self.read_backlog(reader, lanes, first_run).await?;
        self.look_back(reader, lanes, now).await
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
                self.start(reader, id, cursor, (role, opened), now).await?
            }
            Reconciled::Start { cursor, renumbered } => {
                if renumbered {
                    self.record.bear_renumbering(id, now).await?;
                }
                self.start(reader, id, cursor, (role, opened), now).await?
            }
        };
        let mut lane = Lane::new((account.id, id), &mailbox.raw_name, role, cursor, opened);
        (lane.last_read_at, lane.failing_since) = (last_read_at, failing_since);
        Ok(lane)
    }

    /// From here on everything is live; what was there before is the past.
    async fn start(
        &self,
        reader: &mut Reader,
        mailbox: MailboxId,
        cursor: Cursor,
        (role, opened): (Role, Opened),
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
        tx.forget_locations(mailbox).await?;
        tx.set_cursor(mailbox, cursor).await?;
        tx.commit().await?;
        Ok(cursor)
    }

    /// The first UID of the look back: everything from there on may be as young as
    /// `backfill_days`. Server dates have no time and another zone, so two days are added. All of
    /// the mailbox is asked: mail that was moved in by the thousand lies above younger mail.
    pub(super) async fn look_back_from(
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

    pub(super) async fn commit_batch(&self, batch: &mut Batch) -> anyhow::Result<()> {
        if batch.is_recorded() {
            return Ok(());
        }
        let mut tx = self.record.store.begin_relaxed().await?;
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
        let mut tx = self.record.store.begin_relaxed().await?;
        for lane in lanes {
            if let Some(why) = &lane.halted {
                tx.note_error(lane.id, why, now).await?;
                let row = tx.load_mailbox(lane.id).await?;
                let name = row.map_or_else(|| lane.raw_name.clone(), |row| row.display_name);
                blind.push(format!("{name}: {why}"));
                continue;
            }
            let next_uid = lane.uid_next.max(lane.cursor.next_uid);
            tx.set_cursor(lane.id, Cursor { next_uid, in_hand: None, ..lane.cursor }).await?;
            tx.note_read(lane.id, now, lane.exists).await?;
            tx.forget_fetch_tries(lane.id).await?;
        }
        tx.commit().await?;
        Ok(blind)
    }
}

impl Record {
    /// An empty batch, with what the last look knew of the applications.
    fn batch(&self) -> Batch {
        Batch { tracking: std::mem::take(&mut self.last_tracking()), ..Batch::default() }
    }

    /// For the next look. A look that failed keeps nothing: what it read may have been undone.
    fn keep_reading(&self, batch: Batch) {
        *self.last_tracking() = batch.tracking;
    }

    /// What was known of the applications is read anew at the next look.
    pub(super) fn read_anew(&self) {
        *self.last_tracking() = Tracking::default();
    }

    fn last_tracking(&self) -> MutexGuard<'_, Tracking> {
        self.tracking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what was passed over, and the cursors, into the transaction of the caller.
    pub(super) async fn put_batch(
        &self,
        tx: &mut crate::store::Tx,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        tx.mark_all_seen(self.account, &batch.seen).await?;
        if let Some(at) = batch.server_time {
            tx.note_server_time(at).await?;
        }
        for place in &batch.done {
            tx.drop_from_backlog(*place).await?;
        }
        for (mailbox, cursor) in &batch.cursors {
            tx.set_cursor(*mailbox, *cursor).await?;
        }
        let tracking = std::mem::take(&mut batch.tracking);
        *batch = Batch { tracking, ..Batch::default() };
        Ok(())
    }

    /// Some servers give new numbers without need; one that does so all day is not believed.
    async fn bear_renumbering(&self, mailbox: MailboxId, now: DateTime<Utc>) -> anyhow::Result<()> {
        let yesterday = now - TimeDelta::days(1);
        let mut tx = self.store.begin().await?;
        if tx.renumberings(mailbox, yesterday).await? >= MOST_RENUMBERINGS {
            anyhow::bail!(
                "the server has numbered this mailbox anew {MOST_RENUMBERINGS} times in a day; \
                 it is read again tomorrow"
            );
        }
        tx.note_renumbered(mailbox, now, yesterday).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether the mailbox in which mail arrives was read to its end: INBOX, or the one that holds
/// everything.
fn are_arrivals_read(lanes: &[Lane]) -> bool {
    let arrivals = |lane: &&Lane| matches!(lane.role, Role::Inbox | Role::All);
    let mut lanes = lanes.iter().filter(arrivals).peekable();
    lanes.peek().is_some() && lanes.all(|lane| lane.halted.is_none())
}

/// Where mail arrives and where the user's replies come to lie: INBOX and Sent, or the one that
/// holds everything. Not one that rests: what waits in it would be news at once, and again, and
/// its tries would be over within seconds.
fn to_listen_to(lanes: &[Lane]) -> Vec<String> {
    let has_inbox = lanes.iter().any(|lane| lane.role == Role::Inbox);
    let roles: &[Role] = if has_inbox { &[Role::Inbox, Role::Sent] } else { &[Role::All] };
    let fullest = |role: &Role| {
        let of_role = lanes.iter().filter(|lane| lane.role == *role);
        of_role.max_by_key(|lane| lane.exists)
    };
    let heard = roles.iter().filter_map(fullest).filter(|lane| lane.halted.is_none());
    heard.map(|lane| lane.raw_name.clone()).collect()
}
