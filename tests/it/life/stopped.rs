//! What stops a message that was asked for or approved: their answers, and the user's own letters.

use afterword::domain::follow_up::Turn;
use afterword::service::view::State;

use super::until_asked;

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
