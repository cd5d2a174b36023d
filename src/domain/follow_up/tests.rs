//! What the fold makes of what the user tells, and of what is taken back.

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::event::{Correction, Event, Fact, NextStep, Purpose, Source};
use crate::domain::ids::ApplicationId;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn anna() -> Address {
    Address::parse("anna@acme.example").unwrap()
}

/// A ledger: numbered from 1, each entry a day after the one before, from 25 November on.
fn ledger(facts: impl IntoIterator<Item = Fact>) -> Vec<Event> {
    let first = utc("2026-11-25T10:00:00Z");
    (1..)
        .zip(facts)
        .map(|(number, fact)| Event {
            id: EventId(number),
            application: ApplicationId(1),
            at: first + chrono::TimeDelta::days(number - 1),
            source: Source::CommandLine,
            fact,
        })
        .collect()
}

fn interview() -> Fact {
    Fact::InterviewScheduled {
        key: "one".to_owned(),
        sequence: 0,
        starts_at: utc("2026-11-24T13:00:00Z"),
        ends_at: utc("2026-11-24T14:00:00Z"),
        offset: None,
        round: None,
        summary: String::new(),
        message_id: None,
    }
}

fn replied(kind: Kind, next_step: NextStep) -> Fact {
    Fact::EmployerReplied {
        from: anna(),
        kind,
        next_step,
        message_id: MessageId::parse("answer@acme.example"),
        weak: false,
        offset: None,
    }
}

fn wrote(purpose: Purpose) -> Fact {
    let message_id = MessageId::parse("mine@doe.example");
    Fact::UserWrote { to: anna(), also_to: vec![], purpose, message_id }
}

fn told(channel: Channel, purpose: Purpose) -> Fact {
    Fact::Touched { channel, purpose }
}

fn retract(events: &[i64]) -> Fact {
    let events = events.iter().copied().map(EventId).collect();
    Fact::Retracted { events, because: Correction::NotThisOne }
}

fn later() -> DateTime<Utc> {
    utc("2026-12-20T10:00:00Z")
}

#[test]
fn what_is_taken_back_is_passed_over_and_stays_in_the_ledger() {
    let no = Fact::Closed { reason: ClosedReason::Rejected };
    let events =
        ledger([interview(), replied(Kind::Rejection, NextStep::Theirs), no, retract(&[2, 3])]);
    let state = FollowUp::replay(&events);
    assert_eq!((state.closed, state.answers.len()), (None, 0));
    assert_eq!(state.turn(later()), Turn::Them);
    assert_eq!(FollowUp::replay(&events[..3]).turn(later()), Turn::Nobody);
    assert_eq!(events.len(), 4);
}

#[test]
fn a_correction_can_be_taken_back_too() {
    let events = ledger([
        interview(),
        replied(Kind::Question, NextStep::Mine),
        retract(&[2]),
        retract(&[3]),
    ]);
    assert_eq!(FollowUp::replay(&events[..3]).turn(later()), Turn::Them);
    assert_eq!(FollowUp::replay(&events).turn(later()), Turn::Me);
    assert_eq!(retracted(events.iter()).into_iter().collect::<Vec<_>>(), [EventId(3)]);
}

fn draft_prepared() -> Fact {
    Fact::DraftPrepared {
        draft: DraftId(1),
        pursuit: PursuitId(1),
        kind: DraftKind::Attempt(AttemptNumber::First),
        version: 1,
        to: anna(),
        subject: "Re: Interview".to_owned(),
        send_at: later(),
    }
}

/// Why the draft is withdrawn that was open when an entry was taken back.
fn outdated_by_taking_back(fact: Fact) -> Option<WithdrawnReason> {
    let events = ledger([interview(), fact, draft_prepared(), retract(&[2])]);
    FollowUp::replay(&events).draft.expect("the draft is open").outdated
}

#[test]
fn taking_back_what_no_draft_rests_on_leaves_the_draft_open() {
    let client = || Fact::ClientLearned { name: "Globex".to_owned() };
    for fact in [
        client(),
        Fact::NoteAdded { text: "asked about Kafka".to_owned() },
        Fact::CommandRefused { code: "outdated".to_owned() },
    ] {
        assert_eq!(outdated_by_taking_back(fact.clone()), None, "{fact:?}");
    }
    let twice = ledger([interview(), client(), draft_prepared(), retract(&[2]), retract(&[4])]);
    let state = FollowUp::replay(&twice);
    assert_eq!(state.client.as_deref(), Some("Globex"), "the correction was taken back");
    assert_eq!(state.draft.and_then(|open| open.outdated), None);
}

#[test]
fn taking_back_what_a_draft_rests_on_outdates_it() {
    let strength = Fact::StrengthLearned { sentence: "I like data.".to_owned() };
    for fact in [
        strength,
        Fact::NoPromiseGiven,
        Fact::PeopleMet { names: vec!["Anna Schmidt".to_owned()] },
        told(Channel::Call, Purpose::Other),
        Fact::DraftWanted,
    ] {
        let reason = outdated_by_taking_back(fact.clone());
        assert_eq!(reason, Some(WithdrawnReason::PlanChanged), "{fact:?}");
    }
    let note = Fact::NoteAdded { text: "asked about Kafka".to_owned() };
    let both =
        ledger([interview(), note, Fact::NoPromiseGiven, draft_prepared(), retract(&[2, 3])]);
    let open = FollowUp::replay(&both).draft.unwrap();
    assert_eq!(open.outdated, Some(WithdrawnReason::PlanChanged), "one of both matters");
    let restored =
        ledger([interview(), Fact::NoPromiseGiven, retract(&[2]), draft_prepared(), retract(&[3])]);
    let open = FollowUp::replay(&restored).draft.unwrap();
    assert_eq!(open.outdated, Some(WithdrawnReason::PlanChanged), "it counts again");
}

#[test]
fn a_retraction_reaches_back_and_never_forward() {
    let events = ledger([retract(&[2]), interview()]);
    assert_eq!(FollowUp::replay(&events).interviews.len(), 1);
}

#[test]
fn e10_a_call_that_asked_is_an_attempt_and_one_that_did_not_is_a_contact() {
    let asked =
        FollowUp::replay(&ledger([interview(), told(Channel::Voicemail, Purpose::Attempt)]));
    assert_eq!(asked.attempts.first().map(|it| (it.number, it.channel)), {
        Some((Some(AttemptNumber::First), Channel::Voicemail))
    });
    let talked = FollowUp::replay(&ledger([interview(), told(Channel::Call, Purpose::Other)]));
    assert!(talked.attempts.is_empty());
    assert_eq!(talked.last_contact_at, Some(utc("2026-11-26T10:00:00Z")));
}

#[test]
fn a_message_that_was_told_of_and_is_seen_in_sent_counts_once() {
    for told_first in [true, false] {
        let mut pair = vec![told(Channel::Mail, Purpose::Attempt), wrote(Purpose::Attempt)];
        if !told_first {
            pair.reverse();
        }
        let state = FollowUp::replay(&ledger([interview()].into_iter().chain(pair)));
        assert_eq!(state.attempts.len(), 1, "told first: {told_first}");
        assert!(state.attempts[0].message_id.is_some() && state.attempts[0].to.is_some());
    }
}

#[test]
fn e21_a_call_of_theirs_is_an_answer_and_starts_the_clock_again() {
    let events =
        ledger([interview(), Fact::HeardBack { channel: Channel::Call, text: String::new() }]);
    let pursuit = FollowUp::replay(&events).pursuit(later()).unwrap();
    assert_eq!(pursuit.clock_from, utc("2026-11-26T10:00:00Z"));
    assert!(!pursuit.after_interview && pursuit.basis.starts_with("heard:"));
}

#[test]
fn e05_whose_turn_it_is_and_since_when() {
    let events = ledger([
        Fact::ApplicationRecorded { position: None, contact: None },
        interview(),
        replied(Kind::Question, NextStep::Mine),
        wrote(Purpose::Answer),
        Fact::Closed { reason: ClosedReason::ByUser },
    ]);
    let expected = [
        (1, Turn::Them, "2026-11-25T10:00:00Z"),
        (2, Turn::Them, "2026-11-25T10:00:00Z"),
        (3, Turn::Me, "2026-11-27T10:00:00Z"),
        (4, Turn::Them, "2026-11-28T10:00:00Z"),
        (5, Turn::Nobody, "2026-11-29T10:00:00Z"),
    ];
    for (length, turn, since) in expected {
        let state = FollowUp::replay(&events[..length]);
        let found = (state.turn(later()), state.turn_since(later()));
        assert_eq!(found, (turn, Some(utc(since))), "after {length}");
    }
}

#[test]
fn a_name_the_user_gives_is_the_contacts_where_there_was_only_an_address() {
    let contact = Correspondent { name: None, address: anna() };
    let learned = Fact::ContactLearned { contact };
    let met = Fact::PeopleMet { names: vec!["Anna Schmidt".to_owned()] };
    let state = FollowUp::replay(&ledger([learned, met]));
    assert_eq!(state.contact.and_then(|it| it.name).as_deref(), Some("Anna Schmidt"));
    assert_eq!(state.met, ["Anna Schmidt"]);
}
