//! One line of a FETCH answer. Dates are those of the server's calendar.
//!
//! Surprising: Gmail writes its own labels in quotes and with two backslashes, and so does this.

use chrono::FixedOffset;
use imap_codec::imap_types::fetch::{MessageDataItemName, Section};

use super::super::post::Message;
use super::super::post::header::{fields, head, is_named};
use super::session::text;

/// Whether any of the items sets `\Seen` in a mailbox that is open for writing.
pub(super) fn marks_seen(items: &[MessageDataItemName<'_>]) -> bool {
    items.iter().any(|item| matches!(item, MessageDataItemName::BodyExt { peek: false, .. }))
}

/// `* 3 FETCH (…)`; `None` if an item is not served.
pub(super) fn line(
    number: usize,
    uid: u32,
    message: &Message,
    items: &[MessageDataItemName<'_>],
    calendar: FixedOffset,
    gmail: bool,
) -> Option<Vec<u8>> {
    let mut line = format!("* {number} FETCH (UID {uid}").into_bytes();
    if gmail {
        let labels: Vec<String> = message.labels.iter().map(|label| quoted(label)).collect();
        let (id, thread, labels) = (message.id, message.thread, labels.join(" "));
        line.extend(
            format!(" X-GM-MSGID {id} X-GM-THRID {thread} X-GM-LABELS ({labels})").into_bytes(),
        );
    }
    for item in items {
        match item {
            MessageDataItemName::Uid => {}
            MessageDataItemName::InternalDate => {
                let date = message.arrived_at.with_timezone(&calendar);
                let date = date.format("%d-%b-%Y %H:%M:%S %z");
                line.extend(format!(" INTERNALDATE \"{date}\"").into_bytes());
            }
            MessageDataItemName::Rfc822Size => {
                line.extend(format!(" RFC822.SIZE {}", message.bytes.len()).into_bytes());
            }
            MessageDataItemName::Flags => {
                let flags: Vec<&str> = message.flags.iter().map(String::as_str).collect();
                line.extend(format!(" FLAGS ({})", flags.join(" ")).into_bytes());
            }
            MessageDataItemName::BodyExt { section, partial, .. } => {
                let (name, octets) = section_of(section.as_ref(), message)?;
                let from = partial.map(|(from, _)| format!("<{from}>")).unwrap_or_default();
                let octets = cut(octets, *partial);
                line.extend(format!(" BODY[{name}]{from} {{{}}}\r\n", octets.len()).into_bytes());
                line.extend(octets);
            }
            _ => return None,
        }
    }
    line.extend(b")\r\n");
    Some(line)
}

fn section_of(section: Option<&Section<'_>>, message: &Message) -> Option<(String, Vec<u8>)> {
    match section {
        None => Some((String::new(), message.bytes.to_vec())),
        Some(Section::Header(None)) => {
            let octets = [head(&message.bytes), b"\r\n"].concat();
            Some(("HEADER".to_owned(), octets))
        }
        Some(Section::HeaderFields(None, names)) => {
            let names: Vec<_> = names.as_ref().iter().map(text).collect();
            let mut octets: Vec<u8> = fields(&message.bytes)
                .into_iter()
                .filter(|field| names.iter().any(|name| is_named(field, name)))
                .flatten()
                .copied()
                .collect();
            octets.extend(b"\r\n");
            Some((format!("HEADER.FIELDS ({})", names.join(" ")), octets))
        }
        Some(_) => None,
    }
}

fn cut(octets: Vec<u8>, partial: Option<(u32, std::num::NonZeroU32)>) -> Vec<u8> {
    let Some((from, length)) = partial else { return octets };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let length = usize::try_from(length.get()).unwrap_or(usize::MAX);
    octets.into_iter().skip(from).take(length).collect()
}

/// A quoted string (RFC 3501 §4.3).
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
