//! What single words mean for a date, per language. A table row is a phrase of the pattern
//! language and its meaning; rows that stand first win, so longer phrases stand first.

use std::sync::LazyLock;

use chrono::Weekday;

use super::super::pattern::{Index, Pattern};
use super::super::text::Word;
use super::feasts::Feast;
use super::{Language, words_de, words_en, words_es, words_fr};

/// What a word or phrase contributes to a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Today,
    Tomorrow,
    DayAfterTomorrow,
    /// End of the working day: adds nothing to another day, alone it is today.
    EndOfDay,
    Day(Weekday),
    Weekend,
    AfterWeekend,
    Month(u32),
    Unit(Unit),
    Part(Part),
    /// `Monatsende`: both in one word.
    PartOf(Part, Unit),
    This,
    /// The next one to come, without doubt: `kommenden Freitag`.
    Coming,
    Next,
    AfterNext,
    Number(u32),
    /// `a`, `another`: one, but only before a unit.
    Article,
    /// `2-3`, as the larger.
    Range(u32),
    Ordinal(u32),
    /// `first`, `second`: a day of the month only beside a month or a weekday.
    Place(u32),
    /// `48h`.
    Hours(u32),
    Year(i32),
    /// A date in digits, still to be read.
    Digits(String),
    WeekNumber,
    Quarter(u32),
    /// A feast, or with `true` what comes after it.
    Feast(Feast, bool),
    /// A span nobody can count: `a few`, `coming` before a plural.
    Vague,
    /// `ago`, `last`: the run lies behind us.
    Past,
    /// Small words that do not part a run.
    Filler,
    /// A time of day, which does not matter here.
    Clock,
    Other,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    BusinessDay,
    Week,
    /// French `quinzaine`.
    Fortnight,
    Month,
    Quarter,
    Year,
}

/// A part of a week, month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Early,
    Mid,
    End,
    Rest,
}

impl Meaning {
    pub(super) fn is_filler(&self) -> bool {
        matches!(self, Self::Filler | Self::Clock)
    }

    pub(super) fn is_time(&self) -> bool {
        !matches!(self, Self::Other)
    }
}

/// A meaning and the words it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub meaning: Meaning,
    pub from: usize,
    pub to: usize,
}

/// One row of a language's table.
pub(super) type Row = (&'static str, Meaning);

/// The words of one language.
pub(super) struct Vocabulary {
    rows: Vec<(Pattern, Meaning)>,
    index: Index,
    /// Words after which a bare number is a day of the month: `le 15`, `el 15`, `zum 15.`.
    day_markers: &'static [&'static str],
    /// Words after a number that make it a time of day.
    clock_after: &'static [&'static str],
    /// Words before a number that make it a time of day.
    clock_before: &'static [&'static str],
    /// Words before the English `may` that make it a month.
    before_may: &'static [&'static str],
}

static EN: LazyLock<Vocabulary> = LazyLock::new(|| {
    let after = &["am", "pm", "a", "p", "oclock", "o", "hrs", "cet", "gmt", "est", "bst"];
    Vocabulary::new(words_en::ROWS, &[], after, &["at", "around", "noon"])
});
static DE: LazyLock<Vocabulary> = LazyLock::new(|| {
    let markers = &["zum", "den", "dem", "am", "der", "vom"];
    Vocabulary::new(words_de::ROWS, markers, &["uhr", "h"], &["um", "gegen"])
});
static FR: LazyLock<Vocabulary> = LazyLock::new(|| {
    Vocabulary::new(words_fr::ROWS, &["le", "au", "du"], &["h", "heure"], &["vers"])
});
static ES: LazyLock<Vocabulary> = LazyLock::new(|| {
    let markers = &["el", "del", "dia", "al"];
    Vocabulary::new(words_es::ROWS, markers, &["h", "horas", "hrs"], &["las", "la"])
});

impl Vocabulary {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
            Language::Fr => &FR,
            Language::Es => &ES,
        }
    }

    fn new(
        rows: &[Row],
        day_markers: &'static [&'static str],
        clock_after: &'static [&'static str],
        clock_before: &'static [&'static str],
    ) -> Self {
        let rows = rows.iter().map(|(words, meaning)| (Pattern::new(words), meaning.clone()));
        let rows: Vec<(Pattern, Meaning)> = rows.collect();
        let mut index = Index::default();
        for (number, (pattern, _)) in rows.iter().enumerate() {
            index.add(number, pattern);
        }
        let before_may = &["of", "by", "until", "till", "mid", "early", "late", "in", "before"];
        Self { rows, index, day_markers, clock_after, clock_before, before_may }
    }

    /// Every word of a sentence with its meaning.
    pub(super) fn items(&self, words: &[Word]) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            let (meaning, taken) = self.meaning(rest, at.checked_sub(1).and_then(|i| words.get(i)));
            let item = Item { meaning, from: at, to: at + taken };
            at = item.to;
            match items.last_mut().and_then(|last| compound(&last.meaning, &item.meaning)) {
                Some(joined) => {
                    if let Some(last) = items.last_mut() {
                        *last = Item { meaning: joined, from: last.from, to: item.to };
                    }
                }
                None => items.push(item),
            }
        }
        items
    }

    fn meaning(&self, words: &[Word], before: Option<&Word>) -> (Meaning, usize) {
        let mut candidates: Vec<usize> =
            words.first().map(|word| self.index.beginning(word).collect()).unwrap_or_default();
        // The first row that fits counts.
        candidates.sort_unstable();
        for (pattern, meaning) in candidates.iter().filter_map(|number| self.rows.get(*number)) {
            if let Some(taken) = pattern.length_at(words).filter(|taken| *taken > 0) {
                return (meaning.clone(), taken);
            }
        }
        let word = words.first().map_or("", |word| word.folded.as_str());
        let before = before.map_or("", |word| word.folded.as_str());
        let counted = before.starts_with(|c: char| c.is_ascii_digit());
        if word == "may" && (counted || self.before_may.contains(&before)) {
            return (Meaning::Month(5), 1);
        }
        (self.number(word, before, words.get(1..).unwrap_or_default()), 1)
    }

    /// German `den 14 Tagen`: a number after an article, but counted.
    fn begins_with_unit(&self, words: &[Word]) -> bool {
        self.rows.iter().any(|(pattern, meaning)| {
            matches!(meaning, Meaning::Unit(_)) && pattern.length_at(words).is_some_and(|n| n > 0)
        })
    }

    fn number(&self, word: &str, before: &str, rest: &[Word]) -> Meaning {
        let after = rest.first().map_or("", |word| word.folded.as_str());
        if !word.starts_with(|c: char| c.is_ascii_digit()) {
            return Meaning::Other;
        }
        let clock = self.clock_after.contains(&after) || self.clock_before.contains(&before);
        if let Ok(number) = word.parse::<u32>() {
            return match number {
                2020..=2100 => Meaning::Year(i32::try_from(number).unwrap_or(0)),
                _ if clock => Meaning::Clock,
                1..=31 if self.day_markers.contains(&before) && !self.begins_with_unit(rest) => {
                    Meaning::Ordinal(number)
                }
                0..=400 => Meaning::Number(number),
                _ => Meaning::Other,
            };
        }
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ending = word.strip_prefix(digits).unwrap_or_default();
        match (digits.parse::<u32>(), ending) {
            (Ok(day @ 1..=31), "st" | "nd" | "rd" | "th" | "er" | "ter" | "ten") => {
                return Meaning::Ordinal(day);
            }
            (Ok(hours @ 24..=400), "h" | "hrs") => return Meaning::Hours(hours),
            (Ok(_), _) | (Err(_), "a" | "p" | "am" | "pm" | "h") => return Meaning::Clock,
            (Err(_), _) => {}
        }
        if clock || word.contains(':') {
            return Meaning::Clock;
        }
        range(word).unwrap_or_else(|| Meaning::Digits(word.to_owned()))
    }
}

/// `2-3`; the larger counts.
fn range(word: &str) -> Option<Meaning> {
    let (low, high) = word.split_once('-')?;
    let (low, high): (u32, u32) = (low.parse().ok()?, high.parse().ok()?);
    (low < 100 && high < 100).then(|| Meaning::Range(low.max(high)))
}

/// `twenty` and `seventh` are one number.
fn compound(before: &Meaning, after: &Meaning) -> Option<Meaning> {
    match (before, after) {
        (Meaning::Number(tens @ (20 | 30)), Meaning::Ordinal(ones @ 1..=9)) => {
            Some(Meaning::Ordinal(tens + ones))
        }
        (Meaning::Number(tens @ (20 | 30 | 40 | 50)), Meaning::Number(ones @ 1..=9)) => {
            Some(Meaning::Number(tens + ones))
        }
        _ => None,
    }
}
