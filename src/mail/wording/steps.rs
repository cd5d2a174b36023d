//! The steps of a story in words and as marks: the same in the weekly mail and on the pages.

use chrono::NaiveDate;

use super::when::day;
use crate::domain::draft::AttemptNumber;
use crate::domain::kept_word::{Fate, KeptWord};
use crate::domain::story::{Dated, Step};

/// What the letters mean.
pub const LEGEND: &str = "I interview, D the day they named, 1 and 2 your messages, + another \
    message, A answer, O offer, N a no, C closed";

// White can be read on each of these, and each stands out from a white card and from a dark one.
pub(super) const GREY: &str = "#6b737d";
pub(super) const AMBER: &str = "#9a6300";
pub(super) const BLUE: &str = "#2f6fd0";
pub(super) const GREEN: &str = "#1c823a";
pub(super) const VIOLET: &str = "#8a54cf";

/// The letter of a step and the colour behind it.
#[must_use]
pub fn mark(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Recorded => ("S", GREY),
        Step::PromisedFor => ("D", AMBER),
        Step::Interview => ("I", BLUE),
        Step::Asked(Some(AttemptNumber::First)) => ("1", GREEN),
        Step::Asked(Some(AttemptNumber::Second)) => ("2", GREEN),
        Step::Asked(None) => ("+", GREEN),
        Step::Answer => ("A", VIOLET),
        Step::Offer => ("O", VIOLET),
        Step::Rejection => ("N", GREY),
        Step::Closed => ("C", GREY),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value =
                f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn the_colours_are_seen_on_light_and_on_dark_and_white_is_read_on_them() {
        let dark = luminance("#1e2227");
        for colour in [GREY, AMBER, BLUE, GREEN, VIOLET] {
            let own = luminance(colour) + 0.05;
            assert!(1.05 / own >= 4.5, "{colour}: {}", 1.05 / own);
            assert!(own / (dark + 0.05) >= 3.0, "{colour}: {}", own / (dark + 0.05));
        }
    }

    #[test]
    fn the_legend_explains_every_letter_that_is_drawn() {
        let steps = [
            Step::PromisedFor,
            Step::Interview,
            Step::Asked(Some(AttemptNumber::First)),
            Step::Asked(Some(AttemptNumber::Second)),
            Step::Asked(None),
            Step::Answer,
            Step::Offer,
            Step::Rejection,
            Step::Closed,
        ];
        for step in steps {
            let (letter, _) = mark(step);
            assert!(LEGEND.split([' ', ',']).any(|word| word == letter), "{letter}");
        }
    }
}
