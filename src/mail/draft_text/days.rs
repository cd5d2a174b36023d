//! Days in the four languages: written out for a draft, and found in a text.
//!
//! The surprising fact: a text is searched for a known day, not read for any date; only what
//! looks like a day beside a month's name is taken for one that nobody knows.

use chrono::{Datelike as _, NaiveDate};

use super::words;
use crate::domain::tone::Language;

const WEEKDAYS: [[&str; 7]; 4] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
];

const MONTHS: [[&str; 12]; 4] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

fn row(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::German => 1,
        Language::French => 2,
        Language::Spanish => 3,
    }
}

fn month_name(language: Language, month: u32) -> &'static str {
    let names = MONTHS.get(row(language)).unwrap_or(&MONTHS[0]);
    usize::try_from(month).ok().and_then(|it| names.get(it.wrapping_sub(1))).unwrap_or(&"")
}

/// `Tuesday 24 November`, `24. November`, `mardi 24 novembre`, `martes 24 de noviembre`: as it
/// stands after *on*, *am*, *le* or *el*. German says no weekday, which would have to be declined.
pub(super) fn long_day(day: NaiveDate, language: Language) -> String {
    let weekdays = WEEKDAYS.get(row(language)).unwrap_or(&WEEKDAYS[0]);
    let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
    let weekday = weekdays.get(index).unwrap_or(&"");
    let (number, month) = (day.day(), month_name(language, day.month()));
    match language {
        Language::English => format!("{weekday} {number} {month}"),
        Language::German => format!("{number}. {month}"),
        Language::French if number == 1 => format!("{weekday} 1er {month}"),
        Language::French => format!("{weekday} {number} {month}"),
        Language::Spanish => format!("{weekday} {number} de {month}"),
    }
}

/// Whether a text in lower case names the day: `24 November`, `Nov 24th`, `24. Nov.`, `24.11.`,
/// `2026-11-24`.
pub(super) fn names_day(plain: &str, day: NaiveDate) -> bool {
    let digits = ["%-d.%-m.", "%d.%m.", "%-d/%-m", "%d/%m", "%-m/%-d", "%Y-%m-%d"];
    days_in_words(plain).contains(&(day.day(), day.month()))
        || digits.iter().any(|form| plain.contains(&day.format(form).to_string()))
}

/// Every day and month that stand beside each other in words.
pub(super) fn days_in_words(plain: &str) -> Vec<(u32, u32)> {
    let words = words(plain);
    let number = |word: &String| {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let rest = word.get(digits.len()..).unwrap_or_default();
        let suffix = matches!(rest, "" | "st" | "nd" | "rd" | "th" | "er");
        digits.parse::<u32>().ok().filter(|n| suffix && (1..=31).contains(n))
    };
    let before = |index: usize, steps: usize| words.get(index.checked_sub(steps)?);
    let beside = |index: usize| {
        let between = before(index, 1).is_some_and(|word| word == "of" || word == "de");
        let far = before(index, 2).filter(|_| between).and_then(number);
        let near = || before(index, 1).and_then(number);
        far.or_else(near).or_else(|| words.get(index + 1).and_then(number))
    };
    let found = |(index, word): (usize, &String)| Some((beside(index)?, month(word)?));
    words.iter().enumerate().filter_map(found).collect()
}

/// A month in any of the languages, whole or cut to three letters and more.
fn month(word: &str) -> Option<u32> {
    let long_enough = word.chars().count() >= 3;
    let is_it = |name: &&'static str| {
        let name = name.to_lowercase();
        long_enough && (name == word || (name.starts_with(word) && word.len() <= 4))
    };
    let index = MONTHS.iter().find_map(|names| names.iter().position(is_it))?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_each_language_does() {
        let day: NaiveDate = "2026-12-01".parse().unwrap();
        let expected =
            ["Tuesday 1 December", "1. Dezember", "mardi 1er décembre", "martes 1 de diciembre"];
        for (language, expected) in Language::ALL.into_iter().zip(expected) {
            assert_eq!(long_day(day, language), expected);
            assert!(names_day(&expected.to_lowercase(), day), "{expected}");
        }
    }

    #[test]
    fn days_beside_months_are_found_and_numbers_elsewhere_are_not() {
        assert_eq!(days_in_words("on the 24th of nov and dec 4, 2026"), [(24, 11), (4, 12)]);
        assert_eq!(days_in_words("am 3. märz, le 14 août"), [(3, 3), (14, 8)]);
        assert_eq!(days_in_words("i may have 3 marches left, 120 people decided"), []);
    }
}
