//! Little ledgers, and what of them is told at once.

use super::*;
use crate::domain::event::Correction;
use crate::domain::ids::{ApplicationId, DraftId, MessageId};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn anna() -> Address {
    Address::parse("anna@acme.example").unwrap()
}

/// Everything happens at ten on 1 December; each entry says which message it was read in.
fn ledger(entries: Vec<(i64, Fact)>) -> Vec<Event> {
    (1..)
        .zip(entries)
        .map(|(id, (message, fact))| Event {
            id: EventId(id),
            application: ApplicationId(1),
            at: utc("2026-12-01T10:00:00Z"),
            source: if message == 0 {
                Source::Service
            } else {
                Source::Message(MessageKey(message))
            },
            fact,
        })
        .collect()
}

fn replied(kind: Kind, next_step: NextStep, weak: bool) -> Fact {
    let message_id = MessageId::parse("answer@acme.example");
    Fact::EmployerReplied { from: anna(), kind, next_step, message_id, weak, offset: None }
}

fn interview(sequence: i64, starts_at: &str) -> Fact {
    Fact::InterviewScheduled {
        key: "one".to_owned(),
        sequence,
        starts_at: utc(starts_at),
        ends_at: utc(starts_at) + TimeDelta::hours(1),
        offset: None,
        round: None,
        summary: String::new(),
        message_id: None,
    }
}

fn at(now: &str) -> When {
    let now = utc(now);
    When { since: utc("2026-11-01T00:00:00Z"), now, today: now.date_naive(), rejections: false }
}

fn told(entries: Vec<(i64, Fact)>, when: &When) -> Vec<News> {
    let events = ledger(entries);
    let found = alerts(&events, &FollowUp::replay(&events), when);
    found.into_iter().map(|alert| alert.what).collect()
}

#[test]
fn a_question_of_a_person_is_told_once_it_is_the_users_turn_and_not_when_it_is_old() {
    let asked = || vec![(1, replied(Kind::Question, NextStep::Mine, false))];
    let news = News::YourTurn { from: anna(), at: utc("2026-12-01T10:00:00Z") };
    assert_eq!(told(asked(), &at("2026-12-01T10:05:00Z")), std::slice::from_ref(&news));
    assert_eq!(told(asked(), &at("2026-12-03T09:59:00Z")), [news]);
    assert_eq!(told(asked(), &at("2026-12-03T10:00:00Z")), []);
    let watched_later = When { since: utc("2026-12-01T10:00:01Z"), ..at("2026-12-01T10:05:00Z") };
    assert_eq!(told(asked(), &watched_later), []);
    let answered = Fact::UserWrote {
        to: anna(),
        also_to: vec![],
        purpose: crate::domain::event::Purpose::Answer,
        message_id: None,
    };
    let both = asked().into_iter().chain([(2, answered)]).collect();
    assert_eq!(told(both, &at("2026-12-01T10:05:00Z")), []);
}

#[test]
fn what_asks_for_nothing_what_may_be_about_something_else_and_what_was_taken_back_is_not_told() {
    let now = at("2026-12-01T10:05:00Z");
    for entries in [
        vec![(1, replied(Kind::Status, NextStep::Theirs, false))],
        vec![(1, replied(Kind::Question, NextStep::Mine, true))],
        vec![
            (1, replied(Kind::Question, NextStep::Mine, false)),
            (0, Fact::Retracted { events: vec![EventId(1)], because: Correction::NotThisOne }),
        ],
        vec![(0, interview(0, "2026-12-16T10:00:00Z"))],
    ] {
        assert_eq!(told(entries, &now), []);
    }
}

#[test]
fn one_message_gives_its_weightiest_news() {
    let now = at("2026-12-01T10:05:00Z");
    let invited = vec![
        (1, replied(Kind::Interview, NextStep::Mine, false)),
        (1, interview(0, "2026-12-16T10:00:00Z")),
    ];
    let starts_at = utc("2026-12-16T10:00:00Z");
    assert_eq!(told(invited, &now), [News::Invited { starts_at }]);
}

#[test]
fn an_interview_is_told_at_the_time_that_holds() {
    let now = at("2026-12-01T10:05:00Z");
    let moved =
        vec![(1, interview(0, "2026-12-16T10:00:00Z")), (2, interview(1, "2026-12-17T10:00:00Z"))];
    let starts_at = utc("2026-12-17T10:00:00Z");
    assert_eq!(told(moved, &now), [News::Invited { starts_at }]);
    let called_off = vec![
        (1, interview(0, "2026-12-16T10:00:00Z")),
        (2, Fact::InterviewCancelled { key: "one".to_owned(), sequence: 1 }),
    ];
    assert_eq!(told(called_off, &now), []);
    assert_eq!(told(vec![(1, interview(0, "2026-12-01T10:00:00Z"))], &now), [], "it has begun");
}

#[test]
fn an_answer_that_ended_a_draft_before_the_user_was_told_with_its_withdrawal() {
    let now = at("2026-12-01T10:05:00Z");
    let draft = DraftId(1);
    let withdrawn = Fact::DraftWithdrawn { draft, reason: WithdrawnReason::Answered };
    let unseen = vec![(1, replied(Kind::Question, NextStep::Mine, false)), (0, withdrawn.clone())];
    assert_eq!(told(unseen, &now).len(), 1, "nobody has seen the draft");
    let message_id = MessageId::parse("request@doe.example").unwrap();
    let seen = vec![
        (0, Fact::ApprovalRequested { draft, message_id }),
        (1, replied(Kind::Question, NextStep::Mine, false)),
        (0, withdrawn),
    ];
    assert_eq!(told(seen, &now), []);
}

#[test]
fn an_offer_is_told_and_again_two_days_before_its_last() {
    let offer = |expires_on: Option<&str>| {
        let terms = Fact::OfferReceived {
            written_on: None,
            expires_on: expires_on.map(|on| on.parse().unwrap()),
            evidence: None,
            named: false,
        };
        vec![(1, replied(Kind::Offer, NextStep::Mine, false)), (1, terms)]
    };
    let expires_on = Some("2026-12-08".parse().unwrap());
    let on = "2026-12-08".parse().unwrap();
    let first = News::Offer { from: anna(), expires_on };
    assert_eq!(told(offer(Some("2026-12-08")), &at("2026-12-01T10:05:00Z")), [first]);
    assert_eq!(told(offer(Some("2026-12-08")), &at("2026-12-05T23:00:00Z")), []);
    for day in ["06", "08"] {
        let now = at(&format!("2026-12-{day}T08:00:00Z"));
        assert_eq!(told(offer(Some("2026-12-08")), &now), [News::OfferExpires { on }], "{day}");
    }
    assert_eq!(told(offer(Some("2026-12-08")), &at("2026-12-09T08:00:00Z")), []);
    let accepted =
        offer(Some("2026-12-08")).into_iter().chain([(0, Fact::OfferAccepted)]).collect();
    assert_eq!(told(accepted, &at("2026-12-07T08:00:00Z")), []);
}

#[test]
fn a_rejection_is_told_only_to_those_who_want_it_at_once() {
    let no = || {
        vec![
            (1, replied(Kind::Rejection, NextStep::Theirs, false)),
            (1, Fact::Closed { reason: ClosedReason::Rejected }),
        ]
    };
    let calm = at("2026-12-01T10:05:00Z");
    assert_eq!(told(no(), &calm), []);
    assert_eq!(told(no(), &When { rejections: true, ..calm }), [News::Rejected]);
}
