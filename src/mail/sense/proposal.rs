//! Meetings named in plain words: `Tuesday 14 April at 3 pm CET`, `Freitag um 9 Uhr`.
//!
//! It finds a day with a time of day and says which moment that would be. It decides nothing:
//! what it finds is a question to the user. The surprising fact: a time beside `by` or `until`
//! is a deadline and no meeting, however much the message speaks of interviews.

mod clock;
mod zone;

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::dates::{self, Found, Language, When};
use super::invitation::Zone;
use super::pattern::Pattern;
use super::text::{Sentence, Text, Word};
use crate::domain::message::MeetingProposal;
use clock::Clock;

/// More choices than this are a timetable.
const MOST: usize = 12;
/// A time on its own line belongs to the day named so many sentences before.
const MOST_SENTENCES_BETWEEN: usize = 3;
/// A time further from a day than this belongs to something else.
const MOST_WORDS_BETWEEN: usize = 12;

/// Before a day or a time they make it a deadline or a span nobody meets in.
const DEADLINES: &[&str] = &[
    "by|until|till|before|deadline|due|expires|expire|latest",
    "no later",
    "bis|spätestens|frist|ablauf",
    "vor dem",
    "avant|jusqu|ici|délai|expire",
    "plus tard",
    "antes|hasta|plazo|caduca",
];
/// A sentence with these speaks of opening hours.
const HOURS: &[&str] = &[
    "office|opening|business|working|support hours",
    "bürozeiten|öffnungszeiten|sprechzeiten|servicezeiten|erreichbar|telefonisch",
    "horaires|joignable|joignables",
    "horario ~2 atención|oficina",
];
/// These make a time settled.
const SETTLED: &[&str] = &[
    "confirm*|scheduled|rescheduled|booked|arranged|set for|up|on|to",
    "confirmed|confirmation|confirm|scheduled|booked|rescheduled|agreed",
    "see|speak|talk|meet|meeting|seeing|speaking|talking ~2 you",
    "works|suits|perfect|great|fine ~3 for? me|us|then",
    "will|ll ~1 take place|call you",
    "bestätigen|bestätige|bestätigt|bestätigung|vereinbart|steht|fest|notiert|eingetragen|verschoben",
    "findet ~8 statt",
    "passt|klappt ~2 mir|uns|gut|perfekt|super",
    "sehen|sprechen|hören uns",
    "confirmé|confirmée|confirmons|confirme|fixé|convenu|prévu|lieu",
    "me|nous convient",
    "confirmada|confirmado|confirmamos|confirmo|agendada|agendado|programada|lugar",
    "nos vemos|hablamos|me viene bien",
];

struct Words {
    deadlines: Vec<Pattern>,
    hours: Vec<Pattern>,
    settled: Vec<Pattern>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let all = |phrases: &[&str]| phrases.iter().map(|phrase| Pattern::new(phrase)).collect();
    Words { deadlines: all(DEADLINES), hours: all(HOURS), settled: all(SETTLED) }
});

/// Every meeting a text names, as read on the day `today` by someone who lives in `user`.
pub(super) fn proposals(text: &Text, today: NaiveDate, user: Tz) -> Vec<MeetingProposal> {
    let mut found: Vec<MeetingProposal> = Vec::new();
    let mut carried: Option<(usize, NaiveDate)> = None;
    for (number, sentence) in text.sentences.iter().enumerate() {
        let words = &sentence.words;
        let clocks = clock::clocks(text, words);
        let days = days(words, today);
        let held = carried.filter(|(at, _)| number - at <= MOST_SENTENCES_BETWEEN);
        if let Some(last) = days.last() {
            carried = Some((number, last.1));
        }
        if clocks.is_empty() || any(&WORDS.hours, words) {
            continue;
        }
        let pairs = pairs(words, &clocks, today, held.map(|(_, day)| day));
        let settled = pairs.len() == 1
            && any(&WORDS.settled, words)
            && !text.sentence(sentence).ends_with('?');
        for pair in pairs.into_iter().filter(|pair| !is_deadline(pair, words)) {
            if let Some(proposal) = proposal(text, sentence, &pair, user, settled)
                && found.iter().all(|known| known.starts_at != proposal.starts_at)
            {
                found.push(proposal);
            }
        }
    }
    found.truncate(MOST);
    found
}

fn any(patterns: &[Pattern], words: &[Word]) -> bool {
    patterns.iter().any(|pattern| pattern.find(words).is_some())
}

/// A named day: its words, and which day it is.
type Day = (Found, NaiveDate);

/// The days of a sentence in the language that explains most of its words.
fn days(words: &[Word], today: NaiveDate) -> Vec<Day> {
    let read = |language| -> Vec<Day> {
        let named = dates::read(words, language, today).into_iter();
        named
            .filter_map(|found| match found.when {
                When::Day(day) => Some((found, day)),
                When::Vague | When::Nothing => None,
            })
            .collect()
    };
    let explained = |days: &Vec<Day>| -> usize { days.iter().map(|(it, _)| it.to - it.from).sum() };
    let mut best: Vec<Day> = Vec::new();
    for days in Language::ALL.map(read) {
        if explained(&days) > explained(&best) {
            best = days;
        }
    }
    best
}

/// A day with a time, and the words that name them.
struct Pair {
    day: NaiveDate,
    clock: Clock,
    from: usize,
    to: usize,
}

/// Each time goes with the day in front of it, or behind it where the sentence begins with the
/// time; a time without a day of its own shares that of the one before.
fn pairs(
    words: &[Word],
    clocks: &[Clock],
    today: NaiveDate,
    mut held: Option<NaiveDate>,
) -> Vec<Pair> {
    let part = |from: usize, to: usize| {
        let read = days(words.get(from..to).unwrap_or_default(), today);
        read.into_iter().map(move |(found, day)| (found.from + from, found.to + from, day))
    };
    let end = |i: usize| clocks.get(i).map_or(words.len(), |clock| clock.from);
    let mut pairs = Vec::new();
    let mut last = 0;
    let day_behind = clocks.first().is_some_and(|first| part(0, first.from).next().is_none());
    for (i, clock) in clocks.iter().enumerate() {
        let near = |(from, to, _): &(usize, usize, NaiveDate)| {
            from.abs_diff(clock.to).min(to.abs_diff(clock.from)) <= MOST_WORDS_BETWEEN
        };
        let named = if day_behind {
            part(clock.to, end(i + 1)).find(near)
        } else {
            part(last, clock.from).rfind(near)
        };
        let (from, to, day) = match (named, held) {
            (Some((from, to, day)), _) => (from.min(clock.from), to.max(clock.to), day),
            (None, Some(day)) => (clock.from, clock.to, day),
            (None, None) => continue,
        };
        held = Some(day);
        last = clock.to;
        pairs.push(Pair { day, clock: *clock, from, to });
    }
    pairs
}

/// Whether a word for a deadline stands right before the day and time.
fn is_deadline(pair: &Pair, words: &[Word]) -> bool {
    let near = words.get(pair.from.saturating_sub(4)..pair.from).unwrap_or_default();
    any(&WORDS.deadlines, near)
        || any(&WORDS.deadlines, words.get(pair.from..pair.clock.from).unwrap_or_default())
}

fn proposal(
    text: &Text,
    sentence: &Sentence,
    pair: &Pair,
    user: Tz,
    agreed: bool,
) -> Option<MeetingProposal> {
    let words = &sentence.words;
    let said = zone::behind(text, words, pair.clock.to).or_else(|| zone::anywhere(text));
    let zone = said.as_ref().map_or(Zone::Named(user), |(zone, _)| *zone);
    let at = |time: NaiveTime| -> Option<DateTime<FixedOffset>> {
        zone.local(NaiveDateTime::new(pair.day, time))
    };
    let start = at(pair.clock.start)?;
    let length = || clock::minutes(words).and_then(TimeDelta::try_minutes).map(|it| start + it);
    let end = pair.clock.end.and_then(at).filter(|end| *end > start).or_else(length);
    let to = said.as_ref().map_or(pair.to, |(_, to)| (*to).max(pair.to));
    Some(MeetingProposal {
        starts_at: start.to_utc(),
        ends_at: end.map(|end| end.to_utc()),
        offset: *start.offset(),
        zone_said: said.is_some(),
        agreed,
        reading: text.quote(words.get(pair.from..to).unwrap_or_default()),
        sentence: text.sentence(sentence),
    })
}

#[cfg(test)]
mod tests;
