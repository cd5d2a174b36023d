//! Two installations with one mailbox: neither asks nor sends until the user has settled it.

use afterword::clock::Clock;

use crate::world::{World, open, utc};

#[tokio::test]
async fn two_installations_on_one_mailbox_stop_until_the_user_has_settled_it() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.expect_letters("welcome", 1);
    world.pass_at("2026-11-20T08:05:00Z").await;
    assert_eq!(world.letters("alert").len(), 0, "one's own mail is no rival's");

    let elsewhere = tempfile::tempdir().unwrap();
    let config = elsewhere.path().join("config.toml");
    std::fs::copy(world.config(), &config).unwrap();
    let mut other = open(&config, utc("2026-11-20T09:00:00Z")).await;
    other.pass().await.unwrap();
    world.expect_letters("welcome", 2);
    world.pass_at("2026-11-20T09:05:00Z").await;
    let told = world.expect_letters("alert", 1).remove(0);
    assert!(told.text.contains("another installation of Afterword"), "{}", told.text);
    other.set_clock(Clock::Fixed(utc("2026-11-20T09:06:00Z")));
    other.pass().await.unwrap();
    world.expect_letters("alert", 2);
    drop(other);

    world.invitation("2026-11-20T10:00:00Z");
    for now in ["2026-11-20T10:05:00Z", "2026-11-25T09:00:00Z", "2026-12-08T07:05:00Z"] {
        world.pass_at(now).await;
    }
    assert_eq!(world.letters("approval-request").len(), 0, "it asks nothing");
    assert_eq!(world.letters("alert").len(), 2, "it is told once");

    world.user_replies("Sent", "2026-12-08T07:10:00Z", &told, "resume");
    world.pass_at("2026-12-08T07:11:00Z").await;
    world.pass_at("2026-12-08T07:20:00Z").await;
    world.expect_letters("approval-request", 1);
}
