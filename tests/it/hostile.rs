//! A thousand messages that nobody wrote to be read: each kind of trouble in many sizes, the same
//! every time.

use std::fmt::Write as _;

/// What a message is made of: its size decides how much of it.
type Kind = fn(usize) -> Vec<u8>;

const KINDS: [Kind; 25] = [
    nested_parts,
    nested_messages,
    many_parts,
    long_header,
    many_headers,
    many_recipients,
    many_references,
    the_same_header_again,
    zeros,
    eight_bits,
    encoded_words,
    one_line,
    quotes_in_quotes,
    lines_like_attributions,
    nested_tags,
    open_tags,
    links,
    calendar,
    dates,
    brackets,
    base64,
    quoted_printable,
    boundary_names,
    no_head,
    combining_marks,
];

/// Each kind in eight sizes from 1 to `largest`, and each of these five times.
pub fn messages(largest: usize) -> Vec<Vec<u8>> {
    let sizes = (0..8).rev().map(|halvings| largest >> (2 * halvings));
    let mut all = Vec::new();
    for size in sizes {
        for more in 1..=5 {
            all.extend(KINDS.iter().map(|kind| kind(size + more)));
        }
    }
    all
}

fn message(head: &str, body: &str) -> Vec<u8> {
    let text = format!(
        "From: Lou Stone <lou@strangers.test>\nTo: jane@example.test\nSubject: Hello there\n\
         Date: Fri, 20 Nov 2026 09:00:00 +0100\n{head}\n{body}\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}

/// `make` for each number up to `n`, joined.
fn repeated(n: usize, make: impl Fn(usize) -> String) -> String {
    (0..n).map(make).collect()
}

fn nested_parts(n: usize) -> Vec<u8> {
    let part = |i| format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\n\n--b{i}\n");
    message(&repeated(n, part), "hello")
}

fn nested_messages(n: usize) -> Vec<u8> {
    let inner = |i| format!("Content-Type: message/rfc822\n\nSubject: inner {i}\n");
    message(&repeated(n, inner), "hello")
}

fn many_parts(n: usize) -> Vec<u8> {
    let part = |i| format!("--b\nContent-Type: text/plain\n\nPart {i}: we will let you know.\n");
    message("Content-Type: multipart/mixed; boundary=b\n", &repeated(n, part))
}

fn long_header(n: usize) -> Vec<u8> {
    message(&format!("X-Long: {}\n", "interview ".repeat(n * 20)), "hello")
}

fn many_headers(n: usize) -> Vec<u8> {
    message(&repeated(n, |i| format!("X-H{i}: interview\n")), "hello")
}

fn many_recipients(n: usize) -> Vec<u8> {
    message(&format!("Cc: {}z@z.test\n", repeated(n * 10, |i| format!("r{i}@r.test,\n "))), "hello")
}

fn many_references(n: usize) -> Vec<u8> {
    message(&format!("References:{}\n", repeated(n, |i| format!("\n <r{i}@r.test>"))), "hello")
}

fn the_same_header_again(n: usize) -> Vec<u8> {
    let again = |i| format!("From: <p{i}@p.test>\nMessage-ID: <m{i}@m.test>\nDate: {i}\n");
    message(&repeated(n, again), "hello")
}

fn zeros(n: usize) -> Vec<u8> {
    let mut bytes = message("X-Zero: a\0b\n", "We would like to invite you.\0");
    bytes.extend(std::iter::repeat_n(0, n * 10));
    bytes
}

fn eight_bits(n: usize) -> Vec<u8> {
    let mut bytes =
        b"Subject: Entretien \xe0 Gen\xe8ve\r\nFrom: \xff\xfe <\xe9@x.test>\r\n\r\n".to_vec();
    bytes.extend((0..n * 10).map(|i| u8::try_from(128 + i % 128).unwrap()));
    bytes
}

fn encoded_words(n: usize) -> Vec<u8> {
    let word = |i| format!("=?utf-8?b?SW50ZXJ2aWV3?= =?x-unknown-{i}?q?=ZZ?= =?utf-8?q?broken\n ");
    message(&format!("X-Subject: x\nSubject: {}x\n", repeated(n, word)), "hello")
}

fn one_line(n: usize) -> Vec<u8> {
    message("", &"you are invited to an interview on Tuesday ".repeat(n * 10))
}

fn quotes_in_quotes(n: usize) -> Vec<u8> {
    let depth = n.min(2_000);
    message("", &repeated(n, |i| format!("{} approve\n", ">".repeat(i % depth + 1))))
}

fn lines_like_attributions(n: usize) -> Vec<u8> {
    message("", &repeated(n, |i| format!("On Mon, {i} Nov 2026 at 10:00, Anna <a@a.test>\n")))
}

fn nested_tags(n: usize) -> Vec<u8> {
    let html = format!("{}hi{}", "<div><blockquote>".repeat(n), "</blockquote></div>".repeat(n));
    message("Content-Type: text/html\n", &html)
}

fn open_tags(n: usize) -> Vec<u8> {
    message("Content-Type: text/html\n", &"<table><tr><td><a href='".repeat(n))
}

fn links(n: usize) -> Vec<u8> {
    message("", &repeated(n, |i| format!("<https://x.test/{i}?{}> ", "a=b&".repeat(20))))
}

fn calendar(n: usize) -> Vec<u8> {
    let mut text = String::from("BEGIN:VCALENDAR\nMETHOD:REQUEST\n");
    for i in 0..n {
        write!(text, "BEGIN:VEVENT\nUID:u{i}\nDTSTART:20261201T100000Z\nRRULE:FREQ=SECONDLY\n")
            .unwrap();
    }
    message("Content-Type: text/calendar; method=REQUEST\n", &text)
}

fn dates(n: usize) -> Vec<u8> {
    message("", &repeated(n, |i| format!("We will let you know by Friday {i} December or 4.12. ")))
}

fn brackets(n: usize) -> Vec<u8> {
    message(&format!("Cc: {}\n", "(".repeat(n * 10)), &"<([{\"".repeat(n))
}

fn base64(n: usize) -> Vec<u8> {
    message("Content-Transfer-Encoding: base64\n", &"SW50ZXJ2aWV3IQ==\n*\n".repeat(n))
}

fn quoted_printable(n: usize) -> Vec<u8> {
    message("Content-Transfer-Encoding: quoted-printable\n", &"=C3=\n=ZZ=\n".repeat(n))
}

fn boundary_names(n: usize) -> Vec<u8> {
    message("", &repeated(n, |i| format!("boundary=\"{i}\"\n--{i}\n")))
}

fn no_head(n: usize) -> Vec<u8> {
    b"\r\n\r\n".repeat(n)
}

fn combining_marks(n: usize) -> Vec<u8> {
    message(
        "Content-Type: text/plain; charset=utf-8\n",
        &format!("Hi a{}", "\u{301}".repeat(n * 10)),
    )
}
