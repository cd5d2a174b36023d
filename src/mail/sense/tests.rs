use proptest::prelude::*;

use super::*;
use crate::domain::address::Address;

struct Mail {
    message: Message,
    calendars: Vec<String>,
}

fn mail(from: &str, subject: &str, text: &str) -> Mail {
    let (name, address) = from.rsplit_once(' ').unwrap_or(("", from));
    let author = Correspondent {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        address: Address::parse(address).unwrap(),
    };
    let message = Message {
        from: vec![author],
        to: vec![Correspondent::bare(Address::parse("jane@home.example").unwrap())],
        subject: subject.to_owned(),
        new_text: text.to_owned(),
        date: DateTime::parse_from_rfc3339("2026-11-19T10:00:00+01:00").ok(),
        ..Message::default()
    };
    Mail { message, calendars: Vec::new() }
}

impl Mail {
    fn with_calendar(mut self, method: &str, summary: &str) -> Self {
        self.calendars.push(format!(
            "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:{summary}\r\n\
             DTSTART:20261126T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ));
        self
    }

    fn sense(&self) -> Sensed {
        let own = OwnAddresses::new(Address::parse("jane@home.example").unwrap(), Vec::new());
        sense(&SenseInput {
            message: &self.message,
            calendars: &self.calendars,
            signature: "",
            html_only: false,
            received: None,
            zone: chrono_tz::Europe::Berlin,
            own: &own,
        })
    }
}

#[test]
fn a_message_is_sensed_whole() {
    let sensed = mail(
        "Acme Talent Team anna@acme.example",
        "Your interview for the Data Engineer position",
        "Hi Jane,\n\nthank you for the interview. We are still deciding and will get back to you \
         by Friday.\n\nBest regards,\nAnna Schmidt",
    )
    .sense();
    assert_eq!(sensed.kind, Kind::Status);
    assert!(sensed.about_a_job);
    assert_eq!(sensed.position.as_deref(), Some("Data Engineer"));
    assert_eq!(sensed.signed_by.as_deref(), Some("Anna Schmidt"));
    let employer = sensed.employer.unwrap();
    assert_eq!(
        (employer.name.as_str(), employer.domain.as_deref()),
        ("Acme", Some("acme.example"))
    );
    let days: Vec<_> = sensed.promises.iter().filter_map(|promise| promise.not_before).collect();
    assert_eq!(days, [NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()]);
}

#[test]
fn an_invitation_to_an_interview_has_its_kind_and_position() {
    let sensed = mail("Anna Schmidt anna@acme.example", "Invitation", "")
        .with_calendar("REQUEST", "Interview Data Engineer")
        .sense();
    assert_eq!((sensed.kind, sensed.about_a_job), (Kind::Interview, true));
    assert_eq!(sensed.position.as_deref(), Some("Data Engineer"));
    let other =
        mail("Bob bob@club.example", "Invitation", "").with_calendar("REQUEST", "Tennis").sense();
    assert!(!other.about_a_job);
    assert!(other.invitation.is_some());
}

#[test]
fn r07_a_calendar_reply_is_activity_and_no_answer_in_words() {
    let sensed = mail("Anna Schmidt anna@acme.example", "Accepted: Interview Data Engineer", "")
        .with_calendar("REPLY", "Interview Data Engineer")
        .sense();
    assert_eq!((sensed.kind, sensed.about_a_job), (Kind::Other, true));
    assert_eq!(sensed.evidence.first().unwrap().rule, "calendar-reply");
}

#[test]
fn what_the_user_writes_promises_nothing_and_names_the_recipient() {
    let mut mine = mail(
        "Jane Doe jane@home.example",
        "Bewerbung als Data Engineer",
        "anbei meine Bewerbung. Ich melde mich bis Freitag.",
    );
    mine.message.to = vec![Correspondent::bare(Address::parse("jobs@acme.example").unwrap())];
    let sensed = mine.sense();
    assert!(sensed.promises.is_empty());
    assert!(sensed.about_a_job);
    assert_eq!(sensed.kind, Kind::Other);
    assert_eq!(sensed.employer.unwrap().domain.as_deref(), Some("acme.example"));
}

#[test]
fn the_day_a_mail_arrived_is_counted_where_the_user_lives() {
    let mut late = mail("Anna anna@acme.example", "Hello", "We will get back to you tomorrow.");
    late.message.date = DateTime::parse_from_rfc3339("2026-11-19T23:30:00+00:00").ok();
    let promise = late.sense().promises.pop().unwrap();
    assert_eq!(promise.not_before, NaiveDate::from_ymd_opt(2026, 11, 21));
}

#[test]
fn e24_a_bounce_is_no_rejection() {
    let text = "Your application could not be delivered: recipient address was not accepted.";
    let sensed = mail("mailer-daemon@mx.example", "Application returned", text).sense();
    assert_eq!((sensed.kind, sensed.about_a_job), (Kind::Other, false));
}

/// Reads the cases of one language; an answer of an employer must be kept, noise must not.
fn check_cases(cases: &str) {
    let mut wrong = Vec::new();
    for case in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = case.splitn(4, " | ");
        let mut part = || parts.next().unwrap();
        let (kind, from, subject, text) = (part(), part(), part(), part());
        let sensed = mail(from, subject, text).sense();
        let noise = matches!(kind, "alert" | "other");
        let kept = sensed.about_a_job || kind == "outreach";
        let right = if noise {
            !sensed.about_a_job && !matches!(sensed.kind, Kind::Rejection | Kind::Offer)
        } else {
            sensed.kind.as_str() == kind && kept
        };
        if !right {
            let (kind, tracked) = (sensed.kind.as_str(), sensed.about_a_job);
            wrong.push(format!("{case}\n    {kind} {tracked} {:?}", sensed.evidence));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_english_case_has_its_kind() {
    check_cases(include_str!("cases/en.txt"));
}

#[test]
fn every_german_case_has_its_kind() {
    check_cases(include_str!("cases/de.txt"));
}

#[test]
fn every_french_case_has_its_kind() {
    check_cases(include_str!("cases/fr.txt"));
}

#[test]
fn every_spanish_case_has_its_kind() {
    check_cases(include_str!("cases/es.txt"));
}

proptest! {
    #[test]
    fn any_mail_is_survived(subject in "\\PC{0,60}", text in "(\\PC|\n){0,200}", calendar in "\\PC{0,80}") {
        let mut any = mail("x@y.example", &subject, &text);
        any.calendars = vec![calendar, format!("BEGIN:VCALENDAR\r\n{subject}\r\nEND:VCALENDAR")];
        let sensed = any.sense();
        prop_assert!((0.0..=1.0).contains(&sensed.confidence));
    }
}

#[test]
fn e03_the_users_words_for_a_promise_take_the_later_reading() {
    let tuesday: NaiveDate = "2026-11-24".parse().unwrap();
    let cases = [
        ("by next friday", "2026-12-04", Some("2026-11-27")),
        ("by friday", "2026-11-27", None),
        ("in two weeks", "2026-12-08", None),
        ("2 weeks", "2026-12-08", None),
        ("4 dec", "2026-12-04", None),
        ("by 4 December", "2026-12-04", None),
        ("2026-12-04", "2026-12-04", None),
        ("early next week", "2026-12-02", None),
        ("mid december", "2026-12-20", None),
        ("end of the month", "2026-11-30", None),
        ("next week", "2026-12-04", None),
        ("Anna says by the end of next week", "2026-12-04", None),
    ];
    for (words, day, earlier) in cases {
        let expected = (day.parse().unwrap(), earlier.map(|it| it.parse::<NaiveDate>().unwrap()));
        assert_eq!(promised_day(words, tuesday), Some(expected), "{words}");
    }
    for words in ["", "soon", "whenever", "shortly"] {
        assert_eq!(promised_day(words, tuesday), None, "{words}");
    }
}
