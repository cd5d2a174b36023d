//! What the user tells by mail and by command, on the real servers: the evening question, the
//! question which application a mail is about, and corrections.

use afterword::domain::command::Told;
use afterword::domain::event::Channel;
use afterword::domain::follow_up::Turn;
use afterword::domain::ids::ReadableId;
use afterword::service::by_hand::{ByHand, NewApplication, NewInterview, Recorded};
use afterword::service::view::{ApplicationView, State};

use crate::world::{Letter, World, utc};

/// The interview of Tuesday 24 November is held, and the question of its evening lies in INBOX.
async fn until_evening() -> (World, Letter) {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-20T09:05:00Z").await;
    world.pass_at("2026-11-24T16:59:00Z").await;
    assert!(world.letters("question").is_empty(), "asked before the evening");
    world.pass_at("2026-11-24T17:00:00Z").await;
    let question = world.expect_letters("question", 1).remove(0);
    (world, question)
}

async fn answer(world: &mut World, question: &Letter, text: &str, id: &str) -> Letter {
    let before = world.letters("receipt").len();
    world.user_replies_as("Sent", "2026-11-24T17:30:00Z", question, text, id);
    world.pass_at("2026-11-24T17:31:00Z").await;
    world.expect_letters("receipt", before + 1).remove(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn e29_one_line_answers_the_question_of_the_evening() {
    let (mut world, question) = until_evening().await;
    assert!(question.subject.contains("when did they say you would hear?"), "{}", question.subject);
    let text = "by next friday\nwith: Anna Schmidt, Tom Weber\nnote: liked the migration story";
    let receipt = answer(&mut world, &question, text, "one").await;
    for said in
        ["Fri 4 Dec 2026 (could also mean Fri 27 Nov", "Earliest follow-up: Tue 8 Dec", "Tom Weber"]
    {
        assert!(receipt.text.replace('\n', " ").contains(said), "{said}: {}", receipt.text);
    }
    let view = world.application().await;
    assert_eq!(view.promise.unwrap().reading.not_before, "2026-12-04".parse().ok());
    assert_eq!(view.notes, ["liked the migration story"]);
    world.pass_at("2026-11-26T18:00:00Z").await;
    world.expect_letters("question", 1);
    world.pass_at("2026-12-08T07:00:00Z").await;
    world.expect_letters("approval-request", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_day_is_named_for_a_follow_up_that_cannot_come() {
    for text in ["interview: 30 dec 14:00", "offer: 60,000"] {
        let (mut world, question) = until_evening().await;
        let receipt = answer(&mut world, &question, text, "one").await;
        assert!(!receipt.text.contains("did not understand"), "{text}: {}", receipt.text);
        assert!(!receipt.text.contains("Earliest follow-up"), "{text}: {}", receipt.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e29_it_is_asked_once_more_and_then_counts_as_no_date() {
    let (mut world, _) = until_evening().await;
    world.pass_at("2026-11-26T16:00:00Z").await;
    world.expect_letters("question", 1);
    for now in ["2026-11-26T17:00:00Z", "2026-11-28T17:00:00Z", "2026-11-30T17:00:00Z"] {
        world.pass_at(now).await;
        world.expect_letters("question", 2);
    }
    world.pass_at("2026-12-08T07:00:00Z").await;
    world.expect_letters("approval-request", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_the_evening_question_are_read_as_people_write_them() {
    let cases: [(&str, &str, State, Option<&str>); 8] = [
        ("in two weeks", "Tue 8 Dec", State::Waiting, Some("2026-12-08")),
        ("4 dec", "Fri 4 Dec", State::Waiting, Some("2026-12-04")),
        ("early next week", "Wed 2 Dec", State::Waiting, Some("2026-12-02")),
        ("they call tuesday", "Tue 1 Dec", State::Waiting, Some("2026-12-01")),
        ("no date", "no date was given", State::Waiting, None),
        ("cancelled", "did not take place", State::Applied, None),
        ("moved to 30 nov 14:00", "Mon 30 Nov 14:00", State::Interviewing, None),
        ("rejected", "they decided against it", State::Closed, None),
    ];
    for (text, said, state, promise) in cases {
        let (mut world, question) = until_evening().await;
        let receipt = answer(&mut world, &question, text, "one").await;
        assert!(receipt.text.replace('\n', " ").contains(said), "{text}: {}", receipt.text);
        let view = world.application().await;
        assert_eq!(view.state, state, "{text}");
        let by = view.promise.and_then(|it| it.reading.not_before).map(|day| day.to_string());
        assert_eq!(by.as_deref(), promise, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_no_answer_changes_nothing_and_undo_takes_back_the_last_one() {
    let (mut world, question) = until_evening().await;
    let receipt = answer(&mut world, &question, "it was a nice talk", "one").await;
    assert!(receipt.text.contains("did not understand"), "{}", receipt.text);
    assert!(world.application().await.promise.is_none());
    answer(&mut world, &question, "by friday", "two").await;
    assert!(world.application().await.promise.is_some());
    let receipt = answer(&mut world, &question, "undo", "three").await;
    assert!(receipt.text.contains("Undone"), "{}", receipt.text);
    assert!(world.application().await.promise.is_none());
}

async fn recorded(world: &World, position: &str) -> ReadableId {
    let at = utc("2026-11-23T13:00:00Z");
    let new = NewApplication {
        employer: "Acme".to_owned(),
        domain: Some(world.anna.rsplit_once('@').unwrap().1.to_owned()),
        position: Some(position.to_owned()),
        contact: None,
        interview: Some(NewInterview {
            starts_at: at,
            ends_at: at + chrono::TimeDelta::hours(1),
            round: None,
        }),
        promise: None,
        strength: None,
    };
    world.service.record().new_application(new).await.unwrap()
}

fn from_acme(world: &World, id: &str, text: &str) {
    let (user, anna) = (&world.user, &world.anna);
    let domain = anna.rsplit_once('@').unwrap().1;
    world.file(
        "INBOX",
        "2026-11-25T10:00:00Z",
        &format!(
            "\
From: Tom Weber <tom@{domain}>
To: Jane Doe <{user}>
Subject: Thank you for your time
Date: Wed, 25 Nov 2026 11:00:00 +0100
Message-ID: <{id}@{domain}>
Content-Type: text/plain; charset=utf-8

{text}
"
        ),
    );
}

pub async fn of(world: &World, id: &ReadableId) -> ApplicationView {
    world.service.record().application(id).await.unwrap().unwrap().0
}

/// Two positions at one employer, and a mail that could be about either.
pub async fn until_tie() -> (World, [ReadableId; 2], Letter) {
    let mut world = World::at("2026-11-25T08:00:00Z").await;
    world.pass_at("2026-11-25T08:00:00Z").await;
    let ids = [recorded(&world, "Data Engineer").await, recorded(&world, "Analyst").await];
    world.pass_at("2026-11-25T08:05:00Z").await;
    from_acme(&world, "tie", "Hello Jane, you will hear from us by Friday, 11 December.");
    world.pass_at("2026-11-25T10:05:00Z").await;
    let question = world.expect_letters("question", 1).remove(0);
    (world, ids, question)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tie_is_a_question_and_the_number_decides() {
    let (mut world, [engineer, analyst], question) = until_tie().await;
    for listed in ["1  Acme, Data Engineer", "2  Acme, Analyst", "0  none of them"] {
        assert!(question.text.contains(listed), "{}", question.text);
    }
    for id in [&engineer, &analyst] {
        let view = of(&world, id).await;
        assert_eq!((view.turn, view.promise.is_some()), (Turn::Me, false), "both hold until then");
    }
    world.user_replies("Sent", "2026-11-25T10:10:00Z", &question, "2");
    world.pass_at("2026-11-25T10:11:00Z").await;
    let (other, chosen) = (of(&world, &engineer).await, of(&world, &analyst).await);
    assert_eq!((other.turn, other.replies.len()), (Turn::Them, 0));
    assert_eq!((chosen.turn, chosen.replies.len()), (Turn::Them, 1));
    assert_eq!(chosen.promise.unwrap().reading.not_before, "2026-12-11".parse().ok());
    let receipt = world.expect_letters("receipt", 1).remove(0);
    assert!(receipt.text.contains("Analyst"), "{}", receipt.text);

    world.user_replies_as("Sent", "2026-11-25T10:20:00Z", &question, "1", "again");
    world.pass_at("2026-11-25T10:21:00Z").await;
    assert_eq!(of(&world, &engineer).await.replies.len(), 1, "the last answer counts");
    assert_eq!(of(&world, &analyst).await.replies.len(), 0);
    let (_, history) = world.service.record().application(&analyst).await.unwrap().unwrap();
    assert!(history.iter().any(|it| it.what.contains("tom@")), "the evidence stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_pause_a_tie_is_not_asked_about_before_it_ends() {
    let mut world = World::at("2026-11-25T08:00:00Z").await;
    world.pass_at("2026-11-25T08:00:00Z").await;
    for position in ["Data Engineer", "Analyst"] {
        recorded(&world, position).await;
    }
    world.pass_at("2026-11-25T08:05:00Z").await;
    world.service.record().pause(None).await.unwrap();
    from_acme(&world, "tie", "Hello Jane, you will hear from us by Friday, 11 December.");
    for now in ["2026-11-25T10:05:00Z", "2026-11-25T10:10:00Z"] {
        world.pass_at(now).await;
        assert!(world.letters("question").is_empty(), "asked in a pause");
    }
    world.service.record().resume().await.unwrap();
    world.pass_at("2026-11-25T10:15:00Z").await;
    world.expect_letters("question", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_them_frees_all_and_the_thread_with_them() {
    let (mut world, ids, question) = until_tie().await;
    world.user_replies("Sent", "2026-11-25T10:10:00Z", &question, "0");
    world.pass_at("2026-11-25T10:11:00Z").await;
    for id in &ids {
        assert_eq!(of(&world, id).await.turn, Turn::Them);
    }
    let (user, anna) = (&world.user, &world.anna);
    let domain = anna.rsplit_once('@').unwrap().1;
    world.file(
        "INBOX",
        "2026-11-25T11:00:00Z",
        &format!(
            "\
From: Tom Weber <tom@{domain}>
To: Jane Doe <{user}>
Subject: Re: Thank you for your time
Date: Wed, 25 Nov 2026 12:00:00 +0100
Message-ID: <second@{domain}>
In-Reply-To: <tie@{domain}>
Content-Type: text/plain; charset=utf-8

See you at the meetup.
"
        ),
    );
    world.pass_at("2026-11-25T11:05:00Z").await;
    for id in &ids {
        assert_eq!(of(&world, id).await.replies.len(), 0, "its thread is not about them either");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cold_no_closes_and_one_word_takes_it_back() {
    let mut world = World::at("2026-11-25T08:00:00Z").await;
    world.pass_at("2026-11-25T08:00:00Z").await;
    let id = recorded(&world, "Data Engineer").await;
    world.pass_at("2026-11-25T08:05:00Z").await;
    from_acme(
        &world,
        "no",
        "Unfortunately we have decided to move forward with another candidate.",
    );
    world.pass_at("2026-11-25T10:05:00Z").await;
    assert_eq!(of(&world, &id).await.state, State::Closed);
    let record = world.service.record();
    let taken = record.by_hand(&id, ByHand::Told(Told::NotThisOne(None))).await.unwrap();
    assert!(matches!(taken, Recorded::Said(_)), "{taken:?}");
    let view = of(&world, &id).await;
    assert_eq!((view.state, view.replies.len()), (State::Waiting, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_theirs_withdraws_the_draft_and_undo_brings_the_plan_back() {
    let (mut world, _) = until_evening().await;
    world.pass_at("2026-12-08T07:00:00Z").await;
    world.expect_letters("approval-request", 1);
    let id = world.application().await.id;
    let (channel, text) = (Channel::Call, "two more weeks".to_owned());
    let told = Told::HeardBack { channel, text };
    world.service.record().by_hand(&id, ByHand::Told(told)).await.unwrap();
    let view = world.application().await;
    assert!(view.draft.is_none());
    assert_eq!(view.promise.unwrap().reading.not_before, "2026-12-22".parse().ok());
    world.service.record().by_hand(&id, ByHand::Told(Told::Undo)).await.unwrap();
    assert!(world.application().await.promise.is_none());
    world.pass_at("2026-12-09T07:00:00Z").await;
    world.expect_letters("approval-request", 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_in_plain_words_is_an_interview_once_the_user_says_so() {
    let mut world = World::at("2026-11-25T08:00:00Z").await;
    world.pass_at("2026-11-25T08:00:00Z").await;
    let id = recorded(&world, "Data Engineer").await;
    world.pass_at("2026-11-25T08:05:00Z").await;
    from_acme(
        &world,
        "second",
        "Hello Jane, your second interview is confirmed for Tuesday, 1 December 2026 at 14:00.",
    );
    world.pass_at("2026-11-25T10:05:00Z").await;
    let question = world.expect_letters("question", 1).remove(0);
    assert!(question.text.contains("1  Tue 1 Dec 14:00"), "{}", question.text);
    assert_eq!(of(&world, &id).await.interviews.len(), 1, "words alone make no interview");
    world.user_replies_as("Sent", "2026-11-25T10:10:00Z", &question, "1", "yes");
    world.pass_at("2026-11-25T10:11:00Z").await;
    assert_eq!(of(&world, &id).await.state, State::Interviewing);
    world.user_replies_as("Sent", "2026-11-25T10:20:00Z", &question, "0", "no");
    world.pass_at("2026-11-25T10:21:00Z").await;
    assert_ne!(of(&world, &id).await.state, State::Interviewing, "the last answer counts");
}
