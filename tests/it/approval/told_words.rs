//! What a user tells about an application in answer to a request for an approval, and what the
//! record has of it: who answered, who is away, whom an agency works for, who was thanked.

use afterword::domain::follow_up::Turn;
use afterword::service::view::{ApplicationView, State};

use super::asked;
use crate::world::{Letter, World};

type Holds = fn(&ApplicationView) -> bool;

/// The reply, how the receipt begins, and what holds afterwards.
const WORDS: [(&str, &str, Holds); 9] = [
    ("thanks sent", "Noted. It counts as a contact of yours; nothing from me before", |it| {
        it.state == State::Waiting && it.attempts.is_empty() && it.draft.is_none()
    }),
    ("Thank you sent.", "Noted. It counts as a contact of yours; nothing from me before", |it| {
        it.state == State::Waiting && it.attempts.is_empty() && it.draft.is_none()
    }),
    ("replied", "Noted: they answered. Earliest follow-up: ", |it| {
        it.turn == Turn::Them && it.replies.len() == 2 && it.draft.is_none()
    }),
    ("replied, two more weeks", "Understood \"two more weeks\" = Tue 22 Dec", |it| {
        let by = it.promise.as_ref().and_then(|promise| promise.reading.not_before);
        by == "2026-12-22".parse().ok() && it.draft.is_none()
    }),
    ("client: Initech", "Noted: the client is \"Initech\".", |it| it.state == State::Asked),
    ("back: 14 dec", "Noted: the day they are back is \"Mon 14 Dec 2026\".", |it| {
        it.state == State::Asked
    }),
    ("back: one day", "I did not understand the first line \"back: one day\".", |it| {
        it.state == State::Asked
    }),
    ("it was sent", "I know the word, but in answer to that mail", |it| {
        it.state == State::Asked && it.attempts.is_empty()
    }),
    ("send again", "I know the word, but in answer to that mail", |it| {
        it.state == State::Asked && it.draft.as_ref().is_some_and(|draft| draft.version == 1)
    }),
];

/// The world after a reply to the request, the request, and the receipt on one line.
async fn told(text: &str) -> (World, Letter, String) {
    let (mut world, request) = asked().await;
    world.user_replies_as("Sent", "2026-12-08T07:05:00Z", &request, text, "told");
    world.pass_at("2026-12-08T07:06:00Z").await;
    let receipt = world.expect_letters("receipt", 1).remove(0);
    let said = receipt.text.split_whitespace().collect::<Vec<_>>().join(" ");
    (world, request, said)
}

async fn approved_then(world: &mut World, request: &Letter) {
    world.user_replies_as("Sent", "2026-12-08T07:10:00Z", request, "approve", "approval");
    world.pass_at("2026-12-08T07:11:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
}

async fn history(world: &World) -> Vec<String> {
    let id = world.application().await.id;
    let (_, history) = world.service.record().application(&id).await.unwrap().unwrap();
    history.into_iter().map(|entry| entry.what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_told_is_recorded_and_said_back_in_the_first_line() {
    let mut wrong = Vec::new();
    for (text, first, holds) in WORDS {
        let (world, _, said) = told(text).await;
        let view = world.application().await;
        if !said.starts_with(first) || !holds(&view) {
            wrong.push(format!("{text}: {said}\n{view:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thank_you_by_hand_is_the_contact_of_the_week_and_none_of_the_two_messages() {
    let (mut world, request, said) = told("thanks sent").await;
    assert!(said.contains("nothing from me before Tue 15 Dec."), "{said}");
    assert!(history(&world).await.contains(&"you thanked by mail".to_owned()));
    approved_then(&mut world, &request).await;
    world.nothing_at_employer();
    world.pass_at("2026-12-14T09:00:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 1, "inside the week");
    for now in ["2026-12-15T07:30:00Z", "2026-12-16T07:30:00Z"] {
        world.pass_at(now).await;
    }
    let next = world.expect_letters("approval-request", 2).remove(1);
    assert!(next.subject.contains("(1 of 2)"), "{}", next.subject);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_only_the_user_saw_ends_the_request() {
    let (mut world, request, _) = told("replied").await;
    assert!(history(&world).await.contains(&"they answered".to_owned()));
    approved_then(&mut world, &request).await;
    world.nothing_at_employer();
    assert!(world.application().await.draft.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_message_waits_until_they_are_back_at_their_desk() {
    let (mut world, request, _) = told("back: 14 dec").await;
    let away = "out of office until Mon 14 Dec 2026".to_owned();
    assert!(history(&world).await.contains(&away));
    approved_then(&mut world, &request).await;
    let receipt = world.expect_letters("receipt", 2).remove(1);
    assert!(receipt.text.starts_with("Approved. It goes out Wed 16 Dec"), "{}", receipt.text);
    for now in ["2026-12-09T08:30:00Z", "2026-12-15T09:00:00Z"] {
        world.pass_at(now).await;
        world.nothing_at_employer();
    }
    world.pass_at("2026-12-16T08:30:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), request.proposed());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_an_agency_is_kept_and_undo_takes_it_back() {
    let (mut world, request, _) = told("client: Initech").await;
    assert!(history(&world).await.contains(&"for: Initech".to_owned()));
    world.user_replies_as("Sent", "2026-12-08T07:10:00Z", &request, "undo", "undo");
    world.pass_at("2026-12-08T07:11:00Z").await;
    let receipt = world.expect_letters("receipt", 2).remove(1);
    assert!(receipt.text.starts_with("Undone: the last entry you made about"), "{}", receipt.text);
    let corrected = "corrected (undone): 1 entry does not count".to_owned();
    assert!(history(&world).await.contains(&corrected));
    assert!(world.application().await.draft.is_some(), "no draft rests on the client");
}
