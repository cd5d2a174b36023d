use super::super::script::{Steps, assert_spent, cut, opened, say};
use super::*;

fn answer(reply: &'static str) -> impl FnMut(&str) -> Steps + Send {
    move |command| if command.contains("FETCH") { say(reply) } else { None }
}

fn range() -> UidRange {
    UidRange::new(10, 20).unwrap()
}

const TEN: &str = "* 1 FETCH (UID 10 INTERNALDATE \" 1-Mar-2024 10:00:00 +0100\" RFC822.SIZE 900 \
    FLAGS (\\Seen) BODY[HEADER.FIELDS (From)] {13}\nFrom: a@b\n\n)\n";
const ELEVEN: &str = "* 2 FETCH (BODY[HEADER.FIELDS (From)] {13}\nFrom: c@d\n\n UID 11 RFC822.SIZE \
    5 FLAGS (\\draft))\n";

fn reply(parts: &[&str]) -> &'static str {
    parts.concat().leak()
}

#[tokio::test]
async fn headers_come_ascending_with_their_facts() {
    let (mut session, lines) = opened(answer(reply(&[ELEVEN, TEN, "$ OK done\n"]))).await;
    let messages = session.fetch_headers(range()).await.unwrap();
    assert_eq!(messages.iter().map(|m| m.uid).collect::<Vec<_>>(), [10, 11]);
    let first = &messages[0];
    assert_eq!(first.arrived_at.unwrap().to_rfc3339(), "2024-03-01T09:00:00+00:00");
    assert_eq!((first.size, first.draft), (900, false));
    assert_eq!(first.headers, b"From: a@b\r\n\r\n");
    assert!(messages[1].draft && messages[1].arrived_at.is_none());
    let lines = lines.lock().unwrap();
    let command = lines.last().unwrap();
    assert!(command.contains("UID FETCH 10:20 (UID INTERNALDATE RFC822.SIZE FLAGS BODY.PEEK["));
    assert_eq!(command.matches("HEADER.FIELDS").count(), 1);
    assert!(!command.contains("STRUCTURE") && !command.contains("X-GM") && command.len() < 1000);
}

#[tokio::test]
async fn only_the_beginning_of_headers_can_be_asked_for() {
    let start =
        "* 1 FETCH (UID 10 RFC822.SIZE 900 BODY[HEADER.FIELDS (From)]<0> {13}\nFrom: a@b\n\n)\n";
    let (mut session, lines) = opened(answer(reply(&[start, "$ OK done\n"]))).await;
    let messages = session.fetch_header_starts(range()).await.unwrap();
    assert_eq!(messages[0].headers, b"From: a@b\r\n\r\n");
    assert!(lines.lock().unwrap().last().unwrap().ends_with("]<0.65536>)"));
}

#[tokio::test]
async fn other_messages_and_news_are_not_results() {
    let stray = "* 7 FETCH (UID 99 RFC822.SIZE 5 BODY[HEADER.FIELDS (From)] {2}\n\n)\n\
        * 8 FETCH (FLAGS (\\Seen))\n* 9 FETCH (UID 12 FLAGS (\\Seen))\n* 3 EXPUNGE\n\
        * 2 FETCH (UID 4294967299 RFC822.SIZE 5)\n* SEARCH 5\n";
    let (mut session, _) = opened(answer(reply(&[stray, TEN, "$ OK done\n"]))).await;
    let messages = session.fetch_headers(range()).await.unwrap();
    assert_eq!(messages.iter().map(|m| m.uid).collect::<Vec<_>>(), [10]);
}

#[tokio::test]
async fn flags_that_change_in_the_middle_do_not_undo_a_message() {
    let late = "* 1 FETCH (UID 10 FLAGS (\\Seen \\Flagged))\n";
    let (mut session, _) = opened(answer(reply(&[TEN, late, "$ OK done\n"]))).await;
    assert_eq!(session.fetch_headers(range()).await.unwrap()[0].headers, b"From: a@b\r\n\r\n");
}

#[tokio::test]
async fn half_an_answer_is_an_error() {
    let refused = reply(&[TEN, "$ NO [CANNOT] one message is broken\n"]);
    let (mut session, _) = opened(answer(refused)).await;
    assert!(matches!(session.fetch_headers(range()).await, Err(ImapError::No { .. })));
    assert!(session.is_usable());
    for rest in ["", "* 2 FETC", "* 2 FETCH (UID 11 BODY[HEADER.FIELDS (From)] {12}\nFro"] {
        let said = reply(&[TEN, rest]);
        let (mut session, _) =
            opened(move |command| if command.contains("FETCH") { cut(said) } else { None }).await;
        assert!(matches!(session.fetch_headers(range()).await, Err(ImapError::Gone(_))), "{rest}");
        assert_spent(&mut session).await;
    }
    let headless = reply(&["* 1 FETCH (UID 10 RFC822.SIZE 900)\n$ OK done\n"]);
    let (mut session, _) = opened(answer(headless)).await;
    assert!(matches!(session.fetch_headers(range()).await, Err(ImapError::Protocol(_))));
}

#[tokio::test]
async fn an_empty_window_is_not_an_error() {
    let (mut session, _) = opened(answer("$ OK done\n")).await;
    assert!(session.fetch_headers(range()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_facts_of_gmail_and_of_object_ids_are_read() {
    let (mut session, lines) = opened(|command| match command {
        "CAPABILITY" => say("* CAPABILITY IMAP4rev1 X-GM-EXT-1 OBJECTID\n$ OK done\n"),
        c if c.contains("FETCH") => say("* 1 FETCH (UID 10 X-GM-THRID 44 X-GM-MSGID 12 X-GM-LABELS \
            (\"\\\\Sent\" \\Inbox \"To do \\\"now\\\"\" plain) EMAILID (M1) THREADID (T1) \
            BODY[HEADER.FIELDS (From)] {2}\n\n)\n* 2 FETCH (UID 11 X-GM-LABELS (\"\\\\Draft\") \
            THREADID NIL BODY[HEADER.FIELDS (From)] {2}\n\n)\n* 3 FETCH (UID 12 X-GM-LABELS (Draft) \
            BODY[HEADER.FIELDS (From)] {2}\n\n)\n* 4 FETCH (UID 13 X-GM-LABELS (\"\\\\Scheduled\") \
            BODY[HEADER.FIELDS (From)] {2}\n\n)\n$ OK done\n"),
        _ => None,
    })
    .await;
    let messages = session.fetch_headers(range()).await.unwrap();
    let first = &messages[0];
    assert!(first.sent);
    assert_eq!((first.gmail_message_id, first.gmail_thread_id), (Some(12), Some(44)));
    assert_eq!((first.email_id.as_deref(), first.thread_id.as_deref()), (Some("M1"), Some("T1")));
    assert!(!first.draft && messages[1].draft && messages[1].thread_id.is_none());
    assert!(!messages[2].draft, "a user's label is not Gmail's");
    assert!(messages[3].draft, "what will be sent was not sent yet");
    let lines = lines.lock().unwrap();
    assert!(lines.last().unwrap().contains("X-GM-MSGID X-GM-THRID X-GM-LABELS EMAILID THREADID"));
}

#[tokio::test]
async fn a_body_is_read_up_to_its_cap_or_gone() {
    let (mut session, lines) = opened(answer(
        "* 3 FETCH (UID 11 BODY[] {2}\nno)\n* 2 FETCH (UID 10 BODY[]<0> {5}\nhello)\n$ OK\n",
    ))
    .await;
    assert_eq!(session.fetch_body(10, 100).await.unwrap(), Some(b"hello".to_vec()));
    assert!(
        lines.lock().unwrap().last().unwrap().ends_with("UID FETCH 10 (UID BODY.PEEK[]<0.100>)")
    );
    for gone in
        ["$ OK\n", "* 2 FETCH (UID 10 BODY[]<0> NIL)\n$ OK\n", "* 2 FETCH (FLAGS ())\n$ OK\n"]
    {
        let (mut session, _) = opened(answer(gone)).await;
        assert_eq!(session.fetch_body(10, 100).await.unwrap(), None, "{gone}");
    }
}

#[tokio::test]
async fn more_than_was_asked_for_is_refused() {
    let (mut session, _) = opened(answer("* 2 FETCH (UID 10 BODY[]<0> {6}\nhello!)\n$ OK\n")).await;
    assert!(matches!(session.fetch_body(10, 5).await, Err(ImapError::Protocol(_))));
    assert_spent(&mut session).await;
}

#[tokio::test]
async fn a_large_body_comes_whole() {
    let body = "0123456789abcdef".repeat(200_000);
    let size = body.len();
    let said: &'static str =
        format!("* 2 FETCH (UID 10 BODY[]<0> {{{size}}}\n{body})\n$ OK\n").leak();
    let (mut session, _) = opened(answer(said)).await;
    let cap = u32::try_from(size).unwrap();
    assert_eq!(session.fetch_body(10, cap).await.unwrap().unwrap(), body.as_bytes());
}

#[test]
fn server_dates_are_read() {
    for (text, expected) in [
        (" 1-Mar-2024 10:00:00 +0100", Some("2024-03-01T09:00:00+00:00")),
        ("01-Mar-2024 10:00:00 -0530", Some("2024-03-01T15:30:00+00:00")),
        ("1-Mar-2024 10:00:00 +0000", Some("2024-03-01T10:00:00+00:00")),
        ("", None),
        ("31-Feb-2024 10:00:00 +0000", None),
        ("yesterday", None),
    ] {
        assert_eq!(internal_date(text).map(|at| at.to_rfc3339()).as_deref(), expected, "{text}");
    }
}
