//! Mails that come unasked: three a day at most. What is needed soonest comes first, what did not
//! come on one day comes on the next, and a pause ends quietly.

use afterword::domain::address::{Address, Correspondent};
use afterword::sandbox::Style;
use afterword::service::by_hand::{NewApplication, NewInterview};
use chrono::TimeDelta;

use crate::embedded::{Stage, utc};

/// Recorded in this order, each with the last day they named. Whatever it is, the next morning on
/// which a message may go is that of Tuesday 8 December.
const EMPLOYERS: [(&str, &str); 5] = [
    ("Alpha", "2026-12-04"),
    ("Beta", "2026-12-04"),
    ("Gamma", "2026-12-04"),
    ("Delta", "2026-12-03"),
    ("Epsilon", "2026-12-02"),
];

/// An application after its interview, and the last day they named, if they did.
async fn recorded(stage: &Stage, employer: &str, interview: &str, by: Option<&str>) {
    let starts_at = utc(interview);
    let ends_at = starts_at + TimeDelta::hours(1);
    let address = Address::parse(&format!("anna@{}.example", employer.to_lowercase())).unwrap();
    let new = NewApplication {
        employer: employer.to_owned(),
        domain: None,
        position: Some("Analyst".to_owned()),
        contact: Some(Correspondent { name: Some("Anna Schmidt".to_owned()), address }),
        interview: Some(NewInterview { starts_at, ends_at, round: None }),
        promise: by.map(|by| ("by then".to_owned(), by.parse().unwrap())),
        strength: None,
    };
    stage.service.record().new_application(new).await.unwrap();
}

/// Five applications, and nothing asked yet on Monday 7 December.
async fn five_wait() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.at("2026-11-25T09:00:00Z");
    for (employer, by) in EMPLOYERS {
        recorded(&stage, employer, "2026-11-24T09:00:00Z", Some(by)).await;
    }
    for now in ["2026-11-25T09:05:00Z", "2026-12-07T07:05:00Z"] {
        stage.pass_at(now).await;
    }
    assert!(asked(&stage).is_empty());
    stage
}

/// The employers in the order of the requests.
fn asked(stage: &Stage) -> Vec<String> {
    let letters = stage.letters("approval-request");
    let employer = |subject: &str| {
        let (_, rest) = subject.split_once(" at ")?;
        rest.split_once('?').map(|(employer, _)| employer.to_owned())
    };
    letters.iter().map(|letter| employer(&letter.subject).unwrap()).collect()
}

async fn subject_of_week(stage: &Stage) -> String {
    stage.service.record().summary(Some("2026-W50")).await.unwrap().unwrap().subject
}

#[tokio::test(flavor = "multi_thread")]
async fn of_five_requests_of_one_day_the_three_most_needed_come_and_the_rest_the_next_day() {
    let mut stage = five_wait().await;
    let first = ["Epsilon", "Delta", "Alpha"];
    for now in ["2026-12-08T07:00:00Z", "2026-12-08T07:05:00Z", "2026-12-08T17:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(asked(&stage), first, "at {now}");
    }
    let subject = subject_of_week(&stage).await;
    assert!(subject.contains("3 need you, 2 waiting"), "{subject}");
    let all = ["Epsilon", "Delta", "Alpha", "Beta", "Gamma"];
    for now in ["2026-12-09T07:00:00Z", "2026-12-09T07:05:00Z", "2026-12-09T17:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(asked(&stage), all, "at {now}");
    }
    let subject = subject_of_week(&stage).await;
    assert!(subject.contains("5 need you"), "{subject}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_day_brings_more_than_three_of_any_kind() {
    let mut stage = five_wait().await;
    for (day, count) in [("08", 3), ("09", 2), ("10", 3), ("11", 2)] {
        let before = unasked(&stage);
        for time in ["07:00", "09:00", "12:00", "17:00"] {
            stage.pass_at(&format!("2026-12-{day}T{time}:00Z")).await;
        }
        assert_eq!(unasked(&stage) - before, count, "on the {day}th");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_has_its_day_and_a_question_of_the_same_morning_waits() {
    let mut stage = five_wait().await;
    // Until half past six in the evening, so it is asked about the next morning.
    recorded(&stage, "Zeta", "2026-12-07T16:30:00Z", None).await;
    stage.pass_at("2026-12-07T18:00:00Z").await;
    for now in ["2026-12-08T07:00:00Z", "2026-12-08T17:00:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(asked(&stage), ["Epsilon", "Delta", "Alpha"], "at {now}");
        assert!(stage.letters("question").is_empty(), "at {now}");
    }
    stage.pass_at("2026-12-09T07:00:00Z").await;
    assert_eq!(asked(&stage).len(), 5);
    let questions = stage.letters("question");
    let [question] = questions.as_slice() else { panic!("{} questions", questions.len()) };
    assert!(question.subject.contains("Zeta"), "{}", question.subject);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weekly_mail_is_one_of_the_three_of_its_day() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.at("2026-12-04T09:00:00Z");
    // Held late on Sunday, so each is asked about on Monday at the hour of the weekly mail.
    for (employer, _) in EMPLOYERS {
        recorded(&stage, employer, "2026-12-06T16:30:00Z", None).await;
    }
    stage.pass_at("2026-12-06T18:00:00Z").await;
    let before = unasked(&stage);
    for time in ["07:00", "07:30", "12:00", "17:00"] {
        stage.pass_at(&format!("2026-12-07T{time}:00Z")).await;
        assert_eq!(unasked(&stage) - before, 3, "at {time}");
        assert_eq!(stage.letters("question").len(), 2, "at {time}");
    }
    stage.pass_at("2026-12-08T07:00:00Z").await;
    assert_eq!(stage.letters("question").len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_the_quiet_lapse_is_told_when_that_was() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.pass_at("2026-12-15T08:00:00Z").await;
    assert!(stage.letters("receipt").is_empty(), "it lapses quietly");
    stage.reply_to_request("Sent", "2026-12-16T08:00:00Z", "approve");
    stage.pass_at("2026-12-16T08:05:00Z").await;
    let told = stage.letters("receipt").remove(0);
    assert!(told.text.starts_with("This request lapsed on Tue 15 Dec"), "{}", told.text);
    assert!(stage.sandbox.delivered().is_empty());
}

/// Everything but receipts.
fn unasked(stage: &Stage) -> usize {
    let kinds = ["approval-request", "question", "summary", "alert", "welcome"];
    kinds.iter().map(|kind| stage.letters(kind).len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_thanks_names_the_day_on_which_thanks_come_too_late() {
    let mut stage = Stage::new(Style::Plain).await;
    let config = stage.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[policy]\nthank_you = true\n")).unwrap();
    stage.reopen().await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    for now in ["2026-11-20T09:05:00Z", "2026-11-24T14:05:00Z"] {
        stage.pass_at(now).await;
    }
    let requests = stage.letters("approval-request");
    let [request] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    let said = "If you do nothing: on Wed 25 Nov I let it rest.";
    assert!(request.text.contains(said), "{}", request.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_outlives_its_days_in_a_pause_is_told_as_withdrawn() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.service.record().pause(None).await.unwrap();
    for now in ["2026-12-08T07:05:00Z", "2026-12-16T09:00:00Z"] {
        stage.pass_at(now).await;
    }
    let told = stage.letters("receipt");
    let [told] = told.as_slice() else { panic!("{} receipts", told.len()) };
    assert!(told.subject.contains("the draft is withdrawn"), "{}", told.subject);
    let text = told.text.replace('\n', " ");
    let said = "The pause was longer than the draft was valid; another one comes after it. The \
                draft is withdrawn, and nothing was sent.";
    assert!(text.starts_with(said), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_without_a_burst() {
    let mut stage = five_wait().await;
    stage.service.record().pause("2026-12-14".parse().ok()).await.unwrap();
    for now in ["2026-12-08T07:00:00Z", "2026-12-10T09:00:00Z", "2026-12-13T12:00:00Z"] {
        stage.pass_at(now).await;
        assert!(asked(&stage).is_empty(), "at {now}");
    }
    // On Monday 14 December the weekly mail is one of the three.
    for (day, count) in [("14", 2), ("15", 5)] {
        for time in ["07:00", "09:00", "17:00"] {
            stage.pass_at(&format!("2026-12-{day}T{time}:00Z")).await;
            assert_eq!(asked(&stage).len(), count, "on the {day}th at {time}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn why_ends_with_what_is_waited_for() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    for now in ["2026-11-20T09:05:00Z", "2026-11-25T09:00:00Z"] {
        stage.pass_at(now).await;
    }
    let asks = "I ask you Tue 8 Dec, 08:00; if you approve, it goes out Tue 8 Dec, 09:00.";
    assert_eq!(stage.application().await.next.so, asks);
    stage.pass_at("2026-12-08T07:00:00Z").await;
    let waits = "it waits for your answer; without it nothing is sent.";
    assert_eq!(stage.application().await.next.so, waits);
    stage.approve("Sent", "2026-12-08T07:05:00Z");
    stage.pass_at("2026-12-08T07:06:00Z").await;
    assert_eq!(stage.application().await.next.so, "it goes out Tue 8 Dec, 09:00.");
    stage.service.record().pause("2026-12-10".parse().ok()).await.unwrap();
    let paused = "nothing before the pause is over, Thu 10 Dec, 00:00.";
    assert_eq!(stage.application().await.next.so, paused);
}
