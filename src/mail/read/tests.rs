//! Whole messages, odd ones among them.

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::domain::message::AutomaticClass;

fn parsed(bytes: &[u8]) -> Message {
    let own = OwnAddresses::none();
    read(bytes, &ReadContext { own: &own, received: None, zone: Tz::Europe__Berlin })
}

#[test]
fn the_fields_of_a_message_are_read() {
    let message = parsed(
        b"From: =?utf-8?Q?Anna_M=C3=BCller?= <Anna@Acme.example>\r\nTo: jane@mail.example\r\n\
          Subject: Re: Interview\r\nDate: Tue, 24 Nov 2026 15:02:00 +0100\r\nMessage-ID: <1@acme.example>\r\n\
          In-Reply-To: <0@mail.example>\r\nReferences: <a@mail.example>\r\n <0@mail.example>\r\n\
          Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\r\n",
    );
    assert_eq!(message.from[0].to_string(), "Anna Müller <anna@acme.example>");
    assert_eq!(message.references.len(), 2);
    assert_eq!(message.new_text, "Grüße");
    assert!(message.defects.is_empty(), "{:?}", message.defects);
}

#[test]
fn the_first_of_two_ids_counts_and_two_senders_are_seen() {
    let message = parsed(
        b"Message-ID: <1@a.example>\nMessage-ID: <2@b.example>\nFrom: a@a.example\nFrom: b@b.example\n\nx",
    );
    assert_eq!(message.message_id.unwrap().as_str(), "1@a.example");
    assert_eq!(message.from.len(), 2);
    assert!(message.defects.iter().any(|d| d.contains("message-id")));
    assert!(message.defects.iter().any(|d| d.contains("from")));
}

#[test]
fn html_is_read_where_there_is_no_plain_text() {
    let message = parsed(
        b"From: a@a.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n \
          \n--b\nContent-Type: text/html\n\n<p>yes</p><blockquote>no</blockquote>\n--b--\n",
    );
    assert_eq!(message.new_text, "yes");
}

#[test]
fn a_hint_to_look_at_the_html_is_no_text() {
    let message = parsed(
        b"From: a@a.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nThis mail needs \
          an HTML viewer.\n--b\nContent-Type: text/html\n\n<p>We invite you.</p>\n--b--\n",
    );
    assert_eq!(message.new_text, "We invite you.");
}

#[test]
fn deep_nesting_leaves_the_headers() {
    let mut deep = b"From: a@a.example\nSubject: deep\n".to_vec();
    for n in 0..30_000 {
        deep.extend(format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n").as_bytes());
    }
    let message = parsed(&deep);
    assert_eq!(message.subject, "deep");
    assert!(message.defects.iter().any(|d| d.contains("nested")));
    let mut inner = b"From: a@a.example\n".to_vec();
    inner.extend(b"Content-Type: message/rfc822\n\n".repeat(50_000));
    assert!(!parsed(&inner).from.is_empty());
}

#[test]
fn a_forwarded_bounce_is_a_persons_message() {
    let message = parsed(
        b"From: anna@a.example\nSubject: Fwd: Undelivered\nContent-Type: multipart/mixed; boundary=b\n\n\
          --b\n\nLook\n--b\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@mx.example\n\
          Content-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\n\
          Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;x@y.example\nAction: failed\n\
          --c--\n--b--\n",
    );
    assert_eq!((message.bounce, message.automatic), (None, None));
    assert!(message.forwarded);
}

#[test]
fn codes_are_collected_from_quotes_too() {
    let message = parsed(b"From: a@a.example\n\napprove\n\n> ref: 7Q2K-4M9P-B3XD-0H5T\n");
    assert_eq!((message.new_text.as_str(), message.ref_codes.len()), ("approve", 1));
}

#[test]
fn an_absence_names_its_end() {
    let message = parsed(
        b"From: anna@a.example\nSubject: Automatic reply: Interview\nDate: Thu, 26 Nov 2026 10:00:00 +0100\n\
          Auto-Submitted: auto-replied\n\nI am out of office until 30 November.\n",
    );
    let automatic = message.automatic.unwrap();
    assert_eq!(automatic.class, AutomaticClass::OutOfOffice);
    assert_eq!(automatic.returns_on.unwrap().to_string(), "2026-12-01");
}

#[test]
fn old_line_ends_and_mailbox_lines_are_understood() {
    assert_eq!(parsed(b"From: a@a.example\rSubject: x\r\rhello").new_text, "hello");
    assert_eq!(parsed(b"From anna Mon Jan 1\nSubject: x\n\nhello").subject, "x");
    assert!(!is_message(b"just a line"));
    assert!(!is_message(b""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let message = parsed(&bytes);
        prop_assert!(message.new_text.len() <= 64 * 1024);
    }

    #[test]
    fn debris_of_messages_is_read(pieces in proptest::collection::vec(prop_oneof![
        Just("Content-Type: multipart/mixed; boundary=b\n"), Just("\n--b\n"), Just("\n"), Just("--b--"),
        Just("Content-Type: text/html\n"), Just("Content-Transfer-Encoding: base64\n"), Just("From: <\n"),
        Just("<div><blockquote>"), Just("Content-Type: message/rfc822\n\n"), Just("=?utf-8?B?w"),
        Just("Content-Type: message/delivery-status\n\nFinal-Recipient: x\nAction: failed\n"),
    ], 0..30)) {
        let _ = parsed(pieces.concat().as_bytes());
    }
}

#[test]
fn nesting_up_to_the_limit_fits_a_small_stack() {
    let mut parts = b"From: a@a.example\n".to_vec();
    for n in 0..99 {
        parts
            .extend(format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n").as_bytes());
    }
    parts.extend(b"\nhello");
    let mut inner = b"From: a@a.example\n".to_vec();
    inner.extend(b"Content-Type: message/rfc822\n\n".repeat(99));
    let small = std::thread::Builder::new().stack_size(1024 * 1024);
    let read = small.spawn(move || (parsed(&parts), parsed(&inner))).unwrap().join().unwrap();
    assert_eq!(read.0.new_text, "hello");
}

#[test]
fn a_message_that_was_cut_off_keeps_its_words() {
    let message = parsed(
        b"From: a@a.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; \
          charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe und so",
    );
    assert_eq!(message.new_text, "Grüße und so");
}

#[test]
fn bytes_without_an_encoding_are_latin1() {
    assert_eq!(parsed(b"From: a@a.example\n\nGr\xfc\xdfe").new_text, "Grüße");
}

#[test]
fn a_cut_off_base64_part_keeps_its_beginning() {
    let message = parsed(
        b"From: a@a.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: \
          text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8gSmFuZSwgd2UgaW52aXRlIHlvdQ",
    );
    assert!(message.new_text.starts_with("Hello Jane"), "{}", message.new_text);
}
