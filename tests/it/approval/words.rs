//! What the other words of a reply do.

use afterword::service::view::State;

use super::{Reply, asked, sends_nothing};

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_comes_back_as_a_new_draft_and_the_old_one_is_dead() {
    let (mut world, request) = asked().await;
    let text = format!(
        "edit\n\n{}",
        request.proposed().replace("I look forward", "I very much look forward")
    );
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.text.contains("draft 2, begins"), "{}", second.text);
    assert!(second.text.contains("Changed since draft 1"), "{}", second.text);
    assert!(second.text.contains("+ "), "{}", second.text);
    let why = |text: &str| text.lines().find(|it| it.starts_with("Why now:")).map(str::to_owned);
    assert!(why(&request.text).is_some(), "{}", request.text);
    assert_eq!(why(&second.text), why(&request.text), "other words have the same reasons");
    let old = Reply { id: "old", ..Reply::to(&world, &request, "approve") };
    sends_nothing(&mut world, &old, Some("outdated")).await;
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("draft 2 is the current one"), "{}", told.text);
    let at = "2026-12-08T08:31:00Z";
    Reply { id: "new", at, ..Reply::to(&world, &second, "approve") }.file(&world);
    world.pass_at("2026-12-08T08:32:00Z").await;
    world.pass_at("2026-12-08T08:50:00Z").await;
    let sent = world.at_employer(1).remove(0);
    assert!(sent.text.contains("very much look forward"), "{}", sent.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_go_out_is_not_taken_and_the_old_draft_stays() {
    let (mut world, request) = asked().await;
    let text =
        format!("edit\n\n{}\n\nThis is urgent! See https://jane.example", request.proposed());
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    world.expect_letters("approval-request", 1);
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("urgent") && told.text.contains("link"), "{}", told.text);
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "old", at, ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_this_with_both_marks_is_the_approval_of_that_text() {
    let (mut world, request) = asked().await;
    let words = request.proposed().replace("Kind regards", "With kind regards");
    let text =
        format!("send this\n\n----- draft 1, begins -----\n{words}\n----- draft 1, ends -----\n");
    Reply::to(&world, &request, &text).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("With kind regards"), "{}", told.text);
    world.pass_at("2026-12-08T08:30:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), words);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_this_without_both_marks_is_an_edit() {
    let (mut world, request) = asked().await;
    let words = request.proposed().replace("Kind regards", "With kind regards");
    let text = format!("send this\n\n----- draft 1, begins -----\n{words}\n");
    let reply = Reply::to(&world, &request, &text);
    sends_nothing(&mut world, &reply, None).await;
    world.expect_letters("approval-request", 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_now_skips_the_wait_and_cancel_takes_an_approval_back() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "approve now").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.at_employer(1).len(), 1, "08:03 in Berlin, on a Tuesday");

    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "approve").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let at = "2026-12-08T07:05:00Z";
    Reply { id: "cancel", at, ..Reply::to(&world, &request, "cancel") }.file(&world);
    world.pass_at("2026-12-08T07:06:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_all_may_be_a_new_mail_to_oneself_and_lists_what_it_lets_go() {
    let (mut world, request) = asked().await;
    let reply = Reply {
        in_reply_to: String::new(),
        subject: "[Afterword]".to_owned(),
        ..Reply::to(&world, &request, "stop all")
    };
    reply.file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("Let go: "), "{}", told.text);
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "late", at, ..Reply::to(&world, &request, "approve") }.file(&world);
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_configuration_are_obeyed_too() {
    let more = "[approval]\nwords = { approve = [\"ja\", \"freigeben\"] }\n";
    let mut world = crate::life::asked_with(more).await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    Reply::to(&world, &request, "Ja!").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(world.application().await.state, State::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subject_and_another_address_are_asked_for_anew() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "subject: Re: Our talk in November").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.text.contains("Subject:  Re: Our talk in November"), "{}", second.text);
    let at = "2026-12-08T07:04:00Z";
    let to = "to: tom.weber@acme.example";
    Reply { id: "to", at, ..Reply::to(&world, &second, to) }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    let third = world.expect_letters("approval-request", 3).remove(2);
    assert!(third.text.contains("tom.weber@acme.example is none of this"), "{}", third.text);
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_and_another_position_come_as_new_drafts_and_the_old_words_are_dead() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "name: Annette Schmidt").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    assert!(second.text.contains("draft 2, begins"), "{}", second.text);
    assert!(second.text.contains("Annette Schmidt <"), "{}", second.text);
    assert!(second.proposed().starts_with("Dear Annette,"), "{}", second.text);
    let told = world.expect_letters("receipt", 1).remove(0).text.replace('\n', " ");
    assert!(told.contains("the name is \"Annette Schmidt\""), "{told}");
    assert!(told.contains("comes back to you as draft 2"), "{told}");

    let at = "2026-12-08T07:04:00Z";
    let position = "position: Platform Engineer";
    Reply { id: "position", at, ..Reply::to(&world, &second, position) }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    let third = world.expect_letters("approval-request", 3).remove(2);
    assert!(third.proposed().contains("Platform Engineer"), "{}", third.text);

    for (id, old) in [("first", &request), ("second", &second)] {
        let at = "2026-12-08T07:06:00Z";
        Reply { id, at, ..Reply::to(&world, old, "approve") }.file(&world);
    }
    world.pass_at("2026-12-08T07:07:00Z").await;
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.contains("draft 3 is the current one"), "{}", told.text);
    let at = "2026-12-08T08:31:00Z";
    Reply { id: "third", at, ..Reply::to(&world, &third, "approve") }.file(&world);
    world.pass_at("2026-12-08T08:32:00Z").await;
    world.pass_at("2026-12-08T08:50:00Z").await;
    assert_eq!(world.at_employer(1).remove(0).text.trim_end(), third.proposed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_with_the_wrong_name_does_not_leave() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "approve").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "name", at, ..Reply::to(&world, &request, "name: Annette") }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    world.expect_letters("approval-request", 2);
    world.pass_at("2026-12-08T08:30:00Z").await;
    world.nothing_at_employer();
    assert_eq!(world.application().await.state, State::Asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_the_users_own_is_left_and_asked_for_anew() {
    let (mut world, request) = asked().await;
    let words = request.proposed().replace("I look forward", "I very much look forward");
    Reply::to(&world, &request, &format!("edit\n\n{words}")).file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let second = world.expect_letters("approval-request", 2).remove(1);
    let at = "2026-12-08T07:04:00Z";
    Reply { id: "name", at, ..Reply::to(&world, &second, "name: Annette") }.file(&world);
    world.pass_at("2026-12-08T07:05:00Z").await;
    let third = world.expect_letters("approval-request", 3).remove(2);
    assert_eq!(third.proposed(), words);
    let one_line = third.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(one_line.contains("so I left its text as it is"), "{}", third.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_none_changes_nothing_and_undo_takes_one_back_with_its_draft() {
    let (mut world, request) = asked().await;
    Reply::to(&world, &request, "name: Recruiting Team").file(&world);
    world.pass_at("2026-12-08T07:03:00Z").await;
    let told = world.expect_letters("receipt", 1).remove(0);
    assert!(told.text.contains("I find no first name in"), "{}", told.text);
    world.expect_letters("approval-request", 1);
    for (id, at, text, pass) in [
        ("name", "2026-12-08T07:04:00Z", "name: Annette", "2026-12-08T07:05:00Z"),
        ("undo", "2026-12-08T07:06:00Z", "undo", "2026-12-08T07:07:00Z"),
    ] {
        Reply { id, at, ..Reply::to(&world, &request, text) }.file(&world);
        world.pass_at(pass).await;
    }
    let told = world.letters("receipt").pop().unwrap();
    assert!(told.text.starts_with("Undone: the last entry you made about"), "{}", told.text);
    let third = world.expect_letters("approval-request", 3).remove(2);
    assert!(third.proposed().starts_with("Dear Anna,"), "{}", third.text);
}
