//! One mailbox during a look: which headers are fetched next, and what is done about a message that
//! the server or the reading layer cannot hand over, or the record not take.
//!
//! What is being read is noted down before it is asked for, and a try of one message alone is
//! counted before it is made. So a message that ends the process is isolated like one that fails: in
//! halves, then alone. Its third try is by its headers only, and after that it is passed over.

use std::collections::VecDeque;
use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{Cursor, Opened, Role, SearchSpan, UidRange, Window, Windows};
use crate::imap::ImapError;
use crate::service::{Record, Service};
use crate::store::StoreError;

use super::Reader;
use super::order::Queued;

/// Messages whose headers are fetched at once.
pub(super) const WINDOW: usize = 500;
/// Tries to read one message before it is passed over.
pub(in crate::service) const TRIES: u32 = 3;
/// How long a server that asks for patience has it. Gmail shuts an account out for a day; but some
/// servers ask for it for ever because of one message.
const PATIENCE: TimeDelta = TimeDelta::days(2);

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
    /// How many UIDs are searched for next.
    span: SearchSpan,
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
            span: SearchSpan::new(opened.exists),
        }
    }

    /// Fetches the next window of headers if none is waiting. What fails is dealt with here; an
    /// error is a connection that cannot be made again, or the record.
    pub async fn refill(&mut self, reader: &mut Reader, service: &Service) -> anyhow::Result<()> {
        while self.waiting.is_empty() && self.halted.is_none() {
            service.goes_on()?;
            if let Some(window) = self.windows.cut(WINDOW) {
                self.fetch_window(reader, &service.record, window).await?;
                continue;
            }
            let Some(span) = self.windows.span(self.span.size()) else { return Ok(()) };
            match reader.uids(self, span).await {
                Ok(uids) => {
                    self.span = self.span.after(uids.len());
                    self.windows.found(span, uids);
                }
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

    /// What was asked of the server; `None` if it was not to be had, and then nothing more is read of
    /// this mailbox in this look.
    pub async fn or_halt<T>(
        &mut self,
        reader: &mut Reader,
        asked: anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        match asked {
            Ok(got) => Ok(Some(got)),
            Err(error) if error.is::<ImapError>() => {
                self.halt(reader, &error).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
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

    /// The same of whatever kept a message from being taken in.
    pub fn is_kept_by_a_busy_server(&self, error: &anyhow::Error, now: DateTime<Utc>) -> bool {
        error.downcast_ref().is_some_and(|error| self.is_for_later(error, now))
    }

    /// The tries of a message that is read alone, with this one; 0 for one in company.
    pub fn tries_of(&self, uid: u32) -> u32 {
        self.alone.filter(|(alone, _)| *alone == uid).map_or(0, |(_, tries)| tries)
    }
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
