//! Every word of a reply that no other test sends, in answer to a request for an approval: what it
//! does to the record, and what the receipt says.

use afterword::domain::follow_up::Turn;
use afterword::service::view::{ApplicationView, State};

use crate::life::until_asked;
use crate::world::{Letter, World};

type Holds = fn(&ApplicationView) -> bool;

/// The reply, a part of the receipt, and what holds afterwards.
const WORDS: [(&str, &str, Holds); 24] = [
    ("approved", "Approved. It goes out", |it| it.state == State::Approved),
    ("send", "Approved. It goes out", |it| it.state == State::Approved),
    ("send it", "Approved. It goes out", |it| it.state == State::Approved),
    ("go", "Approved. It goes out", |it| it.state == State::Approved),
    ("no", "Skipped.", |it| it.state != State::Asked && it.draft.is_none()),
    ("later", "I ask you again on", |it| it.draft.is_none()),
    ("4 dec", "more than 60 days away", |it| it.state == State::Asked),
    ("draft", "is with you already", |it| it.state == State::Asked),
    ("they called: decision on friday", "Understood", |it| it.promise.is_some()),
    ("called: nobody knew anything", "counts as one of the two messages", |it| {
        it.attempts.len() == 1 || it.notes.iter().any(|note| note.contains("nobody knew"))
    }),
    ("sent myself", "Noted", |it| it.attempts.len() == 1 && it.draft.is_none()),
    ("on hold", "they put it on hold", |it| it.draft.is_none()),
    ("rejected", "they decided against it", |it| it.state == State::Closed),
    ("withdrawn", "you withdrew", |it| it.state == State::Closed),
    ("accepted", "you accepted their offer", |it| it.closed.is_some()),
    ("offer: expires 18 dec", "Noted: their offer.", |it| {
        it.state == State::Offer && it.turn == Turn::Me && it.draft.is_none()
    }),
    ("offer: Globex, written 3 dec, expires 18 dec", "no open application at Globex", |it| {
        it.state == State::Asked
    }),
    ("name: Annette", "Noted: the name is \"Annette\"", |it| {
        it.contact.as_ref().and_then(|contact| contact.name.as_deref()) == Some("Annette")
    }),
    ("position: Platform Engineer", "Noted: the position", |it| {
        it.position.as_deref() == Some("Platform Engineer")
    }),
    ("note: they have a dog", "for you alone", |it| it.notes == ["they have a dog"]),
    ("with: Tom Weber", "Tom Weber", |it| it.turn == Turn::Them),
    ("why", "E02: Second business day after it: Tue 8 Dec", |it| it.state == State::Asked),
    ("status", "You were asked on Tue 8 Dec", |it| it.state == State::Asked),
    ("help", "Words I know: approve", |it| it.state == State::Asked),
];

async fn replied(text: &str) -> (World, Letter) {
    let mut world = until_asked().await;
    let request = world.expect_letters("approval-request", 1).remove(0);
    world.user_replies("Sent", "2026-12-08T07:05:00Z", &request, text);
    world.pass_at("2026-12-08T07:06:00Z").await;
    let receipt = world.expect_letters("receipt", 1).remove(0);
    (world, receipt)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_word_does_what_it_says_and_says_what_it_did() {
    let mut wrong = Vec::new();
    for (text, said, holds) in WORDS {
        let (world, receipt) = replied(text).await;
        let one_line = receipt.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let view = world.application().await;
        if !one_line.contains(said) || !holds(&view) {
            wrong.push(format!("{text}: {one_line}\n{:?}, {:?}", view.state, view.draft));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_and_resume_hold_a_draft_and_let_it_go_on() {
    let (mut world, _) = replied("pause").await;
    let request = world.letters("approval-request").remove(0);
    world.user_replies_as("Sent", "2026-12-08T07:10:00Z", &request, "approve", "two");
    world.pass_at("2026-12-08T07:11:00Z").await;
    world.pass_at("2026-12-08T09:00:00Z").await;
    world.nothing_at_employer();
    world.user_replies_as("Sent", "2026-12-08T09:05:00Z", &request, "resume", "three");
    for now in ["2026-12-08T09:06:00Z", "2026-12-09T08:30:00Z", "2026-12-09T09:30:00Z"] {
        world.pass_at(now).await;
    }
    assert_eq!(world.at_employer(1).len(), 1);
}
