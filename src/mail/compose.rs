//! Makes the bytes of a message: one plain text, one recipient, quoted-printable.
//!
//! It does not choose words and it does not send. Two kinds leave here, and they are told apart
//! by what they carry: mail to the user says that a machine made it, mail to an employer says
//! nothing of the kind, because a person read and approved every word.
//!
//! The surprising fact: names and subjects come from other people's mail, so they are cleaned
//! here again (`clean_line`), and the finished bytes are checked line by line before they leave.

use chrono::{DateTime, FixedOffset};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MessageBuilder, MultiPart, SinglePart};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::Draft;
use crate::domain::ids::MessageId;
use crate::domain::user_mail::UserMail;

/// Header that says what a mail to the user is.
pub const KIND_HEADER: &str = "X-Afterword-Kind";
/// Header by which the service knows its own mail again.
pub const MARK_HEADER: &str = "X-Afterword-Mark";
/// Header that says which installation wrote a mail to the user.
pub const INSTALLATION_HEADER: &str = "X-Afterword-Installation";

/// Where a mail to the user comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The name of this installation.
    pub installation: &'a str,
    /// `OwnMark::sign` of the mail's Message-ID.
    pub mark: &'a str,
}

const LONGEST_SUBJECT: usize = 250;
const LONGEST_NAME: usize = 100;
/// RFC 5322 §2.1.1, without the line end.
const LONGEST_LINE: usize = 998;
/// Leaves room for the header's name and the brackets.
const LONGEST_ID: usize = 900;
/// More than any follow-up or summary.
const LONGEST_BODY: usize = 256 * 1024;
/// Ids in References: the first, and the last nine.
const LAST_REFERENCES: usize = 9;

/// Why no message was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The address is not named: errors reach the log.
    #[error("the {0} address cannot be written to")]
    Address(&'static str),
    #[error("the Message-ID does not fit a header")]
    MessageId,
    #[error("the mark does not fit a header")]
    Mark,
    #[error("the text is empty or too long")]
    Body,
    #[error("the date cannot be written")]
    Date,
    #[error("the message could not be built: {0}")]
    Build(String),
    #[error("a line of the message is too long or ends wrongly")]
    Line,
}

/// A message to an employer, exactly as approved.
///
/// # Errors
/// If a part does not fit a message; nothing is guessed or cut off but invisible characters.
pub fn employer_mail(draft: &Draft, date: DateTime<FixedOffset>) -> Result<Vec<u8>, ComposeError> {
    if draft.to.address.is_no_reply() {
        return Err(ComposeError::Address("recipient's"));
    }
    let letter = Letter {
        from: &draft.from,
        to: &draft.to,
        subject: &draft.subject,
        body: &draft.body,
        message_id: &draft.message_id,
        in_reply_to: draft.in_reply_to.as_ref(),
        references: &draft.references,
        date,
    };
    letter.bytes(Vec::new())
}

/// A mail to the user.
///
/// # Errors
/// If a part does not fit a message.
pub fn user_mail(
    mail: &UserMail,
    html: Option<&str>,
    from: &Correspondent,
    to: &Correspondent,
    origin: Origin<'_>,
    date: DateTime<FixedOffset>,
) -> Result<Vec<u8>, ComposeError> {
    let fits =
        |value: &str| value.len() <= 128 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !fits(origin.mark) || !fits(origin.installation) {
        return Err(ComposeError::Mark);
    }
    let letter = Letter {
        from,
        to,
        subject: &mail.subject,
        body: &mail.body,
        message_id: &mail.message_id,
        in_reply_to: mail.in_reply_to.as_ref(),
        references: mail.in_reply_to.as_slice(),
        date,
    };
    letter.with_twin(
        html,
        vec![
            plain("Auto-Submitted", "auto-generated"),
            plain("X-Auto-Response-Suppress", "All"),
            plain(KIND_HEADER, mail.kind.as_str()),
            plain(MARK_HEADER, origin.mark),
            plain(INSTALLATION_HEADER, origin.installation),
        ],
    )
}

/// The References of an answer: those of the message it answers, and that message itself
/// (RFC 5322 §3.6.4); of a long chain the first and the last nine.
#[must_use]
pub fn reference_chain(parent_references: &[MessageId], parent: &MessageId) -> Vec<MessageId> {
    let mut chain: Vec<MessageId> = Vec::new();
    for id in parent_references.iter().filter(|id| *id != parent).chain([parent]) {
        if fits_header(id) && !chain.contains(id) {
            chain.push(id.clone());
        }
    }
    if chain.len() > LAST_REFERENCES + 1 {
        chain.drain(1..chain.len() - LAST_REFERENCES);
    }
    chain
}

/// One line that is safe in a header and on a screen: without control and direction characters,
/// with single spaces, cut off at `longest` characters. What is shown for approval should have
/// been through this, so that it is sent as it was shown.
#[must_use]
pub fn clean_line(text: &str, longest: usize) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| is_plain(*c))
        .collect();
    // A reader would decode this as an encoded word (RFC 2047 §2).
    let spaced = spaced.replace("=?", "= ?");
    let words = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    words.chars().take(longest).collect::<String>().trim_end().to_owned()
}

/// A subject as it is sent.
#[must_use]
pub fn clean_subject(text: &str) -> String {
    clean_line(text, LONGEST_SUBJECT)
}

/// A text without control and direction characters; lines end with `\n`.
#[must_use]
pub fn clean_text(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if matches!(c, '\r' | '\u{2028}' | '\u{2029}') { '\n' } else { c })
        .filter(|c| matches!(c, '\n' | '\t') || is_plain(*c))
        .collect()
}

/// Neither control character nor one that turns or hides what stands beside it.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The parts of any message that leaves.
struct Letter<'a> {
    from: &'a Correspondent,
    to: &'a Correspondent,
    subject: &'a str,
    body: &'a str,
    message_id: &'a MessageId,
    in_reply_to: Option<&'a MessageId>,
    references: &'a [MessageId],
    date: DateTime<FixedOffset>,
}

impl Letter<'_> {
    fn bytes(self, more: Vec<HeaderValue>) -> Result<Vec<u8>, ComposeError> {
        let text = body(self.body)?;
        let builder = self.headers(more)?.header(ContentType::TEXT_PLAIN);
        self.finish(builder.body(text))
    }

    /// The text and, beside it, the same as HTML.
    fn with_twin(
        self,
        html: Option<&str>,
        more: Vec<HeaderValue>,
    ) -> Result<Vec<u8>, ComposeError> {
        let Some(html) = html else { return self.bytes(more) };
        let part = |kind: ContentType, body: Body| SinglePart::builder().header(kind).body(body);
        let boundary: String =
            self.message_id.as_str().chars().filter(char::is_ascii_alphanumeric).take(24).collect();
        let both = MultiPart::alternative()
            .boundary(format!("afterword-{boundary}"))
            .singlepart(part(ContentType::TEXT_PLAIN, body(self.body)?))
            .singlepart(part(ContentType::TEXT_HTML, body(html)?));
        let builder = self.headers(more)?;
        self.finish(builder.multipart(both))
    }

    fn headers(&self, more: Vec<HeaderValue>) -> Result<MessageBuilder, ComposeError> {
        if !fits_header(self.message_id) {
            return Err(ComposeError::MessageId);
        }
        // The builder's own date goes by years of four digits and knows no offset.
        if !(0..253_402_300_800).contains(&self.date.timestamp()) {
            return Err(ComposeError::Date);
        }
        let mut builder = Message::builder()
            .date(self.date.into())
            .from(mailbox(self.from, "sender's")?)
            .to(mailbox(self.to, "recipient's")?)
            .subject(clean_subject(self.subject))
            .raw_header(ids("Message-ID", &[self.message_id]))
            .raw_header(plain("MIME-Version", "1.0"));
        if let Some(parent) = self.in_reply_to.filter(|id| fits_header(id)) {
            builder = builder.raw_header(ids("In-Reply-To", &[parent]));
        }
        let references: Vec<&MessageId> =
            self.references.iter().filter(|id| fits_header(id)).collect();
        if !references.is_empty() {
            builder = builder.raw_header(ids("References", &references));
        }
        for header in more {
            builder = builder.raw_header(header);
        }
        Ok(builder)
    }

    fn finish(
        &self,
        built: Result<Message, lettre::error::Error>,
    ) -> Result<Vec<u8>, ComposeError> {
        let mut message = built.map_err(|cause| ComposeError::Build(cause.to_string()))?;
        message.headers_mut().insert_raw(plain("Date", &self.date.to_rfc2822()));
        let bytes = message.formatted();
        lines_are_sound(&bytes).then_some(bytes).ok_or(ComposeError::Line)
    }
}

fn mailbox(person: &Correspondent, whose: &'static str) -> Result<Mailbox, ComposeError> {
    let unusable = || ComposeError::Address(whose);
    if !person.address.is_sendable() {
        return Err(unusable());
    }
    let address: lettre::Address =
        Address::as_str(&person.address).parse().map_err(|_| unusable())?;
    let name = person.name.as_deref().map(|name| clean_line(name, LONGEST_NAME));
    Ok(Mailbox::new(name.filter(|name| !name.is_empty()), address))
}

/// Plain text always goes as quoted-printable: any server takes it and long lines do no harm.
fn body(text: &str) -> Result<Body, ComposeError> {
    let text = format!("{}\n", clean_text(text).trim_end());
    if text.trim().is_empty() || text.len() > LONGEST_BODY {
        return Err(ComposeError::Body);
    }
    Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| ComposeError::Body)
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Ids are folded between, never inside and never encoded: a client threads by them. All of
/// them went through `fits_header`.
fn ids(name: &'static str, ids: &[&MessageId]) -> HeaderValue {
    let bracketed: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, bracketed.join(" "), bracketed.join("\r\n "))
}

fn fits_header(id: &MessageId) -> bool {
    id.as_str().len() <= LONGEST_ID && id.as_str().bytes().all(|byte| byte.is_ascii_graphic())
}

/// CR and LF only together, no line over 998 octets, nothing but ASCII.
fn lines_are_sound(bytes: &[u8]) -> bool {
    let Some(text) = bytes.strip_suffix(b"\r\n") else { return false };
    let mut rest = text;
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n").unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let sound = line.len() <= LONGEST_LINE
            && line.iter().all(|byte| byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0));
        if !sound {
            return false;
        }
        match after.get(2..) {
            Some(next) => rest = next,
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests;
