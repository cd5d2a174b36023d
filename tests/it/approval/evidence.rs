//! One violated clause of authority at a time.

use afterword::service::view::State;

use super::{Reply, asked, code_in, sends_nothing};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a01_each_violated_clause_sends_nothing_and_has_its_reason_in_the_ledger() {
    type Change = fn(&mut Reply<'_>, &World);
    let cases: [(&str, Change); 8] = [
        ("not_the_user", |reply, _| reply.from = "Eve <eve@evil.example>".to_owned()),
        ("not_the_user", |reply, world| {
            reply.more = "From: Eve <eve@evil.example>\n".to_owned();
            reply.from = format!("Jane Doe <{}>", world.user);
        }),
        ("other_sender", |reply, _| reply.more = "Sender: eve@evil.example\n".to_owned()),
        ("automatic", |reply, _| reply.more = "Auto-Submitted: auto-replied\n".to_owned()),
        ("forwarded", |reply, _| {
            reply.more = "Resent-From: eve@evil.example\n".to_owned();
        }),
        ("other_recipients", |reply, world| {
            reply.to = format!("Jane Doe <{}>, Anna Schmidt <{}>", world.user, world.anna);
        }),
        ("came_from_outside", |reply, _| {
            reply.more = "Received: from mx.evil.example (mx.evil.example [192.0.2.1])\n\
                          \tby mail.example.com with ESMTPS id 1; Tue, 8 Dec 2026 08:02:00 +0100\n"
                .to_owned();
        }),
        ("condition", |reply, _| reply.text = "approve\n\nbut only after lunch".to_owned()),
    ];
    for (code, change) in cases {
        let (mut world, request) = asked().await;
        let mut reply = Reply::to(&world, &request, "approve");
        change(&mut reply, &world);
        sends_nothing(&mut world, &reply, Some(code)).await;
        assert_ne!(world.application().await.state, State::Approved, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_without_reference_and_code_a_reply_is_no_reply() {
    let (mut world, request) = asked().await;
    let reply = Reply { in_reply_to: String::new(), ..Reply::to(&world, &request, "approve") };
    sends_nothing(&mut world, &reply, None).await;
    assert!(world.letters("receipt").is_empty());
    let guess =
        Reply { text: "approve\n\nref: 0000-0000-0000-0000".to_owned(), id: "guess", ..reply };
    sends_nothing(&mut world, &guess, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_an_approval_after_expiry_or_used_before_sends_nothing_more() {
    let (mut world, request) = asked().await;
    let late = Reply { at: "2026-12-15T07:02:00Z", ..Reply::to(&world, &request, "approve") };
    for now in ["2026-12-10T07:05:00Z", "2026-12-15T07:01:00Z"] {
        world.pass_at(now).await;
    }
    late.file(&world);
    world.pass_at("2026-12-15T07:05:00Z").await;
    world.pass_at("2026-12-16T08:30:00Z").await;
    world.nothing_at_employer();
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("nothing was sent") || told.text.contains("Nothing was sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_the_code_alone_is_reference_enough_and_a_changed_subject_does_not_matter() {
    let (mut world, request) = asked().await;
    let reply = Reply {
        in_reply_to: String::new(),
        subject: "anything".to_owned(),
        text: format!("approve\n\nref: {}", code_in(&request)),
        ..Reply::to(&world, &request, "")
    };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_hello_teaches_what_a_sent_copy_looks_like() {
    let (mut world, request) = asked().await;
    let welcome = world.expect_letters("welcome", 1).remove(0);
    let hop = "Received: by mail.example.com with SMTP id abc; Tue, 8 Dec 2026 08:01:00 +0100\n";
    let hello = Reply { more: hop.to_owned(), id: "hello", ..Reply::to(&world, &welcome, "hello") };
    hello.file(&world);
    world.pass_at("2026-12-08T07:02:30Z").await;
    let receipt = world.expect_letters("receipt", 1).remove(0);
    assert!(receipt.text.contains("lies in Sent"), "{}", receipt.text);
    let reply = Reply { more: hop.to_owned(), ..Reply::to(&world, &request, "approve") };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_thread_and_code_of_two_requests_contradict_each_other() {
    let (mut world, request) = asked().await;
    let text = request.proposed().replace("I look forward", "I very much look forward");
    let edit = Reply { id: "edit", ..Reply::to(&world, &request, &format!("edit\n\n{text}")) };
    edit.file(&world);
    world.pass_at("2026-12-08T07:02:30Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    let both = format!("approve\n\nref: {}", code_in(&request));
    let reply = Reply::to(&world, &second, &both);
    sends_nothing(&mut world, &reply, Some("contradictory")).await;
    assert_eq!(world.application().await.state, State::Asked);
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("carries the ref of another"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_a_sent_mailbox_made_anew_since_the_request_proves_nothing() {
    let (mut world, request) = asked().await;
    world.servers.make_anew(&world.user, "Sent");
    world.pass_at("2026-12-08T07:01:00Z").await;
    let reply = Reply::to(&world, &request, "approve");
    sends_nothing(&mut world, &reply, Some("older_than_request")).await;
    assert_eq!(world.application().await.state, State::Asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_a_request_is_used_once() {
    let (mut world, request) = asked().await;
    Reply { id: "one", ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.at_employer(1);
    let at = "2026-12-08T09:00:00Z";
    Reply { id: "two", at, ..Reply::to(&world, &request, "approve") }.file(&world);
    for now in ["2026-12-08T09:01:00Z", "2026-12-15T08:30:00Z", "2026-12-16T08:30:00Z"] {
        world.pass_at(now).await;
    }
    world.at_employer(1);
}
