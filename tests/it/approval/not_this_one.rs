//! `wrong` and `not …`: their last message is about something else. What rested on it goes, and
//! the user is asked where it belongs.

use afterword::domain::ids::ReadableId;
use afterword::service::by_hand::NewApplication;
use afterword::service::view::State;

use super::asked;
use crate::told::{of, until_tie};
use crate::world::{Letter, World};

/// The one receipt of a reply, on one line; `at` is a minute.
async fn answered(world: &mut World, to: &Letter, at: &str, text: &str) -> String {
    let before = world.letters("receipt").len();
    let id = format!("answer{before}");
    world.user_replies_as("Sent", &format!("{at}:00Z"), to, text, &id);
    world.pass_at(&format!("{at}:30Z")).await;
    let receipt = world.expect_letters("receipt", before + 1).remove(before);
    receipt.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn recorded_globex(world: &World) -> ReadableId {
    let new = NewApplication {
        employer: "Globex".to_owned(),
        domain: Some("globex.test".to_owned()),
        position: Some("Analyst".to_owned()),
        contact: None,
        interview: None,
        promise: None,
        strength: None,
    };
    world.service.record().new_application(new).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_frees_their_last_message_and_the_number_says_where_it_belongs() {
    let (mut world, request) = asked().await;
    let acme = world.application().await;
    let globex = recorded_globex(&world).await;
    let questions = world.letters("question").len();
    let said = answered(&mut world, &request, "2026-12-08T07:05", "wrong").await;
    let first = format!("Understood: that mail is not about {}.", acme.employer);
    assert!(said.starts_with(&first), "{said}");
    assert!(said.contains("I ask in a mail of its own which one it is about."), "{said}");
    let view = of(&world, &acme.id).await;
    assert_eq!((acme.replies.len(), view.replies.len()), (2, 1));
    assert!(acme.promise.is_some() && view.promise.is_none());
    let (_, history) = world.service.record().application(&acme.id).await.unwrap().unwrap();
    let corrected = "corrected (not about this application)";
    assert!(history.iter().any(|entry| entry.what.starts_with(corrected)));

    let question = world.expect_letters("question", questions + 1).remove(questions);
    assert!(question.text.contains("1  Globex, Analyst"), "{}", question.text);
    let said = answered(&mut world, &question, "2026-12-08T07:10", "1").await;
    assert!(said.starts_with("Noted: Globex, Analyst"), "{said}");
    let view = of(&world, &globex).await;
    assert_eq!(view.promise.unwrap().reading.not_before, "2026-12-04".parse().ok());
    assert_eq!((view.replies.len(), of(&world, &acme.id).await.replies.len()), (1, 1));

    let said = answered(&mut world, &request, "2026-12-08T07:15", "approve").await;
    assert!(!said.starts_with("Approved"), "{said}");
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn not_with_the_name_or_the_id_means_the_same() {
    for by_id in [false, true] {
        let (mut world, request) = asked().await;
        let before = world.application().await;
        let name = if by_id { before.id.to_string() } else { before.employer.clone() };
        let text = format!("not {}", name.to_lowercase());
        let said = answered(&mut world, &request, "2026-12-08T07:05", &text).await;
        let first = format!("Understood: that mail is not about {}.", before.employer);
        assert!(said.starts_with(&first), "{text}: {said}");
        assert!(!said.contains("which one"), "there is no other one: {said}");
        let view = world.application().await;
        assert_eq!((view.replies.len(), view.promise.is_some()), (1, false), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_with_the_name_of_another_application_changes_nothing() {
    let (mut world, request) = asked().await;
    let acme = world.application().await.id;
    let globex = recorded_globex(&world).await;
    for (at, name) in [("2026-12-08T07:05", "globex"), ("2026-12-08T07:07", globex.as_str())] {
        let text = format!("not {name}");
        let said = answered(&mut world, &request, at, &text).await;
        let first = format!("I did not understand the first line \"{text}\". Nothing was sent");
        assert!(said.starts_with(&first), "{said}");
        let view = of(&world, &acme).await;
        assert_eq!((view.state, view.replies.len()), (State::Asked, 2), "{text}");
        assert!(view.promise.is_some(), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_question_which_one_it_is_only_a_number_decides() {
    let (mut world, [engineer, analyst], question) = until_tie().await;
    for (at, text) in [("2026-11-25T10:10", "wrong"), ("2026-11-25T10:12", "not acme")] {
        let said = answered(&mut world, &question, at, text).await;
        let first = "Nothing changed. If the mail is about none of them, reply to the question";
        assert!(said.starts_with(first), "{text}: {said}");
        for id in [&engineer, &analyst] {
            assert!(of(&world, id).await.promise.is_none(), "{text}");
        }
    }
    let said = answered(&mut world, &question, "2026-11-25T10:14", "2").await;
    assert!(said.starts_with("Noted: Acme, Analyst"), "{said}");
    assert!(of(&world, &analyst).await.promise.is_some(), "the question was still open");
    assert!(of(&world, &engineer).await.promise.is_none());
}
