//! The connection during a look, and one mailbox on it: which headers are fetched next, and what
//! is done about a message that the server or the reading layer cannot hand over, or the record
//! not take.
//!
//! What is being read is noted down before it is asked for. So a message that ends the process is
//! isolated like one that fails: in halves, then alone, and passed over after its third try.

use std::collections::VecDeque;
use std::fmt::Display;

use chrono::{DateTime, Utc};

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
    pub uid_next: u32,
    pub exists: u32,
    pub waiting: VecDeque<Queued>,
    /// Why nothing more is read of it in this look.
    pub halted: Option<String>,
    /// The window of the look back that an earlier look did not come to the end of.
    pub left_in_the_past: Option<UidRange>,
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
            self.session.examine(&lane.raw_name).await?;
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
                Err(ImapError::Protocol(_)) => {
                    for uid in some.iter().filter_map(|uid| UidRange::new(*uid, *uid)) {
                        self.recover().await?;
                        match self.headers(lane, uid).await {
                            Err(ImapError::Protocol(cause)) => {
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
            uid_next: opened.uid_next,
            exists: opened.exists,
            waiting: VecDeque::new(),
            halted: None,
            left_in_the_past: cursor.in_hand.filter(is_past),
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
        match reader.headers(self, window.range()).await {
            Ok(headers) => {
                self.waiting = headers.into_iter().map(Queued::new).collect();
                record.was_read(self, &window).await?;
            }
            Err(error) if window.suspect().is_some() || is_for_later(&error) => {
                self.halt(reader, &error).await?;
            }
            Err(error) => {
                tracing::debug!("a window of headers failed, it is fetched in halves: {error}");
                reader.recover().await?;
                self.windows.failed(window);
            }
        }
        Ok(())
    }
}

/// The server is busy: asking for less would not help.
pub(super) fn is_for_later(error: &ImapError) -> bool {
    matches!(error, ImapError::Temporary(_) | ImapError::Auth(_) | ImapError::Net(_))
}

/// Whether it is this message that made trouble, so that others can be read: the server cannot hand
/// it over, or the record refuses what it says. A record that is full or busy takes no other either.
pub(in crate::service) fn is_of_this_message(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ImapError>().is_some() || was_refused(error)
}

/// Whether the record refuses what a message says.
pub(super) fn was_refused(error: &anyhow::Error) -> bool {
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
        if let Some(suspect) = window.suspect()
            && self.count_try(lane, suspect).await? > TRIES
        {
            self.pass_over(lane, suspect).await?;
            return Ok(false);
        }
        lane.cursor.in_hand = Some(window.range());
        self.store.note_cursor(lane.id, lane.cursor).await?;
        Ok(true)
    }

    /// A message that made trouble before made none this time.
    pub(super) async fn was_read(&self, lane: &Lane, window: &Window) -> anyhow::Result<()> {
        let Some(suspect) = window.suspect() else { return Ok(()) };
        let mut tx = self.store.begin_relaxed().await?;
        tx.forget_fetch_tries(lane.id, lane.cursor.uid_validity, suspect).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts a try on a message that made trouble.
    pub(in crate::service) async fn count_try(&self, lane: &Lane, uid: u32) -> anyhow::Result<u32> {
        let mut tx = self.store.begin_relaxed().await?;
        let tries = tx.count_fetch_try(lane.id, lane.cursor.uid_validity, uid).await?;
        tx.commit().await?;
        Ok(tries)
    }

    /// A message that cannot be read is passed over, and the user is told once.
    pub(in crate::service) async fn pass_over(&self, lane: &Lane, uid: u32) -> anyhow::Result<()> {
        tracing::warn!(mailbox = %lane.raw_name, uid, "a message cannot be read; it is passed over");
        let mut tx = self.store.begin().await?;
        self.tell_passed_over(&mut tx, lane, uid, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
