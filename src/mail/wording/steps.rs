//! The steps of a story in words and as marks: the same in the weekly mail and on the pages.

use chrono::NaiveDate;

use super::when::day;
use crate::domain::draft::AttemptNumber;
use crate::domain::kept_word::{Fate, KeptWord};
use crate::domain::story::{Dated, Step};

/// The letter of a step and the colour behind it; white on each of them can be read well.
#[must_use]
pub fn mark(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Recorded => ("S", "#5b636d"),
        Step::PromisedFor => ("D", "#8a5a00"),
        Step::Interview => ("I", "#1f5fbf"),
        Step::Asked(Some(AttemptNumber::First)) => ("1", "#1a7f37"),
        Step::Asked(Some(AttemptNumber::Second)) => ("2", "#1a7f37"),
        Step::Asked(None) => ("+", "#1a7f37"),
        Step::Answer => ("A", "#7a3fc4"),
        Step::Offer => ("O", "#7a3fc4"),
        Step::Rejection => ("N", "#5b636d"),
        Step::Closed => ("C", "#5b636d"),
    }
}

/// `interview Tue 24 Nov`, one for each step.
#[must_use]
pub fn step_words(steps: &[Dated], today: NaiveDate) -> Vec<String> {
    steps.iter().map(|it| format!("{} {}", step_name(it.step), day(it.day, today))).collect()
}

/// `first message`
#[must_use]
pub fn step_name(step: Step) -> &'static str {
    match step {
        Step::Recorded => "since",
        Step::PromisedFor => "they said by",
        Step::Interview => "interview",
        Step::Asked(Some(AttemptNumber::First)) => "first message",
        Step::Asked(Some(AttemptNumber::Second)) => "second message",
        Step::Asked(None) => "another message",
        Step::Answer => "answer",
        Step::Offer => "offer",
        Step::Rejection => "a no",
        Step::Closed => "closed",
    }
}

/// `said by Fri 4 Dec, answered Thu 3 Dec.`
#[must_use]
pub fn word_line(word: &KeptWord, today: NaiveDate) -> String {
    let said = format!("said by {}", day(word.by, today));
    match (word.fate, word.answered_on) {
        (Fate::Open | Fate::NoAnswer, _) | (_, None) => format!("{said}; no answer yet."),
        (Fate::Kept, Some(on)) => format!("{said}, answered {}.", day(on, today)),
        (Fate::Late { days: 1 }, Some(on)) => {
            format!("{said}, answered {}, a day later.", day(on, today))
        }
        (Fate::Late { days }, Some(on)) => {
            format!("{said}, answered {}, {days} days later.", day(on, today))
        }
    }
}
