//! What the user answers to a request: where it lies, and which word it is.

use afterword::service::view::State;

use super::until_asked;
use crate::world::Letter;

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
