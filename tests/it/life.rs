//! Whole lives of a follow-up on a real Dovecot and a real Postfix, in real steps.

mod offer;
mod replies;
mod stopped;

use afterword::domain::address::{Address, Correspondent};
use afterword::domain::follow_up::Turn;
use afterword::service::by_hand::{NewApplication, NewInterview};
use afterword::service::view::State;

use crate::world::{Letter, World};

const PROMISE: &str = "Dear Jane,\n\nthank you for the talk today. We will let you know by Friday, 4 December.\n\nKind regards\nAnna Schmidt";

/// Until the first request lies in INBOX: Tuesday 8 December, eight o'clock.
pub async fn until_asked() -> World {
    asked_with("").await
}

/// The same with more lines in the configuration.
pub async fn asked_with(more: &str) -> World {
    let mut world = World::with("2026-11-20T08:00:00Z", more).await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-20T09:05:00Z").await;
    assert_eq!(world.application().await.state, State::Interviewing);
    world.pass_at("2026-11-24T14:30:00Z").await;
    assert_eq!(world.application().await.state, State::Waiting);
    world.anna_writes("INBOX", "2026-11-25T10:00:00Z", "promise", PROMISE);
    world.pass_at("2026-11-25T10:05:00Z").await;
    for early in ["2026-12-04T16:00:00Z", "2026-12-07T09:00:00Z", "2026-12-08T06:50:00Z"] {
        world.pass_at(early).await;
        assert!(world.letters("approval-request").is_empty(), "asked too early, at {early}");
    }
    world.pass_at("2026-12-08T07:00:00Z").await;
    world.expect_letters("approval-request", 1);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_from_invitation_to_moving_on() {
    let mut world = until_asked().await;
    let view = world.application().await;
    assert_eq!((view.state, view.turn), (State::Asked, Turn::Them));
    assert_eq!(view.position.as_deref(), Some("Data Engineer"));

    let request = world.expect_letters("approval-request", 1).remove(0);
    assert!(request.subject.contains("(1 of 2)"), "{}", request.subject);
    world.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
    world.nothing_at_employer();
    world.pass_at("2026-12-08T07:59:00Z").await;
    world.nothing_at_employer();
    world.pass_at("2026-12-08T08:01:00Z").await;

    let first = world.at_employer(1).remove(0);
    assert_eq!(
        (first.from.as_str(), first.to.as_str()),
        (world.user.as_str(), world.anna.as_str())
    );
    assert_eq!(first.text.trim_end(), request.proposed());
    assert!(first.subject.starts_with("Re: Interview Data Engineer"), "{}", first.subject);
    assert!(first.in_reply_to.as_deref().is_some_and(|id| id.starts_with("promise@")));
    assert_eq!(first.kind, None, "nothing of ours shows in a message to an employer");
    world.pass_at("2026-12-08T08:15:00Z").await;
    world.pass_at("2026-12-16T08:15:00Z").await;
    world.at_employer(1);

    world.pass_at("2026-12-22T06:59:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 1, "asked before fourteen silent days");
    world.pass_at("2026-12-22T07:00:00Z").await;
    let second_request = world.expect_letters("approval-request", 2).remove(1);
    assert!(second_request.subject.contains("(2 of 2)"), "{}", second_request.subject);
    world.user_replies("Sent", "2026-12-22T07:30:00Z", &second_request, "Yes.");
    world.pass_at("2026-12-22T07:31:00Z").await;
    world.pass_at("2026-12-22T08:10:00Z").await;
    let second = world.at_employer(2).remove(1);
    assert_eq!(second.text.trim_end(), second_request.proposed());
    assert_ne!(second.text, first.text);

    world.pass_at("2027-01-04T22:00:00Z").await;
    assert_eq!(world.application().await.state, State::Waiting);
    world.pass_at("2027-01-05T07:00:00Z").await;
    assert_eq!(world.application().await.state, State::MovedOn);
    world.pass_at("2027-03-05T09:00:00Z").await;
    world.at_employer(2);
    assert_eq!(world.letters("approval-request").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weekly_summaries_name_the_right_states() {
    let mut world = until_asked().await;
    // Monday 23, 30 November and 7 December passed; each summary was mailed at the first pass after.
    let subjects: Vec<String> = world.letters("summary").into_iter().map(|it| it.subject).collect();
    assert_eq!(subjects.len(), 3, "{subjects:#?}");
    world.pass_at("2026-12-14T07:00:00Z").await;
    world.pass_at("2026-12-14T07:30:00Z").await;
    let summary = world.expect_letters("summary", 4).remove(3);
    assert!(summary.subject.contains("Week 50"), "{}", summary.subject);
    assert!(summary.text.contains("NEEDS YOU"), "{}", summary.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_changes_nothing_in_the_mailbox() {
    let world = until_asked().await;
    for mailbox in ["INBOX", "Sent", "Junk"] {
        assert!(world.servers.flags(&world.user, mailbox).iter().all(Vec::is_empty), "{mailbox}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_what_was_sent_lies_in_sent_once() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    for now in [
        "2026-12-08T07:03:00Z",
        "2026-12-08T08:01:00Z",
        "2026-12-08T08:15:00Z",
        "2026-12-08T08:45:00Z",
    ] {
        world.pass_at(now).await;
    }
    let arrived = world.at_employer(1).remove(0);
    let copies: Vec<Letter> = world
        .mailbox("Sent")
        .iter()
        .map(|bytes| Letter::read(bytes))
        .filter(|letter| letter.message_id == arrived.message_id)
        .collect();
    assert_eq!(copies.len(), 1);
    assert_eq!(copies[0].text, arrived.text);
    assert_eq!(world.application().await.attempts.len(), 1, "the copy is no second attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_before_the_first_run_is_offered_and_not_asked() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-12-29T09:00:00Z").await;
    world.pass_at("2026-12-30T09:00:00Z").await;
    assert!(world.letters("approval-request").is_empty());
    let welcome = world.expect_letters("welcome", 1).remove(0);
    let id = world.application().await.id;
    assert!(welcome.text.contains(&format!("draft {id}")), "{}", welcome.text);
    world.user_replies("Sent", "2026-12-30T09:10:00Z", &welcome, &format!("draft {id}"));
    world.pass_at("2026-12-30T09:15:00Z").await;
    world.expect_letters("approval-request", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn older_mail_is_found_when_an_application_is_recorded_by_hand() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.anna_writes("INBOX", "2026-11-20T09:00:00Z", "hello", "Hello Jane, see you on Tuesday.");
    world.pass_at("2026-11-20T09:05:00Z").await;
    assert!(world.service.record().overview().await.unwrap().applications.is_empty());
    let contact = format!("Anna Schmidt <{}>", world.anna);
    let interview = NewInterview {
        starts_at: "2026-11-24T13:00:00Z".parse().unwrap(),
        ends_at: "2026-11-24T14:00:00Z".parse().unwrap(),
        round: None,
    };
    let new = NewApplication {
        employer: "Acme".to_owned(),
        domain: None,
        position: Some("Data Engineer".to_owned()),
        contact: Some(Correspondent {
            name: Some("Anna Schmidt".to_owned()),
            address: Address::parse(&world.anna).unwrap(),
        }),
        interview: Some(interview),
        promise: None,
        strength: None,
    };
    world.service.record().new_application(new).await.unwrap();
    world.pass_at("2026-11-20T09:10:00Z").await;
    let view = world.application().await;
    assert_eq!(view.replies.len(), 1, "{contact} wrote before");
    world.pass_at("2026-12-08T07:00:00Z").await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    assert!(request.text.contains("Re: Interview Data Engineer"), "{}", request.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_friday_is_read_from_the_day_it_was_written() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-20T09:05:00Z").await;
    // The server's clock stands still at the day of the test; the mail is read a week after it came.
    world.anna_writes(
        "INBOX",
        "2026-11-30T10:00:00Z",
        "promise",
        "Hello Jane,\n\nwe will let you know by Friday.\n\nAnna",
    );
    world.pass_at("2026-11-30T10:05:00Z").await;
    let promise = world.application().await.promise.unwrap();
    assert_eq!(promise.reading.not_before, "2026-12-04".parse().ok());
}
