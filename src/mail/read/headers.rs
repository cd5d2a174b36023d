//! The header fields of one message, split by hand and decoded one by one.
//!
//! The MIME parser keeps the last of duplicate fields; most mail programs believe the first.
//! So we keep all of them in order, take the first, and say that there were more.

use chrono::{DateTime, FixedOffset, NaiveDate};
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use crate::domain::address::{Address, Correspondent};

/// More header fields or bytes than this are not read.
const MAX_FIELDS: usize = 2_000;
const MAX_BYTES: usize = 256 * 1024;
/// Longest decoded text kept of one field, in characters.
const MAX_TEXT: usize = 1_000;
const MAX_ADDRESSES: usize = 200;
const MOST_HOPS: usize = 20;

/// One field: its name as it is written and its raw value, folds included.
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

/// The fields of one header section, in order.
#[derive(Default)]
pub struct Headers<'a> {
    fields: Vec<Field<'a>>,
    /// Something was not a header line, or there was too much of it.
    pub malformed: bool,
}

impl<'a> Headers<'a> {
    /// Splits the header section at the beginning of `bytes`; lines may end with LF or CRLF.
    #[must_use]
    pub fn split(bytes: &'a [u8]) -> Self {
        let mut headers = Self::default();
        let bytes = bytes.get(..MAX_BYTES.min(bytes.len())).unwrap_or_default();
        let mut start = 0;
        while let Some((end, next)) = field_end(bytes, start) {
            let line = bytes.get(start..end).unwrap_or_default();
            start = next;
            if line.iter().all(u8::is_ascii_whitespace) {
                break;
            }
            if headers.fields.len() >= MAX_FIELDS {
                headers.malformed = true;
                break;
            }
            match split_name(line) {
                Some((name, value)) => headers.fields.push(Field { name, value }),
                None => headers.malformed = true,
            }
        }
        headers
    }

    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Whether any field's name begins like this.
    #[must_use]
    pub fn has_prefix(&self, prefix: &str) -> bool {
        let begins = |name: &[u8]| {
            name.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        self.fields.iter().any(|field| begins(field.name))
    }

    /// The raw values of a field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |field: &&Field<'a>| field.name.eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(named).map(|field| field.value)
    }

    /// The first value of a field as one line of text, encoded words undone.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.all(name).next().map(decode_text)
    }

    /// The first value in lower case, for comparing; empty if there is none.
    #[must_use]
    pub fn lower(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_lowercase()
    }

    /// The only value of a field; `None` if there are two.
    #[must_use]
    pub fn only(&self, name: &str) -> Option<String> {
        let mut values = self.all(name);
        let first = values.next()?;
        values.next().is_none().then(|| decode_text(first))
    }

    /// The addresses of the first field of this name.
    #[must_use]
    pub fn addresses(&self, name: &str) -> Vec<Correspondent> {
        self.all(name).next().map(decode_addresses).unwrap_or_default()
    }

    /// The addresses of every field of this name, without repetition.
    #[must_use]
    pub fn all_addresses(&self, name: &str) -> Vec<Correspondent> {
        let mut found: Vec<Correspondent> = Vec::new();
        for one in self.all(name).flat_map(decode_addresses) {
            if !found.iter().any(|other| other.address == one.address) {
                found.push(one);
            }
        }
        found
    }

    /// Protocols of the Received fields, newest first (RFC 5321 §4.4, RFC 3848).
    pub fn hops(&self) -> Vec<String> {
        let protocol = |field: &[u8]| {
            let text = latin1(field).to_uppercase();
            let mut words = text.split_whitespace().skip_while(|word| *word != "WITH").skip(1);
            let word = words.next().unwrap_or("?");
            word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
        };
        self.all("received").map(protocol).take(MOST_HOPS).collect()
    }

    #[must_use]
    pub fn date(&self) -> Option<DateTime<FixedOffset>> {
        let raw = self.all("date").next()?;
        from_parts(raw).or_else(|| DateTime::parse_from_rfc2822(&decode_text(raw)).ok())
    }
}

/// Where the field that begins at `start` ends, and where the next one begins.
fn field_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let mut at = start;
    bytes.get(start)?;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(lf) = memchr::memchr(b'\n', rest) else {
            return Some((bytes.len(), bytes.len()));
        };
        let next = at + lf + 1;
        let blank_line = lf == 0 || (lf == 1 && rest.first() == Some(&b'\r'));
        let folded = matches!(bytes.get(next), Some(b' ' | b'\t')) && !is_blank_line(bytes, next);
        if blank_line || !folded {
            return Some((at + lf, next));
        }
        at = next;
    }
}

/// Whether the line at `start` holds nothing but white space: it ends the header section.
fn is_blank_line(bytes: &[u8], start: usize) -> bool {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.iter().take(200).take_while(|b| **b != b'\n').all(u8::is_ascii_whitespace)
}

fn split_name(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?.trim_ascii();
    let usable = !name.is_empty() && name.len() <= 100 && name.iter().all(u8::is_ascii_graphic);
    usable.then(|| (name, line.get(colon + 1..).unwrap_or_default()))
}

/// The value as bytes that end with a line break, as the field parsers want it. Bytes that are
/// no UTF-8 are taken for Latin-1, the most common of the encodings that break the rules.
fn terminated(raw: &[u8]) -> Vec<u8> {
    let mut owned = match std::str::from_utf8(raw) {
        Ok(text) => text.trim().as_bytes().to_vec(),
        Err(_) => latin1(raw.trim_ascii()).into_bytes(),
    };
    owned.extend_from_slice(b"\r\n");
    owned
}

/// Bytes as Latin-1.
#[must_use]
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn decode_text(raw: &[u8]) -> String {
    if let Some(plain) = plain_text(raw) {
        return one_line(plain, MAX_TEXT);
    }
    let line = terminated(raw);
    let text = match MessageStream::new(&line).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        _ => String::from_utf8_lossy(raw).into_owned(),
    };
    one_line(&text, MAX_TEXT)
}

/// A value in which nothing has to be decoded.
fn plain_text(raw: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(raw).ok().filter(|text| text.is_ascii())?;
    (memchr::memmem::find(raw, b"=?").is_none()).then_some(text)
}

/// Text without control and invisible direction characters, runs of white space as one.
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    let trimmed = text.trim_ascii();
    if trimmed.len() <= max && is_even(trimmed) {
        return trimmed.to_owned();
    }
    let mut out = String::new();
    let mut gap = false;
    let mut count = 0;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if count >= max {
            break;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        out.push(c);
        count += 1;
    }
    out
}

/// Printable ASCII with single blanks: it is one line already.
fn is_even(text: &str) -> bool {
    let mut blank = false;
    text.bytes().all(|octet| {
        let was_blank = std::mem::replace(&mut blank, octet == b' ');
        matches!(octet, b' '..=b'~') && !(blank && was_blank)
    })
}

/// Zero-width and direction-changing characters: no one sees them, and they split words.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{34f}')
}

fn decode_addresses(raw: &[u8]) -> Vec<Correspondent> {
    let line = terminated(raw);
    let mut found = Vec::new();
    if let HeaderValue::Address(list) = MessageStream::new(&line).parse_address() {
        for one in list.iter().take(MAX_ADDRESSES) {
            let Some(address) = one.address().and_then(lenient) else { continue };
            let name = one.name().map(|name| one_line(name, 200));
            found.push(Correspondent { name: name.filter(|n| !n.is_empty()), address });
        }
    }
    if found.is_empty() {
        let text = String::from_utf8_lossy(raw);
        let inside = text.split('<').nth(1).and_then(|rest| rest.split('>').next());
        found.extend(inside.and_then(lenient).map(Correspondent::bare));
    }
    found
}

/// Some machines write `mailto:` or quotes around an address.
fn lenient(text: &str) -> Option<Address> {
    let text = text.trim().trim_matches(|c| matches!(c, '\'' | '<' | '>'));
    Address::parse(text.strip_prefix("mailto:").unwrap_or(text))
}

fn from_parts(raw: &[u8]) -> Option<DateTime<FixedOffset>> {
    let line = terminated(raw);
    let HeaderValue::DateTime(date) = MessageStream::new(&line).parse_date() else { return None };
    if date.month == 0 || date.day == 0 {
        return None;
    }
    let seconds = i32::from(date.tz_hour) * 3600 + i32::from(date.tz_minute) * 60;
    let offset = FixedOffset::east_opt(if date.tz_before_gmt { -seconds } else { seconds })?;
    NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())?
        .and_hms_opt(date.hour.into(), date.minute.into(), u32::from(date.second).min(59))?
        .and_local_timezone(offset)
        .single()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_duplicate_fields_counts_and_all_senders_are_seen() {
        let headers =
            Headers::split(b"From: a@b.example\r\nSubject: x\r\nFrom: evil@x.example\r\n\r\nbody");
        assert_eq!(headers.addresses("from").len(), 1);
        assert_eq!(headers.all_addresses("from").len(), 2);
        assert_eq!(headers.text("subject").as_deref(), Some("x"));
        assert_eq!(headers.only("from"), None);
    }

    #[test]
    fn folded_and_encoded_fields_become_one_line() {
        let headers = Headers::split(
            b"Subject: =?utf-8?Q?Gespr=C3=A4ch?=\n am Montag\nX: y\n\nFrom: no@header.example\n",
        );
        assert_eq!(headers.text("subject").as_deref(), Some("Gespräch am Montag"));
        assert!(!headers.has("from"));
    }

    #[test]
    fn bytes_without_an_encoding_are_latin1() {
        let headers = Headers::split(b"Subject: Gr\xfc\xdfe\nFrom: M\xfcller <m@acme.example>\n");
        assert_eq!(headers.text("subject").as_deref(), Some("Grüße"));
        assert_eq!(headers.addresses("from")[0].name.as_deref(), Some("Müller"));
    }

    #[test]
    fn dates_keep_their_offset() {
        let date = |text: &str| {
            Headers::split(format!("Date: {text}\n").as_bytes()).date().map(|d| d.to_rfc3339())
        };
        let cases = [
            ("Tue, 24 Nov 2026 15:02:00 +0100", Some("2026-11-24T15:02:00+01:00")),
            ("24 Nov 2026 15:02:00 -0000", Some("2026-11-24T15:02:00+00:00")),
            ("Tue, 24 Nov 2026 15:02 EST", Some("2026-11-24T15:02:00-05:00")),
            ("yesterday", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn senders_without_a_usable_address_are_left_out() {
        let count = |text: &str| Headers::split(text.as_bytes()).addresses("from").len();
        assert_eq!(count("From: MAILER-DAEMON <>\n"), 0);
        assert_eq!(count("From: \"Doe, Jane\" <jane@mail.example>\n"), 1);
        assert_eq!(count("From: Anna <mailto:anna@acme.example>\n"), 1);
    }
}
