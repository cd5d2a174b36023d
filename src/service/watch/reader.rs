//! The connection during a look, and the mailbox that is open on it: what is asked of the server, and
//! what is done when the connection is spent.
//!
//! The surprising fact: an answer is not believed to be whole. A message that is there and did not
//! come is an error like one that was refused.

use std::collections::BTreeSet;

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{SearchSpan, UidRange, Window, Windows};
use crate::imap::{FetchedHeaders, ImapError, MOST_UIDS, Session};
use crate::service::entrance::Door;

use super::Lane;
use super::meter::Meter;

/// The open connection and the mailbox that is open on it.
pub(in crate::service) struct Reader {
    pub account: AccountId,
    pub session: Session,
    pub open: Option<MailboxId>,
    pub meter: Meter,
    door: Door,
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

    /// Whether a message is there.
    pub async fn has(&mut self, lane: &Lane, uid: u32) -> Result<bool, ImapError> {
        let Some(one) = UidRange::new(uid, uid) else { return Ok(false) };
        Ok(!self.uids(lane, one).await?.is_empty())
    }

    /// Asks which messages come next; `false` if there are no more.
    pub async fn find_more(
        &mut self,
        lane: &Lane,
        windows: &mut Windows,
        size: &mut SearchSpan,
    ) -> Result<bool, ImapError> {
        let Some(span) = windows.span(size.size()) else { return Ok(false) };
        let uids = self.uids(lane, span).await?;
        *size = size.after(uids.len());
        windows.found(span, uids);
        Ok(true)
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
        if body.is_none() && self.has(lane, uid).await? {
            return Err(left_out_of_an_answer(uid));
        }
        Ok(body)
    }
}

/// The server says that all is well, and a message it has is missing in the answer.
pub(in crate::service) fn left_out_of_an_answer(uid: u32) -> ImapError {
    ImapError::No { command: "FETCH", text: format!("message {uid} was left out of the answer") }
}
