//! The connection during a look, and one mailbox on it: which headers are fetched next, and what
//! is done about a message that the server or the reading layer cannot hand over, or the record
//! not take.
//!
//! What is being read is noted down before it is asked for, and a try of one message alone is
//! counted before it is made. So a message that ends the process is isolated like one that fails: in
//! halves, then alone. Its third try is by its headers only, and after that it is passed over.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{Cursor, Opened, Role, UidRange, Window, Windows};
use crate::imap::{FetchedHeaders, ImapError, MOST_UIDS, Session};
use crate::service::Record;
use crate::service::entrance::Door;
use crate::store::StoreError;

use super::SEARCH_SPAN;
use super::meter::Meter;
use super::order::Queued;

/// Messages whose headers are fetched at once.
pub(super) const WINDOW: usize = 500;
/// Tries to read one message before it is passed over.
pub(in crate::service) const TRIES: u32 = 3;
/// How long a server that asks for patience has it. Gmail shuts an account out for a day; but some
/// servers ask for it for ever because of one message.
const PATIENCE: TimeDelta = TimeDelta::days(2);

/// The open connection and the mailbox that is open on it.
pub(in crate::service) struct Reader {
    pub account: AccountId,
    pub session: Session,
    pub open: Option<MailboxId>,
    pub meter: Meter,
    door: Door,
}

/// One mailbox during a look.
pub(in crate::service) struct Lane {
    pub account: AccountId,
    pub id: MailboxId,
    pub raw_name: String,
    pub role: Role,
    /// Moves with every message that was taken in.
    pub cursor: Cursor,
    /// The last look that ended well, on our clock.
    pub last_read_at: Option<DateTime<Utc>>,
    /// The first of the looks that failed since.
    pub failing_since: Option<DateTime<Utc>>,
    pub uid_next: u32,
    pub exists: u32,
    pub waiting: VecDeque<Queued>,
    /// Why nothing more is read of it in this look.
    pub halted: Option<String>,
    /// The window of the look back that an earlier look did not come to the end of.
    pub left_in_the_past: Option<UidRange>,
    /// The message that is read alone because it made trouble, and its tries with this one.
    alone: Option<(u32, u32)>,
    windows: Windows,
}

impl Reader {
    pub async fn connect(door: Door) -> Result<Self, ImapError> {
        let session = door.session().await?;
        let meter = Meter::default();
        Ok(Self { account: door.account, session, open: None, meter, door })
    }

    /// Connects again if the session is spent.
    pub async fn recover(&mut self) -> Result<(), ImapError> {
        if !self.session.is_usable() {
            let again = Self::connect(self.door.clone()).await?;
            *self = Self { meter: self.meter, ..again };
        }
        Ok(())
    }

    /// One store of messages with labels, as Gmail has it.
    pub fn is_gmail(&self) -> bool {
        self.session.capabilities().gmail()
    }

    pub async fn examine(&mut self, lane: &Lane) -> Result<(), ImapError> {
        if self.open != Some(lane.id) {
            self.open = None;
            let opened = self.session.examine(&lane.raw_name).await?;
            // After a new connection it may not be the mailbox any more that the look began with.
            if opened.uid_validity != lane.cursor.uid_validity {
                let text = "the mailbox was numbered anew while it was read";
                return Err(ImapError::Temporary(text.to_owned()));
            }
            self.open = Some(lane.id);
        }
        Ok(())
    }

    /// Which UIDs exist in a span.
    pub async fn uids(&mut self, lane: &Lane, span: UidRange) -> Result<Vec<u32>, ImapError> {
        self.examine(lane).await?;
        self.session.uids(span).await
    }

    /// The headers of a window. An answer beyond all measure ends the session; it must not keep
    /// everything after that message from being read, so the beginnings are read instead.
    pub async fn headers(
        &mut self,
        lane: &Lane,
        range: UidRange,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        self.examine(lane).await?;
        let read = match self.session.fetch_headers(range).await {
            Err(ImapError::Protocol(cause)) => {
                tracing::info!(%cause, "headers are read again, cut short");
                self.recover().await?;
                self.examine(lane).await?;
                self.session.fetch_header_starts(range).await
            }
            read => read,
        };
        self.note_pace();
        read.inspect(|fetched| self.meter.add_headers(fetched))
    }

    /// The same for all messages of a window. One that is there and was left out would be skipped for
    /// ever; one that is gone is nothing unusual (RFC 2180).
    pub async fn headers_in(
        &mut self,
        lane: &Lane,
        window: &Window,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        let headers = self.headers(lane, window.range()).await?;
        if headers.len() >= window.uids().len() {
            return Ok(headers);
        }
        match self.left_out(lane, window.range(), &headers).await? {
            None => Ok(headers),
            Some(uid) => Err(left_out_of_an_answer(uid)),
        }
    }

    /// A message that is there, though an answer that should have had it did not.
    pub async fn left_out(
        &mut self,
        lane: &Lane,
        range: UidRange,
        answer: &[FetchedHeaders],
    ) -> Result<Option<u32>, ImapError> {
        let came: BTreeSet<u32> = answer.iter().map(|it| it.uid).collect();
        let there = self.uids(lane, range).await?;
        Ok(there.into_iter().find(|uid| !came.contains(uid)))
    }

    /// A server that slows us down has had enough of the look back for now.
    fn note_pace(&mut self) {
        if self.session.take_throttled() {
            self.meter.slow_down();
        }
    }

    /// The headers of messages that lie apart, in the order of their UIDs. One that cannot be
    /// handed over is left out, so that the others can be read.
    pub async fn headers_of(
        &mut self,
        lane: &Lane,
        uids: &[u32],
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        let mut found = Vec::with_capacity(uids.len());
        for some in uids.chunks(MOST_UIDS) {
            self.examine(lane).await?;
            match self.session.fetch_headers_of(some).await {
                Ok(fetched) => {
                    self.note_pace();
                    self.meter.add_headers(&fetched);
                    found.extend(fetched);
                }
                Err(ImapError::Protocol(_) | ImapError::No { .. }) => {
                    for uid in some.iter().filter_map(|uid| UidRange::new(*uid, *uid)) {
                        self.recover().await?;
                        match self.headers(lane, uid).await {
                            Err(cause @ (ImapError::Protocol(_) | ImapError::No { .. })) => {
                                tracing::warn!(%cause, "headers cannot be read");
                            }
                            read => found.extend(read?),
                        }
                    }
                    self.recover().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The first `cap` octets of a message, or `None` if it is gone.
    pub async fn body(
        &mut self,
        lane: &Lane,
        uid: u32,
        cap: u32,
    ) -> Result<Option<Vec<u8>>, ImapError> {
        self.examine(lane).await?;
        let body = self.session.fetch_body(uid, cap).await?;
        self.note_pace();
        self.meter.add_body(body.as_ref().map_or(0, Vec::len));
        if body.is_none()
            && let Some(one) = UidRange::new(uid, uid)
            && !self.session.uids(one).await?.is_empty()
        {
            return Err(left_out_of_an_answer(uid));
        }
        Ok(body)
    }
}

impl Lane {
    pub fn new(
        (account, id): (AccountId, MailboxId),
        raw_name: &str,
        role: Role,
        cursor: Cursor,
        opened: Opened,
    ) -> Self {
        let is_past = |range: &UidRange| range.last() < cursor.live_from;
        let in_hand = cursor.in_hand.filter(|range| !is_past(range));
        Self {
            account,
            id,
            raw_name: raw_name.to_owned(),
            role,
            cursor,
            last_read_at: None,
            failing_since: None,
            uid_next: opened.uid_next,
            exists: opened.exists,
            waiting: VecDeque::new(),
            halted: None,
            left_in_the_past: cursor.in_hand.filter(is_past),
            alone: None,
            windows: Windows::up(cursor.next_uid, opened.uid_next, in_hand),
        }
    }

    /// Fetches the next window of headers if none is waiting. What fails is dealt with here; an
    /// error is a connection that cannot be made again, or the record.
    pub async fn refill(&mut self, reader: &mut Reader, record: &Record) -> anyhow::Result<()> {
        while self.waiting.is_empty() && self.halted.is_none() {
            if let Some(window) = self.windows.cut(WINDOW) {
                self.fetch_window(reader, record, window).await?;
                continue;
            }
            let Some(span) = self.windows.span(SEARCH_SPAN) else { return Ok(()) };
            match reader.uids(self, span).await {
                Ok(uids) => self.windows.found(span, uids),
                Err(error) => self.halt(reader, &error).await?,
            }
        }
        Ok(())
    }

    /// Nothing more is read of this mailbox in this look.
    pub async fn halt(
        &mut self,
        reader: &mut Reader,
        error: &(impl Display + Sync),
    ) -> anyhow::Result<()> {
        reader.recover().await?;
        self.halted = Some(error.to_string());
        Ok(())
    }

    async fn fetch_window(
        &mut self,
        reader: &mut Reader,
        record: &Record,
        window: Window,
    ) -> anyhow::Result<()> {
        if !record.take_in_hand(self, &window).await? {
            return Ok(());
        }
        match reader.headers_in(self, &window).await {
            Ok(headers) => self.waiting = headers.into_iter().map(Queued::new).collect(),
            Err(error) if self.is_for_later(&error, record.clock.now()) => {
                record.give_back_try(self, window.range().first()).await?;
                self.halt(reader, &error).await?;
            }
            Err(error) if window.suspect().is_some() => self.halt(reader, &error).await?,
            Err(error) => {
                tracing::debug!("a window of headers failed, it is fetched in halves: {error}");
                reader.recover().await?;
                self.windows.failed(window);
            }
        }
        Ok(())
    }

    /// Whether the server is busy: then asking for less would not help, and no message is to blame.
    pub fn is_for_later(&self, error: &ImapError, now: DateTime<Utc>) -> bool {
        match error {
            ImapError::Auth(_) | ImapError::Net(_) => true,
            ImapError::Temporary(_) => {
                self.failing_since.is_none_or(|since| now - since < PATIENCE)
            }
            ImapError::Protocol(_)
            | ImapError::Gone(_)
            | ImapError::No { .. }
            | ImapError::Unsendable(_) => false,
        }
    }

    /// The tries of a message that is read alone, with this one; 0 for one in company.
    pub fn tries_of(&self, uid: u32) -> u32 {
        self.alone.filter(|(alone, _)| *alone == uid).map_or(0, |(_, tries)| tries)
    }
}

/// The server says that all is well, and a message it has is missing in the answer.
fn left_out_of_an_answer(uid: u32) -> ImapError {
    ImapError::No { command: "FETCH", text: format!("message {uid} was left out of the answer") }
}

/// Whether it is this message that made trouble, so that others can be read: the server cannot hand
/// it over, or the record refuses what it says. A record that is full or busy takes no other either.
pub(in crate::service) fn is_of_this_message(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ImapError>().is_some() || is_refused_by_the_record(error)
}

/// Whether the record refuses what a message says.
pub(super) fn is_refused_by_the_record(error: &anyhow::Error) -> bool {
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_of_what_was_written)
}

impl Record {
    /// Notes what is going to be read. `false` if it is one message that was tried often enough:
    /// it is passed over.
    pub(super) async fn take_in_hand(
        &self,
        lane: &mut Lane,
        window: &Window,
    ) -> anyhow::Result<bool> {
        if let Some(suspect) = window.suspect() {
            let tries = self.count_try(lane, suspect).await?;
            if tries > TRIES {
                self.tell_unreadable(lane, suspect).await?;
                return Ok(false);
            }
            lane.alone = Some((suspect, tries));
        }
        lane.cursor.in_hand = Some(window.range());
        self.store.note_cursor(lane.id, lane.cursor).await?;
        Ok(true)
    }

    /// The server was busy: that was no try of the message, if it was read alone.
    pub(super) async fn give_back_try(&self, lane: &Lane, uid: u32) -> anyhow::Result<()> {
        if lane.tries_of(uid) == 0 {
            return Ok(());
        }
        let mut tx = self.store.begin_relaxed().await?;
        tx.give_back_fetch_try(lane.id, lane.cursor.uid_validity, uid).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The tries of a message, with the one that has just failed. That of one which is read alone
    /// was counted before it was made.
    pub(super) async fn tries_by_now(&self, lane: &Lane, uid: u32) -> anyhow::Result<u32> {
        match lane.tries_of(uid) {
            0 => self.count_try(lane, uid).await,
            counted => Ok(counted),
        }
    }

    /// Counts a try on a message that made trouble.
    pub(in crate::service) async fn count_try(&self, lane: &Lane, uid: u32) -> anyhow::Result<u32> {
        let mut tx = self.store.begin_relaxed().await?;
        let tries = tx.count_fetch_try(lane.id, lane.cursor.uid_validity, uid).await?;
        tx.commit().await?;
        Ok(tries)
    }

    /// A message that cannot be read, or by its headers only: the user is told once.
    pub(in crate::service) async fn tell_unreadable(
        &self,
        lane: &Lane,
        uid: u32,
    ) -> anyhow::Result<()> {
        tracing::warn!(mailbox = %lane.raw_name, uid, "a message cannot be read; I go on without it");
        let mut tx = self.store.begin().await?;
        self.tell_passed_over(&mut tx, lane, uid, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
