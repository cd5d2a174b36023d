//! Reading one message from its bytes. It never fails: odd mail gives few fields and a list of
//! defects. It reads every header field itself (see `headers`) and leaves the MIME structure
//! to the parser, which is not called at all for mail nested deeper than any real one.

mod automatic;
mod body;
mod bounce;
mod closing;
mod flowed;
mod headers;
mod html;
mod ids;
mod new_text;
mod passed_on;
mod ref_codes;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;

use crate::domain::address::OwnAddresses;
use crate::domain::message::Message;
use crate::mail::sense::{SenseInput, sense};

use self::body::Body;
use self::headers::Headers;
use self::new_text::NewText;

pub use self::new_text::of_another_mail;
pub use self::passed_on::passed_on;

/// More bytes than this are not read.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// No real mail has more parts inside parts. Above it, only the headers are read.
const MAX_NESTING: usize = 100;

/// What has to be known besides the bytes.
#[derive(Debug, Clone)]
pub struct ReadContext<'a> {
    pub own: &'a OwnAddresses,
    /// When the message arrived; default: the message's own date.
    pub received: Option<DateTime<Utc>>,
    /// The user's time zone.
    pub zone: Tz,
}

impl ReadContext<'_> {
    fn received(&self, message: &Message) -> Option<DateTime<FixedOffset>> {
        self.received.map(|at| at.with_timezone(&self.zone).fixed_offset()).or(message.date)
    }
}

/// Reads a whole message.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext<'_>) -> Message {
    let bytes = prepared(bytes);
    let headers = Headers::split(&bytes);
    let mut message = of_headers(&headers);
    if nesting(&bytes) > MAX_NESTING {
        message.defects.push("nested too deep, only the headers were read".to_owned());
        message.automatic = automatic::of(&headers, &message, false);
        return message;
    }
    // A message that makes a parser give up must not end the service.
    let parts = catch_unwind(AssertUnwindSafe(|| {
        let body = Body::of(&closing::closed(&bytes));
        let text = new_text::of(&body.text);
        (body, text)
    }));
    let Ok((body, text)) = parts else {
        message.defects.push("the parts could not be read".to_owned());
        message.automatic = automatic::of(&headers, &message, false);
        return message;
    };
    fill(&mut message, &headers, body, text, context);
    message
}

/// Reads a header section without its body, as the first pass over a mailbox fetches it.
#[must_use]
pub fn read_headers(bytes: &[u8], context: &ReadContext<'_>) -> Message {
    let bytes = prepared(bytes);
    let headers = Headers::split(&bytes);
    let mut message = of_headers(&headers);
    message.automatic = automatic::of(&headers, &message, false);
    apply_sense(&mut message, &Body::default(), "", context);
    message
}

/// The fields of a header section and nothing of what they mean: no kind, no employer, not whether
/// a machine wrote it.
#[must_use]
pub fn read_fields(bytes: &[u8]) -> Message {
    of_headers(&Headers::split(&prepared(bytes)))
}

/// Whether the bytes are a message at all: they begin with fields, one of which mail has.
#[must_use]
pub fn is_message(bytes: &[u8]) -> bool {
    const FIELDS: [&str; 16] = [
        "from",
        "to",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "in-reply-to",
    ];
    let bytes = prepared(bytes);
    let headers = Headers::split(&bytes);
    FIELDS.iter().any(|name| headers.has(name))
}

fn fill(
    message: &mut Message,
    headers: &Headers<'_>,
    body: Body,
    text: NewText,
    context: &ReadContext<'_>,
) {
    ref_codes::collect(&message.subject, &mut message.ref_codes);
    ref_codes::collect(&body.text, &mut message.ref_codes);
    message.new_text = text.text;
    message.bounce = bounce::of(headers, message, &body);
    message.forwarded |=
        text.forwarded || (message.bounce.is_none() && !body.inner_headers.is_empty());
    message.defects.extend(body.defects.iter().cloned());
    message.automatic = automatic::of(headers, message, !body.calendars.is_empty());
    let received = context.received(message);
    if let Some(automatic) = &mut message.automatic {
        automatic::add_return(automatic, &message.subject, &message.new_text, received);
    }
    // A delivery report is worded by a server: what it is about, its ids say.
    if message.bounce.is_none() {
        apply_sense(message, &body, &text.signature, context);
    }
}

fn apply_sense(message: &mut Message, body: &Body, signature: &str, context: &ReadContext<'_>) {
    let input = SenseInput {
        message,
        calendars: &body.calendars,
        html_only: body.html_only,
        received: context.received(message),
        zone: context.zone,
        own: context.own,
        signature,
    };
    let Ok(sensed) = catch_unwind(AssertUnwindSafe(|| sense(&input))) else {
        message.defects.push("the words could not be read".to_owned());
        return;
    };
    message.kind = sensed.kind;
    message.confidence = sensed.confidence;
    message.evidence = sensed.evidence;
    message.about_a_job = sensed.about_a_job;
    message.employer = sensed.employer;
    message.position = sensed.position;
    message.reference = sensed.reference;
    message.tone = sensed.tone;
    message.signed_by = sensed.signed_by;
    message.promises = sensed.promises;
    message.invitation = sensed.invitation;
    message.proposals = sensed.proposals;
    message.wants_a_call = sensed.wants_a_call;
}

/// Cuts what is too long, drops an mbox line, and gives lines that end with CR alone an LF.
fn prepared(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut bytes = bytes.get(..MAX_BYTES.min(bytes.len())).unwrap_or_default();
    bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"From ") || bytes.starts_with(b">From ") {
        let end = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len());
        bytes = bytes.get(end..).unwrap_or_default().trim_ascii_start();
    }
    if !bytes.contains(&b'\n') && bytes.contains(&b'\r') {
        return bytes.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect();
    }
    Cow::Borrowed(bytes)
}

/// How often the bytes announce a message or a multipart inside.
fn nesting(bytes: &[u8]) -> usize {
    let boundaries =
        memchr::memchr_iter(b'=', bytes).filter(|at| ends_with(bytes, *at, b"boundary"));
    let messages = announced(bytes, b"message", b"rfc822").count();
    boundaries.count().max(messages).max(announced(bytes, b"message", b"global").count())
}

/// Where the bytes name a media type, in any case of its letters.
pub fn announced<'a>(
    bytes: &'a [u8],
    kind: &'a [u8],
    subtype: &'a [u8],
) -> impl Iterator<Item = usize> + 'a {
    memchr::memchr_iter(b'/', bytes).filter(move |at| {
        let after = bytes.get(at + 1..at + 1 + subtype.len());
        ends_with(bytes, *at, kind)
            && after.is_some_and(|after| after.eq_ignore_ascii_case(subtype))
    })
}

/// Whether a word stands right before a place.
fn ends_with(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    let before = at.checked_sub(word.len()).and_then(|from| bytes.get(from..at));
    before.is_some_and(|before| before.eq_ignore_ascii_case(word))
}

fn of_headers(headers: &Headers<'_>) -> Message {
    let subject = headers.text("subject").unwrap_or_default();
    let mut message = Message {
        message_id: headers.all("message-id").find_map(ids::single),
        former_ids: ids::of_field(headers, "x-microsoft-original-message-id"),
        in_reply_to: ids::of_field(headers, "in-reply-to"),
        references: ids::of_field(headers, "references"),
        from: headers.all_addresses("from"),
        sender: headers.addresses("sender").into_iter().next().map(|one| one.address),
        reply_to: headers.addresses("reply-to"),
        to: headers.all_addresses("to"),
        cc: headers.all_addresses("cc"),
        date: headers.date(),
        mark: headers.only("x-afterword-mark"),
        service_kind: headers.only("x-afterword-kind"),
        installation: headers.only("x-afterword-installation"),
        forwarded: is_forward(headers, &subject),
        subject,
        hops: headers.hops(),
        ..Message::default()
    };
    message.defects = header_defects(headers, &message);
    message
}

fn header_defects(headers: &Headers<'_>, message: &Message) -> Vec<String> {
    let mut defects: Vec<String> =
        ["from", "sender", "message-id", "date", "subject", "in-reply-to"]
            .into_iter()
            .filter(|name| headers.count(name) > 1)
            .map(|name| format!("more than one {name} field, the first counts"))
            .collect();
    let missing = [
        (message.message_id.is_none(), "no message id"),
        (message.from.is_empty(), "no sender"),
        (message.date.is_none(), "no date"),
        (headers.malformed, "a header line was malformed"),
    ];
    defects.extend(missing.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()));
    defects
}

/// Whether the header says that the message was passed on.
fn is_forward(headers: &Headers<'_>, subject: &str) -> bool {
    const MARKS: [&str; 14] = [
        "fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "doorst:", "enc:", "vb:", "vs:", "pd:", "转发:",
        "轉寄:", "fwd :",
    ];
    let subject = subject.to_lowercase();
    MARKS.iter().any(|mark| subject.starts_with(mark))
        || headers.has("x-forwarded-message-id")
        || headers.has_prefix("resent-")
}

#[cfg(test)]
mod tests;
