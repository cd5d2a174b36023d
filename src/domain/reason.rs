//! Why a decision is as it is: the rule's number and the evidence, in one plain sentence each.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::calendar::{Place, RecipientZone, Slot};
use super::draft::DraftKind;
use super::event::{ClosedReason, MissingFact, WithdrawnReason};
use super::holidays::Region;

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
    Answered,
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
    UndoWindow {
        until: DateTime<Utc>,
    },
    Deferred {
        tries: u32,
        again: DateTime<Utc>,
    },
    GivenUp {
        tries: u32,
    },
    Quota {
        until: DateTime<Utc>,
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
            Self::TwoAttempts { .. } => "E08",
            Self::WeekNotOver { .. } => "E09",
            Self::CallInstead => "E10",
            Self::Window { .. } | Self::NoWindow => "E11",
            Self::Away { .. } => "E12",
            Self::Waiting { .. }
            | Self::Lapsed { .. }
            | Self::Reminder { .. }
            | Self::Resting { .. } => "E13",
            Self::Missing(_) => "E17",
            Self::Approved { .. } | Self::UndoWindow { .. } => "E20",
            Self::Answered => "E21",
            Self::Closed(_) | Self::AcceptedElsewhere { .. } => "E22",
            Self::CompetingOffer { .. } => "E26",
            Self::Thanks { .. } => "E30",
            Self::Outdated(WithdrawnReason::WroteByHand) => "E23",
            Self::Outdated(_) => "E21",
            Self::Bounced => "E24",
            Self::SilentForLong { .. } => "E25",
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

/// A day as a person reads it: `Fri 4 Dec 2026`.
#[must_use]
pub fn plain_day(day: NaiveDate) -> String {
    format!("{} {} {} {}", day.format("%a"), day.day(), day.format("%b"), day.year())
}

fn times(tries: u32) -> String {
    if tries == 1 { "one try".to_owned() } else { format!("{tries} tries") }
}

/// The same without the year: `Fri 4 Dec`.
fn short_day(day: NaiveDate) -> String {
    format!("{} {} {}", day.format("%a"), day.day(), day.format("%b"))
}

fn ordinal(count: u32) -> String {
    const WORDS: [&str; 10] = [
        "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth",
        "Tenth",
    ];
    let index = usize::try_from(count).unwrap_or(usize::MAX).wrapping_sub(1);
    WORDS.get(index).map_or_else(|| format!("{count}th"), |word| (*word).to_owned())
}

/// Which holidays were counted out.
fn holidays(days_off: &[NaiveDate], region: Option<Region>) -> String {
    let days: Vec<String> = days_off.iter().copied().map(short_day).collect();
    match (days.as_slice(), region) {
        ([], Some(region)) => format!("no holiday in {region}"),
        ([], None) => "without weekends; I do not know their holidays".to_owned(),
        (days, Some(region)) => format!("{} off in {region}", days.join(", ")),
        (days, None) => format!("{} off", days.join(", ")),
    }
}

/// How many days the first lies after the second.
fn compared(word: NaiveDate, expiry: NaiveDate) -> String {
    match (word - expiry).num_days() {
        0 => "the same day".to_owned(),
        1 => "one day later".to_owned(),
        -1 => "one day earlier".to_owned(),
        late if late > 0 => format!("{late} days later"),
        early => format!("{} days earlier", -early),
    }
}

impl fmt::Display for Reason {
    #[expect(clippy::too_many_lines, reason = "one sentence for every reason there is")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TheirWord { reading, said_on, not_before, .. } => write!(
                f,
                "Their word of {}: \"{reading}\", read as {}.",
                short_day(*said_on),
                short_day(*not_before)
            ),
            Self::Grace { business_days, day, days_off, region, .. } => write!(
                f,
                "{} business day after it: {} ({}).",
                ordinal(*business_days),
                short_day(*day),
                holidays(days_off, *region)
            ),
            Self::NoPromise { clock_from, after_interview, days, day } => {
                let what = if *after_interview { "the interview" } else { "the last message" };
                write!(
                    f,
                    "They named no day. {days} days after {what} of {}: {}.",
                    short_day(*clock_from),
                    short_day(*day)
                )
            }
            Self::SecondAttempt { first_sent, days, day } => write!(
                f,
                "The first message went out on {}. {days} silent days later: {}.",
                short_day(*first_sent),
                short_day(*day)
            ),
            Self::WeekNotOver { last_contact, day } => write!(
                f,
                "At most one message a week: the last one was on {}, so not before {}.",
                short_day(*last_contact),
                short_day(*day)
            ),
            Self::Away { returns_on: Some(back), day } => write!(
                f,
                "They are out of office until {}; so not before {}.",
                short_day(*back),
                short_day(*day)
            ),
            Self::Away { returns_on: None, day } => write!(
                f,
                "They are out of office without a date; so not before {}.",
                short_day(*day)
            ),
            Self::Window { day, opens, closes, zone } => write!(
                f,
                "Window {}–{} there ({}): {}.",
                zone.local(*opens).format("%H:%M"),
                zone.local(*closes).format("%H:%M"),
                zone.label(),
                short_day(*day)
            ),
            Self::NoWindow => f.write_str("The settings leave no day on which a message may go."),
            Self::CallInstead => {
                f.write_str("They asked for a call, so I write no mail; the call is yours.")
            }
            Self::OnHold { since } => write!(
                f,
                "They put it on hold on {}; I wait for their next word.",
                short_day(*since)
            ),
            Self::CompetingOffer { expires_on, their_word: Some(their_word) } => write!(
                f,
                "Your offer expires on {}; their word is {}, {}.",
                short_day(*expires_on),
                short_day(*their_word),
                compared(*their_word, *expires_on)
            ),
            Self::CompetingOffer { expires_on, their_word: None } => {
                write!(f, "Your offer expires on {}; they named no day.", short_day(*expires_on))
            }
            Self::AcceptedElsewhere { on } => {
                write!(f, "You accepted another offer on {}.", short_day(*on))
            }
            Self::Thanks { on } => {
                write!(f, "The interview was on {}; thanks are in time for a day.", short_day(*on))
            }
            Self::AskedFor { day } => {
                write!(f, "You asked to be reminded on {}.", short_day(*day))
            }
            Self::YourTurn { since } => write!(
                f,
                "It has been your turn since {}; the clock for them stands still.",
                short_day(*since)
            ),
            Self::InterviewAhead { on } => {
                write!(f, "An interview is coming up on {}.", short_day(*on))
            }
            Self::NoInterview => {
                f.write_str("No interview has been held; applications alone are not followed up.")
            }
            Self::Resting { since } => write!(
                f,
                "The last draft was let go on {}; a new one is made when you ask for it.",
                short_day(*since)
            ),
            Self::TwoAttempts { last_sent, days, closes } => write!(
                f,
                "Two messages are the most. The second went out on {}; after {days} silent days, on {}, this is closed.",
                short_day(*last_sent),
                short_day(*closes)
            ),
            Self::Answered => f.write_str("They answered."),
            Self::Outdated(reason) => f.write_str(match reason {
                WithdrawnReason::Answered => "They answered after the draft was written.",
                WithdrawnReason::WroteByHand => "You wrote to them yourself.",
                WithdrawnReason::PlanChanged => "Something the draft rests on has changed.",
                WithdrawnReason::ByUser => "You withdrew the draft.",
                WithdrawnReason::SomethingNew => "Something new came that I have not understood.",
                WithdrawnReason::Closed => "The application was closed.",
                WithdrawnReason::Paused => {
                    "The pause was longer than the draft was valid; another one comes after it."
                }
            }),
            Self::Waiting { asked_on, lapses } => write!(
                f,
                "You were asked on {}; without an answer this lapses on {}.",
                short_day(*asked_on),
                short_day(*lapses)
            ),
            Self::Lapsed { days } => {
                write!(f, "No answer for {days} days: the draft is let go.")
            }
            Self::Reminder { after_hours } => {
                write!(f, "No answer for {after_hours} hours: I ask once more.")
            }
            Self::Approved { kind, granted } => {
                write!(f, "You approved the {kind} on {}.", short_day(*granted))
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
                write!(f, "Everything is paused until {}.", short_day(*until))
            }
            Self::Paused { until: None } => f.write_str("Everything is paused."),
            Self::FirstRun { due } => write!(
                f,
                "This was due on {}, before I began to watch; nothing is asked until you pick it.",
                short_day(*due)
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
                short_day(*since)
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
