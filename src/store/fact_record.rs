//! How a fact is written down: a name, and its fields as a JSON object. The domain knows no
//! serde; the mirror below is checked against it by the compiler, field by field.
//!
//! Stored names and fields are stable for ever: the ledger is never rewritten. An unknown field
//! or name is an error, not a guess.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::DraftKind;
use crate::domain::event::{
    Channel, ClosedReason, Correction, Fact, MissingFact, NextStep, Purpose, WithdrawnReason,
};
use crate::domain::ids::{DraftId, EventId, MessageId, PursuitId};
use crate::domain::message::{AutomaticClass, Kind, PromiseReading};
use crate::domain::tone::Language;

use super::StoreError;

mod fields;
use fields::{CorrespondentRecord, DraftIdRecord, PromiseRecord, PursuitIdRecord};
use fields::{event_ids, optional_correspondent, optional_text, seconds, text, texts};

#[derive(Serialize, Deserialize)]
#[serde(
    remote = "Fact",
    tag = "kind",
    content = "fields",
    rename_all = "snake_case",
    deny_unknown_fields
)]
enum FactRecord {
    ApplicationRecorded {
        position: Option<String>,
        #[serde(with = "optional_correspondent")]
        contact: Option<Correspondent>,
    },
    PositionLearned {
        position: String,
    },
    ContactLearned {
        #[serde(with = "CorrespondentRecord")]
        contact: Correspondent,
    },
    StrengthLearned {
        sentence: String,
    },
    NoteAdded {
        text: String,
    },
    ToneHeard {
        #[serde(with = "text")]
        language: Language,
        informal: bool,
    },
    ClientLearned {
        name: String,
    },
    PeopleMet {
        names: Vec<String>,
    },
    InterviewScheduled {
        key: String,
        sequence: i64,
        #[serde(with = "seconds")]
        starts_at: DateTime<Utc>,
        #[serde(with = "seconds")]
        ends_at: DateTime<Utc>,
        offset: Option<i32>,
        round: Option<u32>,
        summary: String,
        #[serde(with = "optional_text")]
        message_id: Option<MessageId>,
    },
    InterviewCancelled {
        key: String,
        sequence: i64,
    },
    InterviewAskedAbout {
        key: String,
        again: bool,
    },
    PromiseGiven {
        #[serde(with = "PromiseRecord")]
        promise: PromiseReading,
        #[serde(with = "optional_text")]
        said_in: Option<MessageId>,
    },
    NoPromiseGiven,
    EmployerReplied {
        #[serde(with = "text")]
        from: Address,
        #[serde(with = "text")]
        kind: Kind,
        #[serde(with = "text")]
        next_step: NextStep,
        #[serde(with = "optional_text")]
        message_id: Option<MessageId>,
        weak: bool,
        offset: Option<i32>,
    },
    AutomaticReceived {
        #[serde(with = "text")]
        class: AutomaticClass,
        #[serde(with = "optional_text")]
        message_id: Option<MessageId>,
    },
    OutOfOffice {
        #[serde(with = "optional_text")]
        returns_on: Option<NaiveDate>,
        #[serde(with = "optional_text")]
        message_id: Option<MessageId>,
    },
    Bounced {
        hard: bool,
        #[serde(with = "optional_text")]
        recipient: Option<Address>,
        #[serde(with = "optional_text")]
        original: Option<MessageId>,
    },
    ChannelWanted {
        #[serde(with = "text")]
        channel: Channel,
    },
    Touched {
        #[serde(with = "text")]
        channel: Channel,
        #[serde(with = "text")]
        purpose: Purpose,
    },
    HeardBack {
        #[serde(with = "text")]
        channel: Channel,
        text: String,
    },
    PutOnHold,
    OfferReceived {
        #[serde(with = "optional_text")]
        written_on: Option<NaiveDate>,
        #[serde(with = "optional_text")]
        expires_on: Option<NaiveDate>,
        #[serde(with = "optional_text")]
        evidence: Option<MessageId>,
        named: bool,
    },
    OfferAccepted,
    UserWrote {
        #[serde(with = "text")]
        to: Address,
        #[serde(default, with = "texts")]
        also_to: Vec<Address>,
        #[serde(with = "text")]
        purpose: Purpose,
        #[serde(with = "optional_text")]
        message_id: Option<MessageId>,
    },
    DraftPrepared {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "PursuitIdRecord")]
        pursuit: PursuitId,
        #[serde(with = "text")]
        kind: DraftKind,
        version: u32,
        #[serde(with = "text")]
        to: Address,
        subject: String,
        #[serde(with = "seconds")]
        send_at: DateTime<Utc>,
    },
    ApprovalRequested {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "text")]
        message_id: MessageId,
    },
    ApprovalReminded {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
    },
    DraftApproved {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "seconds")]
        send_at: DateTime<Utc>,
    },
    HurryWanted {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
    },
    CommandRefused {
        code: String,
    },
    DraftPostponed {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "seconds")]
        until: DateTime<Utc>,
    },
    LaterWanted {
        #[serde(with = "seconds")]
        until: DateTime<Utc>,
    },
    DraftSkipped {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
    },
    DraftLapsed {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
    },
    DraftWithdrawn {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "text")]
        reason: WithdrawnReason,
    },
    DraftWanted,
    CallAdvised,
    MessageSent {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "text")]
        kind: DraftKind,
        #[serde(with = "text")]
        to: Address,
        #[serde(with = "text")]
        message_id: MessageId,
    },
    SendRefused {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        code: u16,
    },
    SendDeferred {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        code: Option<u16>,
    },
    SendInDoubt {
        #[serde(with = "DraftIdRecord")]
        draft: DraftId,
        #[serde(with = "text")]
        kind: DraftKind,
        #[serde(with = "text")]
        to: Address,
        #[serde(with = "text")]
        message_id: MessageId,
    },
    FactAsked {
        #[serde(with = "text")]
        what: MissingFact,
    },
    Closed {
        #[serde(with = "text")]
        reason: ClosedReason,
    },
    Reopened,
    Retracted {
        #[serde(with = "event_ids")]
        events: Vec<EventId>,
        #[serde(with = "text")]
        because: Correction,
    },
}

const WHAT: StoreError = StoreError::Unreadable("fact");

/// Name and payload of a fact.
pub(super) fn write(fact: &Fact) -> Result<(String, String), StoreError> {
    let value = FactRecord::serialize(fact, serde_json::value::Serializer).map_err(|_| WHAT)?;
    let Value::Object(mut record) = value else { return Err(WHAT) };
    let Some(Value::String(kind)) = record.remove("kind") else { return Err(WHAT) };
    // A fact without fields is an empty object, so that every payload is one.
    let fields = record.remove("fields").unwrap_or_else(|| Value::Object(Map::new()));
    Ok((kind, fields.to_string()))
}

/// The fact of a name and a payload.
pub(super) fn read(kind: &str, payload: &str) -> Result<Fact, StoreError> {
    let fields: Map<String, Value> = serde_json::from_str(payload).map_err(|_| WHAT)?;
    let mut record = Map::new();
    record.insert("kind".to_owned(), Value::String(kind.to_owned()));
    if !fields.is_empty() {
        record.insert("fields".to_owned(), Value::Object(fields));
    }
    FactRecord::deserialize(Value::Object(record)).map_err(|_| WHAT)
}

#[cfg(test)]
mod tests;
