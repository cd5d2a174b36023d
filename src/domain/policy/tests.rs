//! A life to decide about, written down event by event; the rules are tried in the files below, in
//! groups: the day, the number, the draft, their borders, and whole lives.

mod attempts;
mod border;
mod dates;
mod drafts;
mod ends;
mod properties;

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::address::{Address, Correspondent};
use crate::domain::event::{Event, Fact, NextStep, Source};
use crate::domain::ids::{ApplicationId, EventId, MessageId, PursuitId};
use crate::domain::message::{Kind, PromiseReading};

/// A life written down event by event.
struct Life {
    events: Vec<Event>,
    around: Surroundings,
    settings: Settings,
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn anna() -> Address {
    Address::parse("anna@acme.example").unwrap()
}

impl Life {
    /// An interview on Tuesday 24 November 2026, 14:00 to 15:00 in Berlin.
    fn after_interview() -> Self {
        Self::after_interview_from(None)
    }

    /// The same, invited by somebody so many seconds east of Greenwich.
    fn after_interview_from(offset: Option<i32>) -> Self {
        let mut life = Self {
            events: Vec::new(),
            around: Surroundings {
                last_contact: None,
                paused: None,
                quota_until: None,
                watching_since: utc("2026-11-01T00:00:00Z"),
                region: Region::parse("DE-BE"),
                offer: None,
                accepted_elsewhere: None,
            },
            settings: Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() },
        };
        let contact = Correspondent { name: Some("Anna Schmidt".to_owned()), address: anna() };
        life.add(
            "2026-11-20T09:00:00Z",
            Fact::ApplicationRecorded {
                position: Some("Data Engineer".to_owned()),
                contact: Some(contact),
            },
        );
        life.add(
            "2026-11-20T09:00:00Z",
            Fact::InterviewScheduled {
                key: "uid-1".to_owned(),
                sequence: 0,
                starts_at: utc("2026-11-24T13:00:00Z"),
                ends_at: utc("2026-11-24T14:00:00Z"),
                offset,
                round: None,
                summary: String::new(),
                message_id: None,
            },
        );
        life
    }

    fn add(&mut self, at: &str, fact: Fact) {
        self.add_at(utc(at), fact);
    }

    fn add_at(&mut self, at: DateTime<Utc>, fact: Fact) {
        let id = EventId(i64::try_from(self.events.len()).unwrap() + 1);
        let contact = matches!(fact, Fact::UserWrote { .. } | Fact::MessageSent { .. });
        if contact {
            self.around.last_contact = self.around.last_contact.max(Some(at));
        }
        let source = Source::Service;
        self.events.push(Event { id, application: ApplicationId(1), at, source, fact });
    }

    fn replied(&mut self, at: &str, next_step: NextStep) {
        self.add(
            at,
            Fact::EmployerReplied {
                from: anna(),
                kind: Kind::Other,
                next_step,
                message_id: None,
                weak: false,
                offset: None,
            },
        );
    }

    fn promised(&mut self, at: &str, day: &str) {
        self.replied(at, NextStep::Theirs);
        let promise = PromiseReading {
            not_before: day.parse().ok(),
            reading: day.to_owned(),
            sentence: String::new(),
            vague: false,
        };
        self.add(at, Fact::PromiseGiven { promise, said_in: None });
    }

    fn prepared(&mut self, at: &str, id: i64, number: AttemptNumber) {
        let send_at = utc(at);
        self.add(
            at,
            Fact::DraftPrepared {
                draft: DraftId(id),
                pursuit: PursuitId(1),
                kind: DraftKind::Attempt(number),
                version: 1,
                to: anna(),
                subject: String::new(),
                send_at,
            },
        );
        let message_id = MessageId::parse("request@example.com").unwrap();
        self.add(at, Fact::ApprovalRequested { draft: DraftId(id), message_id });
    }

    fn sent(&mut self, at: &str, id: i64, number: AttemptNumber) {
        self.prepared(at, id, number);
        self.add(
            at,
            Fact::MessageSent {
                draft: DraftId(id),
                kind: DraftKind::Attempt(number),
                to: anna(),
                message_id: MessageId::parse(&format!("d{id}@example.com")).unwrap(),
            },
        );
    }

    fn state(&self) -> FollowUp {
        FollowUp::replay(&self.events)
    }

    fn decide(&self, now: &str) -> Decision {
        decide(&self.state(), &self.around, &self.settings, utc(now))
    }

    fn action(&self, now: &str) -> Action {
        self.decide(now).action
    }

    fn prepares(&self, now: &str) -> Option<AttemptNumber> {
        match self.action(now) {
            Action::Prepare { kind, .. } => kind.number(),
            _ => None,
        }
    }
}
