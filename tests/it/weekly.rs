//! The weekly summary on the real servers: it comes once for each week, whatever the clock does,
//! and its lines are answered by their numbers.

use afterword::clock::Clock;
use afterword::domain::ids::ReadableId;
use afterword::service::by_hand::{NewApplication, NewInterview};
use afterword::service::view::{ApplicationView, State};

use crate::world::{Letter, World, open, utc};

async fn recorded(world: &World, employer: &str, interview: Option<&str>) -> ReadableId {
    let interview = interview.map(|at| NewInterview {
        starts_at: utc(at),
        ends_at: utc(at) + chrono::TimeDelta::hours(1),
        round: None,
    });
    let new = NewApplication {
        employer: employer.to_owned(),
        domain: None,
        position: Some("Analyst".to_owned()),
        contact: None,
        interview,
        promise: None,
        strength: None,
    };
    world.service.record().new_application(new).await.unwrap()
}

async fn view(world: &World, id: &ReadableId) -> ApplicationView {
    world.service.record().application(id).await.unwrap().unwrap().0
}

/// Acme asked for something, Globex and Initech are waited for; it is Monday 30 November.
async fn monday() -> (World, [ReadableId; 3], Letter) {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    world.pass_at("2026-11-24T15:00:00Z").await;
    let globex = recorded(&world, "Globex", Some("2026-11-24T09:00:00Z")).await;
    let initech = recorded(&world, "Initech", Some("2026-11-25T09:00:00Z")).await;
    world.anna_writes(
        "INBOX",
        "2026-11-26T09:00:00Z",
        "question",
        "Dear Jane,\n\ncould you please send us two references?\n\nKind regards\nAnna",
    );
    world.pass_at("2026-11-26T09:05:00Z").await;
    world.pass_at("2026-11-30T07:00:00Z").await;
    let summary = world.expect_letters("summary", 2).remove(1);
    assert!(summary.subject.contains("Week 48: 1 needs you, 2 waiting"), "{}", summary.subject);
    let acme = world.service.record().overview().await.unwrap().applications;
    let acme = acme.into_iter().find(|it| it.state == State::YourTurn).unwrap().id;
    (world, [acme, globex, initech], summary)
}

async fn reply(world: &mut World, mailbox: &str, summary: &Letter, text: &str) {
    world.user_replies_as(mailbox, "2026-11-30T07:30:00Z", summary, text, "numbers");
    world.pass_at("2026-11-30T07:31:00Z").await;
}

/// The receipt for a reply that lies in Sent.
async fn answered(world: &mut World, summary: &Letter, text: &str) -> Letter {
    reply(world, "Sent", summary, text).await;
    world.expect_letters("receipt", 1).remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_a_summary_are_answered_by_their_numbers() {
    let (mut world, [acme, globex, initech], summary) = monday().await;
    let text =
        "1 done\nnote 1: sent both references\n2 later 4 weeks\n3 stop\n9 stop\nhave a nice day";
    let said = answered(&mut world, &summary, text).await.text.replace('\n', " ");
    for part in [
        "2 Globex: Understood: not before Mon 28 Dec.",
        "I ask you again on Tue 29 Dec",
        "3 Initech: Stopped.",
        "9: there is no such line there.",
        "I made nothing of the line \"have a nice day\".",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let acme = view(&world, &acme).await;
    assert_eq!(acme.state, State::Waiting, "it is their turn again");
    assert_eq!(acme.notes, ["sent both references"]);
    assert_eq!(view(&world, &initech).await.state, State::Closed);
    let next = view(&world, &globex).await.next.at.unwrap();
    assert!(next >= utc("2026-12-28T00:00:00Z"), "not before the day asked for: {next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_approves_nothing_neither_one_nor_all() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    world.invitation("2026-11-20T09:00:00Z");
    for now in ["2026-11-24T17:00:00Z", "2026-12-08T07:00:00Z", "2026-12-14T07:00:00Z"] {
        world.pass_at(now).await;
    }
    world.expect_letters("approval-request", 2);
    let summary = world.expect_letters("summary", 3).pop().unwrap();
    let mut raw = world.mailbox("INBOX").into_iter().filter_map(|bytes| {
        let message = mail_parser::MessageParser::default().parse(&bytes)?;
        let summary = message.subject()?.contains("Week 50");
        summary.then(|| message.body_html(0).map(|html| html.into_owned())).flatten()
    });
    let html = raw.next_back().expect("an HTML twin");
    assert!(html.contains("WHERE IT STANDS") && html.contains(">I</td>"), "{html}");
    assert!(summary.text.contains("Data Engineer - a draft is ready"), "{}", summary.text);
    for (minute, text) in
        ["1 approve", "approve", "approve 1", "send all", "1 send this"].into_iter().enumerate()
    {
        let at = format!("2026-12-14T07:1{minute}:00Z");
        world.user_replies_as("Sent", &at, &summary, text, "bulk");
        world.pass_at(&at).await;
        let receipt = world.expect_letters("receipt", minute + 1).pop().unwrap();
        let receipt = receipt.text.replace('\n', " ");
        assert!(receipt.contains("one at a time"), "{text}: {receipt}");
    }
    world.pass_at("2026-12-15T09:00:00Z").await;
    world.nothing_at_employer();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_a_summary_that_is_not_filed_in_sent_does_nothing() {
    let (mut world, [_, _, initech], summary) = monday().await;
    reply(&mut world, "INBOX", &summary, "3 stop").await;
    assert_ne!(view(&world, &initech).await.state, State::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_in_answer_to_a_summary_holds_everything() {
    let (mut world, _, summary) = monday().await;
    let said = answered(&mut world, &summary, "pause until 4 jan").await.text;
    assert!(said.contains("Paused until Mon 4 Jan 2027"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_has_one_summary_whatever_the_clock_does() {
    let mut world = World::at("2026-11-20T08:00:00Z").await;
    world.pass_at("2026-11-20T08:00:00Z").await;
    for (now, weeks) in [
        ("2026-11-23T06:59:00Z", 0),
        ("2026-11-23T07:00:00Z", 1),
        ("2026-11-23T07:00:00Z", 1),
        ("2026-11-23T06:00:00Z", 1),
        ("2026-11-22T12:00:00Z", 1),
        ("2026-11-29T12:00:00Z", 1),
        ("2026-11-30T08:30:00Z", 2),
        ("2026-11-23T09:00:00Z", 2),
        ("2026-11-30T09:00:00Z", 2),
        ("2026-12-21T09:00:00Z", 3),
        ("2026-12-14T09:00:00Z", 4),
        ("2026-12-21T10:00:00Z", 4),
    ] {
        world.pass_at(now).await;
        let letters = world.expect_letters("summary", weeks);
        let mut subjects: Vec<_> = letters.into_iter().map(|it| it.subject).collect();
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), weeks, "{now}: {subjects:?}");
    }
    // Started again, the service remembers what it mailed.
    let World { person, service, .. } = world;
    drop(service);
    let mut service = open(&person.config(), utc("2026-12-21T11:00:00Z")).await;
    service.set_clock(Clock::Fixed(utc("2026-12-21T11:00:00Z")));
    service.pass().await.unwrap();
    person.expect_letters("summary", 4);
}
