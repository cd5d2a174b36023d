//! What went wrong in other tools that watch a mailbox, as tests with its name. Each tells one
//! short life on the embedded server; what is a property of all lives is in `lives`.

mod whose;

use afterword::domain::draft::DraftState;
use afterword::domain::follow_up::Turn;
use afterword::sandbox::Style;
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage, USER};
use crate::world::Letter;

const PROMISE: &str = "Dear Jane,\n\nwe will let you know by Friday, 4 December.\n\nAnna Schmidt";

/// The invitation is known and the interview was held.
async fn held() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    stage.pass_at("2026-11-24T14:30:00Z").await;
    stage
}

fn requests(stage: &Stage) -> usize {
    let letters = stage.sandbox.messages("INBOX");
    let kinds = letters.iter().map(|bytes| Letter::read(bytes).kind);
    kinds.filter(|kind| kind.as_deref() == Some("approval-request")).count()
}

/// A mail that refers to nothing.
fn loose(stage: &Stage, at: &str, from: &str, subject: &str, id: &str, text: &str) {
    let date = crate::world::utc(at).to_rfc2822();
    stage.put(
        "INBOX",
        at,
        &format!(
            "From: {from}\nTo: Jane Doe <{USER}>\nSubject: {subject}\nDate: {date}\n\
             Message-ID: <{id}@mail.example>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        ),
    );
}

/// Anna promises an answer by tomorrow; `written` is the date in the header.
fn by_tomorrow(written: &str) -> String {
    format!(
        "From: Anna Schmidt <{ANNA}>\nTo: Jane Doe <{USER}>\nSubject: Re: Interview Data \
         Engineer\nDate: {written}\nMessage-ID: <soon@acme.example>\nIn-Reply-To: \
         <invitation@acme.example>\nContent-Type: text/plain\n\nDear Jane,\n\nwe will let you \
         know by tomorrow.\n\nAnna\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn another_week_moves_the_plan() {
    let mut stage = held().await;
    stage.letter("INBOX", "2026-11-25T10:00:00Z", ANNA, USER, "promise", PROMISE);
    stage.pass_at("2026-11-25T10:05:00Z").await;
    let more = "Dear Jane,\n\nTom asked me to tell you that we need another week.\n\nAnna Schmidt";
    stage.letter("INBOX", "2026-12-03T10:00:00Z", ANNA, USER, "more", more);
    stage.pass_at("2026-12-03T10:05:00Z").await;
    let view = stage.application().await;
    assert_eq!(view.promise.unwrap().reading.not_before, "2026-12-10".parse().ok());
    for now in ["2026-12-08T07:00:00Z", "2026-12-11T07:00:00Z", "2026-12-14T07:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(requests(&stage), 0, "asked at {now}, before the new date and its grace");
    }
    stage.pass_at("2026-12-15T07:00:00Z").await;
    assert_eq!(requests(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nothing_classifies_still_stops_an_approved_message() {
    let mut stage = held().await;
    stage.pass_at("2026-12-08T07:00:00Z").await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    stage.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(stage.application().await.state, State::Approved);
    stage.letter("INBOX", "2026-12-08T07:50:00Z", ANNA, USER, "odd", "...\n\n\u{1f331}");
    stage.pass_at("2026-12-08T08:30:00Z").await;
    assert!(stage.sandbox.delivered().is_empty(), "it left although they had answered");
    assert!(stage.application().await.draft.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_withdraws_the_request_in_the_pass_that_reads_it() {
    let mut stage = held().await;
    stage.pass_at("2026-12-08T07:00:00Z").await;
    let asked = stage.application().await.draft.unwrap();
    assert_eq!(asked.state, DraftState::Asked);
    stage.letter("INBOX", "2026-12-08T07:01:00Z", ANNA, USER, "late", "We are still deciding.");
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    stage.pass_at("2026-12-08T07:05:00Z").await;
    assert!(stage.application().await.draft.is_none(), "a stale draft stayed");
    stage.pass_at("2026-12-08T08:30:00Z").await;
    assert!(stage.sandbox.delivered().is_empty(), "the stale draft was approved and left");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_the_second_message_runs_from_the_day_the_first_one_left() {
    let mut stage = held().await;
    stage.pass_at("2026-12-08T07:00:00Z").await;
    stage.approve("Sent", "2026-12-10T08:00:00Z");
    stage.pass_at("2026-12-10T08:01:00Z").await;
    stage.pass_at("2026-12-10T08:30:00Z").await;
    assert_eq!(stage.sandbox.delivered().len(), 1);
    for now in ["2026-12-22T07:00:00Z", "2026-12-23T09:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(requests(&stage), 1, "counted from when the first was drafted, at {now}");
    }
    let next = stage.application().await.next.at.unwrap();
    assert!(next >= crate::world::utc("2026-12-24T07:00:00Z"), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_copies_are_never_their_answer() {
    for (mailbox, from) in [("INBOX", USER), ("Archive", USER), ("Junk", USER), ("Drafts", USER)] {
        let mut stage = held().await;
        stage.letter(mailbox, "2026-11-26T10:00:00Z", from, ANNA, "copy", "Is there any news?");
        stage.pass_at("2026-11-26T10:05:00Z").await;
        let view = stage.application().await;
        assert_eq!(view.replies.len(), 1, "{mailbox}: the invitation is the only word of theirs");
        assert_eq!(view.turn, Turn::Them, "{mailbox}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_written_under_an_alias_is_the_users_own() {
    let mut stage = held().await;
    let config = stage.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let known = text.replace("[mail]", "aliases = [\"jane@alias.example\"]\n[mail]");
    std::fs::write(&config, known).unwrap();
    stage.reopen().await;
    let from = "jane@alias.example";
    stage.letter("Sent", "2026-11-26T10:00:00Z", from, ANNA, "asked", "Is there any news?");
    stage.letter("INBOX", "2026-11-26T10:00:01Z", from, ANNA, "asked", "Is there any news?");
    stage.pass_at("2026-11-26T10:05:00Z").await;
    let view = stage.application().await;
    assert_eq!(view.replies.len(), 1, "the invitation is the only word of theirs");
    assert_eq!(view.turn, Turn::Them);
    assert_eq!(view.sent_now, 1, "it counts as the first of two");
}

#[tokio::test(flavor = "multi_thread")]
async fn tomorrow_is_the_later_one_of_both_calendars() {
    // Where they are it is 14 hours later than UTC, or 11 earlier; the user is in Berlin.
    for (written, arrived, last_day) in [
        ("Thu, 26 Nov 2026 23:30:00 -1100", "2026-11-27T10:30:00Z", "2026-11-28"),
        ("Thu, 26 Nov 2026 22:30:00 +0000", "2026-11-26T22:30:00Z", "2026-11-27"),
        ("Fri, 27 Nov 2026 00:30:00 +1400", "2026-11-26T10:30:00Z", "2026-11-28"),
    ] {
        let mut stage = held().await;
        stage.put("INBOX", arrived, &by_tomorrow(written));
        stage.pass_at("2026-11-27T11:00:00Z").await;
        let promise = stage.application().await.promise.expect("a promise");
        assert_eq!(promise.reading.not_before, last_day.parse().ok(), "{written}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_references_is_known_by_its_person_its_subject_or_its_house() {
    for (from, subject) in [
        ("Anna Schmidt <anna@acme.example>", "News"),
        ("Anna Schmidt <anna.schmidt@acme.example>", "AW: Interview Data Engineer"),
        ("Tom Weber <tom@acme.example>", "Hello"),
        ("Acme HR <hr@jobs.acme.example>", "Your interview"),
    ] {
        let mut stage = held().await;
        stage.pass_at("2026-12-08T07:00:00Z").await;
        assert_eq!(stage.application().await.state, State::Asked);
        loose(&stage, "2026-12-08T07:10:00Z", from, subject, "loose", "We are still deciding.");
        stage.pass_at("2026-12-08T07:15:00Z").await;
        let view = stage.application().await;
        assert_eq!(view.replies.len(), 2, "{from}, {subject}");
        assert!(view.draft.is_none(), "{from}, {subject}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_id_the_provider_rewrote_is_known_by_both_ids() {
    for answered in ["mine@doe.example", "rewritten@provider.example"] {
        let mut stage = held().await;
        stage.put(
            "Sent",
            "2026-11-26T10:00:00Z",
            &format!(
                "From: Jane Doe <{USER}>\nTo: Anna Schmidt <{ANNA}>\nSubject: Papers\n\
                 Date: Thu, 26 Nov 2026 11:00:00 +0100\nMessage-ID: <rewritten@provider.example>\n\
                 X-Microsoft-Original-Message-ID: <mine@doe.example>\n\
                 Content-Type: text/plain\n\nHere are my papers.\n"
            ),
        );
        stage.pass_at("2026-11-26T10:05:00Z").await;
        stage.put(
            "INBOX",
            "2026-11-26T12:00:00Z",
            &format!(
                "From: Mo <mo@agency.example>\nTo: Jane Doe <{USER}>\nSubject: Hello\n\
                 Date: Thu, 26 Nov 2026 13:00:00 +0100\nMessage-ID: <hello@agency.example>\n\
                 In-Reply-To: <{answered}>\nContent-Type: text/plain\n\nThank you, got them.\n"
            ),
        );
        stage.pass_at("2026-11-26T12:05:00Z").await;
        assert_eq!(stage.application().await.replies.len(), 2, "in answer to {answered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e10_who_asks_to_be_called_gets_no_mail_and_the_user_gets_the_words() {
    let mut stage = held().await;
    let wish = "Dear Jane,\n\nPlease call me about the next steps: 030 1234567.\n\nAnna";
    stage.letter("INBOX", "2026-11-26T10:00:00Z", ANNA, USER, "wish", wish);
    stage.pass_at("2026-11-26T10:05:00Z").await;
    stage.letter("Sent", "2026-11-26T11:00:00Z", USER, ANNA, "fine", "I will, thank you.");
    for now in ["2026-11-26T11:05:00Z", "2026-12-08T07:00:00Z", "2026-12-10T08:00:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(requests(&stage), 0, "they want no mail");
    let letters = stage.sandbox.messages("INBOX");
    let called = letters.iter().filter(|it| Letter::read(it).subject.contains("Call Anna"));
    assert_eq!(called.count(), 1, "the words for a call come once");
    let summary = stage.service.record().summary(None).await.unwrap().unwrap();
    assert!(summary.body.contains("they asked to be called."), "{}", summary.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_tracked_mail_is_not_kept() {
    let mut stage = held().await;
    let text = "Dear Jane,\n\nwe are still deciding. My cat Xylophonius sends his regards.\n\nAnna";
    stage.letter("INBOX", "2026-11-26T10:00:00Z", ANNA, USER, "cat", text);
    stage.pass_at("2026-11-26T10:05:00Z").await;
    assert_eq!(stage.application().await.replies.len(), 2);
    for entry in std::fs::read_dir(stage.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let is_ours = path.file_name().unwrap().to_string_lossy().starts_with("afterword");
        let bytes = if is_ours { std::fs::read(&path).unwrap() } else { Vec::new() };
        let kept = bytes.windows(11).any(|it| it == b"Xylophonius");
        assert!(!kept, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn generic_words_and_a_name_on_display_tie_nothing_to_an_application() {
    for (from, subject) in [
        ("Recruiting Team <jobs@other.example>", "Your application"),
        ("\"anna@acme.example\" <offers@shop.example>", "Interview"),
        ("Acme Data Engineer Jobs <news@jobboard.example>", "New jobs for you"),
    ] {
        let mut stage = held().await;
        stage.pass_at("2026-12-08T07:00:00Z").await;
        loose(&stage, "2026-12-08T07:10:00Z", from, subject, "cold", "Have a look at what is new.");
        stage.pass_at("2026-12-08T07:15:00Z").await;
        let applications = stage.service.record().overview().await.unwrap().applications;
        let view = applications.iter().find(|it| it.id.as_str().starts_with("ACME")).unwrap();
        assert_eq!((view.replies.len(), view.state), (1, State::Asked), "{from}, {subject}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_words_are_no_permission() {
    for words in [
        "approve it tomorrow, I will look at it again",
        "I think we should send it",
        "send it if they have not answered by noon",
        "looks good",
        "please approve",
    ] {
        let mut stage = held().await;
        stage.pass_at("2026-12-08T07:00:00Z").await;
        stage.reply_to_request("Sent", "2026-12-08T07:02:00Z", words);
        stage.pass_at("2026-12-08T07:05:00Z").await;
        stage.pass_at("2026-12-08T08:30:00Z").await;
        assert!(stage.sandbox.delivered().is_empty(), "{words:?} sent it");
        assert_ne!(stage.application().await.state, State::Approved, "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_is_about_no_job_leaves_nothing_but_a_hash() {
    let mut stage = held().await;
    let before = stage.rows().await;
    loose(&stage, "2026-11-26T10:00:00Z", "Mum <mum@doe.example>", "Sunday", "m", "Dinner at 7?");
    stage.pass_at("2026-11-26T10:05:00Z").await;
    let after = stage.rows().await;
    for table in ["messages", "message_ids", "message_locations", "applications", "employers"] {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert_eq!(before["seen"] + 1, after["seen"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_that_answer_each_other_make_no_loop() {
    let mut stage = held().await;
    stage.pass_at("2026-12-08T07:00:00Z").await;
    let letters = stage.sandbox.messages("INBOX").len();
    let request = Letter::read(stage.sandbox.messages("INBOX").last().unwrap());
    for (number, at) in (1..).zip(["2026-12-08T07:02:00Z", "2026-12-08T07:06:00Z"]) {
        let id = &request.message_id;
        let answer = format!(
            "From: <{USER}>\nTo: <{USER}>\nSubject: Automatic reply: your mail\n\
             Message-ID: <auto{number}@doe.example>\nIn-Reply-To: <{id}>\n\
             Auto-Submitted: auto-replied\nContent-Type: text/plain\n\napprove\n"
        );
        stage.put("Sent", at, &answer);
        stage.put("INBOX", at, &answer);
        stage.pass_at(at).await;
    }
    stage.pass_at("2026-12-08T08:30:00Z").await;
    assert!(stage.sandbox.delivered().is_empty(), "a machine approved");
    let grown = stage.sandbox.messages("INBOX").len() - letters;
    assert!(grown <= 3, "two automatic replies, and at most one word to the user: {grown}");
}
