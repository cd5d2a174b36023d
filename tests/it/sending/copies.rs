//! The copy in Sent: made where the provider makes none, once, with the bytes that left; and its
//! failure changes nothing about the message.

use afterword::sandbox::{Action, Fault, Style};
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage};

const AFTERWARDS: [&str; 5] = [
    "2026-12-08T08:31:00Z",
    "2026-12-08T08:34:00Z",
    "2026-12-08T08:40:00Z",
    "2026-12-08T09:10:00Z",
    "2026-12-09T09:00:00Z",
];

/// Approved, sent, and some passes later.
async fn sent(style: Style, mailbox: &str, fault: Option<Fault>) -> Stage {
    let mut stage = Stage::new(style).await;
    stage.until_asked().await;
    stage.approve(mailbox, "2026-12-08T08:00:00Z");
    stage.pass_at("2026-12-08T08:01:00Z").await;
    if let Some(fault) = fault {
        stage.sandbox.script(fault);
    }
    for now in AFTERWARDS {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
    stage
}

fn copies(stage: &Stage, mailbox: &str) -> Vec<Vec<u8>> {
    let to_anna = |bytes: &Vec<u8>| {
        let text = String::from_utf8_lossy(bytes);
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().any(|it| it.starts_with("To:") && it.contains(ANNA))
    };
    stage.sandbox.messages(mailbox).into_iter().filter(to_anna).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_files_the_copy_gets_no_second_one() {
    let stage = sent(Style::Gmail, "[Gmail]/Sent Mail", None).await;
    assert_eq!(copies(&stage, "[Gmail]/Sent Mail").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_provider_files_none_the_same_bytes_are_filed_once() {
    let stage = sent(Style::Plain, "Sent", None).await;
    let copies = copies(&stage, "Sent");
    assert_eq!(copies, [stage.sandbox.delivered().remove(0).bytes]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_filed_is_tried_again_and_the_message_stays_sent() {
    for action in [Action::No("over quota"), Action::CloseBefore, Action::CloseInside] {
        let stage = sent(Style::Plain, "Sent", Some(Fault::new("APPEND", 1, action))).await;
        let view = stage.application().await;
        assert_eq!((view.state, view.attempts.len()), (State::Waiting, 1));
        assert_eq!(stage.sandbox.faults_left(), 0, "the copy was tried");
        assert!(copies(&stage, "Sent").len() <= 1, "never a second copy");
    }
}
