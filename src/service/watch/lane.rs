//! The connection during a look, and one mailbox on it: which headers are fetched next, and what
//! is done about a message that the server or the reading layer cannot hand over.
//!
//! A window that fails is fetched again one by one. The try is counted before it is made, so that
//! a message that kills the process is passed over, too, after its third try.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use crate::domain::ids::MailboxId;
use crate::domain::mailbox::{Cursor, Role, UidRange};
use crate::imap::{Deadlines, FetchedHeaders, ImapError, Login, Session};
use crate::service::Record;

use super::SEARCH_SPAN;

/// Messages whose headers are fetched at once.
const WINDOW: usize = 300;
/// Tries to read one message before it is passed over.
pub(in crate::service) const TRIES: u32 = 3;

/// The open connection and the mailbox that is open on it.
pub(in crate::service) struct Reader {
    pub session: Session,
    pub open: Option<MailboxId>,
    login: Login,
}

/// One mailbox during a look.
pub(in crate::service) struct Lane {
    pub id: MailboxId,
    pub raw_name: String,
    pub role: Role,
    /// Moves with every message that was taken in.
    pub cursor: Cursor,
    /// The last look that ended well, on our clock.
    pub last_read_at: Option<DateTime<Utc>>,
    pub uid_next: u32,
    pub exists: u32,
    pub waiting: VecDeque<FetchedHeaders>,
    /// Why nothing more is read of it in this look.
    pub halted: Option<String>,
    uids: VecDeque<u32>,
    searched_to: u32,
    /// How many messages of a failed window are still fetched one by one.
    one_by_one: usize,
}

impl Reader {
    pub async fn connect(login: &Login) -> Result<Self, ImapError> {
        let session = Session::connect(login, &Deadlines::default()).await?;
        Ok(Self { session, open: None, login: login.clone() })
    }

    /// Connects again if the session is spent.
    pub async fn recover(&mut self) -> Result<(), ImapError> {
        if !self.session.is_usable() {
            *self = Self::connect(&self.login.clone()).await?;
        }
        Ok(())
    }

    pub async fn examine(&mut self, lane: &Lane) -> Result<(), ImapError> {
        if self.open != Some(lane.id) {
            self.open = None;
            self.session.examine(&lane.raw_name).await?;
            self.open = Some(lane.id);
        }
        Ok(())
    }

    /// The headers of a window. An answer beyond all measure ends the session; it must not keep
    /// everything after that message from being read, so the beginnings are read instead.
    pub async fn headers(
        &mut self,
        lane: &Lane,
        range: UidRange,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        self.examine(lane).await?;
        match self.session.fetch_headers(range).await {
            Err(ImapError::Protocol(cause)) => {
                tracing::info!(%cause, "headers are read again, cut short");
                self.recover().await?;
                self.examine(lane).await?;
                self.session.fetch_header_starts(range).await
            }
            read => read,
        }
    }

    /// The first `cap` octets of a message, or `None` if it is gone.
    pub async fn body(
        &mut self,
        lane: &Lane,
        uid: u32,
        cap: u32,
    ) -> Result<Option<Vec<u8>>, ImapError> {
        self.examine(lane).await?;
        self.session.fetch_body(uid, cap).await
    }
}

impl Lane {
    pub fn new(
        id: MailboxId,
        raw_name: &str,
        role: Role,
        cursor: Cursor,
        opened: crate::domain::mailbox::Opened,
    ) -> Self {
        Self {
            id,
            raw_name: raw_name.to_owned(),
            role,
            cursor,
            last_read_at: None,
            uid_next: opened.uid_next,
            exists: opened.exists,
            waiting: VecDeque::new(),
            halted: None,
            uids: VecDeque::new(),
            searched_to: cursor.next_uid,
            one_by_one: 0,
        }
    }

    /// Fetches the next window of headers if none is waiting. What fails is dealt with here; an
    /// error is a connection that cannot be made again, or the record.
    pub async fn refill(&mut self, reader: &mut Reader, record: &Record) -> anyhow::Result<()> {
        while self.waiting.is_empty() && self.halted.is_none() {
            if self.uids.is_empty() {
                let last = self.searched_to.saturating_add(SEARCH_SPAN).min(self.uid_next);
                let Some(range) = UidRange::new(self.searched_to, last.saturating_sub(1)) else {
                    return Ok(());
                };
                match self.search(reader, range).await {
                    Ok(uids) => {
                        self.uids = uids.into();
                        self.searched_to = last;
                    }
                    Err(error) => self.halt(reader, &error).await?,
                }
                continue;
            }
            self.fetch_window(reader, record).await?;
        }
        Ok(())
    }

    async fn search(&self, reader: &mut Reader, range: UidRange) -> Result<Vec<u32>, ImapError> {
        reader.examine(self).await?;
        reader.session.uids(range).await
    }

    async fn halt(&mut self, reader: &mut Reader, error: &ImapError) -> anyhow::Result<()> {
        reader.recover().await?;
        self.halted = Some(error.to_string());
        Ok(())
    }

    async fn fetch_window(&mut self, reader: &mut Reader, record: &Record) -> anyhow::Result<()> {
        let size = if self.one_by_one > 0 { 1 } else { WINDOW };
        let window: Vec<u32> = self.uids.drain(..size.min(self.uids.len())).collect();
        let (Some(first), Some(last)) = (window.first(), window.last()) else { return Ok(()) };
        let Some(range) = UidRange::new(*first, *last) else { return Ok(()) };
        let mut tries = 0;
        if self.one_by_one > 0 {
            tries = record.count_try(self, *first).await?;
            if tries > TRIES {
                self.one_by_one -= 1;
                record.pass_over(self, *first).await?;
                return Ok(());
            }
        }
        match reader.headers(self, range).await {
            Ok(headers) => {
                self.one_by_one = self.one_by_one.saturating_sub(1);
                self.waiting = headers.into();
            }
            Err(error) if window.len() > 1 => {
                tracing::debug!("a window of headers failed, it is fetched one by one: {error}");
                reader.recover().await?;
                self.one_by_one = window.len();
                for uid in window.into_iter().rev() {
                    self.uids.push_front(uid);
                }
            }
            Err(error) if tries == 0 => {
                reader.recover().await?;
                self.one_by_one = 1;
                self.uids.push_front(range.first());
                tracing::debug!("the headers of one message failed: {error}");
            }
            Err(error) => self.halt(reader, &error).await?,
        }
        Ok(())
    }
}

impl Record {
    /// Counts a try on a message that made trouble.
    pub(in crate::service) async fn count_try(&self, lane: &Lane, uid: u32) -> anyhow::Result<u32> {
        let mut tx = self.store.begin().await?;
        let tries = tx.count_fetch_try(lane.id, lane.cursor.uid_validity, uid).await?;
        tx.commit().await?;
        Ok(tries)
    }

    /// A message that cannot be read is passed over, and the user is told once.
    async fn pass_over(&self, lane: &Lane, uid: u32) -> anyhow::Result<()> {
        tracing::warn!(mailbox = %lane.raw_name, uid, "a message cannot be read; it is passed over");
        let mut tx = self.store.begin().await?;
        self.tell_passed_over(&mut tx, lane, uid, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}
