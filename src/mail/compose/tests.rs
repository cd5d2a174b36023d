//! What was composed is read back by another library.

use mail_parser::MessageParser;
use proptest::prelude::*;

use super::*;
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::ids::{ApplicationId, DraftId, PursuitId};
use crate::domain::user_mail::UserMailKind;

fn person(name: &str, address: &str) -> Correspondent {
    let name = (!name.is_empty()).then(|| name.to_owned());
    Correspondent { name, address: Address::parse(address).unwrap() }
}

fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

fn date() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-12-08T09:12:05+01:00").unwrap()
}

fn draft() -> Draft {
    Draft {
        id: DraftId(1),
        application: ApplicationId(1),
        pursuit: PursuitId(1),
        kind: DraftKind::Attempt(AttemptNumber::First),
        version: 1,
        from: person("Jane Doe", "jane@example.com"),
        to: person("Anna Schmidt", "anna.schmidt@acme.example"),
        subject: "Re: Interview Data Engineer".to_owned(),
        body: "Dear Anna,\n\nthank you for the talk – it was a pleasure.\n\nJane Doe\n".to_owned(),
        in_reply_to: Some(id("2@acme.example")),
        references: vec![id("1@acme.example"), id("2@acme.example")],
        message_id: id("0123456789abcdef@example.com"),
    }
}

fn user(subject: &str, body: &str) -> UserMail {
    UserMail {
        key: "request:1".to_owned(),
        kind: UserMailKind::ApprovalRequest,
        subject: subject.to_owned(),
        body: body.to_owned(),
        pictures: String::new(),
        message_id: id("fedcba@example.com"),
        in_reply_to: None,
    }
}

/// Header names and values, unfolded.
fn headers(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect()
}

fn names(bytes: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = headers(bytes).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

const EMPLOYER_HEADERS: [&str; 10] = [
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "mime-version",
    "references",
    "subject",
    "to",
];

#[test]
fn an_employer_reads_what_was_approved_and_nothing_else() {
    let draft = draft();
    let bytes = employer_mail(&draft, date()).unwrap();
    assert_eq!(names(&bytes), EMPLOYER_HEADERS);
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.subject(), Some("Re: Interview Data Engineer"));
    assert_eq!(read.message_id(), Some("0123456789abcdef@example.com"));
    assert_eq!(read.in_reply_to().as_text(), Some("2@acme.example"));
    assert_eq!(read.references().as_text_list().unwrap(), ["1@acme.example", "2@acme.example"]);
    let from = read.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Jane Doe"), Some("jane@example.com")));
    let to = read.to().unwrap().first().unwrap();
    assert_eq!(
        (to.name(), to.address()),
        (Some("Anna Schmidt"), Some("anna.schmidt@acme.example"))
    );
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), draft.body);
    let value = |name: &str| headers(&bytes).into_iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(value("date"), "Tue, 8 Dec 2026 09:12:05 +0100");
    assert_eq!(value("content-type"), "text/plain; charset=utf-8");
    assert_eq!(value("content-transfer-encoding"), "quoted-printable");
}

#[test]
fn mail_to_the_user_says_that_a_machine_made_it() {
    let mut mail = user("[Afterword] Send to Anna at Acme? (1 of 2) {ACME-1}", "approve\n");
    mail.in_reply_to = Some(id("reply@example.com"));
    let me = person("Jane Doe", "jane@example.com");
    let origin = |mark| Origin { installation: "0123456789abcdef", mark };
    let bytes = user_mail(&mail, None, &me, &me, origin("ab12"), date()).unwrap();
    let found = headers(&bytes);
    for (name, value) in [
        ("auto-submitted", "auto-generated"),
        ("x-auto-response-suppress", "All"),
        ("x-afterword-kind", "approval-request"),
        ("x-afterword-mark", "ab12"),
        ("in-reply-to", "<reply@example.com>"),
        ("references", "<reply@example.com>"),
    ] {
        assert!(found.contains(&(name.to_owned(), value.to_owned())), "{name}: {found:?}");
    }
    let forged = origin("a\r\nBcc: x");
    assert_eq!(user_mail(&mail, None, &me, &me, forged, date()), Err(ComposeError::Mark));
}

#[test]
fn foreign_names_and_long_lines_survive() {
    let mut draft = draft();
    draft.to.name = Some("Łukasz \"Luke\" Żółć, Dr. (株式会社)".to_owned());
    draft.subject = format!("Re: Gespräch über {}", "Datenflüsse und ".repeat(12).trim_end());
    draft.body = format!("Dear Łukasz,\n\n{}\n.\nFrom here on \n=3D\n", "wörter ".repeat(400));
    let bytes = employer_mail(&draft, date()).unwrap();
    assert!(bytes.split(|b| *b == b'\n').all(|line| line.len() <= 100), "folded");
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.to().unwrap().first().unwrap().name(), draft.to.name.as_deref());
    assert_eq!(read.subject(), Some(draft.subject.as_str()));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), draft.body);
}

#[test]
fn an_address_nobody_reads_is_not_written_to() {
    for address in ["no-reply@acme.example", "anna@localhost", "\"a\"@acme.example"] {
        let mut draft = draft();
        draft.to = person("", address);
        let error = employer_mail(&draft, date()).unwrap_err();
        assert_eq!(error, ComposeError::Address("recipient's"));
        assert!(!error.to_string().contains('@'));
    }
    let mut draft = draft();
    draft.body = " \n".to_owned();
    assert_eq!(employer_mail(&draft, date()), Err(ComposeError::Body));
}

#[test]
fn ids_that_do_not_fit_a_line_are_left_out() {
    let mut draft = draft();
    let long = format!("{}@x", "a".repeat(990));
    draft.references = vec![id(&long), id("é@x"), id("ok@x")];
    draft.in_reply_to = Some(id(&long));
    let bytes = employer_mail(&draft, date()).unwrap();
    let found = headers(&bytes);
    assert!(found.contains(&("references".to_owned(), "<ok@x>".to_owned())));
    assert!(!found.iter().any(|(name, _)| name == "in-reply-to"));
    draft.message_id = id(&long);
    assert_eq!(employer_mail(&draft, date()), Err(ComposeError::MessageId));
}

#[test]
fn a_long_chain_keeps_its_first_and_its_last_nine() {
    let all: Vec<MessageId> = (0..30).map(|n| id(&format!("{n}@x"))).collect();
    let chain = reference_chain(&all, &id("parent@x"));
    assert_eq!(chain.len(), 10);
    assert_eq!((chain[0].as_str(), chain[1].as_str()), ("0@x", "22@x"));
    assert_eq!(chain[9].as_str(), "parent@x");
    assert_eq!(reference_chain(&[], &id("parent@x")), [id("parent@x")]);
    let twice = [id("a@x"), id("parent@x"), id("a@x")];
    assert_eq!(reference_chain(&twice, &id("parent@x")), [id("a@x"), id("parent@x")]);
}

#[test]
fn hidden_characters_are_taken_out_of_a_line() {
    assert_eq!(clean_line("a\r\nBcc: x\u{2028}y\u{202e}z\0", 99), "a Bcc: x yz");
    assert_eq!(clean_line("  =?utf-8?q?x?=  ", 99), "= ?utf-8?q?x?=");
    assert_eq!(clean_line("one two", 4), "one");
    assert_eq!(clean_text("a\r\nb\rc\u{2029}d\u{200b}\t"), "a\nb\nc\nd\t");
}

#[test]
fn unsound_lines_are_noticed() {
    let long = [b'a'; 999];
    for (bytes, sound) in [
        (&b"a: b\r\n\r\nx\r\n"[..], true),
        (b"a: b\n\r\nx\r\n", false),
        (b"a: b\r\n\r\nx\r.\r\n", false),
        (b"a: b\r\n\r\nx", false),
        (b"\xc3\xa9\r\n", false),
    ] {
        assert_eq!(lines_are_sound(bytes), sound, "{bytes:?}");
    }
    assert!(!lines_are_sound(&[&long[..], b"\r\n"].concat()));
    assert!(lines_are_sound(&[&long[1..], b"\r\n"].concat()));
}

proptest! {
    /// Whatever a name, a subject or a text holds, no header appears that we did not write.
    #[test]
    fn no_header_can_be_slipped_in(name: String, subject: String, text: String, reference: String) {
        let mut draft = draft();
        draft.from.name = Some(name.clone());
        draft.to.name = Some(format!("A\r\nBcc: eve@evil.example\r\n{name}"));
        draft.subject = format!("{subject}\r\nX-Evil: 1\n\n{subject}");
        draft.body = format!("x{text}");
        draft.references = MessageId::parse(&reference).into_iter().chain([id("r@x")]).collect();
        let bytes = employer_mail(&draft, date()).unwrap();
        prop_assert_eq!(names(&bytes), EMPLOYER_HEADERS);
        let read = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(read.to().unwrap().as_list().unwrap().len(), 1);
        let body = read.body_text(0).unwrap().replace("\r\n", "\n");
        let expected = clean_text(&draft.body);
        prop_assert_eq!(body.trim_end(), expected.trim_end());
    }

    #[test]
    fn a_name_is_read_back_as_it_was_cleaned(name in "[ -~äß中]{1,60}") {
        let mut draft = draft();
        draft.from.name = Some(name.clone());
        let bytes = employer_mail(&draft, date()).unwrap();
        let read = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(read.from().unwrap().as_list().unwrap().len(), 1);
        let from = read.from().unwrap().first().unwrap();
        prop_assert_eq!(from.address(), Some("jane@example.com"));
        prop_assert_eq!(from.name().unwrap_or_default(), clean_line(&name, LONGEST_NAME));
    }

    #[test]
    fn a_subject_is_read_back_as_it_was_cleaned(subject in "[ -~äöü€ßéñ中\u{1f600}]{1,80}") {
        let mut draft = draft();
        draft.subject = subject;
        let bytes = employer_mail(&draft, date()).unwrap();
        let read = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(read.subject().unwrap_or_default(), clean_subject(&draft.subject));
    }
}
