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

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{Cursor, Role};
use crate::store::{Location, SeenHash};

use super::ingest::Tracking;
use super::{Record, Service};
pub(super) use lane::{Lane, TRIES, is_of_this_message};
pub use progress::Progress;
pub(super) use reader::{Reader, left_out_of_an_answer};
use visit::Visit;

/// Messages that are none of our business, committed together.
const BATCH: usize = 500;

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
