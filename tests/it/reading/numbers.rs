//! A server that is not to be relied on for UIDNEXT: it goes down, or it is not told at all.

use std::time::Duration;

use afterword::sandbox::{Action, Fault, Style};
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage, USER};

const INBOX: &str = "EXAMINE \"INBOX\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_uidnext_that_goes_down_and_up_again_records_nothing_twice() {
    for lower in [1, 2, 3] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.until_asked().await;
        stage.pass_at("2026-12-08T07:10:00Z").await;
        assert!(stage.sandbox.messages("INBOX").len() >= 3);
        let before = stage.rows().await;
        stage.sandbox.script(Fault::new(INBOX, 1, Action::UidNext(lower)));
        for now in ["2026-12-08T07:20:00Z", "2026-12-08T07:25:00Z", "2026-12-08T07:30:00Z"] {
            stage.pass_at(now).await;
        }
        assert_eq!(stage.sandbox.faults_left(), 0);
        assert_eq!(stage.rows().await, before, "down to {lower}");
        assert_eq!(stage.application().await.state, State::Asked, "down to {lower}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_uidnext_was_too_low_is_read_once_when_it_is_right() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let text = "Dear Jane, the team is still deciding.";
    stage.letter("INBOX", "2026-12-08T07:15:00Z", ANNA, USER, "answer", text);
    stage.sandbox.script(Fault::new(INBOX, 1, Action::UidNext(2)));
    stage.pass_at("2026-12-08T07:20:00Z").await;
    for now in ["2026-12-08T07:25:00Z", "2026-12-08T07:30:00Z"] {
        stage.pass_at(now).await;
        let view = stage.application().await;
        assert_eq!((view.replies.len(), view.interviews.len()), (2, 1), "{now}");
        assert_ne!(view.state, State::Asked, "{now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_tells_uidnext_is_read_like_any_other() {
    for tells_status in [true, false] {
        let mut stage = Stage::new(Style::Plain).await;
        let spoil = |stage: &Stage| {
            for _ in 0..20 {
                stage.sandbox.script(Fault::new("EXAMINE", 1, Action::DropUidNext));
                if !tells_status {
                    stage.sandbox.script(Fault::new("STATUS", 1, Action::No("[CANNOT] no")));
                }
            }
        };
        spoil(&stage);
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        for now in ["2026-11-20T09:05:00Z", "2026-11-20T09:10:00Z", "2026-11-20T09:15:00Z"] {
            spoil(&stage);
            stage.pass_at(now).await;
            let view = stage.application().await;
            assert_eq!((view.interviews.len(), view.replies.len()), (1, 1), "{tells_status} {now}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_machines_disagree_is_not_looked_at_over_and_over() {
    let mut stage = Stage::new(Style::Plain).await;
    for now in ["2026-11-20T08:00:00Z", "2026-11-20T08:05:00Z"] {
        stage.pass_at(now).await;
    }
    // A look opens INBOX, then the connection that listens does: that one always hears a lower
    // number.
    for nth in 1..=60 {
        stage.sandbox.script(Fault::new(INBOX, 2 * nth, Action::UidNext(1)));
    }
    stage
        .lives(async |stage| {
            stage.until(async |_| stage.sandbox.faults_left() <= 58).await;
            // Time for another round.
            tokio::time::sleep(Duration::from_secs(4)).await;
            assert_eq!(stage.sandbox.faults_left(), 58, "one look more, and no third");
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_numbers_count_when_they_are_taken_up_and_not_with_each_look_that_fails() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.sandbox.renumber("INBOX");
    for minute in 10..17 {
        let busy = Action::No("[UNAVAILABLE] later");
        stage.sandbox.script(Fault::new("UID SEARCH UID 1:1 SINCE", 1, busy));
        stage.at(&format!("2026-11-20T08:{minute}:00Z"));
        let blind = stage.service.pass().await.unwrap().blind;
        assert!(blind.len() == 1 && blind[0].contains("UNAVAILABLE"), "{minute}: {blind:?}");
    }
    stage.at("2026-11-20T08:20:00Z");
    assert!(stage.service.pass().await.unwrap().blind.is_empty());
    assert_eq!(stage.rows().await["renumberings"], 1);
}
