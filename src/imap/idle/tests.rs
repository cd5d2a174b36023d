use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::script::{Steps, assert_spent, cut, line, opened, say, stall, wait};
use super::super::{Idled, ImapError};

fn idling(steps: impl Fn() -> Steps + Send + 'static) -> impl FnMut(&str) -> Steps + Send {
    move |command| if command == "IDLE" { steps() } else { None }
}

fn forever() -> CancellationToken {
    CancellationToken::new()
}

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn the_wait_ends_although_signs_of_life_keep_coming() {
    let (mut session, lines) = opened(idling(|| {
        let beats = (0..8).flat_map(|_| [wait(60), line("* OK Still here\n")]);
        Some([line("+ idling\n")].into_iter().chain(beats).collect())
    }))
    .await;
    let begun = Instant::now();
    assert_eq!(session.idle(SHORT, &forever()).await.unwrap(), Idled::Quiet);
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(session.is_usable());
    assert_eq!(lines.lock().unwrap().last().unwrap(), "DONE");
}

#[tokio::test]
async fn news_ends_the_wait() {
    for news in ["* 10 EXISTS\n", "* 3 EXPUNGE\n", "* 3 FETCH (FLAGS (\\Seen))\n"] {
        let (mut session, _) =
            opened(idling(move || Some(vec![line("+ idling\n"), wait(20), line(news)]))).await;
        let begun = Instant::now();
        let idled = session.idle(Duration::from_secs(60), &forever()).await.unwrap();
        assert_eq!(idled, Idled::Changed, "{news}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        session.noop().await.unwrap();
    }
}

#[tokio::test]
async fn a_repeated_count_is_no_news() {
    let (mut session, _) = opened(idling(|| say("+ idling\n* 9 EXISTS\n* 0 RECENT\n"))).await;
    assert_eq!(session.idle(SHORT, &forever()).await.unwrap(), Idled::Quiet);
}

#[tokio::test]
async fn news_that_came_before_is_not_lost() {
    let (mut session, lines) =
        opened(|command| if command == "NOOP" { say("* 10 EXISTS\n$ OK done\n") } else { None })
            .await;
    session.noop().await.unwrap();
    assert_eq!(session.idle(SHORT, &forever()).await.unwrap(), Idled::Changed);
    assert_eq!(lines.lock().unwrap().iter().filter(|line| line.contains("IDLE")).count(), 0);
}

#[tokio::test]
async fn news_on_the_way_out_is_heard() {
    let (mut session, _) = opened(|command| match command {
        "IDLE" => say("+ idling\n"),
        "DONE" => say("* 10 EXISTS\n$ OK done\n"),
        _ => None,
    })
    .await;
    assert_eq!(session.idle(SHORT, &forever()).await.unwrap(), Idled::Changed);
}

#[tokio::test]
async fn hanging_up_and_goodbye_are_errors() {
    for reply in ["+ idling\n", "+ idling\n* BYE timeout\n", ""] {
        let (mut session, _) = opened(idling(move || cut(reply))).await;
        let begun = Instant::now();
        let result = session.idle(Duration::from_secs(60), &forever()).await;
        assert!(matches!(result, Err(ImapError::Gone(_))), "{reply}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_spent(&mut session).await;
    }
}

#[tokio::test]
async fn a_refused_idle_is_not_tried_again() {
    for reply in ["$ NO disabled\n", "$ BAD what\n", "+ idling\n$ OK done with that\n"] {
        let (mut session, lines) = opened(idling(move || say(reply))).await;
        for _ in 0..2 {
            let result = session.idle(Duration::from_secs(60), &forever()).await;
            assert!(matches!(result, Err(ImapError::No { command: "IDLE", .. })), "{reply}");
        }
        assert!(!session.can_idle() && session.is_usable());
        assert_eq!(lines.lock().unwrap().iter().filter(|line| line.contains("IDLE")).count(), 1);
        session.noop().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_ends_idle_after_a_while_is_listened_to_again() {
    let (mut session, _) =
        opened(idling(|| Some(vec![line("+ idling\n"), wait(800), line("$ OK that is all\n")])))
            .await;
    for _ in 0..2 {
        assert_eq!(session.idle(Duration::from_secs(60), &forever()).await.unwrap(), Idled::Quiet);
        assert!(session.can_idle());
    }
}

#[tokio::test]
async fn silence_at_the_start_or_the_end_spends_the_session() {
    let (mut start, _) = opened(idling(stall)).await;
    assert!(matches!(start.idle(SHORT, &forever()).await, Err(ImapError::Gone(_))));
    assert_spent(&mut start).await;
    let (mut end, _) = opened(|command| match command {
        "IDLE" => say("+ idling\n"),
        "DONE" => stall(),
        _ => None,
    })
    .await;
    assert!(matches!(end.idle(SHORT, &forever()).await, Err(ImapError::Gone(_))));
    assert_spent(&mut end).await;
}

#[tokio::test]
async fn a_line_that_has_gone_silent_is_dead() {
    let (mut session, _) =
        opened(idling(|| Some(vec![line("+ idling\n"), wait(50), line("* OK Still here\n")])))
            .await;
    let begun = Instant::now();
    let result = session.idle(Duration::from_secs(60), &forever()).await;
    assert!(matches!(result, Err(ImapError::Gone(_))));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn when_it_is_enough_the_connection_comes_to_rest_and_stays_usable() {
    let (mut session, lines) = opened(|_| None).await;
    let enough = CancellationToken::new();
    enough.cancel();
    assert_eq!(session.idle(Duration::from_secs(60), &enough).await.unwrap(), Idled::Quiet);
    session.noop().await.unwrap();
    assert!(lines.lock().unwrap().iter().any(|line| line == "DONE"));
}
