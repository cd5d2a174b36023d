//! Mail that is removed or moved after it was read: what was recorded stays.

use afterword::sandbox::Style;
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage, USER, utc};
use crate::world::Letter;

/// Entries of the ledger of the one application.
async fn entries(stage: &Stage) -> usize {
    let id = stage.application().await.id;
    stage.service.record().application(&id).await.unwrap().unwrap().1.len()
}

/// The user removes a message, or files it in another mailbox.
fn file(stage: &Stage, id: &str, from: &str, to: Option<&str>) {
    let all = stage.sandbox.messages(from);
    let moved = all.iter().find(|bytes| Letter::read(bytes).message_id == id).unwrap();
    assert!(stage.sandbox.remove(from, id));
    if let Some(to) = to {
        stage.sandbox.deliver(to, moved, utc("2026-11-20T09:00:00Z"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_message_that_is_removed_or_moved_is_neither_forgotten_nor_news() {
    for to in [None, Some("Trash"), Some("Archive"), Some("Junk"), Some("Jobs/Acme")] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.until_asked().await;
        stage.pass_at("2026-12-08T07:10:00Z").await;
        let before = entries(&stage).await;
        file(&stage, "invitation@acme.example", "INBOX", to);
        for now in ["2026-12-08T07:20:00Z", "2026-12-08T07:25:00Z"] {
            stage.pass_at(now).await;
            let view = stage.application().await;
            assert_eq!((view.interviews.len(), view.replies.len()), (1, 1), "{to:?}");
            assert_eq!((view.state, entries(&stage).await), (State::Asked, before), "{to:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_user_removed_still_ends_the_pursuit() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let text = "Dear Jane, the team is still deciding.";
    stage.letter("INBOX", "2026-12-08T07:15:00Z", ANNA, USER, "answer", text);
    stage.pass_at("2026-12-08T07:20:00Z").await;
    file(&stage, "answer@mail.example", "INBOX", None);
    for now in ["2026-12-08T07:25:00Z", "2026-12-08T08:30:00Z", "2026-12-09T08:30:00Z"] {
        stage.pass_at(now).await;
        let view = stage.application().await;
        assert_eq!((view.replies.len(), view.attempts.len()), (2, 0), "{now}");
        assert_ne!(view.state, State::Asked, "{now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sent_message_whose_copy_was_removed_stays_an_attempt_and_gets_no_other_copy() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    for now in ["07:03:00", "08:01:00", "08:02:00", "08:10:00", "09:30:00"] {
        stage.pass_at(&format!("2026-12-08T{now}Z")).await;
    }
    let delivered = stage.sandbox.delivered();
    assert_eq!(delivered.len(), 1);
    let id = Letter::read(&delivered[0].bytes).message_id;
    file(&stage, &id, "Sent", None);
    for now in ["2026-12-08T09:40:00Z", "2026-12-08T11:00:00Z", "2026-12-15T08:30:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(stage.application().await.attempts.len(), 1, "{now}");
        let copies = stage.sandbox.messages("Sent");
        assert!(copies.iter().all(|bytes| Letter::read(bytes).message_id != id), "{now}");
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
}
