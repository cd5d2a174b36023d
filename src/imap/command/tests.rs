use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::super::script::{
    Step, Steps, assert_spent, cut, line, opened, say, session, stall, wait,
};
use super::*;

fn on(
    wanted: &'static str,
    steps: impl Fn() -> Steps + Send + 'static,
) -> impl FnMut(&str) -> Steps + Send {
    move |command| if command.starts_with(wanted) { steps() } else { None }
}

#[tokio::test]
async fn a_tagged_no_is_an_error_and_the_session_goes_on() {
    let (mut session, _) =
        session(on("NOOP", || say("$ NO [NONSENSE] not now, jane@example.org\n"))).await;
    let Err(ImapError::No { command, text }) = session.noop().await else { panic!() };
    assert_eq!((command, text.as_str()), ("NOOP", "[NONSENSE] not now, (address)"));
    assert!(session.is_usable());
    assert!(session.examine("INBOX").await.is_ok());
}

#[tokio::test]
async fn a_throttled_command_is_temporary() {
    let (mut session, _) =
        session(on("NOOP", || say("$ NO [OVERQUOTA] Account exceeded limits\n"))).await;
    assert!(matches!(session.noop().await, Err(ImapError::Temporary(_))));
    assert!(session.is_usable());
}

#[tokio::test]
async fn a_good_reply_that_says_throttled_is_good_and_told_once() {
    for reply in ["$ OK Success [THROTTLED]\n", "$ OK [THROTTLED] Success\n"] {
        let (mut session, _) = session(on("NOOP", move || say(reply))).await;
        session.noop().await.unwrap();
        assert!(session.take_throttled(), "{reply}");
        session.examine("INBOX").await.unwrap();
        assert!(!session.take_throttled(), "it is told once: {reply}");
    }
}

#[tokio::test]
async fn bad_is_not_success() {
    let (mut session, _) = session(on("NOOP", || say("$ BAD what\n"))).await;
    assert!(matches!(session.noop().await, Err(ImapError::Protocol(_))));
    assert!(session.is_usable());
}

#[tokio::test]
async fn the_end_of_the_stream_is_an_error_wherever_it_comes() {
    for reply in ["", "* 3 EXISTS\n", "* 3 EXI", "* 1 FETCH (UID 3 BODY[] {10}\nabc", "$ O"] {
        let (mut session, _) = session(on("NOOP", move || cut(reply))).await;
        let result = session.noop().await;
        assert!(matches!(result, Err(ImapError::Gone(_))), "{reply}: {result:?}");
        assert_spent(&mut session).await;
    }
}

#[tokio::test]
async fn the_end_after_the_reply_shows_on_the_next_command() {
    let (mut session, _) = session(on("NOOP", || cut("$ OK done\n"))).await;
    assert!(session.noop().await.is_ok());
    assert!(matches!(session.noop().await, Err(ImapError::Gone(_))));
}

#[tokio::test]
async fn goodbye_ends_the_session_with_its_reason() {
    let (mut one, _) = session(on("NOOP", || say("* BYE Server shutting down\n"))).await;
    let Err(ImapError::Gone(text)) = one.noop().await else { panic!() };
    assert!(text.contains("Server shutting down"));
    assert_spent(&mut one).await;

    let (mut other, _) = session(on("NOOP", || say("* BYE Too many connections\n"))).await;
    assert!(matches!(other.noop().await, Err(ImapError::Temporary(_))));
    assert_spent(&mut other).await;
}

#[tokio::test]
async fn a_missed_deadline_spends_the_session() {
    let (mut session, _) = session(on("NOOP", stall)).await;
    assert!(matches!(session.noop().await, Err(ImapError::Gone(_))));
    assert_spent(&mut session).await;
}

#[tokio::test]
async fn a_dropped_call_spends_the_session() {
    let (mut session, lines) = opened(on("UID FETCH 1:2", || {
        Some(vec![wait(200), line("* 1 FETCH (UID 1 BODY[] {3}\nOLD)\n$ OK done\n")])
    }))
    .await;
    let range = crate::domain::mailbox::UidRange::new(1, 2).unwrap();
    let cut = tokio::time::timeout(Duration::from_millis(50), session.fetch_headers(range)).await;
    assert!(cut.is_err());
    assert!(matches!(session.uids(range).await, Err(ImapError::Gone(_))));
    assert_spent(&mut session).await;
    assert!(!lines.lock().unwrap().iter().any(|line| line.contains("SEARCH")));
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_while_octets_come() {
    let (mut session, _) = session(on("NOOP", || {
        let drips = (0..4).flat_map(|_| [wait(200), Step::Say(b"* OK still".to_vec())]);
        Some(drips.chain([line(" here\n$ OK done\n")]).collect())
    }))
    .await;
    let begun = Instant::now();
    assert!(session.noop().await.is_ok());
    assert!(begun.elapsed() > session.wire.deadlines.quiet);
}

#[tokio::test]
async fn an_endless_answer_ends_with_the_command_deadline() {
    let (mut session, _) = session(on("NOOP", || {
        Some((0..60).flat_map(|_| [wait(50), line("* OK still here\n")]).collect())
    }))
    .await;
    assert!(matches!(session.noop().await, Err(ImapError::Gone(_))));
    assert_spent(&mut session).await;
}

#[tokio::test]
async fn unusable_answers_spend_the_session_and_are_not_repeated() {
    let deep = format!("* 1 FETCH (UID 5 BODYSTRUCTURE {}\n", "(".repeat(5000));
    let cases = [
        "x99 OK done\n".to_owned(),
        "* BAD cannot parse\n".to_owned(),
        "* XFOO marker\n$ OK done\n".to_owned(),
        "\n$ OK done\n".to_owned(),
        "* 1 FETCH (UID 5 INTERNALDATE NIL)\n$ OK done\n".to_owned(),
        "* 1 FETCH (UID 5 BODY[] {536000000}\nmarker".to_owned(),
        deep,
        format!("* OK {}\n", "x".repeat(1 << 20)),
    ];
    for reply in cases {
        let shown: String = reply.chars().take(40).collect();
        let (mut session, _) =
            session(move |command| if command == "NOOP" { say(&reply) } else { None }).await;
        let Err(ImapError::Protocol(text)) = session.noop().await else { panic!("{shown}") };
        assert!(!text.contains("marker"), "{text}");
        assert_spent(&mut session).await;
    }
}

#[tokio::test]
async fn untagged_warnings_and_news_do_not_disturb() {
    let (mut session, _) = session(on("NOOP", || {
        say("* NO [ALERT] Mailbox is nearly full\n* 5 FETCH (FLAGS (\\Seen))\n* 3 EXPUNGE\n* NO [ALERT] Mailbox is nearly full\n$ OK done\n")
    }))
    .await;
    session.noop().await.unwrap();
    assert_eq!(session.take_alerts(), ["[ALERT] Mailbox is nearly full"]);
    session.noop().await.unwrap();
    assert!(session.take_alerts().is_empty(), "each alert is shown once");
}

#[tokio::test]
async fn values_cannot_bring_their_own_commands() {
    let (mut session, lines) = opened(|_| None).await;
    let range = crate::domain::mailbox::UidRange::new(1, 9).unwrap();
    let before = lines.lock().unwrap().len();
    let evil = "<x>\"\r\na9 DELETE INBOX";
    assert!(matches!(
        session.search_header(range, "Message-ID", evil).await,
        Err(ImapError::Unsendable(_))
    ));
    assert!(matches!(
        session.search_header(range, "X\r\nY", "a").await,
        Err(ImapError::Unsendable(_))
    ));
    assert!(matches!(
        session.search_correspondents(range, &["a\nb"]).await,
        Err(ImapError::Unsendable(_))
    ));
    assert!(matches!(session.examine(evil).await, Err(ImapError::Unsendable(_))));
    assert!(matches!(session.append(evil, b"x").await, Err(ImapError::Unsendable(_))));
    assert!(session.search_header(range, "Message-ID", "a\"b\\c").await.unwrap().is_empty());
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), before + 1, "one line for one command");
    assert!(
        lines.last().unwrap().ends_with("UID SEARCH UID 1:9 HEADER \"Message-ID\" \"a\\\"b\\\\c\"")
    );
}

#[tokio::test]
async fn goodbye_is_said_within_its_time() {
    let (polite, lines) = session(|_| None).await;
    polite.logout().await;
    assert!(lines.lock().unwrap().last().unwrap().ends_with("LOGOUT"));
    let (stubborn, _) = session(on("LOGOUT", stall)).await;
    let begun = Instant::now();
    stubborn.logout().await;
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn sessions_can_move_between_threads() {
    let (mut session, _) = session(|_| None).await;
    let moved = tokio::spawn(async move {
        session.examine("INBOX").await?;
        session.list().await.ok();
        session.idle(Duration::from_millis(10), &CancellationToken::new()).await?;
        let shown = format!("{session:?}");
        session.logout().await;
        Ok::<_, ImapError>(shown)
    });
    assert_eq!(moved.await.unwrap().unwrap(), "Session { usable: true, open: true, .. }");
}
