//! The life of one application as dated steps, for pictures, reports and the calendar.
//!
//! Nothing is decided here, and nothing about the present is in it but what `now` says: what is
//! ahead is told from what was. Days are days of the user.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::draft::AttemptNumber;
use super::event::{ClosedReason, Event};
use super::follow_up::FollowUp;
use super::kept_word::{KeptWord, kept_words};
use super::message::Kind;

/// One application, told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub employer: String,
    /// Empty if it is not known.
    pub position: String,
    pub stage: Stage,
    /// Oldest first.
    pub steps: Vec<Dated>,
    pub words: Vec<KeptWord>,
    /// Whole days from each message of ours, or the user's, to their next answer.
    pub answer_days: Vec<i64>,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Applied,
    InterviewAhead,
    Waiting,
    YourTurn,
    Offer,
    Closed,
}

impl Stage {
    /// Those that are open, in their order.
    pub const OPEN: [Self; 5] =
        [Self::Applied, Self::InterviewAhead, Self::Waiting, Self::YourTurn, Self::Offer];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    pub day: NaiveDate,
    pub step: Step,
}

/// What happened, or is to happen. What falls on one day is told in the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Recorded,
    /// The last day of what they promised.
    PromisedFor,
    Interview,
    /// Asked how it stands; `None` if it was more than the second.
    Asked(Option<AttemptNumber>),
    Answer,
    Offer,
    Rejection,
    Closed,
}

/// Tells one application.
#[must_use]
pub fn story(
    employer: &str,
    follow_up: &FollowUp,
    events: &[Event],
    zone: Tz,
    now: DateTime<Utc>,
) -> Story {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let dated = |at: DateTime<Utc>, step: Step| Dated { day: day(at), step };
    let words = kept_words(events, zone, now);
    let mut steps: Vec<Dated> =
        follow_up.recorded_at.iter().map(|at| dated(*at, Step::Recorded)).collect();
    let held = follow_up.interviews.values().filter(|it| !it.cancelled);
    steps.extend(held.map(|it| dated(it.starts_at, Step::Interview)));
    steps.extend(words.iter().map(|word| Dated { day: word.by, step: Step::PromisedFor }));
    let asked = follow_up.attempts.iter().filter(|it| !it.in_doubt);
    steps.extend(asked.map(|it| dated(it.sent_at, Step::Asked(it.number))));
    let answers = follow_up.answers.iter().filter(|it| !it.weak);
    steps.extend(answers.map(|it| dated(it.at, answer_step(it.kind))));
    let ended = follow_up.closed.iter().filter(|(_, reason)| *reason != ClosedReason::Rejected);
    steps.extend(ended.map(|(at, _)| dated(*at, Step::Closed)));
    steps.sort();
    steps.dedup();
    Story {
        employer: employer.to_owned(),
        position: follow_up.position.clone().unwrap_or_default(),
        stage: stage(follow_up, now),
        steps,
        words,
        answer_days: answer_days(follow_up),
    }
}

fn answer_step(kind: Kind) -> Step {
    match kind {
        Kind::Rejection => Step::Rejection,
        Kind::Offer => Step::Offer,
        Kind::Receipt
        | Kind::Interview
        | Kind::Assessment
        | Kind::Question
        | Kind::Status
        | Kind::Outreach
        | Kind::Alert
        | Kind::Other => Step::Answer,
    }
}

fn stage(state: &FollowUp, now: DateTime<Utc>) -> Stage {
    if state.closed.is_some() {
        Stage::Closed
    } else if state.offer {
        Stage::Offer
    } else if state.my_turn_since.is_some() {
        Stage::YourTurn
    } else if state.coming_interview(now).is_some() {
        Stage::InterviewAhead
    } else if state.pursuit(now).is_some() {
        Stage::Waiting
    } else {
        Stage::Applied
    }
}

fn answer_days(state: &FollowUp) -> Vec<i64> {
    let sent = state.attempts.iter().filter(|attempt| !attempt.in_doubt);
    sent.filter_map(|attempt| {
        let mut answers = state.answers.iter().filter(|answer| !answer.weak);
        let answer = answers.find(|answer| answer.at > attempt.sent_at)?;
        Some((answer.at - attempt.sent_at).num_days())
    })
    .collect()
}

/// The middle of some numbers of days; of an even count the upper one of both.
#[must_use]
pub fn median(mut days: Vec<i64>) -> Option<i64> {
    days.sort_unstable();
    days.get(days.len() / 2).copied()
}
