//! What cannot be read, and what follows from it for everything else.

use std::time::Duration;

use afterword::sandbox::{Action, Fault, Style};
use tokio_util::sync::CancellationToken;

use crate::embedded::{ANNA, Stage, USER};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_an_approval_while_the_inbox_cannot_be_read() {
    let faults = [
        // It cannot be opened, or what is new in it not be read.
        ("EXAMINE \"INBOX\"", Action::No("not now")),
        ("UID SEARCH", Action::No("not now")),
    ];
    for (command, action) in faults {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        stage.pass_at("2026-11-20T09:05:00Z").await;
        stage.pass_at("2026-11-25T09:00:00Z").await;
        let answer = "Dear Jane, the team is still deciding.";
        stage.letter("INBOX", "2026-12-08T06:50:00Z", ANNA, USER, "answer", answer);
        stage.sandbox.script(Fault::new(command, 1, action));
        stage.at("2026-12-08T07:00:00Z");
        assert_eq!(stage.service.pass().await.unwrap().blind.len(), 1, "{command}");
        assert!(stage.letters("approval-request").is_empty(), "{command}: an answer lies there");
        stage.pass_at("2026-12-08T07:10:00Z").await;
        assert_eq!(stage.application().await.replies.len(), 2, "{command}");
        assert!(stage.letters("approval-request").is_empty(), "{command}: it was read");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_refused_to_both_connections_that_listen_counts_once() {
    let mut stage = Stage::new(Style::Plain).await;
    // The pass logs in, then the two that listen.
    for nth in [2, 3] {
        stage.sandbox.script(Fault::new("LOGIN", nth, Action::No("[AUTHENTICATIONFAILED] no")));
    }
    let Stage { sandbox, service, .. } = &mut stage;
    let stop = CancellationToken::new();
    let refused = async {
        for _ in 0..600 {
            if sandbox.faults_left() < 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The other one logs in at the same moment, or not at all because the first is counted.
        tokio::time::sleep(Duration::from_secs(2)).await;
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), refused);
    ran.unwrap();
    assert!(stage.sandbox.faults_left() < 2);
    assert_eq!(stage.rows().await["refused_logins"], 1);
    let health = stage.service.record().overview().await.unwrap().health;
    assert_eq!(health.login_left_alone_until(), None, "two would be enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_of_which_the_server_says_nonsense_does_not_keep_the_others_from_being_read() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    for (minute, action) in [(5, Action::DropUidValidity), (6, Action::WrongTag), (7, Action::Bad)]
    {
        stage.sandbox.script(Fault::new("EXAMINE \"Archive\"", 1, action));
        stage.at(&format!("2026-11-20T09:0{minute}:00Z"));
        let blind = stage.service.pass().await.unwrap().blind;
        assert!(blind.len() == 1 && blind[0].starts_with("Archive: "), "{action:?}: {blind:?}");
        assert_eq!(stage.application().await.interviews.len(), 1, "{action:?}");
    }
    assert_eq!(stage.sandbox.faults_left(), 0);
    stage.at("2026-11-20T09:10:00Z");
    assert!(stage.service.pass().await.unwrap().blind.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_with_a_mailbox_that_is_gone_is_told_no_more() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.sandbox.script(Fault::new("EXAMINE \"Archive\"", 1, Action::No("not now")));
    for (minute, failing) in [(5, 1), (10, 0)] {
        stage.pass_at(&format!("2026-11-20T08:{minute:02}:00Z")).await;
        let health = stage.service.record().overview().await.unwrap().health;
        let found = health.mailboxes.iter().filter(|it| it.error.is_some()).count();
        assert_eq!(found, failing, "08:{minute:02}");
        stage.sandbox.hide("Archive");
    }
}
