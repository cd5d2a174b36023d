use super::super::testing::{at, id, person};
use super::*;
use crate::domain::draft::AttemptNumber;

fn promise() -> PromiseReading {
    PromiseReading {
        not_before: NaiveDate::from_ymd_opt(2026, 12, 4),
        reading: "by Friday".to_owned(),
        sentence: "You will hear from us by Friday.".to_owned(),
        vague: false,
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// At least one fact of every variant, with the name it is stored under. The match is here so
/// that a new variant is not forgotten: it must be added to both.
fn stored_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::ApplicationRecorded { .. } => "application_recorded",
        Fact::PositionLearned { .. } => "position_learned",
        Fact::ContactLearned { .. } => "contact_learned",
        Fact::StrengthLearned { .. } => "strength_learned",
        Fact::NoteAdded { .. } => "note_added",
        Fact::ToneHeard { .. } => "tone_heard",
        Fact::InterviewScheduled { .. } => "interview_scheduled",
        Fact::InterviewCancelled { .. } => "interview_cancelled",
        Fact::PromiseGiven { .. } => "promise_given",
        Fact::NoPromiseGiven => "no_promise_given",
        Fact::EmployerReplied { .. } => "employer_replied",
        Fact::AutomaticReceived { .. } => "automatic_received",
        Fact::OutOfOffice { .. } => "out_of_office",
        Fact::Bounced { .. } => "bounced",
        Fact::ChannelWanted { .. } => "channel_wanted",
        Fact::Touched { .. } => "touched",
        Fact::PutOnHold => "put_on_hold",
        Fact::OfferReceived { .. } => "offer_received",
        Fact::OfferAccepted => "offer_accepted",
        Fact::UserWrote { .. } => "user_wrote",
        Fact::DraftPrepared { .. } => "draft_prepared",
        Fact::ApprovalRequested { .. } => "approval_requested",
        Fact::ApprovalReminded { .. } => "approval_reminded",
        Fact::DraftApproved { .. } => "draft_approved",
        Fact::HurryWanted { .. } => "hurry_wanted",
        Fact::CommandRefused { .. } => "command_refused",
        Fact::DraftPostponed { .. } => "draft_postponed",
        Fact::LaterWanted { .. } => "later_wanted",
        Fact::DraftSkipped { .. } => "draft_skipped",
        Fact::DraftLapsed { .. } => "draft_lapsed",
        Fact::DraftWithdrawn { .. } => "draft_withdrawn",
        Fact::DraftWanted => "draft_wanted",
        Fact::CallAdvised => "call_advised",
        Fact::MessageSent { .. } => "message_sent",
        Fact::SendRefused { .. } => "send_refused",
        Fact::SendDeferred { .. } => "send_deferred",
        Fact::SendInDoubt { .. } => "send_in_doubt",
        Fact::FactAsked { .. } => "fact_asked",
        Fact::Closed { .. } => "closed",
        Fact::Reopened => "reopened",
        Fact::ClientLearned { .. } => "client_learned",
        Fact::PeopleMet { .. } => "people_met",
        Fact::InterviewAskedAbout { .. } => "interview_asked_about",
        Fact::HeardBack { .. } => "heard_back",
        Fact::Retracted { .. } => "retracted",
    }
}

const VARIANTS: usize = 45;

fn about_the_employer() -> Vec<Fact> {
    let contact = person("anna@acme.example");
    vec![
        Fact::ApplicationRecorded { position: None, contact: None },
        Fact::HurryWanted { draft: DraftId(3) },
        Fact::CommandRefused { code: "condition".to_owned() },
        Fact::ToneHeard { language: Language::German, informal: true },
        Fact::ApplicationRecorded {
            position: Some("Data Engineer".to_owned()),
            contact: Some(contact.clone()),
        },
        Fact::PositionLearned { position: "Engineer \u{1F980}".to_owned() },
        Fact::ContactLearned { contact: Correspondent::bare(contact.address) },
        Fact::StrengthLearned { sentence: "Six years of \"Rust\".".to_owned() },
        Fact::NoteAdded { text: "line\nline".to_owned() },
        Fact::InterviewScheduled {
            key: "uid-1".to_owned(),
            sequence: -1,
            starts_at: at(0),
            ends_at: at(3600),
            offset: Some(-18_000),
            round: Some(2),
            summary: String::new(),
            message_id: Some(id("i@acme.example")),
        },
        Fact::InterviewCancelled { key: "uid-1".to_owned(), sequence: 2 },
        Fact::InterviewAskedAbout { key: "uid-1".to_owned(), again: true },
        Fact::ClientLearned { name: "Globex".to_owned() },
        Fact::PeopleMet { names: vec!["Anna Schmidt".to_owned(), "Tom".to_owned()] },
        Fact::PromiseGiven { promise: promise(), said_in: Some(id("p@acme.example")) },
        Fact::PromiseGiven {
            promise: PromiseReading { not_before: None, vague: true, ..promise() },
            said_in: None,
        },
        Fact::NoPromiseGiven,
        Fact::EmployerReplied {
            from: address("anna@acme.example"),
            kind: Kind::Status,
            next_step: NextStep::Theirs,
            message_id: None,
            weak: true,
            offset: None,
        },
        Fact::AutomaticReceived { class: AutomaticClass::Receipt, message_id: None },
        Fact::OutOfOffice { returns_on: promise().not_before, message_id: None },
        Fact::OutOfOffice { returns_on: None, message_id: Some(id("o@acme.example")) },
        Fact::Bounced {
            hard: true,
            recipient: Some(address("gone@acme.example")),
            original: Some(id("d@example.com")),
        },
        Fact::ChannelWanted { channel: Channel::Call },
        Fact::PutOnHold,
        Fact::OfferReceived {
            written_on: promise().not_before,
            expires_on: None,
            evidence: Some(id("offer@acme.example")),
            named: false,
        },
    ]
}

fn about_the_user() -> Vec<Fact> {
    let (draft, kind) = (DraftId(3), DraftKind::Attempt(AttemptNumber::Second));
    let (to, message_id) = (address("anna@acme.example"), id("d@example.com"));
    vec![
        Fact::UserWrote {
            to: to.clone(),
            also_to: vec![address("tom@acme.example")],
            purpose: Purpose::Other,
            message_id: None,
        },
        Fact::DraftPrepared {
            draft,
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            version: 4,
            to: to.clone(),
            subject: "Re: Interview".to_owned(),
            send_at: at(9),
        },
        Fact::ApprovalRequested { draft, message_id: message_id.clone() },
        Fact::ApprovalReminded { draft },
        Fact::DraftApproved { draft, send_at: at(10) },
        Fact::DraftPostponed { draft, until: at(11) },
        Fact::LaterWanted { until: at(12) },
        Fact::DraftSkipped { draft },
        Fact::DraftLapsed { draft },
        Fact::DraftWithdrawn { draft, reason: WithdrawnReason::SomethingNew },
        Fact::DraftWanted,
        Fact::CallAdvised,
        Fact::Touched { channel: Channel::LinkedIn, purpose: Purpose::Attempt },
        Fact::OfferAccepted,
        Fact::MessageSent { draft, kind, to: to.clone(), message_id: message_id.clone() },
        Fact::SendRefused { draft, code: 550 },
        Fact::SendDeferred { draft, code: Some(451) },
        Fact::SendInDoubt { draft, kind, to, message_id },
        Fact::FactAsked { what: MissingFact::ReturnDate },
        Fact::Closed { reason: ClosedReason::AcceptedElsewhere },
        Fact::Reopened,
        Fact::HeardBack { channel: Channel::Call, text: String::new() },
        Fact::Retracted { events: vec![EventId(3), EventId(9)], because: Correction::Undone },
    ]
}

#[test]
fn every_fact_is_read_back_as_it_was_written() {
    let facts: Vec<Fact> = about_the_employer().into_iter().chain(about_the_user()).collect();
    let mut names = std::collections::BTreeSet::new();
    for fact in facts {
        let (kind, payload) = write(&fact).unwrap();
        assert_eq!(kind, stored_name(&fact));
        assert_eq!(read(&kind, &payload).unwrap(), fact, "{kind} {payload}");
        names.insert(kind);
    }
    assert_eq!(names.len(), VARIANTS);
}

#[test]
fn the_written_form_is_stable() {
    let fact = Fact::PromiseGiven { promise: promise(), said_in: None };
    let (_, payload) = write(&fact).unwrap();
    assert_eq!(
        payload,
        r#"{"promise":{"not_before":"2026-12-04","reading":"by Friday","sentence":"You will hear from us by Friday.","vague":false},"said_in":null}"#
    );
    assert_eq!(write(&Fact::Reopened).unwrap(), ("reopened".to_owned(), "{}".to_owned()));
}

#[test]
fn what_is_not_known_is_an_error_and_not_a_guess() {
    for (kind, payload) in [
        ("invented", "{}"),
        ("reopened", r#"{"x":1}"#),
        ("note_added", "{}"),
        ("note_added", r#"{"text":"a","more":1}"#),
        ("closed", r#"{"reason":"bored"}"#),
        ("message_sent", r#"{"draft":1,"kind":"attempt_3","to":"a@b.example","message_id":"x@y"}"#),
        ("note_added", "[]"),
    ] {
        assert!(read(kind, payload).is_err(), "{kind} {payload}");
    }
}
