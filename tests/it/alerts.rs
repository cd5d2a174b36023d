//! What is told at once: once each, together where it comes together, by day, and not more than
//! a person can bear.

use crate::world::World;

fn question(world: &World, at: &str, id: &str) {
    world.anna_writes("INBOX", at, id, "Could you send me your references, please?");
}

#[tokio::test]
async fn an_invitation_and_a_question_are_told_once_each_and_not_at_night() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-20T09:05:00Z").await;
    let told = world.expect_letters("alert", 1).remove(0);
    assert!(told.text.contains("invites you: Tue 24 Nov 14:00"), "{}", told.text);
    question(&world, "2026-11-20T22:30:00Z", "references@acme.example");
    for now in ["2026-11-20T22:35:00Z", "2026-11-21T02:00:00Z"] {
        world.pass_at(now).await;
        assert_eq!(world.letters("alert").len(), 1, "at {now} the user sleeps");
    }
    for now in ["2026-11-21T08:00:00Z", "2026-11-21T08:05:00Z", "2026-11-22T10:00:00Z"] {
        world.pass_at(now).await;
    }
    let told = world.expect_letters("alert", 2).remove(1);
    assert!(told.text.contains("the next step is yours"), "{}", told.text);
}

#[tokio::test]
async fn what_the_user_has_answered_before_the_morning_is_not_told() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-20T09:05:00Z").await;
    question(&world, "2026-11-20T22:30:00Z", "references@acme.example");
    world.pass_at("2026-11-20T22:35:00Z").await;
    world.user_writes_to_anna("2026-11-20T23:00:00Z", "here@doe.example", "Here they are.");
    world.pass_at("2026-11-21T08:00:00Z").await;
    assert_eq!(world.letters("alert").len(), 1, "the invitation alone");
}

#[tokio::test]
async fn news_of_one_look_is_one_mail() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    question(&world, "2026-11-20T09:01:00Z", "references@acme.example");
    for now in ["2026-11-20T09:05:00Z", "2026-11-20T09:10:00Z"] {
        world.pass_at(now).await;
    }
    let told = world.expect_letters("alert", 1).remove(0);
    let both = ["invites you", "the next step is yours"];
    assert!(both.iter().all(|news| told.text.contains(news)), "{}", told.text);
}

#[tokio::test]
async fn a_rejection_waits_for_the_summary_unless_the_user_wants_it_now() {
    for (more, expected) in [("", 0), ("[summary]\nrejections = \"now\"\n", 1)] {
        let mut world = World::with("2026-11-20T08:00:00Z", more).await;
        world.pass_at("2026-11-20T08:00:00Z").await;
        world.invitation("2026-11-20T09:00:00Z");
        world.pass_at("2026-11-20T09:05:00Z").await;
        world.anna_writes(
            "INBOX",
            "2026-11-26T09:00:00Z",
            "no@acme.example",
            "Unfortunately we have decided not to move forward with your application.",
        );
        for now in ["2026-11-26T09:05:00Z", "2026-11-26T09:10:00Z"] {
            world.pass_at(now).await;
        }
        let told = world.letters("alert");
        let closed = told.iter().filter(|it| it.text.contains("no this time")).count();
        assert_eq!(closed, expected, "{more}");
    }
}
