//! The twin of every kind of mail to the user in full, as a mail program gets it.
//!
//! Each of these mails is also compared with its text: the same words in the same order.

use chrono_tz::Tz;

use super::super::request::tests::{draft, with_facts};
use super::super::summary::tests::{full, quiet};
use super::super::testing::{ASKED, date, id, planned, time};
use super::super::{
    About, AfterSend, CallFacts, FactQuestion, InterviewQuestion, MatchQuestion, Noted, Notice,
    Outcome, Overdue, Receipt, Refusal, RequestFacts, SummaryFacts, Unknown, WelcomeFacts, Words,
    alerts, another_installation, approval_request, blind, call_advice, close_question,
    date_question, doubt_question, fact_question, interview_question, match_question, notice,
    receipt, reminder, weekly_summary, welcome,
};
use super::tests::checked_twin;
use super::twin;
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::ref_code::RefCode;
use crate::domain::story::{Dated, Stage, Step, Story};
use crate::domain::user_mail::UserMailKind;

/// A name for the file, and the mail.
type Named = (&'static str, Words);

fn code() -> RefCode {
    RefCode::new([7; 10])
}

fn today() -> chrono::NaiveDate {
    date("2026-12-08")
}

fn about(id: &ReadableId) -> About<'_> {
    About { id, employer: "Acme", first_name: "Anna" }
}

fn requests() -> Vec<Named> {
    let (first, second) = (draft(AttemptNumber::First), draft(AttemptNumber::Second));
    let again = with_facts(&second, Tz::America__New_York, |facts| {
        reminder(&RequestFacts { remind_on: None, ..*facts }, today())
    });
    let mut all = vec![
        ("request", with_facts(&first, Tz::Europe__Berlin, approval_request)),
        ("reminder", again),
    ];
    for (name, kind) in [
        ("request_offer_notice", DraftKind::OfferNotice),
        ("request_thank_you", DraftKind::ThankYou),
        ("request_closing_note", DraftKind::ClosingNote),
    ] {
        let mut note = draft(AttemptNumber::First);
        note.kind = kind;
        all.push((name, with_facts(&note, Tz::Europe__Berlin, approval_request)));
    }
    all
}

fn receipts() -> Vec<Named> {
    let id = id();
    let receipts = [
        ("receipt_approved", Receipt::Approved { planned: planned() }),
        (
            "receipt_approved_as_written",
            Receipt::ApprovedAsWritten {
                planned: planned(),
                text: "Dear Anna,\n\nis there news?\n".to_owned(),
            },
        ),
        (
            "receipt_promise",
            Receipt::Noted(Noted::Promise {
                words: "by next friday".to_owned(),
                by: date("2026-12-18"),
                other: Some(date("2026-12-11")),
                earliest: Some(date("2026-12-22")),
            }),
        ),
        (
            "receipt_stopped_all",
            Receipt::StoppedAll {
                dropped: vec!["ACME-1, Acme".to_owned(), "BETA-2, Beta".to_owned()],
            },
        ),
        (
            "receipt_refused",
            Receipt::Refused(Refusal::Conditional { also: "if she is back".to_owned() }),
        ),
        ("receipt_not_understood", Receipt::NotUnderstood { line: "aprove".to_owned() }),
    ];
    receipts.map(|(name, it)| (name, receipt(ASKED, &about(&id), &it, today()))).into()
}

fn outcomes() -> Vec<Named> {
    let id = id();
    let sent = Outcome::Sent {
        at: time("2026-12-08 09:12"),
        then: AfterSend::SecondNotBefore(date("2026-12-22")),
    };
    let answered = Outcome::Answered { who: "Anna".to_owned(), at: time("2026-12-08 08:41") };
    let moved_on = Notice::MovedOn { first: date("2026-11-24"), second: date("2026-12-08") };
    let notices = [
        ("sent", Notice::Outcome(sent)),
        ("not_sent", Notice::Outcome(answered)),
        ("in_doubt", Notice::Outcome(Outcome::InDoubt)),
        ("moved_on", moved_on),
    ];
    notices.map(|(name, it)| (name, notice(&about(&id), &it, today()))).into()
}

fn questions() -> Vec<Named> {
    let id = id();
    let evening = InterviewQuestion {
        id: &id,
        employer: "Acme",
        held_on: date("2026-12-08"),
        otherwise: Some(date("2026-12-18")),
        again: false,
        reference: code(),
        today: today(),
    };
    let missing = FactQuestion {
        id: &id,
        employer: "Acme",
        unknown: Unknown::Name { from: "Their mails are signed \"Acme Recruiting\".".to_owned() },
        today: today(),
    };
    let call = CallFacts {
        about: about(&id),
        script: &["Hello Anna, this is Jane Doe.".to_owned(), "How is it going?".to_owned()],
        why: &["They asked for a call, so I write no mail; the call is yours.".to_owned()],
    };
    let doubt = doubt_question(&about(&id), time("2026-12-08 09:12"), today());
    vec![
        ("question_evening", interview_question(&evening)),
        ("question_fact", fact_question(&missing)),
        ("question_call", call_advice(&call)),
        ("question_doubt", doubt),
    ]
}

fn choices() -> Vec<Named> {
    let choices = ["Acme, Data Engineer (interview 24 Nov)", "Acme, Analyst (applied 2 Oct)"]
        .map(str::to_owned);
    let which = MatchQuestion {
        quote: "Thank you for your time last week",
        from: "acme@relay.example",
        at: time("2026-12-08 10:02"),
        choices: &choices,
        reference: code(),
        today: today(),
    };
    let times = [time("2026-12-15 14:00"), time("2026-12-16 09:30")];
    let named = "Acme, Data Engineer (since 2 Oct) {ACME-1}";
    vec![
        ("question_match", match_question(&which)),
        ("question_date", date_question(named, &times, code(), today())),
        ("question_close_others", close_question(&choices, code())),
    ]
}

fn news() -> Vec<Named> {
    let (id, other) = (id(), ReadableId::for_employer("Beta", 2));
    let beta = About { id: &other, employer: "Beta", first_name: "Tom" };
    let turn = Notice::YourTurn { who: "Anna Schmidt".to_owned(), at: time("2026-12-08 08:41") };
    let invited = Notice::Invited { starts: time("2026-12-16 10:00") };
    let expires = Notice::OfferExpires { on: date("2026-12-10") };
    let several = alerts(&[(about(&id), invited), (beta, expires)], today()).unwrap();
    vec![
        ("alert_your_turn", notice(&about(&id), &turn, today())),
        ("alert_several", several),
        ("alert_blind", blind(time("2026-12-08 06:10"), "no route to host", today())),
        ("alert_another_installation", another_installation()),
    ]
}

fn reports() -> Vec<Named> {
    let dated = |day: &str, step| Dated { day: date(day), step };
    let story = Story {
        employer: "Acme".to_owned(),
        position: "Data Engineer".to_owned(),
        stage: Stage::Waiting,
        steps: vec![
            dated("2026-11-24", Step::Interview),
            dated("2026-12-04", Step::PromisedFor),
            dated("2026-12-08", Step::Asked(Some(AttemptNumber::First))),
        ],
        words: vec![],
        answer_days: vec![2, 9],
    };
    let overdue = Overdue {
        employer: "Acme".to_owned(),
        position: "Data Engineer".to_owned(),
        interview_day: Some(date("2026-11-10")),
        due: date("2026-11-24"),
        id: "ACME-1".to_owned(),
    };
    let facts = WelcomeFacts {
        messages: 12_345,
        back_to: Some(date("2026-06-11")),
        applications: 14,
        closed_as_history: 6,
        overdue: &[overdue],
        first_summary: time("2026-12-14 08:00"),
        today: today(),
    };
    let week = SummaryFacts { stories: vec![story], ..full() };
    vec![
        ("summary", weekly_summary(&week, Some(code()))),
        ("summary_quiet", weekly_summary(&quiet(), Some(code()))),
        ("welcome", welcome(&facts)),
    ]
}

fn all() -> Vec<Named> {
    [requests(), receipts(), outcomes(), questions(), choices(), news(), reports()].concat()
}

#[test]
fn every_kind_of_mail_has_its_twin_in_full() {
    for (name, words) in all() {
        let id = MessageId::parse("mail@doe.example").unwrap();
        let html = twin(&words.into_mail(name.to_owned(), id, None), "jane@doe.example").unwrap();
        insta::assert_snapshot!(name, html);
    }
}

#[test]
fn every_kind_of_mail_says_the_same_twice() {
    let mails = all();
    for kind in UserMailKind::ALL {
        assert!(mails.iter().any(|(_, words)| words.kind == kind), "no mail is a {kind:?}");
    }
    for (_, words) in mails {
        checked_twin(words.kind, &words.body);
    }
}
