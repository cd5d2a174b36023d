//! Reading messages: a fixed set of headers for many, the body of one.
//!
//! Headers are octets here; what they mean is for others to say. No structure, no envelope, no
//! flag is ever changed (PEEK).
//! Surprising: servers put other messages, and news about flags, into the answer. What counts is
//! the UID in the response, never its place or its sequence number.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use async_imap::imap_proto::{AttributeValue, Response};
use chrono::format::{Item, Parsed, StrftimeItems};
use chrono::{DateTime, Utc};

use super::quote::{uid_list, uid_set};
use super::{Capabilities, ImapError, Session};
use crate::domain::mailbox::UidRange;

/// One message as the header pass sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedHeaders {
    pub uid: u32,
    /// INTERNALDATE.
    pub arrived_at: Option<DateTime<Utc>>,
    /// In octets; 0 if the server does not say.
    pub size: u32,
    /// Not sent yet: flagged `\Draft`, or labelled so by Gmail (scheduled mail as well).
    pub draft: bool,
    /// Gmail files it under its own label for sent mail.
    pub sent: bool,
    pub gmail_message_id: Option<u64>,
    pub gmail_thread_id: Option<u64>,
    /// EMAILID (RFC 8474).
    pub email_id: Option<String>,
    /// THREADID (RFC 8474).
    pub thread_id: Option<String>,
    /// The header lines asked for, as they were sent, with the empty line at the end.
    pub headers: Vec<u8>,
}

/// Without the header lines: these belong in no log.
impl fmt::Debug for FetchedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchedHeaders")
            .field("uid", &self.uid)
            .field("arrived_at", &self.arrived_at)
            .field("size", &self.size)
            .field("draft", &self.draft)
            .field("header_octets", &self.headers.len())
            .finish_non_exhaustive()
    }
}

const FIELDS: &str = "Message-ID X-Microsoft-Original-Message-ID In-Reply-To References From \
    Sender Reply-To To Cc Subject Date Content-Type Auto-Submitted Precedence Return-Path List-Id \
    List-Unsubscribe List-Post Feedback-ID X-Autoreply X-Autorespond X-Auto-Response-Suppress \
    X-Failed-Recipients X-Loop X-Afterword-Kind X-Afterword-Mark X-Afterword-Installation";

/// Most header octets one answer may bring; ask for fewer messages at a time.
const MOST_HEADER_OCTETS: usize = 32 << 20;

/// Octets of the headers of one message, where they are cut short.
const HEADER_START: u32 = 64 << 10;

/// One section only: Yahoo answers NO to two.
fn header_items(capabilities: &Capabilities, part: &str) -> String {
    let gmail = if capabilities.gmail() { " X-GM-MSGID X-GM-THRID X-GM-LABELS" } else { "" };
    let object = if capabilities.objectid() { " EMAILID THREADID" } else { "" };
    format!(
        "UID INTERNALDATE RFC822.SIZE FLAGS{gmail}{object} BODY.PEEK[HEADER.FIELDS ({FIELDS})]{part}"
    )
}

/// What has come of one message; its parts may arrive in several responses.
#[derive(Default)]
struct Piece {
    arrived_at: Option<DateTime<Utc>>,
    size: Option<u32>,
    draft: bool,
    sent: bool,
    gmail_message_id: Option<u64>,
    gmail_thread_id: Option<u64>,
    email_id: Option<String>,
    thread_id: Option<String>,
    headers: Option<Vec<u8>>,
}

impl Session {
    /// Headers of all messages in the window, ascending by UID. UIDs that do not exist (any more)
    /// are missing from the result; anything less than a full answer is an error.
    pub async fn fetch_headers(
        &mut self,
        range: UidRange,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        self.headers(&uid_set(range), &|uid| range.contains(uid), "").await
    }

    /// The same for messages that lie apart; at most [`super::MOST_UIDS`] of them.
    pub async fn fetch_headers_of(
        &mut self,
        uids: &[u32],
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        self.headers(&uid_list(uids)?, &|uid| uids.contains(&uid), "").await
    }

    /// The same with only the beginning of each message's headers, for a window in which some
    /// are larger than any answer may be.
    pub async fn fetch_header_starts(
        &mut self,
        range: UidRange,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        let part = format!("<0.{HEADER_START}>");
        self.headers(&uid_set(range), &|uid| range.contains(uid), &part).await
    }

    async fn headers(
        &mut self,
        set: &str,
        wanted: &(dyn Fn(u32) -> bool + Sync),
        part: &str,
    ) -> Result<Vec<FetchedHeaders>, ImapError> {
        self.need_open()?;
        let mut pieces = BTreeMap::<u32, Piece>::new();
        let mut octets = 0;
        let items = header_items(&self.capabilities, part);
        let line = format!("UID FETCH {set} ({items})");
        self.wire
            .run("FETCH", &line, &mut |response| {
                let Some((uid, attributes)) = message(response) else { return Ok(()) };
                if wanted(uid) {
                    octets += pieces.entry(uid).or_default().take(attributes);
                }
                if octets > MOST_HEADER_OCTETS {
                    return Err(ImapError::Protocol("FETCH: too many header octets".to_owned()));
                }
                Ok(())
            })
            .await?;
        let mut messages = Vec::with_capacity(pieces.len());
        for (uid, piece) in pieces {
            if piece.headers.is_none() && piece.size.is_some() {
                let text = format!("FETCH: message {uid} came without its headers");
                return Err(ImapError::Protocol(text));
            }
            messages.extend(piece.finish(uid));
        }
        Ok(messages)
    }

    /// The first `cap` octets of a message, header and body; `None` if it is gone.
    pub async fn fetch_body(&mut self, uid: u32, cap: u32) -> Result<Option<Vec<u8>>, ImapError> {
        self.need_open()?;
        let cap = cap.max(1);
        let line = format!("UID FETCH {uid} (UID BODY.PEEK[]<0.{cap}>)");
        let mut body = None;
        self.wire.allow_literals(usize::try_from(cap).ok());
        let fetched = self
            .wire
            .run("FETCH", &line, &mut |response| {
                if let Some((found, attributes)) = message(response)
                    && found == uid
                    && let Some(data) = whole_body(attributes)
                {
                    body = Some(data.to_vec());
                }
                Ok(())
            })
            .await;
        self.wire.allow_literals(None);
        fetched.map(|()| body)
    }
}

/// A FETCH response that says whose it is.
fn message<'a, 'r>(response: &'a Response<'r>) -> Option<(u32, &'a [AttributeValue<'r>])> {
    let Response::Fetch(_, attributes) = response else { return None };
    let uid = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        // The library's enum is open.
        _ => None,
    })?;
    Some((uid, attributes))
}

fn whole_body<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<&'a [u8]> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data: Some(data), .. } => Some(&**data),
        // The library's enum is open.
        _ => None,
    })
}

impl Piece {
    /// Takes in one response; gives the number of header octets it brought.
    fn take(&mut self, attributes: &[AttributeValue<'_>]) -> usize {
        let mut octets = 0;
        for attribute in attributes {
            match attribute {
                AttributeValue::InternalDate(text) => self.arrived_at = internal_date(text),
                AttributeValue::Rfc822Size(size) => self.size = Some(*size),
                AttributeValue::Flags(flags) => {
                    self.draft |= flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Draft"));
                }
                AttributeValue::GmailLabels(labels) => {
                    self.draft |= UNSENT.iter().any(|own| has_label(labels, own));
                    self.sent = has_label(labels, "Sent");
                }
                AttributeValue::GmailMsgId(id) => self.gmail_message_id = Some(*id),
                AttributeValue::GmailThrId(id) => self.gmail_thread_id = Some(*id),
                AttributeValue::EmailId(id) => self.email_id = Some(id.to_string()),
                AttributeValue::ThreadId(id) => {
                    self.thread_id = id.as_ref().map(ToString::to_string);
                }
                AttributeValue::BodySection { section: Some(_), data, .. } => {
                    let data = data.as_deref().unwrap_or_default();
                    octets += data.len();
                    self.headers = Some(data.to_vec());
                }
                // Nothing else was asked for; the library's enum is open.
                _ => {}
            }
        }
        octets
    }

    fn finish(self, uid: u32) -> Option<FetchedHeaders> {
        Some(FetchedHeaders {
            uid,
            arrived_at: self.arrived_at,
            size: self.size.unwrap_or_default(),
            draft: self.draft,
            sent: self.sent,
            gmail_message_id: self.gmail_message_id,
            gmail_thread_id: self.gmail_thread_id,
            email_id: self.email_id,
            thread_id: self.thread_id,
            headers: self.headers?,
        })
    }
}

/// RFC 9051 `date-time`.
static DATE_TIME: LazyLock<Vec<Item<'static>>> =
    LazyLock::new(|| StrftimeItems::new("%d-%b-%Y %H:%M:%S %z").collect());

/// The day may be padded with a blank.
fn internal_date(text: &str) -> Option<DateTime<Utc>> {
    let mut parsed = Parsed::new();
    chrono::format::parse(&mut parsed, text.trim(), DATE_TIME.iter()).ok()?;
    parsed.to_datetime().ok().map(|at| at.to_utc())
}

/// Gmail's own labels of mail that was not sent.
const UNSENT: [&str; 3] = ["Draft", "Drafts", "Scheduled"];

/// Whether one of Gmail's own labels is there: it writes them with one backslash, or with two
/// inside quotes. A label of the user's has none.
fn has_label(labels: &[impl AsRef<str>], own: &str) -> bool {
    labels.iter().map(AsRef::as_ref).any(|label| {
        let name = label.trim_start_matches('\\');
        name.len() < label.len() && name.eq_ignore_ascii_case(own)
    })
}

#[cfg(test)]
mod tests;
