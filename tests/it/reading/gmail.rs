//! What Gmail does and others do not: All Mail may be hidden, and good replies may say that the
//! client is slowed down.

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Action, Fault, Style};
use afterword::service::check::check;
use afterword::service::view::State;

use super::fill;
use crate::embedded::{Stage, utc};

const SENT: &str = "[Gmail]/Sent Mail";

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_with_all_mail_hidden_inbox_and_sent_are_read_and_listened_to() {
    let mut stage = Stage::new(Style::Gmail).await;
    stage.sandbox.hide("[Gmail]/All Mail");
    stage.until_asked().await;
    let watched = stage.service.pass().await.unwrap();
    let listened_to: Vec<&str> = watched.listen_to.iter().map(|it| it.mailbox.as_str()).collect();
    assert_eq!(listened_to, ["INBOX", SENT]);
    assert_eq!((watched.mailboxes, watched.blind), (4, vec![]), "and Spam and Trash");
    assert_eq!(stage.application().await.state, State::Asked, "our request approves nothing");
    stage.approve(SENT, "2026-12-08T08:31:00Z");
    stage.pass_at("2026-12-08T08:32:00Z").await;
    assert_eq!(stage.application().await.state, State::Approved);
    for now in ["2026-12-08T08:45:00Z", "2026-12-08T09:15:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
    assert_eq!(stage.application().await.attempts.len(), 1, "the copy in Sent is no second one");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_warns_of_a_hidden_all_mail_and_says_how_to_show_it() {
    let stage = Stage::new(Style::Gmail).await;
    for hidden in [false, true] {
        if hidden {
            stage.sandbox.hide("[Gmail]/All Mail");
        }
        let config = config::load(&stage.folder.path().join("config.toml")).unwrap();
        let report = check(config, Clock::Fixed(utc("2026-11-20T08:30:00Z"))).await;
        let warns = |line: &afterword::service::check::Line| {
            !line.ok && line.what == "All Mail" && line.says.contains("Show in IMAP")
        };
        assert_eq!(report.lines.iter().any(warns), hidden, "{:#?}", report.lines);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_back_that_the_server_slows_down_rests_until_the_next_look_and_loses_nothing() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    fill(&stage, 1_200);
    stage.sandbox.script(Fault::new("UID FETCH", 1, Action::Slowed));
    stage.pass_at("2026-11-20T10:00:00Z").await;
    let rows = stage.rows().await;
    assert_eq!((rows["seen"], rows["applications"]), (1_000, 0), "what was fetched counts");
    assert_eq!(rows["user_mails"], 0, "nobody is welcomed with half a record");
    stage.pass_at("2026-11-20T10:15:00Z").await;
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert!(stage.rows().await["seen"] >= 1_200);
    assert!(stage.rows().await["user_mails"] > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_for_lack_of_quota_is_asked_again_later_and_nothing_is_lost() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    fill(&stage, 1_200);
    let over = Action::No("[OVERQUOTA] Account exceeded command or bandwidth limits");
    stage.sandbox.script(Fault::new("UID FETCH", 1, over));
    stage.at("2026-11-20T10:00:00Z");
    let blind = stage.service.pass().await.unwrap().blind;
    assert!(blind[0].contains("[OVERQUOTA]"), "{blind:?}");
    stage.pass_at("2026-11-20T10:15:00Z").await;
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert!(stage.rows().await["seen"] >= 1_200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_read_though_the_server_slows_us_down() {
    let mut stage = Stage::new(Style::Gmail).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    for _ in 0..10 {
        stage.sandbox.script(Fault::new("UID FETCH", 1, Action::Slowed));
    }
    stage.pass_at("2026-11-20T09:05:00Z").await;
    assert_eq!(stage.application().await.interviews.len(), 1);
}
