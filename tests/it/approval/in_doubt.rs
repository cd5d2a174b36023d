//! The two answers to "did it go out?", on the embedded server: only there can a connection break
//! right behind a message.

use afterword::sandbox::{Action, Fault};
use afterword::service::view::State;

use crate::embedded::Stage;
use crate::sending::{DUE, due};
use crate::world::Letter;

/// The first message is handed over and the answer is lost; a day later the user is asked.
async fn until_doubted(action: Action) -> (Stage, Letter) {
    let mut stage = due().await;
    stage.sandbox.script(Fault::new("BODY", 1, action));
    stage.at(DUE);
    let _ = stage.service.pass().await;
    assert_eq!(stage.application().await.state, State::InDoubt);
    let asked = |stage: &Stage| {
        stage.letters("question").into_iter().find(|it| it.subject.contains(" go out?"))
    };
    stage.pass_at("2026-12-09T07:59:00Z").await;
    assert!(asked(&stage).is_none(), "asked before a day was over");
    stage.pass_at("2026-12-09T08:05:00Z").await;
    let question = asked(&stage).unwrap();
    for word in ["it was sent ", "send again "] {
        assert!(question.text.contains(word), "{}", question.text);
    }
    (stage, question)
}

/// The receipt of an answer to the question, on one line.
async fn answered(stage: &mut Stage, question: &Letter, text: &str) -> String {
    let before = stage.letters("receipt").len();
    stage.reply_to(question, "Sent", "2026-12-09T08:10:00Z", text, "doubt");
    stage.pass_at("2026-12-09T08:11:00Z").await;
    let receipts = stage.letters("receipt");
    assert_eq!(receipts.len(), before + 1);
    receipts[before].text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_was_sent_ends_the_doubt_and_the_second_message_counts_from_the_first() {
    let (mut stage, question) = until_doubted(Action::CloseInside).await;
    let said = answered(&mut stage, &question, "It was sent.").await;
    let first = "Noted: it was sent. It counts as one of the two messages.";
    assert!(said.starts_with(first), "{said}");
    let view = stage.application().await;
    assert_eq!((view.state, view.attempts.len(), view.sent_now), (State::Waiting, 1, 1));
    assert!(view.draft.is_none());
    assert_eq!(stage.service.record().overview().await.unwrap().health.in_doubt, 0);
    stage.pass_at("2026-12-21T09:00:00Z").await;
    assert_eq!(stage.letters("approval-request").len(), 1, "inside fourteen days");
    stage.pass_at("2026-12-22T07:30:00Z").await;
    stage.pass_at("2026-12-23T07:30:00Z").await;
    let requests = stage.letters("approval-request");
    assert_eq!(requests.len(), 2);
    assert!(requests[1].subject.contains("(2 of 2)"), "{}", requests[1].subject);
    assert_eq!(stage.sandbox.delivered().len(), 1, "nothing is sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn send_again_writes_a_new_draft_that_needs_an_approval_of_its_own() {
    let (mut stage, question) = until_doubted(Action::CloseBefore).await;
    let said = answered(&mut stage, &question, "send again").await;
    let first = "Noted: it did not leave. I write a new draft and ask you before anything is sent.";
    assert!(said.starts_with(first), "{said}");
    assert!(stage.application().await.attempts.is_empty());
    // The next morning on which a message may go.
    let mut morning = 9;
    while stage.letters("approval-request").len() < 2 {
        morning += 1;
        assert!(morning <= 17, "no new draft came");
        stage.pass_at(&format!("2026-12-{morning:02}T07:30:00Z")).await;
    }
    let request = stage.letters("approval-request").remove(1);
    assert!(request.subject.contains("(1 of 2)"), "{}", request.subject);
    for minute in ["09:30", "10:00"] {
        stage.pass_at(&format!("2026-12-{morning:02}T{minute}:00Z")).await;
    }
    assert!(stage.sandbox.delivered().is_empty(), "the approval of the lost one sends nothing");
    let next = morning + 1;
    let at = format!("2026-12-{next:02}T08:00:00Z");
    stage.reply_to(&request, "Sent", &at, "approve", "again");
    for day in next..=18 {
        for minute in ["08:01", "08:30", "10:00"] {
            stage.pass_at(&format!("2026-12-{day:02}T{minute}:00Z")).await;
        }
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
    assert_eq!(stage.application().await.attempts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_once_given_is_not_turned_round_by_a_second_one() {
    let (mut stage, question) = until_doubted(Action::CloseInside).await;
    answered(&mut stage, &question, "it was sent").await;
    stage.reply_to(&question, "Sent", "2026-12-09T08:20:00Z", "send again", "second");
    stage.pass_at("2026-12-09T08:21:00Z").await;
    let last = stage.letters("receipt").pop().unwrap();
    assert!(last.text.starts_with("I know the word, but"), "{}", last.text);
    let view = stage.application().await;
    assert_eq!((view.state, view.attempts.len()), (State::Waiting, 1));
    assert!(view.draft.is_none());
}
