//! Why a decision is as it is: the rule's number and the evidence, in one plain sentence each.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::calendar::RecipientZone;
use super::draft::DraftKind;
use super::event::{ClosedReason, MissingFact, WithdrawnReason};

/// One step of the arithmetic behind a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    TheirWord { reading: String, sentence: String, said_on: NaiveDate, not_before: NaiveDate },
    Grace { business_days: u32, after: NaiveDate, day: NaiveDate },
    NoPromise { clock_from: NaiveDate, after_interview: bool, days: u32, day: NaiveDate },
    SecondAttempt { first_sent: NaiveDate, days: u32, day: NaiveDate },
    WeekNotOver { last_contact: NaiveDate, day: NaiveDate },
    Away { returns_on: Option<NaiveDate>, day: NaiveDate },
    Window { day: NaiveDate, opens: DateTime<Utc>, closes: DateTime<Utc>, zone: RecipientZone },
    NoWindow,
    AskedFor { day: NaiveDate },
    YourTurn { since: NaiveDate },
    InterviewAhead { on: NaiveDate },
    NoInterview,
    Resting { since: NaiveDate },
    TwoAttempts { last_sent: NaiveDate, days: u32, closes: NaiveDate },
    Answered,
    Outdated(WithdrawnReason),
    Waiting { asked_on: NaiveDate, lapses: NaiveDate },
    Lapsed { valid_hours: u32 },
    Reminder { after_hours: u32 },
    Approved { kind: DraftKind, granted: NaiveDate },
    UndoWindow { until: DateTime<Utc> },
    Deferred { tries: u32, again: DateTime<Utc> },
    GivenUp { tries: u32 },
    Quota { until: DateTime<Utc> },
    Paused { until: Option<NaiveDate> },
    FirstRun { due: NaiveDate },
    Missing(MissingFact),
    Bounced,
    InDoubt,
    SilentForLong { since: NaiveDate, days: u32 },
    Closed(ClosedReason),
}

impl Reason {
    /// The rule of the etiquette, or `-` where a reason is no rule.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::TheirWord { .. } => "E01",
            Self::Grace { .. } => "E02",
            Self::NoPromise { .. } => "E04",
            Self::YourTurn { .. } => "E05",
            Self::SecondAttempt { .. } => "E07",
            Self::TwoAttempts { .. } => "E08",
            Self::WeekNotOver { .. } => "E09",
            Self::Window { .. } | Self::NoWindow => "E11",
            Self::Away { .. } => "E12",
            Self::Waiting { .. }
            | Self::Lapsed { .. }
            | Self::Reminder { .. }
            | Self::Resting { .. } => "E13",
            Self::Missing(_) => "E17",
            Self::Approved { .. } | Self::UndoWindow { .. } => "E20",
            Self::Answered => "E21",
            Self::Closed(_) => "E22",
            Self::Outdated(WithdrawnReason::WroteByHand) => "E23",
            Self::Outdated(_) => "E21",
            Self::Bounced => "E24",
            Self::SilentForLong { .. } => "E25",
            Self::AskedFor { .. }
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

/// A day as a person reads it: `Fri 4 Dec 2026`.
#[must_use]
pub fn plain_day(day: NaiveDate) -> String {
    format!("{} {} {} {}", day.format("%a"), day.day(), day.format("%b"), day.year())
}

fn times(tries: u32) -> String {
    if tries == 1 { "one try".to_owned() } else { format!("{tries} tries") }
}

impl fmt::Display for Reason {
    #[expect(clippy::too_many_lines, reason = "one sentence for every reason there is")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TheirWord { reading, said_on, not_before, .. } => write!(
                f,
                "Their word of {}: \"{reading}\", read as {}.",
                plain_day(*said_on),
                plain_day(*not_before)
            ),
            Self::Grace { business_days, after, day } => write!(
                f,
                "Business day number {business_days} after {}: {}.",
                plain_day(*after),
                plain_day(*day)
            ),
            Self::NoPromise { clock_from, after_interview, days, day } => {
                let what = if *after_interview { "the interview" } else { "the last message" };
                write!(
                    f,
                    "No date was promised. {days} days after {what} of {}: {}.",
                    plain_day(*clock_from),
                    plain_day(*day)
                )
            }
            Self::SecondAttempt { first_sent, days, day } => write!(
                f,
                "The first message went out on {}. {days} silent days later: {}.",
                plain_day(*first_sent),
                plain_day(*day)
            ),
            Self::WeekNotOver { last_contact, day } => write!(
                f,
                "At most one message a week: the last one was on {}, so not before {}.",
                plain_day(*last_contact),
                plain_day(*day)
            ),
            Self::Away { returns_on: Some(back), day } => write!(
                f,
                "They are out of office until {}; so not before {}.",
                plain_day(*back),
                plain_day(*day)
            ),
            Self::Away { returns_on: None, day } => write!(
                f,
                "They are out of office without a date; so not before {}.",
                plain_day(*day)
            ),
            Self::Window { day, opens, closes, zone } => write!(
                f,
                "First allowed day: {}, between {} and {} there ({}).",
                plain_day(*day),
                zone.local(*opens).format("%H:%M"),
                zone.local(*closes).format("%H:%M"),
                zone.label()
            ),
            Self::NoWindow => f.write_str("The settings leave no day on which a message may go."),
            Self::AskedFor { day } => {
                write!(f, "You asked to be reminded on {}.", plain_day(*day))
            }
            Self::YourTurn { since } => write!(
                f,
                "It has been your turn since {}; the clock for them stands still.",
                plain_day(*since)
            ),
            Self::InterviewAhead { on } => {
                write!(f, "An interview is coming up on {}.", plain_day(*on))
            }
            Self::NoInterview => {
                f.write_str("No interview has been held; applications alone are not followed up.")
            }
            Self::Resting { since } => write!(
                f,
                "The last draft was let go on {}; a new one is made when you ask for it.",
                plain_day(*since)
            ),
            Self::TwoAttempts { last_sent, days, closes } => write!(
                f,
                "Two messages are the most. The second went out on {}; after {days} silent days, on {}, this is closed.",
                plain_day(*last_sent),
                plain_day(*closes)
            ),
            Self::Answered => f.write_str("They answered."),
            Self::Outdated(reason) => f.write_str(match reason {
                WithdrawnReason::Answered => "They answered after the draft was written.",
                WithdrawnReason::WroteByHand => "You wrote to them yourself.",
                WithdrawnReason::PlanChanged => "Something the draft rests on has changed.",
                WithdrawnReason::ByUser => "You withdrew the draft.",
                WithdrawnReason::SomethingNew => "Something new came that I have not understood.",
                WithdrawnReason::Closed => "The application was closed.",
            }),
            Self::Waiting { asked_on, lapses } => write!(
                f,
                "You were asked on {}; without an answer this lapses on {}.",
                plain_day(*asked_on),
                plain_day(*lapses)
            ),
            Self::Lapsed { valid_hours } => {
                write!(f, "No answer for {} days: the draft is let go.", valid_hours / 24)
            }
            Self::Reminder { after_hours } => {
                write!(f, "No answer for {after_hours} hours: I ask once more.")
            }
            Self::Approved { kind, granted } => {
                write!(f, "You approved the {kind} on {}.", plain_day(*granted))
            }
            Self::UndoWindow { until } => {
                write!(f, "It can be cancelled until {} UTC.", until.format("%H:%M"))
            }
            Self::Deferred { tries, again } => write!(
                f,
                "The mail server did not take it ({}); I try again at {} UTC.",
                times(*tries),
                again.format("%H:%M")
            ),
            Self::GivenUp { tries } => write!(
                f,
                "The mail server did not take it within two days ({}); the approval is over.",
                times(*tries)
            ),
            Self::Quota { until } => write!(
                f,
                "Your provider takes no more mail for now; nothing goes out before {} {} UTC.",
                plain_day(until.date_naive()),
                until.format("%H:%M")
            ),
            Self::Paused { until: Some(until) } => {
                write!(f, "Everything is paused until {}.", plain_day(*until))
            }
            Self::Paused { until: None } => f.write_str("Everything is paused."),
            Self::FirstRun { due } => write!(
                f,
                "This was due on {}, before I began to watch; nothing is asked until you pick it.",
                plain_day(*due)
            ),
            Self::Missing(what) => f.write_str(match what {
                MissingFact::Name => "I do not know the first name of the person to write to.",
                MissingFact::Position => "I do not know the position.",
                MissingFact::Address => "I do not know an address that somebody reads.",
                MissingFact::ReturnDate => "I do not know when they are back.",
                MissingFact::WhetherSent => "I do not know whether the message left.",
            }),
            Self::Bounced => f.write_str("The address does not work; another one is needed."),
            Self::InDoubt => f.write_str("A message may or may not have left; it counts as sent."),
            Self::SilentForLong { since, days } => write!(
                f,
                "Silent since {}, more than {days} days: closed as history.",
                plain_day(*since)
            ),
            Self::Closed(reason) => f.write_str(match reason {
                ClosedReason::MovedOn => {
                    "Closed: two messages, no answer. You have done your part."
                }
                ClosedReason::Rejected => "Closed: they decided against it.",
                ClosedReason::Withdrawn => "Closed: you withdrew.",
                ClosedReason::Filled => "Closed: the position is filled.",
                ClosedReason::AcceptedElsewhere => "Closed: you accepted another offer.",
                ClosedReason::Accepted => "You took their offer. Congratulations.",
                ClosedReason::DoNotContact => "Closed for good: they asked not to be contacted.",
                ClosedReason::History => "Closed as history.",
                ClosedReason::ByUser => "Closed by you.",
            }),
        }
    }
}
