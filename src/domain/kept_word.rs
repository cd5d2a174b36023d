//! The dates employers named, and what became of them: a plain account, not a reproach.
//!
//! A word is kept if a person at the employer said anything on that day or before, after they had
//! named it. The message that named the day is not an answer to itself. What came after what is
//! told by the order of the ledger.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::event::{ClosedReason, Event, Fact};
use super::follow_up::retracted;

/// One date that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWord {
    pub given_on: NaiveDate,
    /// `by Friday`
    pub words: String,
    pub by: NaiveDate,
    pub answered_on: Option<NaiveDate>,
    pub fate: Fate,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Late {
        days: i64,
    },
    /// The day is not over, and nothing came yet.
    Open,
    /// The day is over.
    NoAnswer,
}

/// How many of the dates that are over were kept.
#[must_use]
pub fn kept_of<'a>(words: impl IntoIterator<Item = &'a KeptWord>) -> (usize, usize) {
    words.into_iter().fold((0, 0), |(kept, all), word| match word.fate {
        Fate::Kept => (kept + 1, all + 1),
        Fate::Late { .. } | Fate::NoAnswer => (kept, all + 1),
        Fate::Open => (kept, all),
    })
}

/// The words of one application, oldest first. A matter that the user ended before the day has
/// none to keep; a word that the user told anew before an answer came is replaced, not broken.
#[must_use]
pub fn kept_words(events: &[Event], zone: Tz, now: DateTime<Utc>) -> Vec<KeptWord> {
    let gone = retracted(events.iter());
    let events: Vec<&Event> = events.iter().filter(|event| !gone.contains(&event.id)).collect();
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let today = day(now);
    let mut words: Vec<KeptWord> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let Fact::PromiseGiven { promise, said_in } = &event.fact else { continue };
        let Some(by) = promise.not_before else { continue };
        let after = || events.iter().skip(index + 1);
        let answer = after().find(|it| match &it.fact {
            Fact::EmployerReplied { weak, message_id, .. } => {
                !weak && (said_in.is_none() || message_id != said_in)
            }
            Fact::HeardBack { .. } => true,
            _ => false,
        });
        let told_again = after().find(|it| {
            matches!(&it.fact, Fact::PromiseGiven { said_in: None, .. } | Fact::NoPromiseGiven)
        });
        if told_again.is_some_and(|again| answer.is_none_or(|answer| again.id < answer.id)) {
            continue;
        }
        let answered_on = answer.map(|answer| day(answer.at));
        let ended = |it: &&&Event| matches!(&it.fact, Fact::Closed { reason } if by_user(*reason));
        let dropped = after().find(ended).is_some_and(|it| day(it.at) <= by);
        let fate = match answered_on {
            Some(on) if on <= by => Fate::Kept,
            Some(on) => Fate::Late { days: (on - by).num_days() },
            None if dropped => continue,
            None if by >= today => Fate::Open,
            None => Fate::NoAnswer,
        };
        let words_of = promise.reading.clone();
        words.push(KeptWord { given_on: day(event.at), words: words_of, by, answered_on, fate });
    }
    words
}

fn by_user(reason: ClosedReason) -> bool {
    match reason {
        ClosedReason::Withdrawn
        | ClosedReason::AcceptedElsewhere
        | ClosedReason::Accepted
        | ClosedReason::ByUser => true,
        ClosedReason::MovedOn
        | ClosedReason::Rejected
        | ClosedReason::Filled
        | ClosedReason::DoNotContact
        | ClosedReason::History => false,
    }
}

#[cfg(test)]
mod tests;
