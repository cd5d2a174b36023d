//! The proof of a search: every contact between two days, with what came of it. Pure rows; how
//! they are worded and which columns are shown is up to a form.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::event::{Channel, ClosedReason, Event, Fact, Source};
use super::follow_up::{FollowUp, retracted};
use super::message::{AutomaticClass, Kind};

/// One contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub day: NaiveDate,
    pub employer: String,
    pub position: String,
    pub contact: Contact,
    /// Name and address, as far as they are known.
    pub person: String,
    pub came: Came,
}

/// What kind of contact it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    Application,
    Interview,
    /// The user, or the service for the user, got in touch.
    Mine(Channel),
    /// They did.
    Theirs(Channel),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// What they said, and when: to a contact of mine, or in their own.
    Said {
        kind: Kind,
        on: NaiveDate,
    },
    Closed {
        reason: ClosedReason,
        on: NaiveDate,
    },
    NothingYet,
}

/// A column of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Date,
    Employer,
    Position,
    Contact,
    Person,
    Result,
}

impl Column {
    pub const ALL: [Self; 6] =
        [Self::Date, Self::Employer, Self::Position, Self::Contact, Self::Person, Self::Result];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Employer => "employer",
            Self::Position => "position",
            Self::Contact => "contact",
            Self::Person => "person",
            Self::Result => "result",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == text)
    }
}

/// Whose habits the words, the dates and the order of the columns follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// The list a German employment agency asks for.
    Bewerbungsnachweis,
    /// The weekly log of work search in the United States.
    UsWorkSearch,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Bewerbungsnachweis, Self::UsWorkSearch];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Bewerbungsnachweis => "bewerbungsnachweis",
            Self::UsWorkSearch => "us-work-search",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == text)
    }

    /// The columns where none are chosen.
    #[must_use]
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Plain | Self::Bewerbungsnachweis => Column::ALL.to_vec(),
            Self::UsWorkSearch => vec![
                Column::Date,
                Column::Employer,
                Column::Person,
                Column::Contact,
                Column::Position,
                Column::Result,
            ],
        }
    }
}

/// The contacts of one application, in the order of the ledger. `now` tells interviews that took
/// place from those that are ahead, which are no contact yet.
#[must_use]
pub fn entries(
    employer: &str,
    follow_up: &FollowUp,
    events: &[Event],
    zone: Tz,
    now: DateTime<Utc>,
) -> Vec<Entry> {
    let gone = retracted(events.iter());
    let events: Vec<&Event> = events.iter().filter(|event| !gone.contains(&event.id)).collect();
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let known = follow_up.contact.as_ref().map(ToString::to_string).unwrap_or_default();
    let entry = |at, contact, person: String, came| Entry {
        day: day(at),
        employer: employer.to_owned(),
        position: follow_up.position.clone().unwrap_or_default(),
        contact,
        person,
        came,
    };
    let mut found: Vec<Entry> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let came = || what_came(events.iter().skip(index + 1).copied(), &day);
        let made = match &event.fact {
            // What the service opened, it opened at a message: that is no application.
            Fact::ApplicationRecorded { .. } if event.source != Source::Service => {
                (Contact::Application, known.clone(), came())
            }
            Fact::AutomaticReceived { class: AutomaticClass::Receipt, .. } if found.is_empty() => {
                (Contact::Application, known.clone(), came())
            }
            Fact::MessageSent { to, .. } | Fact::UserWrote { to, .. } => {
                (Contact::Mine(Channel::Mail), to.to_string(), came())
            }
            Fact::Touched { channel, .. } => (Contact::Mine(*channel), known.clone(), came()),
            Fact::EmployerReplied { from, kind, weak: false, .. } => {
                let said = Came::Said { kind: *kind, on: day(event.at) };
                (Contact::Theirs(Channel::Mail), from.to_string(), said)
            }
            Fact::HeardBack { channel, .. } => {
                let said = Came::Said { kind: Kind::Other, on: day(event.at) };
                (Contact::Theirs(*channel), known.clone(), said)
            }
            _ => continue,
        };
        let (contact, person, came) = made;
        found.push(entry(event.at, contact, person, came));
    }
    let held = follow_up.interviews.values().filter(|it| !it.cancelled && it.ends_at <= now);
    for interview in held {
        let after = events.iter().copied().filter(|event| event.at > interview.ends_at);
        let came = what_came(after, &day);
        let met = if follow_up.met.is_empty() { known.clone() } else { follow_up.met.join(", ") };
        found.push(entry(interview.starts_at, Contact::Interview, met, came));
    }
    found.sort_by_key(|it| it.day);
    found
}

/// Their next word, else the end it came to, else nothing yet. What was opened again has no end.
fn what_came<'a>(
    after: impl Iterator<Item = &'a Event>,
    day: &impl Fn(DateTime<Utc>) -> NaiveDate,
) -> Came {
    let mut closed = None;
    for event in after {
        match &event.fact {
            Fact::EmployerReplied { kind, weak: false, .. } => {
                return Came::Said { kind: *kind, on: day(event.at) };
            }
            Fact::HeardBack { .. } => {
                return Came::Said { kind: Kind::Other, on: day(event.at) };
            }
            Fact::Closed { reason } => {
                closed = Some(Came::Closed { reason: *reason, on: day(event.at) });
            }
            Fact::OfferAccepted => {
                closed = Some(Came::Closed { reason: ClosedReason::Accepted, on: day(event.at) });
            }
            Fact::Reopened => closed = None,
            _ => {}
        }
    }
    closed.unwrap_or(Came::NothingYet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ApplicationId, EventId, MessageKey};

    fn rows(facts: &[(Source, Fact)]) -> Vec<Entry> {
        let events: Vec<Event> = (1..)
            .zip(facts)
            .map(|(id, (source, fact))| Event {
                id: EventId(id),
                application: ApplicationId(1),
                at: format!("2026-12-{id:02}T10:00:00Z").parse().unwrap(),
                source: *source,
                fact: fact.clone(),
            })
            .collect();
        let state = FollowUp::replay(&events);
        let now = "2026-12-31T10:00:00Z".parse().unwrap();
        entries("Acme", &state, &events, Tz::UTC, now)
    }

    fn listed(facts: &[(Source, Fact)]) -> Vec<Contact> {
        rows(facts).iter().map(|it| it.contact).collect()
    }

    #[test]
    fn the_result_follows_the_last_state() {
        let recorded = Fact::ApplicationRecorded { position: None, contact: None };
        let closed = |reason| Fact::Closed { reason };
        let ended = |reason, on: &str| Came::Closed { reason, on: on.parse().unwrap() };
        let (mine, no) = (ClosedReason::ByUser, ClosedReason::Rejected);
        for (facts, expected) in [
            (vec![closed(mine)], ended(mine, "2026-12-02")),
            (vec![closed(mine), Fact::Reopened], Came::NothingYet),
            (vec![closed(mine), Fact::Reopened, closed(no)], ended(no, "2026-12-04")),
            (vec![closed(mine), closed(no)], ended(no, "2026-12-03")),
            (vec![Fact::OfferAccepted], ended(ClosedReason::Accepted, "2026-12-02")),
        ] {
            let told: Vec<(Source, Fact)> = std::iter::once(recorded.clone())
                .chain(facts)
                .map(|fact| (Source::CommandLine, fact))
                .collect();
            let came: Vec<Came> = rows(&told).iter().map(|it| it.came).collect();
            assert_eq!(came, [expected], "{told:?}");
        }
    }

    #[test]
    fn an_application_is_one_that_was_told_or_confirmed_and_never_one_that_was_only_opened() {
        let recorded = Fact::ApplicationRecorded { position: None, contact: None };
        let message = Source::Message(MessageKey(1));
        let receipt = Fact::AutomaticReceived { class: AutomaticClass::Receipt, message_id: None };
        let opened = (Source::Service, recorded.clone());
        assert_eq!(listed(std::slice::from_ref(&opened)), []);
        assert_eq!(listed(&[(Source::CommandLine, recorded)]), [Contact::Application]);
        let confirmed = [opened, (message, receipt.clone()), (message, receipt)];
        assert_eq!(listed(&confirmed), [Contact::Application], "once");
    }

    #[test]
    fn forms_and_columns_are_read_back_as_they_are_written() {
        for form in Form::ALL {
            assert_eq!(Form::parse(form.as_str()), Some(form));
            let mut columns: Vec<_> = form.columns().iter().map(|it| it.as_str()).collect();
            columns.sort_unstable();
            assert_eq!(columns, ["contact", "date", "employer", "person", "position", "result"]);
        }
        for column in Column::ALL {
            assert_eq!(Column::parse(column.as_str()), Some(column));
        }
        assert_eq!(Form::parse("anything"), None);
    }
}
