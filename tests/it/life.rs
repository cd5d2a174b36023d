//! Whole lives of a follow-up on a real Dovecot and a real Postfix, in real steps.

use afterword::domain::follow_up::Turn;
use afterword::service::view::State;

use afterword::service::by_hand::{NewApplication, NewInterview};
use afterword::service::occasion::{NewOffer, Solid};

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
async fn an_answer_between_approval_and_sending_stops_the_message() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
    world.anna_writes(
        "Junk",
        "2026-12-08T08:00:30Z",
        "answer",
        "Hello Jane, we need two references. Could you send them?",
    );
    world.pass_at("2026-12-08T08:01:00Z").await;
    world.nothing_at_employer();
    let view = world.application().await;
    assert_eq!((view.state, view.turn), (State::YourTurn, Turn::Me));
    let told = world.expect_letters("receipt", 2).remove(1);
    assert!(told.text.contains("Not sent"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_lies_in_inbox_only_sends_nothing() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("INBOX", "2026-12-08T07:02:00Z", &request, "approve");
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    assert_eq!(world.application().await.state, State::Asked);
    world.nothing_at_employer();
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("Sent mailbox"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_by_hand_counts_and_withdraws_the_draft() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_writes_to_anna(
        "2026-12-08T07:10:00Z",
        "byhand",
        "Dear Anna, is there any news about my application?",
    );
    world.pass_at("2026-12-08T07:15:00Z").await;
    let view = world.application().await;
    assert_eq!(view.attempts.len(), 1);
    assert!(view.draft.is_none());
    world.user_replies("Sent", "2026-12-08T07:20:00Z", &request, "approve");
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
    world.pass_at("2026-12-22T07:00:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.subject.contains("(2 of 2)"), "{}", second.subject);
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
async fn our_own_request_in_sent_approves_nothing() {
    let mut world = until_asked().await;
    let request = world
        .mailbox("INBOX")
        .into_iter()
        .find(|bytes| Letter::read(bytes).kind.as_deref() == Some("approval-request"))
        .unwrap();
    let at = "2026-12-08T07:00:30Z".parse().unwrap();
    world.servers.append(&world.user, "Sent", &request, at);
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    assert_eq!(world.application().await.state, State::Asked);
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_approval_seen_in_three_mailboxes_sends_once() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    for mailbox in ["INBOX", "Sent", "Archive"] {
        world.user_replies(mailbox, "2026-12-08T07:02:00Z", &request, "Approve.");
    }
    for now in ["2026-12-08T07:03:00Z", "2026-12-08T08:05:00Z", "2026-12-08T08:20:00Z"] {
        world.pass_at(now).await;
    }
    world.at_employer(1);
    world.expect_letters("receipt", 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_is_asked_back_and_the_plain_word_then_sends() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    let condition = "approve\n\nbut please mention my new certificate";
    world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, condition, "one");
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Asked);
    world.user_replies_as("Sent", "2026-12-08T07:04:00Z", &request, "approve\n\nJane", "two");
    world.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn skip_stop_and_later_are_obeyed_and_confirmed() {
    for (word, expected) in
        [("skip", State::Waiting), ("stop", State::Closed), ("later fri", State::Waiting)]
    {
        let mut world = until_asked().await;
        let request = world.expect_letters("approval-request", 1).remove(0);
        world.user_replies_as("Sent", "2026-12-08T07:02:00Z", &request, word, "word");
        world.pass_at("2026-12-08T07:03:00Z").await;
        assert_eq!(world.application().await.state, expected, "{word}");
        world.expect_letters("receipt", 1);
        world.user_replies_as("Sent", "2026-12-08T07:04:00Z", &request, "approve", "late");
        world.pass_at("2026-12-08T08:30:00Z").await;
        world.nothing_at_employer();
        world.pass_at("2026-12-15T07:00:00Z").await;
        let requests = if word == "later fri" { 2 } else { 1 };
        world.expect_letters("approval-request", requests);
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
async fn a_colleagues_answer_counts_and_an_out_of_office_does_not() {
    let mut world = until_asked().await;
    let domain = world.anna.rsplit_once('@').unwrap().1.to_owned();
    let (user, anna) = (world.user.clone(), world.anna.clone());
    world.file(
        "INBOX",
        "2026-12-08T07:05:00Z",
        &format!(
            "\
From: Anna Schmidt <{anna}>
To: Jane Doe <{user}>
Subject: Automatic reply: Interview Data Engineer
Date: Tue, 08 Dec 2026 08:05:00 +0100
Message-ID: <ooo@{domain}>
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

I am out of the office and will be back on 14 December 2026.
"
        ),
    );
    world.pass_at("2026-12-08T07:10:00Z").await;
    let view = world.application().await;
    assert_eq!(view.replies.len(), 2, "an out-of-office message is no answer");
    world.file(
        "INBOX",
        "2026-12-08T07:20:00Z",
        &format!(
            "\
From: Tom Weber <tom.weber@{domain}>
To: Jane Doe <{user}>
Subject: Your application
Date: Tue, 08 Dec 2026 08:20:00 +0100
Message-ID: <colleague@{domain}>
Content-Type: text/plain; charset=utf-8

Hello Jane, Anna asked me to tell you that we are still deciding.
"
        ),
    );
    world.pass_at("2026-12-08T07:25:00Z").await;
    let view = world.application().await;
    assert_eq!(view.replies.len(), 3);
    assert!(view.draft.is_none(), "the draft is withdrawn");
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
        contact: Some(afterword::domain::address::Correspondent {
            name: Some("Anna Schmidt".to_owned()),
            address: afterword::domain::address::Address::parse(&world.anna).unwrap(),
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
async fn an_answer_that_a_filter_filed_away_stops_the_message() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.anna_writes(
        "Jobs",
        "2026-12-08T07:30:00Z",
        "filed",
        "Hello Jane, we are still deciding.",
    );
    world.pass_at("2026-12-08T08:01:00Z").await;
    world.nothing_at_employer();
    let told = world.expect_letters("receipt", 2).remove(1);
    assert!(told.text.contains("Not sent"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsent_draft_of_the_user_holds_the_message() {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    world.pass_at("2026-12-08T07:03:00Z").await;
    let (user, anna) = (world.user.clone(), world.anna.clone());
    world.file(
        "Drafts",
        "2026-12-08T07:30:00Z",
        &format!(
            "\
From: Jane Doe <{user}>
To: Anna Schmidt <{anna}>
Subject: Re: Interview Data Engineer
Date: Tue, 08 Dec 2026 08:30:00 +0100
Message-ID: <unsent@{user}>
Content-Type: text/plain; charset=utf-8

Dear Anna,
"
        ),
    );
    world.pass_at("2026-12-08T08:01:00Z").await;
    world.nothing_at_employer();
    let told = world.expect_letters("receipt", 2).remove(1);
    assert!(told.text.contains("unsent draft"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_closes_the_application_and_nothing_more_is_asked() {
    let mut world = until_asked().await;
    world.anna_writes(
        "INBOX",
        "2026-12-08T07:30:00Z",
        "no",
        "Dear Jane,\n\nthank you for your interest. Unfortunately we have decided to move forward with another candidate.\n\nKind regards\nAnna",
    );
    world.pass_at("2026-12-08T07:35:00Z").await;
    assert_eq!(world.application().await.state, State::Closed);
    world.pass_at("2026-12-22T07:35:00Z").await;
    world.expect_letters("approval-request", 1);
    world.nothing_at_employer();
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

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_a_mailbox_that_is_new_counts_from_when_it_was_written() {
    let mut world = until_asked().await;
    world.expect_letters("approval-request", 1);
    let (user, anna) = (world.user.clone(), world.anna.clone());
    let domain = anna.rsplit_once('@').unwrap().1.to_owned();
    world.file(
        "Sent Items",
        "2026-12-08T07:10:00Z",
        &format!(
            "\
From: Jane Doe <{user}>
To: Anna Schmidt <{anna}>
Subject: Re: Interview Data Engineer
Date: Tue, 08 Dec 2026 08:10:00 +0100
Message-ID: <byhand@{user}>
In-Reply-To: <invitation@{domain}>
References: <invitation@{domain}>
Content-Type: text/plain; charset=utf-8

Dear Anna, is there any news about my application?
"
        ),
    );
    world.pass_at("2026-12-08T07:15:00Z").await;
    let view = world.application().await;
    assert_eq!((view.attempts.len(), view.sent_now), (1, 1));
    assert!(view.draft.is_none());
}

const OFFER: &str = "Dear Jane,\n\nwe are pleased to offer you the position of Analyst. You find the \
    terms below. Please let us know by 11 December.\n\nKind regards\nTom Weber";

fn from_tom(user: &str, text: &str) -> String {
    format!(
        "From: Tom Weber <tom@globex.test>
To: Jane Doe <{user}>
Subject: Your offer
         Date: Tue, 8 Dec 2026 10:10:00 +0100
Message-ID: <offer@globex.test>
         Content-Type: text/plain; charset=utf-8

{text}
"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn e26_e28_a_written_offer_is_told_once_and_with_approval() {
    let mut world = until_asked().await;
    let new = NewApplication {
        employer: "Globex".to_owned(),
        domain: Some("globex.test".to_owned()),
        position: Some("Analyst".to_owned()),
        contact: Some(afterword::domain::address::Correspondent {
            name: Some("Tom Weber".to_owned()),
            address: afterword::domain::address::Address::parse("tom@globex.test").unwrap(),
        }),
        interview: None,
        promise: None,
        strength: None,
    };
    let globex = world.service.record().new_application(new).await.unwrap();
    let offer = NewOffer { expires_on: "2026-12-11".parse().ok(), ..NewOffer::default() };
    let solid = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(solid, Some(Solid::NoEvidence), "it is not in writing");
    world.pass_at("2026-12-08T09:00:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 1, "nobody is told of a spoken offer");

    world.file("INBOX", "2026-12-08T09:10:00Z", &from_tom(&world.user, OFFER));
    world.pass_at("2026-12-08T09:15:00Z").await;
    let solid = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(solid, Some(Solid::Yes));
    let summary = world.service.record().summary(None).await.unwrap().unwrap();
    let needed = "they expect your answer by Fri 11 Dec.";
    assert!(summary.body.contains(needed), "{}", summary.body);
    world.pass_at("2026-12-08T09:20:00Z").await;
    world.pass_at("2026-12-08T09:21:00Z").await;
    let request = world.expect_letters("approval-request", 2).remove(1);
    assert!(request.subject.contains("note on your other offer"), "{}", request.subject);
    assert!(request.text.contains("Friday 11 December"), "{}", request.text);
    assert!(!request.text.contains("Globex"), "who made it is not said");
    world.user_replies("Sent", "2026-12-08T09:25:00Z", &request, "approve");
    world.pass_at("2026-12-08T09:26:00Z").await;
    world.pass_at("2026-12-08T09:40:00Z").await;
    let told = world.at_employer(1).remove(0);
    assert_eq!(told.text.trim_end(), request.proposed());

    let again = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(again, Some(Solid::Yes));
    world.pass_at("2026-12-09T09:00:00Z").await;
    world.pass_at("2026-12-10T09:00:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 2, "nobody is told twice");
    world.at_employer(1);
}
