//! Where the look back begins: servers search by days of a calendar of their own.

use std::time::Duration;

use afterword::sandbox::{Action, Fault, Style};
use chrono::FixedOffset;
use tokio_util::sync::CancellationToken;

use super::{fill, globex_invites, told};
use crate::embedded::{ANNA, Stage, USER};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_just_young_enough_is_found_whatever_the_calendar_of_the_server() {
    for hours in [-12, 0, 14] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.sandbox.set_calendar(FixedOffset::east_opt(hours * 3_600).unwrap());
        stage.put("INBOX", "2026-05-01T08:00:00Z", "Subject: long ago\n\nx\n");
        // 180 days before the first look it is 08:00 on this day.
        globex_invites(&stage, "2026-05-24T08:30:00Z");
        fill(&stage, 3);
        stage.pass_at("2026-11-20T08:00:00Z").await;
        let found = stage.service.record().overview().await.unwrap().applications;
        assert_eq!(found.len(), 1, "at {hours} hours");
        let heard = stage.sandbox.heard();
        let fetched: Vec<_> = heard.iter().filter(|line| line.starts_with("UID FETCH ")).collect();
        assert!(fetched[0].starts_with("UID FETCH 2:5 "), "at {hours} hours: {fetched:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn young_mail_is_found_below_thousands_of_old_ones_that_were_moved_in_later() {
    let mut stage = Stage::new(Style::Plain).await;
    globex_invites(&stage, "2026-11-18T08:30:00Z");
    for _ in 0..10_001 {
        stage.put("INBOX", "2011-05-01T08:00:00Z", "Subject: long ago\n\nx\n");
    }
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let found = stage.service.record().overview().await.unwrap().applications;
    assert_eq!(found.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_refused_while_the_others_were_searched_is_searched_when_it_is_open() {
    for mailbox in ["Archive", "Junk"] {
        let mut stage = with_lunch_in(mailbox).await;
        stage.invitation();
        let examine = format!("EXAMINE \"{mailbox}\"");
        stage.sandbox.script(Fault::new(&examine, 1, Action::No("not now")));
        stage.at("2026-11-20T09:05:00Z");
        assert_eq!(stage.service.pass().await.unwrap().blind.len(), 1, "{mailbox}");
        assert_eq!(stage.application().await.replies.len(), 1, "{mailbox}");
        stage.pass_at("2026-11-20T09:10:00Z").await;
        assert_eq!(stage.application().await.replies.len(), 2, "{mailbox}");
        let before = stage.sandbox.heard().len();
        stage.pass_at("2026-11-20T09:15:00Z").await;
        let heard = stage.sandbox.heard().split_off(before);
        assert!(!heard.iter().any(|line| line.contains("acme.example")), "{heard:?}");
    }
}

/// A mail of hers from before anything was known of her employer, so that it passed by; then the
/// invitation.
async fn with_lunch_in(mailbox: &str) -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let lunch = format!(
        "From: <{ANNA}>\nTo: <{USER}>\nSubject: Lunch\n\
         Date: Fri, 20 Nov 2026 09:10:00 +0100\nMessage-ID: <lunch@acme.example>\n\n\
         See you at noon.\n"
    );
    stage.put(mailbox, "2026-11-20T08:10:00Z", &lunch);
    stage.pass_at("2026-11-20T08:15:00Z").await;
    stage
}

/// Passes in which Archive cannot be searched to the end; everything else is read.
async fn archive_rests(stage: &mut Stage, looks: u32, case: &str) {
    for minute in 1..=looks {
        stage.at(&format!("2026-11-20T09:0{minute}:00Z"));
        let blind = stage.service.pass().await.unwrap().blind;
        assert!(blind.len() == 1 && blind[0].starts_with("Archive: "), "{case}: {blind:?}");
        let application = stage.application().await;
        assert_eq!((application.interviews.len(), application.replies.len()), (1, 1), "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_whose_server_asks_for_patience_is_searched_in_a_later_look() {
    for command in [
        "UID SEARCH UID 1:1 SINCE",
        "UID SEARCH UID 1:1 OR",
        "UID FETCH 1 (UID INTERNALDATE",
        "UID FETCH 1 (UID BODY",
    ] {
        let mut stage = with_lunch_in("Archive").await;
        stage.invitation();
        for _ in 0..4 {
            let later = Action::No("[UNAVAILABLE] later");
            stage.sandbox.script(Fault::new(command, 1, later));
        }
        archive_rests(&mut stage, 4, command).await;
        assert_eq!(stage.sandbox.faults_left(), 0, "{command}");
        stage.pass_at("2026-11-20T09:10:00Z").await;
        assert_eq!(stage.application().await.replies.len(), 2, "{command}");
        stage.pass_at("2026-11-20T09:20:00Z").await;
        assert_eq!(told(&stage), 0, "{command}: it was read whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_passed_by_and_cannot_be_had_is_tried_in_three_looks() {
    for commands in
        [&["UID FETCH 1 (UID INTERNALDATE", "UID FETCH 1:1 "][..], &["UID FETCH 1 (UID BODY"]]
    {
        let case = commands[0];
        let mut stage = with_lunch_in("Archive").await;
        stage.invitation();
        for command in commands {
            for _ in 0..3 {
                stage.sandbox.script(Fault::new(command, 1, Action::No("corrupt")));
            }
        }
        archive_rests(&mut stage, 2, case).await;
        for minute in 10..13 {
            stage.at(&format!("2026-11-20T09:{minute}:00Z"));
            assert!(stage.service.pass().await.unwrap().blind.is_empty(), "{case} {minute}");
        }
        assert_eq!((stage.sandbox.faults_left(), told(&stage)), (0, 1), "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stop_of_the_service_left_on_the_list_was_not_tried() {
    const TEXT: &str = "UID FETCH 1 (UID BODY";
    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    for (id, minute) in [("more", 10), ("still-more", 20)] {
        let at = format!("2026-11-20T09:{minute}:00Z");
        stage.letter("INBOX", &at, ANNA, USER, id, "See you on Tuesday.");
    }
    stage.at("2026-11-20T10:00:00Z");
    stage.sandbox.script(Fault::new(TEXT, 1, Action::Late(200)));
    let Stage { sandbox, service, .. } = &mut stage;
    let stop = CancellationToken::new();
    let asks = async {
        while !sandbox.heard().iter().any(|line| line.starts_with(TEXT)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), asks);
    ran.unwrap();
    stage.reopen().await;
    let heard = stage.sandbox.heard().len();
    stage.pass_at("2026-11-20T10:05:00Z").await;
    assert_eq!(stage.application().await.replies.len(), 3);
    let heard = stage.sandbox.heard().split_off(heard);
    let together = heard.iter().any(|line| line.starts_with("UID FETCH 2,3 (UID INTERNALDATE"));
    assert!(together, "what was tried comes alone: {heard:?}");
}
