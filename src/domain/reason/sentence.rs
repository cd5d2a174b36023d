//! The one sentence of each reason, for a person who waits for an answer. Days and hours are those
//! that the reason has; nothing is worked out here.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};

use super::Reason;
use crate::domain::event::{ClosedReason, MissingFact, WithdrawnReason};
use crate::domain::holidays::Region;

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
            // Its words were removed by age.
            Self::TheirWord { reading, said_on, not_before, .. } if reading.is_empty() => write!(
                f,
                "Their word of {}, read as {}.",
                short_day(*said_on),
                short_day(*not_before)
            ),
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
                    "They named no day, so I count {days} days from {what} of {}: {}.",
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
                "They are out of office and back on {}; so not before {}.",
                short_day(*back),
                short_day(*day)
            ),
            Self::Away { returns_on: None, day } => write!(
                f,
                "They are out of office and did not say until when; so not before {}.",
                short_day(*day)
            ),
            Self::Window { day, opens, closes, zone } => write!(
                f,
                "Mail to them goes out between {} and {} there ({}): {}.",
                zone.local(*opens).format("%H:%M"),
                zone.local(*closes).format("%H:%M"),
                zone.label(),
                short_day(*day)
            ),
            Self::NoWindow => f.write_str("Your settings leave no day on which a message may go."),
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
                "It has been your turn since {}; until you have answered, I plan no message.",
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
                "The last draft was let go on {}; I write a new one when you ask for it.",
                short_day(*since)
            ),
            Self::TwoAttempts { last_sent, days, closes } => write!(
                f,
                "Two messages are the most. The second went out on {}; after {days} silent days, on {}, this is closed.",
                short_day(*last_sent),
                short_day(*closes)
            ),
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
                "You were asked on {}; without an answer from you it is let go on {}.",
                short_day(*asked_on),
                short_day(*lapses)
            ),
            Self::Lapsed { days } => {
                let waited = match *days {
                    ..1 => "less than a day".to_owned(),
                    1 => "a day".to_owned(),
                    days => format!("{days} days"),
                };
                write!(f, "The draft has waited for {waited}: it is let go, and nothing was sent.")
            }
            Self::Reminder { after_hours } => {
                write!(f, "No answer from you for {after_hours} hours: I ask once more.")
            }
            Self::Approved { kind, granted } => {
                write!(f, "You approved the {kind} on {}.", short_day(*granted))
            }
            Self::Deferred { tries, again } => write!(
                f,
                "The mail server did not take it ({}); I try again at {}.",
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
                "Your provider takes no more mail for now; nothing goes out before {}, {}.",
                plain_day(until.date()),
                until.format("%H:%M")
            ),
            Self::Paused { until: Some(until) } => {
                write!(f, "Everything is paused until {}.", short_day(*until))
            }
            Self::Paused { until: None } => f.write_str("Everything is paused."),
            Self::FirstRun { due } => write!(
                f,
                "This was due on {}, before I began to watch; I write nothing until you ask for a draft.",
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
            Self::InDoubt => f.write_str(
                "I do not know whether the message left; it counts as sent and is not sent again.",
            ),
            Self::SilentForLong { since, days } => write!(
                f,
                "Nothing has happened since {}, for more than {days} days: it is closed. A late answer opens it again.",
                short_day(*since)
            ),
            Self::Closed(reason) => f.write_str(match reason {
                ClosedReason::MovedOn => {
                    "Closed: two messages, no answer. You have done your part. A late answer opens it again."
                }
                ClosedReason::Rejected => "Closed: they decided against it.",
                ClosedReason::Withdrawn => "Closed: you withdrew.",
                ClosedReason::Filled => "Closed: the position is filled.",
                ClosedReason::AcceptedElsewhere => "Closed: you accepted another offer.",
                ClosedReason::Accepted => "You took their offer. Congratulations.",
                ClosedReason::DoNotContact => "Closed for good: they asked not to be contacted.",
                ClosedReason::History => {
                    "Closed: nothing happened for a long time. A late answer opens it again."
                }
                ClosedReason::ByUser => "Closed by you.",
            }),
        }
    }
}
