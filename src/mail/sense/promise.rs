//! Promises: sentences in which the employer says by when the user will hear.
//!
//! A time counts only if the nearest words to it are words of promising; a time beside a request,
//! an appointment or a storage period does not. The surprising fact: a promise that cannot be
//! dated is still reported, as vague, because it is an answer (E06).

mod cues;

use chrono::NaiveDate;

use super::dates::{self, Found, Language, When};
use super::pattern::Pattern;
use super::text::{Sentence, Text, Word};
use crate::domain::message::PromiseReading;
use cues::Cues;

/// Words between two clauses: a time rarely belongs to a cue on the other side.
const CLAUSE_COST: usize = 5;
/// A noun such as `interview` draws a time less strongly than a verb.
const NOUN_COST: usize = 4;
/// Small words that are shown with the time they stand before.
const BEFORE_TIME: &str = " by before within until till in on over during no later than the latest \
     at end of bis zum zur innerhalb von der des den am im spaetestens vor d ici le la au avant sous \
     dans les antes del de el en un plazo hasta para around end from around ";

/// Every promise in a text, as read on the day `today`.
pub(super) fn promises(text: &Text, today: NaiveDate) -> Vec<PromiseReading> {
    let mut found: Vec<PromiseReading> = Vec::new();
    for sentence in &text.sentences {
        for language in Language::ALL {
            for reading in in_sentence(text, sentence, language, today) {
                if !found.contains(&reading) {
                    found.push(reading);
                }
            }
        }
    }
    found
}

fn in_sentence(
    text: &Text,
    sentence: &Sentence,
    language: Language,
    today: NaiveDate,
) -> Vec<PromiseReading> {
    let words = &sentence.words;
    let cues = Cues::of(language);
    let requests = places(&cues.requests, words);
    let mut promising = places(&cues.promises, words);
    promising
        .retain(|place| !requests.iter().any(|request| governs(*request, *place, text, words)));
    if promising.is_empty() || cues.voids.iter().any(|void| void.find(words).is_some()) {
        return Vec::new();
    }
    let whole = text.sentence(sentence);
    let reading = |from: usize, to: usize, day: Option<NaiveDate>| PromiseReading {
        not_before: day,
        reading: text.quote(words.get(from..to).unwrap_or_default()),
        sentence: whole.clone(),
        vague: day.is_none(),
    };
    let uncountable = cues.uncountable.iter().any(|phrase| phrase.find(words).is_some());
    let mut readings: Vec<PromiseReading> = dates::read(words, language, today)
        .iter()
        .filter(|found| belongs(found, &promising, &requests, cues, text, words))
        .filter_map(|found| {
            let from = with_small_words(words, found.from);
            match found.when {
                When::Day(day) => Some(reading(from, found.to, (!uncountable).then_some(day))),
                When::Vague => Some(reading(from, found.to, None)),
                When::Nothing => None,
            }
        })
        .collect();
    if readings.is_empty() {
        let vague = cues.vague.iter().find_map(|phrase| phrase.find(words));
        readings.extend(vague.map(|(from, to)| reading(from, to, None)));
    }
    readings
}

fn places(patterns: &[Pattern], words: &[Word]) -> Vec<(usize, usize)> {
    patterns.iter().flat_map(|pattern| pattern.find_all(words)).collect()
}

/// Whether a request begins before a cue and reaches into it: `could you reply to us`. A cue that
/// names who promises is governed by nobody: `to tell you that we need another week`.
fn governs(
    (request, request_end): (usize, usize),
    (promise, _): (usize, usize),
    text: &Text,
    words: &[Word],
) -> bool {
    const PROMISING: [&str; 6] = ["we", "i", "wir", "ich", "nous", "nosotros"];
    let said_by_them =
        words.get(promise).is_some_and(|word| PROMISING.contains(&word.folded.as_str()));
    !said_by_them
        && request < promise
        && promise < request_end
        && commas(text, words.get(request..=promise).unwrap_or_default()) == 0
}

fn commas(text: &Text, words: &[Word]) -> usize {
    let pairs = words.windows(2).filter(|pair| match pair {
        [left, right] => text.between(left.end, right.start).contains([',', ';', ':', '(']),
        _ => false,
    });
    pairs.count()
}

/// Whether the nearest words to a time are words of promising.
fn belongs(
    found: &Found,
    promising: &[(usize, usize)],
    requests: &[(usize, usize)],
    cues: &Cues,
    text: &Text,
    words: &[Word],
) -> bool {
    let cost = |place: &(usize, usize)| distance(found, *place, cues, text, words);
    let Some(to_promise) = promising.iter().map(cost).min() else {
        return false;
    };
    let appointments = places(&cues.appointments, words);
    let to_other = requests
        .iter()
        .map(cost)
        .chain(appointments.iter().map(|place| cost(place) + NOUN_COST))
        .min();
    to_other.is_none_or(|other| to_promise <= other)
}

/// Words between a time and a cue, with a price on every new clause between them.
fn distance(
    found: &Found,
    (start, end): (usize, usize),
    cues: &Cues,
    text: &Text,
    words: &[Word],
) -> usize {
    let (from, to) = if end <= found.from {
        (end, found.from)
    } else if found.to <= start {
        (found.to, start)
    } else {
        return 0;
    };
    let between = words.get(from..to).unwrap_or_default();
    let joints = between.iter().filter(|word| cues.joints.contains(&word.folded.as_str())).count();
    let gap = words.get(from.saturating_sub(1)..(to + 1).min(words.len())).unwrap_or_default();
    let commas = commas(text, gap);
    (to - from) + CLAUSE_COST * joints.max(commas.min(2))
}

fn with_small_words(words: &[Word], mut from: usize) -> usize {
    for _ in 0..4 {
        let Some(before) = from.checked_sub(1) else { break };
        let small = words
            .get(before)
            .is_some_and(|word| BEFORE_TIME.contains(&format!(" {} ", word.folded)));
        if !small {
            break;
        }
        from = before;
    }
    from
}

#[cfg(test)]
mod tests;
