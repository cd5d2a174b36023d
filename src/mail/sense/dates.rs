//! Dates in sentences: `by the end of next week`, `bis zum 4.12.`, `d'ici vendredi`.
//!
//! It finds runs of words that mean a time and reads each as its last day (E03: of two readings
//! the later). It does not know whether anybody promised anything; `promise` does.
//! The surprising fact: the order of the words hardly matters, so one reading serves
//! `Friday next week`, `next week Friday` and `Freitag nächster Woche`.

mod arithmetic;
mod feasts;
mod numeric;
mod reading;
mod vocabulary;
mod words_de;
mod words_en;
mod words_es;
mod words_fr;

use chrono::NaiveDate;

use super::text::Word;
use vocabulary::{Item, Meaning, Vocabulary};

/// The languages dates and promises are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    En,
    De,
    Fr,
    Es,
}

impl Language {
    pub(super) const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::Es];
}

/// A time named in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// First word and the word after the last, in the sentence.
    pub from: usize,
    pub to: usize,
    pub when: When,
}

/// What a run of words means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// The last day that is meant.
    Day(NaiveDate),
    /// A span without an end that could be counted: `the coming weeks`.
    Vague,
    /// It lies behind us, or means nothing.
    Nothing,
}

/// The longest look ahead; what lies further away is no promise.
const FURTHEST_DAYS: i64 = 400;

/// Every time named in one sentence, as read on the day `today`.
pub(super) fn read(words: &[Word], language: Language, today: NaiveDate) -> Vec<Found> {
    let items = Vocabulary::of(language).items(words);
    runs(&items)
        .into_iter()
        .map(|run| {
            let (from, to) = span(run);
            let when = match reading::read(run, language, today) {
                When::Day(day) if day < today => When::Nothing,
                When::Day(day) if (day - today).num_days() > FURTHEST_DAYS => When::Nothing,
                other => other,
            };
            Found { from, to, when }
        })
        .collect()
}

/// Whether a word is the name of a weekday in any of the languages.
pub(super) fn is_weekday(folded: &str) -> bool {
    let word = Word::new(folded.to_owned(), 0, 0);
    Language::ALL.iter().any(|language| {
        let items = Vocabulary::of(*language).items(std::slice::from_ref(&word));
        matches!(items.as_slice(), [Item { meaning: Meaning::Day(_), .. }])
    })
}

fn span(run: &[Item]) -> (usize, usize) {
    let from = run.first().map_or(0, |item| item.from);
    (from, run.last().map_or(from, |item| item.to))
}

/// Runs of items that belong together: meaning, with at most three small words between.
fn runs(items: &[Item]) -> Vec<&[Item]> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let Some(first) = items.get(start..).and_then(|rest| {
            rest.iter().position(|item| !item.meaning.is_filler() && item.meaning.is_time())
        }) else {
            break;
        };
        let first = start + first;
        let mut last = first;
        let mut at = first + 1;
        while let Some(item) = items.get(at) {
            if item.meaning.is_filler() && at - last <= 3 {
                at += 1;
            } else if item.meaning.is_time() {
                last = at;
                at += 1;
            } else {
                break;
            }
        }
        let run = items.get(first..=last).unwrap_or_default();
        if run.iter().any(|item| !matches!(item.meaning, Meaning::Number(_))) {
            runs.push(run);
        }
        start = last + 1;
    }
    runs
}

#[cfg(test)]
mod tests;
