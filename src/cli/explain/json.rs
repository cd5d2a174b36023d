//! One message as the JSON object that scripts rely on: names and order are a promise.

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;

use crate::domain::address::Correspondent;
use crate::domain::ids::MessageId;
use crate::domain::message::{
    AutomaticClass, Direction, Invitation, InvitationMethod, MeetingProposal, Message,
};

#[derive(Serialize)]
struct Explained<'a> {
    file: &'a str,
    message_id: Option<&'a str>,
    from: Option<Person<'a>>,
    to: Vec<&'a str>,
    subject: &'a str,
    date: Option<String>,
    in_reply_to: Vec<&'a str>,
    references: Vec<&'a str>,
    direction: &'static str,
    automatic: Option<Machine<'a>>,
    kind: &'static str,
    confidence: f32,
    evidence: Vec<Words<'a>>,
    tracked: bool,
    employer: Option<Employer<'a>>,
    position: Option<&'a str>,
    reference: Option<&'a str>,
    new_text: &'a str,
    promises: Vec<Promise<'a>>,
    invitation: Option<Meeting<'a>>,
    proposals: Vec<Proposed<'a>>,
    bounce: Option<Report<'a>>,
    command: Option<Command>,
    defects: &'a [String],
}

#[derive(Serialize)]
struct Person<'a> {
    name: Option<&'a str>,
    address: &'a str,
}

#[derive(Serialize)]
struct Machine<'a> {
    class: &'static str,
    rule: &'a str,
    returns_on: Option<String>,
}

#[derive(Serialize)]
struct Words<'a> {
    rule: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Employer<'a> {
    name: &'a str,
    domain: Option<&'a str>,
    via: Option<&'a str>,
    confidence: f32,
}

#[derive(Serialize)]
struct Promise<'a> {
    not_before: Option<String>,
    reading: &'a str,
    sentence: &'a str,
    vague: bool,
}

#[derive(Serialize)]
struct Meeting<'a> {
    method: Option<&'static str>,
    uid: &'a str,
    sequence: i64,
    starts_at: Option<String>,
    ends_at: Option<String>,
    summary: &'a str,
    organizer: Option<&'a str>,
}

#[derive(Serialize)]
struct Proposed<'a> {
    starts_at: String,
    ends_at: Option<String>,
    zone_said: bool,
    agreed: bool,
    reading: &'a str,
    sentence: &'a str,
}

#[derive(Serialize)]
struct Report<'a> {
    action: &'a str,
    status: Option<&'a str>,
    hard: bool,
    recipient: Option<&'a str>,
    original_message_ids: Vec<&'a str>,
}

/// A command, what stands below it, and why it would not be obeyed.
#[derive(Serialize)]
pub struct Command {
    pub word: String,
    pub rest: String,
    pub refused: Option<&'static str>,
}

/// The object as one line.
#[must_use]
pub fn of(file: &str, message: &Message, direction: Direction, command: Option<Command>) -> String {
    let explained = Explained {
        file,
        message_id: message.message_id.as_ref().map(MessageId::as_str),
        from: message.from.first().map(person),
        to: message.to.iter().map(|one| one.address.as_str()).collect(),
        subject: &message.subject,
        date: message.date.map(|date| date.to_rfc3339()),
        in_reply_to: message.in_reply_to.iter().map(MessageId::as_str).collect(),
        references: message.references.iter().map(MessageId::as_str).collect(),
        direction: direction_name(direction),
        automatic: machine(message),
        kind: message.kind.as_str(),
        confidence: message.confidence,
        evidence: message
            .evidence
            .iter()
            .map(|one| Words { rule: &one.rule, text: &one.text })
            .collect(),
        tracked: message.about_a_job,
        employer: employer(message),
        position: message.position.as_deref(),
        reference: message.reference.as_deref(),
        new_text: &message.new_text,
        promises: promises(message),
        invitation: message.invitation.as_ref().map(meeting),
        proposals: message.proposals.iter().map(proposed).collect(),
        bounce: report(message),
        command,
        defects: &message.defects,
    };
    serde_json::to_string(&explained).unwrap_or_default()
}

fn person(one: &Correspondent) -> Person<'_> {
    Person { name: one.name.as_deref(), address: one.address.as_str() }
}

fn machine(message: &Message) -> Option<Machine<'_>> {
    message.automatic.as_ref().map(|automatic| Machine {
        class: class_name(automatic.class),
        rule: &automatic.rule,
        returns_on: automatic.returns_on.map(|day| day.to_string()),
    })
}

fn employer(message: &Message) -> Option<Employer<'_>> {
    message.employer.as_ref().map(|hint| Employer {
        name: &hint.name,
        domain: hint.domain.as_deref(),
        via: hint.via.as_deref(),
        confidence: hint.confidence,
    })
}

fn promises(message: &Message) -> Vec<Promise<'_>> {
    let promise = message.promises.iter().map(|one| Promise {
        not_before: one.not_before.map(|day| day.to_string()),
        reading: &one.reading,
        sentence: &one.sentence,
        vague: one.vague,
    });
    promise.collect()
}

fn meeting(event: &Invitation) -> Meeting<'_> {
    let local = |at: Option<DateTime<Utc>>| {
        let zone = event.offset.or_else(|| FixedOffset::east_opt(0));
        at.zip(zone).map(|(at, zone)| at.with_timezone(&zone).to_rfc3339())
    };
    Meeting {
        method: event.method.map(method_name),
        uid: &event.uid,
        sequence: event.sequence,
        starts_at: local(event.starts_at),
        ends_at: local(event.ends_at),
        summary: &event.summary,
        organizer: event.organizer.as_ref().map(|one| one.address.as_str()),
    }
}

fn proposed(one: &MeetingProposal) -> Proposed<'_> {
    let local = |at: DateTime<Utc>| at.with_timezone(&one.offset).to_rfc3339();
    Proposed {
        starts_at: local(one.starts_at),
        ends_at: one.ends_at.map(local),
        zone_said: one.zone_said,
        agreed: one.agreed,
        reading: &one.reading,
        sentence: &one.sentence,
    }
}

fn report(message: &Message) -> Option<Report<'_>> {
    message.bounce.as_ref().map(|bounce| Report {
        action: &bounce.action,
        status: bounce.status.as_deref(),
        hard: bounce.hard,
        recipient: bounce.recipient.as_ref().map(|address| address.as_str()),
        original_message_ids: bounce.original_message_ids.iter().map(MessageId::as_str).collect(),
    })
}

/// The name of a direction in the contract.
#[must_use]
pub fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Incoming => "incoming",
        Direction::Outgoing => "outgoing",
        Direction::Own => "own",
    }
}

/// The name of a class of automatic mail in the contract.
#[must_use]
pub fn class_name(class: AutomaticClass) -> &'static str {
    match class {
        AutomaticClass::OutOfOffice => "out_of_office",
        AutomaticClass::Receipt => "receipt",
        AutomaticClass::Bounce => "bounce",
        AutomaticClass::Bulk => "bulk",
        AutomaticClass::Other => "other",
    }
}

fn method_name(method: InvitationMethod) -> &'static str {
    match method {
        InvitationMethod::Request => "REQUEST",
        InvitationMethod::Cancel => "CANCEL",
        InvitationMethod::Reply => "REPLY",
        InvitationMethod::Publish => "PUBLISH",
        InvitationMethod::Counter => "COUNTER",
        InvitationMethod::DeclineCounter => "DECLINECOUNTER",
        InvitationMethod::Other => "OTHER",
    }
}
