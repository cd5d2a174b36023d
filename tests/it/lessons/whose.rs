//! Whose message it is and for which day: the old row of the same company, a placeholder for a
//! name, an interview that moved, and a calendar on the other side of the world.

use afterword::domain::ids::ReadableId;
use afterword::sandbox::{Action, Fault};
use afterword::service::by_hand::{ByHand, NewApplication};

use super::*;

/// The configuration with some of its text replaced, before anything was read.
async fn configured(from: &str, to: &str) -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    let config = stage.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&config, text.replace(from, to)).unwrap();
    stage.reopen().await;
    stage
}

/// An application that the user records.
async fn recorded(stage: &Stage, employer: &str, domain: Option<&str>, role: &str) -> ReadableId {
    let new = NewApplication {
        employer: employer.to_owned(),
        domain: domain.map(str::to_owned),
        position: Some(role.to_owned()),
        contact: None,
        interview: None,
        promise: None,
        strength: None,
    };
    stage.service.record().new_application(new).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_lands_on_no_old_application_of_the_same_company() {
    for old_is_first in [true, false] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        let first = recorded(&stage, "Acme", Some("acme.example"), "Data Engineer").await;
        let second = recorded(&stage, "Acme", Some("acme.example"), "Analyst").await;
        let (old, open) = if old_is_first { (first, second) } else { (second, first) };
        stage.service.record().by_hand(&old, ByHand::Stop).await.unwrap();
        stage.pass_at("2026-11-20T08:05:00Z").await;
        let from = "Tom Weber <tom@acme.example>";
        loose(&stage, "2026-11-26T10:00:00Z", from, "Hello", "loose", "We are still deciding.");
        stage.pass_at("2026-11-26T10:05:00Z").await;
        assert_eq!(stage.view(&open).await.replies.len(), 1, "old first: {old_is_first}");
        let old = stage.view(&old).await;
        assert_eq!((old.replies.len(), old.state), (0, State::Closed), "{old_is_first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placeholder_for_an_employer_catches_nobodys_mail() {
    for name in ["Unknown", "Our client", "Hiring Team"] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        let id = recorded(&stage, name, None, "Data Engineer").await;
        stage.pass_at("2026-11-20T08:05:00Z").await;
        for (mail, from) in [
            ("relayed", format!("{name} <no-reply@greenhouse.io>")),
            ("direct", format!("{name} <jobs@globex.example>")),
        ] {
            let text = "Hi Jane,\n\nyour application is still being reviewed.";
            loose(&stage, "2026-11-26T10:00:00Z", &from, "Your application", mail, text);
        }
        stage.pass_at("2026-11-26T10:05:00Z").await;
        assert_eq!(stage.view(&id).await.replies.len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_that_is_moved_moves_the_plan() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    stage.put("INBOX", "2026-11-23T09:00:00Z", &format!("\
From: Anna Schmidt <{ANNA}>\nTo: Jane Doe <{USER}>\nSubject: Interview Data Engineer\n\
Date: Mon, 23 Nov 2026 10:00:00 +0100\nMessage-ID: <moved@acme.example>\n\
Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Acme//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
UID:interview-1\nSEQUENCE:1\nDTSTAMP:20261123T090000Z\nDTSTART:20261201T130000Z\nDTEND:20261201T140000Z\n\
SUMMARY:Interview Data Engineer\nORGANIZER;CN=Anna Schmidt:mailto:{ANNA}\nEND:VEVENT\nEND:VCALENDAR\n"));
    for now in ["2026-11-23T09:05:00Z", "2026-11-24T17:05:00Z", "2026-11-26T17:05:00Z"] {
        stage.pass_at(now).await;
        assert!(stage.letters("question").is_empty(), "asked what was said before it was held");
    }
    for now in ["2026-12-01T14:30:00Z", "2026-12-08T07:00:00Z", "2026-12-10T08:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(requests(&stage), 0, "counted from the day that was moved, at {now}");
    }
    stage.pass_at("2026-12-15T07:00:00Z").await;
    assert_eq!(requests(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tomorrow_is_the_later_one_wherever_the_user_lives() {
    for (zone, written, arrived, last_day) in [
        (
            "Pacific/Pago_Pago",
            "Fri, 27 Nov 2026 00:30:00 +1400",
            "2026-11-26T10:30:00Z",
            "2026-11-28",
        ),
        (
            "Pacific/Pago_Pago",
            "Thu, 26 Nov 2026 22:30:00 +0000",
            "2026-11-26T22:30:00Z",
            "2026-11-27",
        ),
        (
            "Pacific/Kiritimati",
            "Thu, 26 Nov 2026 23:30:00 -1100",
            "2026-11-27T10:30:00Z",
            "2026-11-29",
        ),
    ] {
        let mut stage = configured("Europe/Berlin", zone).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        stage.pass_at("2026-11-20T09:05:00Z").await;
        stage.pass_at("2026-11-24T14:30:00Z").await;
        stage.put("INBOX", arrived, &by_tomorrow(written));
        stage.pass_at("2026-11-27T11:00:00Z").await;
        let promise = stage.application().await.promise.expect("a promise");
        assert_eq!(promise.reading.not_before, last_day.parse().ok(), "{zone}, {written}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_no_sender_still_stops_the_message() {
    let mut stage = held().await;
    stage.pass_at("2026-12-08T07:00:00Z").await;
    assert_eq!(stage.application().await.state, State::Asked);
    stage.put(
        "INBOX",
        "2026-12-08T07:10:00Z",
        &format!(
            "To: Jane Doe <{USER}>\nSubject: Re: Interview Data Engineer\n\
             Date: Tue, 8 Dec 2026 08:10:00 +0100\nMessage-ID: <nobody@acme.example>\n\
             In-Reply-To: <invitation@acme.example>\nContent-Type: text/plain\n\n\
             We are still deciding.\n"
        ),
    );
    stage.pass_at("2026-12-08T07:15:00Z").await;
    let view = stage.application().await;
    assert_eq!(view.replies.len(), 2);
    assert!(view.draft.is_none(), "the request outlived their answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_user_wants_ignored_opens_nothing_and_leaves_nothing() {
    let mut stage = configured("[imap]", "[match]\nignore = [\"acme.example\"]\n[imap]").await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    let overview = stage.service.record().overview().await.unwrap();
    assert_eq!(overview.applications.len(), 0);
    let rows = stage.rows().await;
    assert_eq!((rows["messages"], rows["employers"]), (0, 0));
}

/// The receipt of an applicant system, and a no that comes over it or from a person.
fn receipt(stage: &Stage, at: &str, from: &str) {
    let text = "Hi Jane,\n\nthank you for applying to the Product Manager position at Globex. We \
                have received your application.\n\nGlobex Recruiting";
    loose(stage, at, from, "Thank you for applying to Globex", "receipt", text);
}

fn no(stage: &Stage, at: &str, from: &str) {
    let text = "Hi Jane,\n\nthank you for your interest in the Product Manager position at Globex. \
                Unfortunately we will not be moving forward with your application.\n\nGlobex";
    loose(stage, at, from, "Your application to Globex", "no", text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_that_is_read_before_the_receipt_counts_if_it_was_written_after_it() {
    let relay = "Globex <no-reply@greenhouse.io>";
    let house = "Globex Careers <careers@globex.example>";
    for from in [relay, house] {
        for (written, closed) in [("2026-11-25T10:00:00Z", true), ("2026-11-17T10:00:00Z", false)] {
            let mut stage = Stage::new(Style::Plain).await;
            stage.pass_at("2026-11-20T08:00:00Z").await;
            no(&stage, written, from);
            stage.pass_at("2026-11-25T10:05:00Z").await;
            let overview = stage.service.record().overview().await.unwrap();
            assert_eq!(overview.applications.len(), 0, "{from}: a no opens nothing");
            receipt(&stage, "2026-11-24T09:00:00Z", from);
            stage.pass_at("2026-11-25T11:00:00Z").await;
            let view = stage.application().await;
            assert_eq!(view.closed.is_some(), closed, "{from}, {written}: {view:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_to_the_position_it_names_when_that_one_turns_up_later() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let analyst = recorded(&stage, "Acme", Some("acme.example"), "Business Analyst").await;
    stage.pass_at("2026-11-20T08:05:00Z").await;
    let carla = "Carla Ruiz <carla@acme.example>";
    let text = "Dear Jane,\n\nAnna asked me to tell you that we need more time for the Data \
                Engineer role. You will hear from us by 11 December.\n\nCarla Ruiz";
    loose(&stage, "2026-11-26T10:00:00Z", carla, "Your interview", "carla", text);
    stage.pass_at("2026-11-26T10:05:00Z").await;
    assert_eq!(stage.view(&analyst).await.turn, Turn::Me, "it holds until somebody looked");
    let question = stage.letters("question").remove(0);

    stage.invitation();
    stage.pass_at("2026-11-26T11:00:00Z").await;
    let overview = stage.service.record().overview().await.unwrap();
    let engineer = overview.applications.iter().find(|it| it.id != analyst).unwrap().id.clone();
    let before = stage.view(&analyst).await;
    assert_eq!((before.turn, before.replies.len()), (Turn::Them, 0));
    let after = stage.view(&engineer).await;
    assert_eq!((after.turn, after.replies.len()), (Turn::Them, 2), "the invitation, and Carla's");
    assert_eq!(after.promise.unwrap().reading.not_before, "2026-12-11".parse().ok());

    stage.reply_to(&question, "Sent", "2026-11-26T11:10:00Z", "1", "number");
    stage.pass_at("2026-11-26T11:15:00Z").await;
    assert_eq!(stage.view(&analyst).await.replies.len(), 1, "the user's word counts more");
    let after = stage.view(&engineer).await;
    assert_eq!((after.replies.len(), after.promise.is_some()), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_user_wants_tracked_opens_an_application_with_words_about_no_job() {
    for (track, opened) in [("[]", 0), ("[\"globex.example\"]", 1), ("[\"max@globex.example\"]", 1)]
    {
        let to = format!("[match]\ntrack = {track}\n[imap]");
        let mut stage = configured("[imap]", &to).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.put(
            "INBOX",
            "2026-11-20T09:00:00Z",
            &format!(
                "\
From: Max <max@globex.example>\nTo: Jane Doe <{USER}>\nSubject: Football\n\
Date: Fri, 20 Nov 2026 10:00:00 +0100\nMessage-ID: <football@globex.example>\n\
Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Globex//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
UID:football-1\nDTSTAMP:20261120T090000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T140000Z\n\
SUMMARY:Football\nORGANIZER;CN=Max:mailto:max@globex.example\nEND:VEVENT\nEND:VCALENDAR\n"
            ),
        );
        stage.pass_at("2026-11-20T09:05:00Z").await;
        let applications = stage.service.record().overview().await.unwrap().applications;
        let opened_with: Vec<usize> = applications.iter().map(|it| it.interviews.len()).collect();
        assert_eq!(opened_with, vec![1; opened], "track = {track}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn older_mail_in_a_mailbox_that_rested_is_found_when_it_can_be_read() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let (tom, lou) = ("Tom Weber <tom@acme.example>", "Lou <lou@friends.example>");
    loose(&stage, "2026-11-20T09:00:00Z", tom, "Hello", "older", "See you on Tuesday.");
    stage.pass_at("2026-11-20T09:05:00Z").await;
    let id = recorded(&stage, "Acme", Some("acme.example"), "Data Engineer").await;
    loose(&stage, "2026-11-20T09:10:00Z", lou, "Hi", "later", "See you.");
    // The welcome is the first message here. INBOX rests, in the very look that searches for Acme.
    stage.sandbox.script(Fault::new("UID FETCH 3 (UID BODY", 1, Action::No("not now")));
    stage.pass_at("2026-11-20T09:15:00Z").await;
    assert_eq!((stage.sandbox.faults_left(), stage.view(&id).await.replies.len()), (0, 0));
    stage.pass_at("2026-11-20T09:20:00Z").await;
    assert_eq!(stage.view(&id).await.replies.len(), 1);
}
