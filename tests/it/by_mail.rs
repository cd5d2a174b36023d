//! What the commands of the program record, by mail: an application that the mailbox does not show,
//! its interview, a date, a call, the end and a new beginning; and what was wrong.

use afterword::sandbox::Style;
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage, USER};
use crate::world::Letter;

/// A mail of the user to himself that answers nothing.
fn to_oneself(stage: &Stage, at: &str, subject: &str, text: &str, name: &str) {
    let date = crate::world::utc(at).to_rfc2822();
    stage.put(
        "Sent",
        at,
        &format!(
            "From: Jane Doe <{USER}>\nTo: <{USER}>\nSubject: {subject}\nDate: {date}\n\
             Message-ID: <{name}@doe.example>\nContent-Type: text/plain\n\n{text}\n"
        ),
    );
}

/// The last receipt, on one line.
fn said(stage: &Stage) -> String {
    let receipt = stage.letters("receipt").pop().unwrap();
    receipt.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Replies and lets the service read it; `at` is a minute.
async fn reply(stage: &mut Stage, letter: &Letter, at: &str, text: &str) -> String {
    let before = stage.letters("receipt").len();
    let name = format!("reply{before}");
    stage.reply_to(letter, "Sent", &format!("{at}:00Z"), text, &name);
    stage.pass_at(&format!("{at}:30Z")).await;
    assert_eq!(stage.letters("receipt").len(), before + 1, "{text}");
    said(stage)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_without_the_tag_or_with_a_date_alone_records_nothing() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    for (number, (subject, text)) in (0..).zip([
        ("A reminder", "new: Globex, Analyst"),
        ("[Afterword]", "interview: 24 nov 14:00"),
        ("[Afterword]", "something new: Globex"),
    ]) {
        to_oneself(&stage, "2026-11-20T09:00:00Z", subject, text, &format!("idea{number}"));
    }
    stage.pass_at("2026-11-20T09:05:00Z").await;
    assert!(stage.service.record().overview().await.unwrap().applications.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_by_mail_has_everything_that_replies_to_its_receipt_add() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let text = "new: Globex, Analyst, Tom Weber <tom@globex.example>\nnote: a friend works there";
    to_oneself(&stage, "2026-11-20T09:00:00Z", "[Afterword]", text, "new");
    stage.pass_at("2026-11-20T09:05:00Z").await;
    assert!(said(&stage).starts_with("Recorded as GLOBEX-1: Globex, Analyst."), "{}", said(&stage));
    let view = stage.application().await;
    assert_eq!((view.id.as_str(), view.position.as_deref()), ("GLOBEX-1", Some("Analyst")));
    assert_eq!(view.contact.unwrap().to_string(), "Tom Weber <tom@globex.example>");
    assert_eq!(view.notes, ["a friend works there"]);
    let about = stage.letters("receipt").pop().unwrap();

    let said = reply(&mut stage, &about, "2026-11-20T09:10", "interview: 24 nov 14:00").await;
    assert!(said.contains("an interview on Tue 24 Nov"), "{said}");
    let view = stage.application().await;
    assert_eq!(view.interviews.len(), 1);
    assert_eq!(view.interviews[0].starts_at, crate::world::utc("2026-11-24T13:00:00Z"));

    let said = reply(&mut stage, &about, "2026-11-24T14:40", "promise: 4 dec").await;
    assert!(said.contains("Fri 4 Dec") && said.contains("Tue 8 Dec"), "{said}");
    let promise = stage.application().await.promise.unwrap();
    assert_eq!(promise.reading.not_before, "2026-12-04".parse().ok());

    reply(&mut stage, &about, "2026-11-24T14:50", "log: asked Tom on the telephone").await;
    assert_eq!(stage.application().await.attempts.len(), 1);
    let said = reply(&mut stage, &about, "2026-11-24T14:55", "undo").await;
    assert!(said.starts_with("Undone: the last entries you made about Globex."), "{said}");
    assert_eq!(stage.application().await.attempts.len(), 0);

    reply(&mut stage, &about, "2026-11-24T15:00", "stop").await;
    assert_eq!(stage.application().await.state, State::Closed);
    let said = reply(&mut stage, &about, "2026-11-24T15:05", "reopen").await;
    assert!(said.starts_with("Open again: Globex. Earliest follow-up: Tue 8 Dec"), "{said}");
    assert!(stage.application().await.closed.is_none());
    let said = reply(&mut stage, &about, "2026-11-24T15:10", "reopen").await;
    assert!(said.starts_with("Globex is open already"), "{said}");

    let said = reply(&mut stage, &about, "2026-11-24T15:15", "new: globex, analyst").await;
    assert!(said.contains("already, as GLOBEX-1"), "{said}");
    assert_eq!(stage.application().await.interviews.len(), 1, "still the one application");
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_said_again_goes_further_back_and_names_what_it_takes_back() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    to_oneself(&stage, "2026-11-20T09:00:00Z", "[Afterword]", "new: Globex, Analyst", "new");
    stage.pass_at("2026-11-20T09:05:00Z").await;
    let about = stage.letters("receipt").pop().unwrap();
    reply(&mut stage, &about, "2026-11-20T09:10", "promise: 4 dec").await;
    reply(&mut stage, &about, "2026-11-20T09:15", "accepted").await;
    assert!(stage.application().await.closed.is_some());

    let said = reply(&mut stage, &about, "2026-11-20T09:20", "undo").await;
    assert!(said.contains("It was: you took their offer."), "{said}");
    assert!(stage.application().await.closed.is_none());
    assert!(stage.application().await.promise.is_some());

    let said = reply(&mut stage, &about, "2026-11-20T09:25", "undo").await;
    assert!(said.contains("It was: promise: \"4 dec\", read as Fri 4 Dec 2026."), "{said}");
    let view = stage.application().await;
    assert!(view.closed.is_none(), "what was undone first stays undone");
    assert!(view.promise.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_goes_and_undo_brings_it_back_with_its_thread() {
    for word in ["wrong", "not acme"] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        for now in ["2026-11-20T09:05:00Z", "2026-11-24T17:05:00Z"] {
            stage.pass_at(now).await;
        }
        let question = stage.letters("question").remove(0);
        let text = "Dear Jane,\n\nwe will let you know by Friday, 4 December.\n\nAnna Schmidt";
        stage.letter("INBOX", "2026-11-25T10:00:00Z", ANNA, USER, "promise", text);
        stage.pass_at("2026-11-25T10:05:00Z").await;
        assert!(stage.application().await.promise.is_some());

        let said = reply(&mut stage, &question, "2026-11-25T10:10", word).await;
        assert!(said.starts_with("Understood: that mail is not about Acme."), "{said}");
        let view = stage.application().await;
        assert_eq!((view.replies.len(), view.promise.is_some()), (1, false), "{word}");

        let said = reply(&mut stage, &question, "2026-11-25T10:20", "undo").await;
        assert!(said.starts_with("Undone: the last entry you made about Acme."), "{said}");
        let view = stage.application().await;
        assert_eq!((view.replies.len(), view.promise.is_some()), (2, true), "{word}");
        stage.put(
            "INBOX",
            "2026-11-25T10:30:00Z",
            &format!(
                "From: Mo <mo@agency.example>\nTo: Jane Doe <{USER}>\nSubject: Hello\n\
                 Date: Wed, 25 Nov 2026 11:30:00 +0100\nMessage-ID: <more@agency.example>\n\
                 In-Reply-To: <promise@mail.example>\nContent-Type: text/plain\n\nGood news.\n"
            ),
        );
        stage.pass_at("2026-11-25T10:35:00Z").await;
        assert_eq!(
            stage.application().await.replies.len(),
            3,
            "its thread is theirs again: {word}"
        );
    }
}
