//! What each kind of message adds to the ledger.

use super::*;
use crate::domain::address::Correspondent;
use crate::domain::event::Purpose;
use crate::domain::ids::MessageId;
use crate::domain::message::{Automatic, PromiseReading};

fn person(name: &str, text: &str) -> Correspondent {
    Correspondent { name: Some(name.to_owned()), address: Address::parse(text).unwrap() }
}

fn from_anna(text: &str) -> Message {
    Message {
        from: vec![person("Anna Schmidt", "anna@acme.example")],
        to: vec![person("Jane Doe", "jane@example.com")],
        new_text: text.to_owned(),
        ..Message::default()
    }
}

fn seen<'a>(message: &'a Message, direction: Direction, follow_up: &'a FollowUp) -> Sighting<'a> {
    Sighting {
        message,
        direction,
        strength: Strength::Reference,
        follow_up,
        word_written_at: None,
        due: None,
        at: DateTime::UNIX_EPOCH,
    }
}

fn next_of(facts: &[Fact]) -> Option<NextStep> {
    facts.iter().find_map(|fact| match fact {
        Fact::EmployerReplied { next_step, .. } => Some(*next_step),
        _ => None,
    })
}

#[test]
fn e21_unknown_mail_counts_as_a_human_answer() {
    let follow_up = FollowUp::default();
    let message = from_anna("Hello Jane, thanks.");
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    assert_eq!(next_of(&facts), Some(NextStep::Theirs));
}

#[test]
fn e05_a_question_makes_it_the_users_turn() {
    let follow_up = FollowUp::default();
    let message = from_anna("Could you send two references?");
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    assert_eq!(next_of(&facts), Some(NextStep::Mine));
}

#[test]
fn e06_the_latest_of_several_promises_counts() {
    let follow_up = FollowUp::default();
    let mut message = from_anna("We decide soon.");
    for day in ["2026-12-04", "2026-12-11"] {
        message.promises.push(PromiseReading {
            not_before: day.parse().ok(),
            reading: day.to_owned(),
            sentence: String::new(),
            vague: false,
        });
    }
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    let promised = facts.iter().find_map(|fact| match fact {
        Fact::PromiseGiven { promise, .. } => promise.not_before,
        _ => None,
    });
    assert_eq!(promised, "2026-12-11".parse().ok());
}

#[test]
fn e06_a_letter_that_is_read_late_brings_no_promised_day_forward() {
    let promised_for = |day: &str| PromiseReading {
        not_before: day.parse().ok(),
        reading: day.to_owned(),
        sentence: String::new(),
        vague: false,
    };
    let known = crate::domain::follow_up::Promise {
        reading: promised_for("2026-12-11"),
        said_in: MessageId::parse("later@acme.example"),
        given_at: DateTime::UNIX_EPOCH,
    };
    let mut follow_up = FollowUp::default();
    follow_up.promise = Some(known);
    for (written, day, expected) in [
        ("2026-11-08T10:00:00+01:00", "2026-12-04", None),
        ("2026-11-08T10:00:00+01:00", "2026-12-18", Some("2026-12-18")),
        ("2026-11-12T10:00:00+01:00", "2026-12-04", Some("2026-12-04")),
    ] {
        let mut message = from_anna("We decide soon.");
        message.date = DateTime::parse_from_rfc3339(written).ok();
        message.promises.push(promised_for(day));
        let word_written_at = "2026-11-11T10:00:00Z".parse().ok();
        let sighting =
            Sighting { word_written_at, ..seen(&message, Direction::Incoming, &follow_up) };
        let promised = observe(&sighting).into_iter().find_map(|fact| match fact {
            Fact::PromiseGiven { promise, .. } => promise.not_before,
            _ => None,
        });
        assert_eq!(promised, expected.and_then(|day| day.parse().ok()), "{written}, {day}");
    }
}

#[test]
fn e12_an_out_of_office_is_not_an_answer() {
    let follow_up = FollowUp::default();
    let mut message = from_anna("I am away.");
    message.automatic = Some(Automatic {
        class: AutomaticClass::OutOfOffice,
        rule: "auto-submitted".to_owned(),
        returns_on: "2026-12-14".parse().ok(),
    });
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    assert_eq!(next_of(&facts), None);
    assert!(facts.iter().any(|fact| matches!(fact, Fact::OutOfOffice { .. })));
}

#[test]
fn a_weak_match_starts_nothing() {
    let follow_up = FollowUp::default();
    let message = from_anna("By Friday.");
    let sighting =
        Sighting { strength: Strength::Weak, ..seen(&message, Direction::Incoming, &follow_up) };
    let facts = observe(&sighting);
    assert!(matches!(facts.as_slice(), [Fact::EmployerReplied { weak: true, .. }]));
}

#[test]
fn e23_a_message_by_hand_is_an_attempt_if_it_asks_or_is_due() {
    let follow_up = FollowUp::default();
    let to_anna = |text: &str| Message {
        from: vec![person("Jane Doe", "jane@example.com")],
        to: vec![person("Anna Schmidt", "anna@acme.example")],
        new_text: text.to_owned(),
        ..Message::default()
    };
    let purpose = |text: &str, due: Option<i64>| {
        let message = to_anna(text);
        let due = due.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let sighting = Sighting { due, ..seen(&message, Direction::Outgoing, &follow_up) };
        observe(&sighting).into_iter().find_map(|fact| match fact {
            Fact::UserWrote { purpose, .. } => Some(purpose),
            _ => None,
        })
    };
    assert_eq!(purpose("Thank you for the talk.", Some(1)), Some(Purpose::ThankYou));
    let thanks = "Vielen Dank, ich freue mich auf Ihre Rückmeldung und die Entscheidung.";
    assert_eq!(purpose(thanks, Some(1)), Some(Purpose::ThankYou));
    assert_eq!(purpose("I look forward to the next steps.", Some(1)), Some(Purpose::Other));
    assert_eq!(purpose("Is there any news?", Some(1)), Some(Purpose::Attempt));
    assert_eq!(purpose("Thank you for the talk.", Some(0)), Some(Purpose::Attempt));
    assert_eq!(purpose("Is there any news?", None), Some(Purpose::Other));
}

#[test]
fn everybody_in_to_and_cc_was_written_to_and_the_contact_is_who_it_went_to() {
    let (anna, tom) =
        (person("Anna Schmidt", "anna@acme.example"), person("Tom", "tom@acme.example"));
    let jane = person("Jane Doe", "jane@example.com");
    let written = |known: Option<&Correspondent>| {
        let mut follow_up = FollowUp::default();
        follow_up.contact = known.cloned();
        let message = Message {
            from: vec![jane.clone()],
            to: vec![tom.clone()],
            cc: vec![jane.clone(), anna.clone(), tom.clone()],
            new_text: "Here are my papers.".to_owned(),
            ..Message::default()
        };
        let facts = observe(&seen(&message, Direction::Outgoing, &follow_up));
        facts.into_iter().find_map(|fact| match fact {
            Fact::UserWrote { to, also_to, .. } => Some((to, also_to)),
            _ => None,
        })
    };
    let (anna_at, tom_at) = (anna.address.clone(), tom.address.clone());
    assert_eq!(written(None), Some((tom_at.clone(), vec![anna_at.clone()])));
    assert_eq!(written(Some(&anna)), Some((anna_at, vec![tom_at])));
}

#[test]
fn an_applicant_systems_invitation_holds_although_a_machine_sent_it() {
    let follow_up = FollowUp::default();
    let mut message = from_anna("Please pick a time for your second interview.");
    message.kind = Kind::Interview;
    message.automatic = Some(Automatic {
        class: AutomaticClass::Bulk,
        rule: "list-unsubscribe".to_owned(),
        returns_on: None,
    });
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    assert_eq!(next_of(&facts), Some(NextStep::Mine));
}

#[test]
fn e22_a_rejection_closes_whoever_typed_it() {
    let follow_up = FollowUp::default();
    let mut message = from_anna("Unfortunately we decided for somebody else.");
    message.kind = Kind::Rejection;
    let rejected = Fact::Closed { reason: ClosedReason::Rejected };
    assert!(observe(&seen(&message, Direction::Incoming, &follow_up)).contains(&rejected));
    message.automatic = Some(Automatic {
        class: AutomaticClass::Other,
        rule: "auto-submitted".to_owned(),
        returns_on: None,
    });
    assert!(observe(&seen(&message, Direction::Incoming, &follow_up)).contains(&rejected));
}

#[test]
fn e05_thanks_after_an_interview_ask_for_nothing() {
    let mut follow_up = FollowUp::default();
    let starts_at = DateTime::UNIX_EPOCH - chrono::TimeDelta::hours(2);
    follow_up.interviews.insert(
        "uid".to_owned(),
        crate::domain::follow_up::Interview {
            sequence: 0,
            starts_at,
            ends_at: DateTime::UNIX_EPOCH,
            round: None,
            summary: String::new(),
            message_id: None,
            cancelled: false,
            by_hand: false,
        },
    );
    let mut message = from_anna("Thank you for the interview today, it was great to meet you.");
    message.kind = Kind::Interview;
    let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
    assert_eq!(next_of(&facts), Some(NextStep::Theirs));
}

#[test]
fn e19_the_first_person_stays_the_contact_whoever_writes_later() {
    let learned = |known: Correspondent| {
        let mut follow_up = FollowUp::default();
        follow_up.contact = Some(known);
        let message = from_anna("Hello Jane, thanks.");
        let facts = observe(&seen(&message, Direction::Incoming, &follow_up));
        facts.into_iter().find_map(|fact| match fact {
            Fact::ContactLearned { contact } => contact.name,
            _ => None,
        })
    };
    assert_eq!(learned(person("Tom Weber", "tom@acme.example")), None);
    let anna = Some("Anna Schmidt".to_owned());
    assert_eq!(learned(person("Recruiting", "no-reply@acme.example")), anna);
}

/// Whether any answer opens a closed matter again, and whether an invitation does.
#[test]
fn e22_e25_what_a_late_answer_opens_again() {
    let opens = |reason: ClosedReason, kind: Kind| {
        let mut follow_up = FollowUp::default();
        follow_up.closed = Some((DateTime::UNIX_EPOCH, reason));
        let message = Message { kind, ..from_anna("Hello Jane, thanks.") };
        observe(&seen(&message, Direction::Incoming, &follow_up)).contains(&Fact::Reopened)
    };
    for (reason, any, invited) in [
        (ClosedReason::MovedOn, true, true),
        (ClosedReason::History, true, true),
        (ClosedReason::Filled, true, true),
        (ClosedReason::Rejected, false, true),
        (ClosedReason::ByUser, false, true),
        (ClosedReason::Withdrawn, false, false),
        (ClosedReason::AcceptedElsewhere, false, false),
        (ClosedReason::Accepted, false, false),
        (ClosedReason::DoNotContact, false, false),
    ] {
        assert_eq!(opens(reason, Kind::Status), any, "{reason:?}");
        assert_eq!(opens(reason, Kind::Interview), invited, "{reason:?}, invited");
    }
}
