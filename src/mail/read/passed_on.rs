//! The message inside a message that was passed on: attached as it was, or written into the text
//! under a header block, as mail programs do in many languages.
//!
//! The surprising fact: who passes on a text may have changed it. What is found here is the word of
//! whoever passed it on, and is only believed of the user.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Message as Parsed, MessageParser, PartType};

use crate::domain::message::Message;

use super::body::Body;
use super::headers::one_line;
use super::new_text::{header_block, separator};
use super::{MAX_NESTING, ReadContext, nesting, prepared, read};

/// Longest field taken from a header block in a text.
const MAX_FIELD: usize = 500;

/// The first message inside, read like any other; `None` if there is none. Where it does not say
/// when it was written, `context.received` counts.
#[must_use]
pub fn passed_on(bytes: &[u8], context: &ReadContext<'_>) -> Option<Message> {
    let bytes = prepared(bytes);
    if nesting(&bytes) > MAX_NESTING {
        return None;
    }
    let found = catch_unwind(AssertUnwindSafe(|| attached(&bytes).or_else(|| written_in(&bytes))));
    let inner = read(&found.ok()??, context);
    (!inner.from.is_empty()).then_some(inner)
}

fn attached(bytes: &[u8]) -> Option<Vec<u8>> {
    let message: Parsed<'_> = MessageParser::default().parse(bytes)?;
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => Some(inner.raw_message().to_vec()),
        _ => None,
    })
}

/// The text under the first header block, with the fields of that block as real ones.
fn written_in(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = Body::of(bytes).text;
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect();
    let begins = |at: &usize| {
        let forwarded = separator::at(&lines, *at) == Some(separator::Separator::Forwarded);
        let next = (at + 1..at + 4).find(|next| header_block::at(&lines, *next).is_some());
        if forwarded { next } else { header_block::at(&lines, *at).map(|_| *at) }
    };
    let block = (0..lines.len()).find_map(|at| begins(&at))?;
    let length = header_block::at(&lines, block)?;
    let (head, rest) = lines.get(block..)?.split_at_checked(length)?;
    let mut message = String::new();
    for (name, value) in header_block::fields(head) {
        message += &format!("{name}: {}\r\n", one_line(value, MAX_FIELD));
    }
    message += "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    message += &rest.join("\r\n");
    Some(message.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::OwnAddresses;

    fn inner(body: &str) -> Option<Message> {
        let own = OwnAddresses::none();
        let context = ReadContext { own: &own, received: None, zone: chrono_tz::UTC };
        let message = format!("From: jane@doe.example\r\nTo: jane@doe.example\r\n{body}");
        passed_on(message.replace('\n', "\r\n").as_bytes(), &context)
    }

    #[test]
    fn what_stands_in_the_text_is_read_with_its_sender_and_its_date() {
        for block in [
            "---------- Forwarded message ---------\nFrom: Anna Schmidt <anna@acme.example>\nDate: Wed, 25 Nov 2026 10:00:00 +0100\nSubject: Re: Interview\nTo: Jane\n",
            "Anfang der weitergeleiteten Nachricht:\n\nVon: Anna Schmidt <anna@acme.example>\nBetreff: Re: Interview\nDatum: Wed, 25 Nov 2026 10:00:00 +0100\nAn: Jane\n",
        ] {
            let found = inner(&format!(
                "Subject: Fwd: x\nContent-Type: text/plain; charset=utf-8\n\nsee below\n\n{block}\nWe will let you know by Friday, 4 December.\n"
            ))
            .unwrap();
            assert_eq!(found.author().unwrap().address.as_str(), "anna@acme.example", "{block}");
            assert_eq!(found.subject, "Re: Interview");
            assert_eq!(found.new_text, "We will let you know by Friday, 4 December.");
            let by = found.promises.first().and_then(|promise| promise.not_before);
            assert_eq!(by, "2026-12-04".parse().ok());
        }
    }

    #[test]
    fn an_attached_message_is_read_with_its_own_id() {
        let found = inner(
            "Subject: Fwd: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: message/rfc822\n\nFrom: Anna <anna@acme.example>\nSubject: Interview\nMessage-ID: <one@acme.example>\n\nHello Jane\n--b--\n",
        )
        .unwrap();
        assert_eq!(found.message_id.unwrap().as_str(), "one@acme.example");
        assert_eq!(found.new_text, "Hello Jane");
    }

    #[test]
    fn a_text_without_a_message_inside_has_none() {
        assert!(inner("Subject: Fwd: x\n\nI only write about it.\n").is_none());
    }
}
