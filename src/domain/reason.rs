//! Why a decision is as it is: the rule's number and the evidence, in one plain sentence each.

mod sentence;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::calendar::{Place, RecipientZone, Slot};
use super::draft::DraftKind;
use super::event::{ClosedReason, MissingFact, WithdrawnReason};
use super::holidays::Region;

pub use sentence::plain_day;

/// One step of the arithmetic behind a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    TheirWord {
        reading: String,
        sentence: String,
        said_on: NaiveDate,
        not_before: NaiveDate,
    },
    Grace {
        business_days: u32,
        after: NaiveDate,
        day: NaiveDate,
        /// Weekdays in between on which nobody works there.
        days_off: Vec<NaiveDate>,
        region: Option<Region>,
    },
    NoPromise {
        clock_from: NaiveDate,
        after_interview: bool,
        days: u32,
        day: NaiveDate,
    },
    SecondAttempt {
        first_sent: NaiveDate,
        days: u32,
        day: NaiveDate,
    },
    WeekNotOver {
        last_contact: NaiveDate,
        day: NaiveDate,
    },
    Away {
        returns_on: Option<NaiveDate>,
        day: NaiveDate,
    },
    Window {
        day: NaiveDate,
        opens: DateTime<Utc>,
        closes: DateTime<Utc>,
        zone: RecipientZone,
    },
    NoWindow,
    CallInstead,
    OnHold {
        since: NaiveDate,
    },
    CompetingOffer {
        expires_on: NaiveDate,
        their_word: Option<NaiveDate>,
    },
    AcceptedElsewhere {
        on: NaiveDate,
    },
    Thanks {
        on: NaiveDate,
    },
    AskedFor {
        day: NaiveDate,
    },
    YourTurn {
        since: NaiveDate,
    },
    InterviewAhead {
        on: NaiveDate,
    },
    NoInterview,
    Resting {
        since: NaiveDate,
    },
    TwoAttempts {
        last_sent: NaiveDate,
        days: u32,
        closes: NaiveDate,
    },
    Outdated(WithdrawnReason),
    Waiting {
        asked_on: NaiveDate,
        lapses: NaiveDate,
    },
    Lapsed {
        days: i64,
    },
    Reminder {
        after_hours: u32,
    },
    Approved {
        kind: DraftKind,
        granted: NaiveDate,
    },
    Deferred {
        tries: u32,
        /// The user's time.
        again: NaiveDateTime,
    },
    GivenUp {
        tries: u32,
    },
    Quota {
        /// The user's time.
        until: NaiveDateTime,
    },
    Paused {
        until: Option<NaiveDate>,
    },
    FirstRun {
        due: NaiveDate,
    },
    Missing(MissingFact),
    Bounced,
    InDoubt,
    SilentForLong {
        since: NaiveDate,
        days: u32,
    },
    Closed(ClosedReason),
}

impl Reason {
    /// The hours of one day at the recipient's.
    #[must_use]
    pub fn window(slot: Slot, place: Place) -> Self {
        let Slot { day, opens, closes, .. } = slot;
        Self::Window { day, opens, closes, zone: place.zone }
    }

    /// The rule of the etiquette, or `-` where a reason is no rule.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TheirWord { .. } => "E01",
            Self::Grace { .. } => "E02",
            Self::NoPromise { .. } => "E04",
            Self::YourTurn { .. } => "E05",
            Self::SecondAttempt { .. } => "E07",
            Self::TwoAttempts { .. } | Self::Closed(ClosedReason::MovedOn) => "E08",
            Self::WeekNotOver { .. } => "E09",
            Self::CallInstead => "E10",
            Self::Window { .. } | Self::NoWindow => "E11",
            Self::Away { .. } => "E12",
            Self::Waiting { .. }
            | Self::Lapsed { .. }
            | Self::Reminder { .. }
            | Self::Resting { .. } => "E13",
            Self::Missing(_) => "E17",
            Self::Approved { .. } => "E20",
            Self::SilentForLong { .. } | Self::Closed(ClosedReason::History) => "E25",
            Self::Closed(_) | Self::AcceptedElsewhere { .. } => "E22",
            Self::CompetingOffer { .. } => "E26",
            Self::Thanks { .. } => "E30",
            Self::Outdated(WithdrawnReason::WroteByHand) => "E23",
            Self::Outdated(_) => "E21",
            Self::Bounced => "E24",
            Self::AskedFor { .. }
            | Self::OnHold { .. }
            | Self::InterviewAhead { .. }
            | Self::NoInterview
            | Self::Paused { .. }
            | Self::FirstRun { .. }
            | Self::Deferred { .. }
            | Self::GivenUp { .. }
            | Self::Quota { .. }
            | Self::InDoubt => "-",
        }
    }
}

#[cfg(test)]
mod tests;
