//! The parts of a message: which text to read, and what else is inside. The parsed structure
//! is walked in place and never copied or printed: both go deep into the stack for nested mail.

use std::borrow::Cow;

use mail_parser::{
    Encoding, Message as Parsed, MessageParser, MessagePart, MimeHeaders as _, PartType,
};

use super::headers::latin1;
use super::{flowed, html};

/// Nested messages looked into.
const MAX_NESTED: usize = 3;
const MAX_PARTS: usize = 500;
const MAX_TEXT: usize = 512 * 1024;
/// Longest header section or report kept of a part.
const MAX_REPORT: usize = 64 * 1024;

/// What a message carries, as text.
#[derive(Default)]
pub struct Body {
    /// Text to read for what the sender wrote.
    pub text: String,
    /// There was no plain text.
    pub html_only: bool,
    /// text/calendar parts and .ics attachments.
    pub calendars: Vec<String>,
    /// message/delivery-status parts.
    pub delivery: Vec<String>,
    /// Headers of messages inside, from message/rfc822 and text/rfc822-headers.
    pub inner_headers: Vec<String>,
    /// Text of the parts that are not shown: an old bounce puts its words there.
    pub rest: String,
    /// Multiparts without a boundary, as they stand.
    salvage: String,
    pub defects: Vec<String>,
}

impl Body {
    /// Reads all parts. `bytes` has been checked for nesting by the caller.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut body = Self::default();
        match MessageParser::default().parse(bytes) {
            Some(message) => {
                body.choose_text(&message);
                body.collect(&message, 0);
            }
            None => body.defects.push("no parts could be read".to_owned()),
        }
        if body.text.trim().is_empty() && !body.salvage.is_empty() {
            body.defect("a multipart was broken, its text was salvaged");
            body.text = salvaged(&body.salvage);
            body.rest.push_str(&body.text);
        }
        body
    }

    fn choose_text(&mut self, message: &Parsed<'_>) {
        let plain = part_texts(message, &message.text_body, &mut self.html_only);
        if !plain.trim().is_empty() && !is_placeholder(&plain) {
            self.text = plain;
            return;
        }
        let mut html_only = false;
        let html = part_texts(message, &message.html_body, &mut html_only);
        if !html.trim().is_empty() {
            self.html_only = html_only;
            self.text = html;
        } else {
            self.text = plain;
        }
    }

    fn collect(&mut self, message: &Parsed<'_>, depth: usize) {
        for part in message.parts.iter().take(MAX_PARTS) {
            if part.is_encoding_problem && depth == 0 {
                self.defect("a part's encoding was broken");
            }
            if let PartType::Message(inner) = &part.body {
                let raw = inner.raw_message.get(start_of(inner)..).unwrap_or_default();
                self.inner_headers.push(lossy(raw, MAX_REPORT));
                if depth < MAX_NESTED {
                    self.collect(inner, depth + 1);
                }
                continue;
            }
            self.collect_part(part, depth);
        }
    }

    fn collect_part(&mut self, part: &MessagePart<'_>, depth: usize) {
        let kind = kind_of(part);
        let name = part.attachment_name().unwrap_or_default().to_lowercase();
        match kind.as_str() {
            "text/calendar" | "application/ics" => self.calendar(part),
            _ if is_named(&name, "ics") => self.calendar(part),
            // Deeper inside, a report belongs to a message that was passed on.
            "message/delivery-status" | "message/global-delivery-status" if depth == 0 => {
                self.delivery.push(lossy(part.contents(), MAX_REPORT));
            }
            "text/rfc822-headers" | "message/rfc822" | "message/partial" => {
                self.inner_headers.push(lossy(part.contents(), MAX_REPORT));
            }
            "application/ms-tnef" | "application/vnd.ms-tnef" => self.defect("tnef part, not read"),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted" => {
                self.defect("encrypted, not read");
            }
            _ if kind.starts_with("multipart/") && depth == 0 && self.salvage.len() < MAX_TEXT => {
                self.salvage.push_str(&lossy(part.contents(), MAX_TEXT));
            }
            _ if part.is_text() && self.rest.len() < MAX_TEXT => {
                self.rest.push_str(&lossy(part.contents(), MAX_REPORT));
                self.rest.push('\n');
            }
            _ => {}
        }
    }

    fn calendar(&mut self, part: &MessagePart<'_>) {
        if self.calendars.len() < 10 {
            self.calendars.push(lossy(part.contents(), MAX_TEXT));
        }
    }

    fn defect(&mut self, what: &str) {
        if !self.defects.iter().any(|one| one == what) {
            self.defects.push(what.to_owned());
        }
    }
}

/// Some programs write nothing into the plain text but that the reader should look at the HTML.
fn is_placeholder(plain: &str) -> bool {
    plain.len() < 300 && plain.to_lowercase().contains("html")
}

/// The lines of a broken multipart without its boundaries and part headers.
fn salvaged(raw: &str) -> String {
    let structure = |line: &&str| {
        let lower = line.trim_start().to_ascii_lowercase();
        (lower.starts_with("--") && lower.len() > 12 && !lower.contains(' '))
            || lower.starts_with("content-")
            || lower.starts_with("boundary=")
            || lower.starts_with("charset=")
    };
    raw.lines().filter(|line| !structure(line)).collect::<Vec<_>>().join("\n")
}

fn start_of(inner: &Parsed<'_>) -> usize {
    inner.parts.first().map_or(0, |part| usize::try_from(part.offset_header).unwrap_or(usize::MAX))
}

fn is_named(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end == extension)
}

/// `type/subtype` in lower case; `text/plain` where nothing is said (RFC 2045 §5.2).
fn kind_of(part: &MessagePart<'_>) -> String {
    part.content_type().map_or_else(
        || "text/plain".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_lowercase(),
    )
}

fn lossy(bytes: &[u8], max: usize) -> String {
    String::from_utf8_lossy(bytes.get(..max.min(bytes.len())).unwrap_or_default()).into_owned()
}

/// The text of these parts, one below the other; HTML is converted.
fn part_texts(message: &Parsed<'_>, ids: &[u32], html_only: &mut bool) -> String {
    let mut out = String::new();
    let (mut plain, mut html) = (false, false);
    for id in ids.iter().take(MAX_PARTS) {
        let Some(part) = message.part(*id) else { continue };
        let text = match &part.body {
            PartType::Text(text) => {
                plain |= !text.trim().is_empty();
                plain_text(part, &undeclared(message, part, text))
            }
            PartType::Html(source) => {
                html = true;
                html::to_text(capped(&undeclared(message, part, source)))
            }
            PartType::Binary(_)
            | PartType::InlineBinary(_)
            | PartType::Message(_)
            | PartType::Multipart(_) => continue,
        };
        if out.len() < MAX_TEXT {
            out.push_str(&text);
            out.push('\n');
        }
    }
    *html_only = html && !plain;
    out
}

/// The text of a part that names no encoding and is no UTF-8: Latin-1 is the best guess.
fn undeclared<'t>(message: &Parsed<'_>, part: &MessagePart<'_>, text: &'t str) -> Cow<'t, str> {
    let named = part.content_type().is_some_and(|kind| kind.attribute("charset").is_some());
    let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let raw = message.raw_message.get(offset(part.offset_body)..offset(part.offset_end));
    match raw {
        Some(raw) if !named && part.encoding == Encoding::None && text.contains('\u{fffd}') => {
            Cow::Owned(latin1(raw))
        }
        _ => Cow::Borrowed(text),
    }
}

fn plain_text(part: &MessagePart<'_>, text: &str) -> String {
    let text = html::without_marks(capped(text));
    let attribute = |name| {
        part.content_type().and_then(|kind| kind.attribute(name)).unwrap_or_default().to_lowercase()
    };
    if attribute("format") == "flowed" {
        return flowed::undo(&text, attribute("delsp") == "yes");
    }
    text
}

/// At most this much of a text is looked at; a page of HTML has far more source than words.
fn capped(text: &str) -> &str {
    text.get(..text.floor_char_boundary(4 * MAX_TEXT)).unwrap_or_default()
}
