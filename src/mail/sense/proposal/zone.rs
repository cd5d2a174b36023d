//! The zone a time is said to be in: `CET`, `UK time`, `Berliner Zeit`, `GMT+2`.
//!
//! Abbreviations are used loosely: `CET` in July means the clock on the wall in Berlin, `EST` the
//! one in New York. So most of them are read as a place, and only `UTC` and `GMT+2` as an offset.

use chrono::FixedOffset;
use chrono_tz::Tz;

use super::super::invitation::Zone;
use super::super::text::{Text, Word, fold};

/// Abbreviations, as written.
const SHORT: [(&str, Tz); 37] = [
    ("CET", Tz::Europe__Berlin),
    ("CEST", Tz::Europe__Berlin),
    ("MEZ", Tz::Europe__Berlin),
    ("MESZ", Tz::Europe__Berlin),
    ("HNEC", Tz::Europe__Paris),
    ("EET", Tz::Europe__Helsinki),
    ("EEST", Tz::Europe__Helsinki),
    ("WET", Tz::Europe__Lisbon),
    ("WEST", Tz::Europe__Lisbon),
    ("BST", Tz::Europe__London),
    ("GMT", Tz::Europe__London),
    ("UTC", Tz::UTC),
    ("EST", Tz::America__New_York),
    ("EDT", Tz::America__New_York),
    ("ET", Tz::America__New_York),
    ("CST", Tz::America__Chicago),
    ("CDT", Tz::America__Chicago),
    ("CT", Tz::America__Chicago),
    ("MST", Tz::America__Denver),
    ("MDT", Tz::America__Denver),
    ("MT", Tz::America__Denver),
    ("PST", Tz::America__Los_Angeles),
    ("PDT", Tz::America__Los_Angeles),
    ("PT", Tz::America__Los_Angeles),
    ("AKST", Tz::America__Anchorage),
    ("BRT", Tz::America__Sao_Paulo),
    ("ART", Tz::America__Argentina__Buenos_Aires),
    ("IST", Tz::Asia__Kolkata),
    ("SGT", Tz::Asia__Singapore),
    ("HKT", Tz::Asia__Hong_Kong),
    ("JST", Tz::Asia__Tokyo),
    ("KST", Tz::Asia__Seoul),
    ("GST", Tz::Asia__Dubai),
    ("SAST", Tz::Africa__Johannesburg),
    ("AEST", Tz::Australia__Sydney),
    ("AEDT", Tz::Australia__Sydney),
    ("NZST", Tz::Pacific__Auckland),
];

/// Places with a word for time beside them, folded.
const PLACES: [(&str, Tz); 30] = [
    ("berlin", Tz::Europe__Berlin),
    ("berliner", Tz::Europe__Berlin),
    ("german", Tz::Europe__Berlin),
    ("deutsche", Tz::Europe__Berlin),
    ("mitteleuropaeische", Tz::Europe__Berlin),
    ("vienna", Tz::Europe__Vienna),
    ("zurich", Tz::Europe__Zurich),
    ("swiss", Tz::Europe__Zurich),
    ("amsterdam", Tz::Europe__Amsterdam),
    ("dutch", Tz::Europe__Amsterdam),
    ("paris", Tz::Europe__Paris),
    ("french", Tz::Europe__Paris),
    ("madrid", Tz::Europe__Madrid),
    ("peninsular", Tz::Europe__Madrid),
    ("spanish", Tz::Europe__Madrid),
    ("london", Tz::Europe__London),
    ("uk", Tz::Europe__London),
    ("british", Tz::Europe__London),
    ("dublin", Tz::Europe__Dublin),
    ("irish", Tz::Europe__Dublin),
    ("lisbon", Tz::Europe__Lisbon),
    ("eastern", Tz::America__New_York),
    ("york", Tz::America__New_York),
    ("central", Tz::America__Chicago),
    ("chicago", Tz::America__Chicago),
    ("mountain", Tz::America__Denver),
    ("pacific", Tz::America__Los_Angeles),
    ("california", Tz::America__Los_Angeles),
    ("india", Tz::Asia__Kolkata),
    ("singapore", Tz::Asia__Singapore),
];
const TIME: &str = " time zeit ortszeit uhrzeit heure hora standard ";
/// Words after a time in which its zone is looked for.
const NEAR: usize = 5;

/// The zone right behind the time that ends before word `at`, and the word after it.
pub(super) fn behind(text: &Text, words: &[Word], at: usize) -> Option<(Zone, usize)> {
    (at.saturating_sub(1)..words.len().min(at + NEAR)).find_map(|i| zone_at(text, words, i))
}

/// A zone that the text names for all of its times: `all times are in CET`.
pub(super) fn anywhere(text: &Text) -> Option<(Zone, usize)> {
    let speaks = |word: &Word| {
        matches!(word.folded.as_str(), "times" | "timezone" | "zone" | "zeitzone" | "zeiten")
    };
    text.sentences
        .iter()
        .filter(|sentence| sentence.words.iter().any(speaks))
        .find_map(|it| (0..it.words.len()).find_map(|i| zone_at(text, &it.words, i)))
        .map(|(zone, _)| (zone, 0))
}

fn zone_at(text: &Text, words: &[Word], at: usize) -> Option<(Zone, usize)> {
    let word = words.get(at)?;
    let raw = text.between(word.start, word.end);
    if matches!(raw, "GMT" | "UTC")
        && let Some((offset, to)) = offset(text, words, at + 1)
    {
        return Some((Zone::Fixed(offset), to));
    }
    if let Some((_, zone)) = SHORT.iter().find(|(name, _)| *name == raw) {
        return Some((Zone::Named(*zone), at + 1));
    }
    let place = PLACES.iter().find(|(name, _)| *name == word.folded)?;
    let beside = |i: usize| words.get(i).map_or("", |word| word.folded.as_str());
    let named = |i: usize| TIME.contains(&format!(" {} ", beside(i))) && !beside(i).is_empty();
    if named(at + 1) {
        return Some((Zone::Named(place.1), at + 2));
    }
    // `heure de Paris`, `hora peninsular`.
    let behind = at.checked_sub(1).is_some_and(named) || at.checked_sub(2).is_some_and(named);
    behind.then_some((Zone::Named(place.1), at + 1))
}

/// `+2` or `+02:00` behind `GMT`.
fn offset(text: &Text, words: &[Word], at: usize) -> Option<(FixedOffset, usize)> {
    let (before, word) = (words.get(at.checked_sub(1)?)?, words.get(at)?);
    let sign = match text.between(before.end, word.start).trim() {
        "+" => 1,
        "-" | "−" | "–" => -1,
        _ => return None,
    };
    let number = fold(text.between(word.start, word.end));
    let (hours, minutes) = number.split_once(':').unwrap_or((number.as_str(), "0"));
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    let fits = seconds <= 14 * 3600;
    fits.then(|| FixedOffset::east_opt(sign * seconds)).flatten().map(|offset| (offset, at + 1))
}
