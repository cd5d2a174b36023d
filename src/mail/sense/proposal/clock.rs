//! Times of day in a sentence: `3 pm`, `10:00 - 10:45`, `14 h 30`, `um 9`, `a las 16`.
//!
//! A bare number needs a word such as `at` before it. One to six without any mark are taken for
//! the afternoon where the clock of twelve hours is usual: nobody interviews at three at night.

use chrono::NaiveTime;

use super::super::text::{Text, Word};

/// A time of day and the words that name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub start: NaiveTime,
    pub end: Option<NaiveTime>,
    pub from: usize,
    pub to: usize,
}

/// Right before a bare number they make it a time.
const BEFORE: &str = " at um gegen ab vers las la around from between zwischen von entre ";
/// The clock of twelve hours is usual after these.
const TWELVE: &str = " at around from between las entre ";
/// Between two times they make a span.
const TO: &str = " to bis and und until till a y et hasta through ";
const LONGEST_SPAN_HOURS: i64 = 9;

/// Half of the day, as far as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// One time as written, its half of the day perhaps still open.
#[derive(Debug, Clone, Copy)]
struct Written {
    hour: u32,
    minute: u32,
    half: Option<Half>,
    /// The words say that it is a time.
    sure: bool,
    to: usize,
}

impl Written {
    fn time(self, twelve: bool) -> Option<NaiveTime> {
        let hour = match self.half {
            Some(Half::Morning) if self.hour == 12 => 0,
            Some(Half::Afternoon) if self.hour < 12 => self.hour + 12,
            None if twelve && (1..=6).contains(&self.hour) => self.hour + 12,
            Some(Half::Morning | Half::Afternoon) | None => self.hour,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }
}

/// Every time of day in a sentence.
pub(super) fn clocks(text: &Text, words: &[Word]) -> Vec<Clock> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match clock(text, words, at) {
            Some(clock) => {
                at = clock.to.max(at + 1);
                found.push(clock);
            }
            None => at += 1,
        }
    }
    found
}

fn folded(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| word.folded.as_str())
}

fn listed(list: &str, word: &str) -> bool {
    !word.is_empty() && list.contains(&format!(" {word} "))
}

fn clock(text: &Text, words: &[Word], at: usize) -> Option<Clock> {
    let before = at.checked_sub(1).map_or("", |before| folded(words, before));
    let (first, second) = match folded(words, at).split_once('-') {
        Some((low, high)) => (low, Some(high)),
        None => (folded(words, at), None),
    };
    let first = written(first, words, at + 1, before)?;
    let last = match second {
        Some(high) => Some(written(high, words, at + 1, "at")?),
        None => ending(text, words, first.to),
    };
    let sure = first.sure || last.is_some_and(|last| last.sure);
    if !(sure || listed(BEFORE, before)) {
        return None;
    }
    let half = first.half.or(last.and_then(|last| last.half).filter(|_| first.hour <= 12));
    let twelve = listed(TWELVE, before);
    let start = Written { half, ..first }.time(twelve)?;
    let end = last.and_then(|last| Written { half: last.half.or(half), ..last }.time(twelve));
    let span = |end: &NaiveTime| (*end - start).num_minutes();
    let end = end.filter(|end| (1..=LONGEST_SPAN_HOURS * 60).contains(&span(end)));
    let to = last.filter(|_| end.is_some()).map_or(first.to, |last| last.to);
    Some(Clock { start, end, from: at, to })
}

/// The end of a span that begins before `at`.
fn ending(text: &Text, words: &[Word], at: usize) -> Option<Written> {
    let gap = match (at.checked_sub(1).and_then(|last| words.get(last)), words.get(at)) {
        (Some(left), Some(right)) => text.between(left.end, right.start),
        _ => return None,
    };
    let dashed = gap.contains(['-', '–', '—']);
    let joined = listed(TO, folded(words, at));
    match (dashed, joined) {
        (true, _) => written(folded(words, at), words, at + 1, "at"),
        (false, true) => {
            let end = written(folded(words, at + 1), words, at + 2, "at")?;
            let day = ["st", "nd", "rd", "th"].iter().any(|it| folded(words, at + 1).ends_with(it));
            (!day).then_some(end)
        }
        (false, false) => None,
    }
}

/// Reads one word as a time, with the marks that follow it from `next` on.
fn written(word: &str, words: &[Word], next: usize, before: &str) -> Option<Written> {
    if matches!(word, "noon" | "midday") {
        return Some(Written { hour: 12, minute: 0, half: None, sure: true, to: next });
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mark = word.strip_prefix(digits).unwrap_or_default();
    let (hour, minute, colon) = numbers(digits, mark, before)?;
    let mut found = Written { hour, minute, half: None, sure: colon, to: next };
    match mark {
        "" => marks(&mut found, words, next),
        "am" | "a" => found.half = Some(Half::Morning),
        "pm" | "p" => found.half = Some(Half::Afternoon),
        "h" | "uhr" => minutes_behind(&mut found, words, next),
        _ => return None,
    }
    found.sure |= !mark.is_empty();
    let fits = found.hour < 24 && found.minute < 60 && (found.half.is_none() || found.hour <= 12);
    fits.then_some(found)
}

/// `10`, `10:30`, `10.30`, `14h30`: hour, minute, and whether they are certainly a time.
fn numbers(digits: &str, mark: &str, before: &str) -> Option<(u32, u32, bool)> {
    if let Some((hour, minute)) = digits.split_once('h') {
        return Some((hour.parse().ok()?, minute.parse().ok()?, true));
    }
    if let Some((hour, minute)) = digits.split_once(':') {
        let minute = minute.split(':').next().unwrap_or_default();
        return Some((hour.parse().ok()?, minute.parse().ok()?, true));
    }
    if let Some((hour, minute)) = digits.split_once('.') {
        let marked = !mark.is_empty() || listed(BEFORE, before);
        let minute = Some(minute).filter(|minute| minute.len() == 2)?;
        return Some((hour.parse().ok()?, minute.parse().ok()?, marked));
    }
    let hour = Some(digits).filter(|digits| digits.len() <= 2)?;
    Some((hour.parse().ok()?, 0, false))
}

/// Words behind a number that make it a time.
fn marks(found: &mut Written, words: &[Word], next: usize) {
    let (word, second) = (folded(words, next), folded(words, next + 1));
    match (word, second) {
        ("am" | "pm", _) => {
            // German `um 10 am Dienstag`.
            let german = word == "am" && super::super::dates::is_weekday(second);
            if german {
                return;
            }
            found.half = Some(if word == "am" { Half::Morning } else { Half::Afternoon });
            found.to = next + 1;
        }
        ("a" | "p", "m") => {
            found.half = Some(if word == "a" { Half::Morning } else { Half::Afternoon });
            found.to = next + 2;
        }
        ("uhr" | "h" | "heures" | "horas" | "hrs", _) => {
            minutes_behind(found, words, next + 1);
        }
        ("o", "clock") => found.to = next + 2,
        ("oclock", _) => found.to = next + 1,
        _ => return,
    }
    found.sure = true;
}

/// `14 h 30`, `10 Uhr 15`.
fn minutes_behind(found: &mut Written, words: &[Word], next: usize) {
    found.to = next;
    let minute = folded(words, next);
    if minute.len() == 2
        && found.minute == 0
        && let Ok(minute) = minute.parse::<u32>()
        && minute % 5 == 0
        && minute < 60
    {
        found.minute = minute;
        found.to = next + 1;
    }
}

/// The length a sentence gives to a meeting: `30-minute call`, `45 Minuten`, `une heure`.
pub(super) fn minutes(words: &[Word]) -> Option<i64> {
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let one = matches!(number.folded.as_str(), "one" | "an" | "eine" | "une" | "una");
        let number: i64 = if one { 1 } else { number.folded.parse().ok()? };
        match unit.folded.as_str() {
            "min" | "mins" | "minute" | "minutes" | "minuten" | "minuetiges" | "minutos" => {
                (5..=480).contains(&number).then_some(number)
            }
            "hour" | "hours" | "stunde" | "stunden" | "hora" | "horas" if number <= 8 => {
                Some(number * 60)
            }
            _ => None,
        }
    })
}
