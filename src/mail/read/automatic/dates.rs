//! Dates in sentences, in the languages of the supported countries: `7 December`, `12.12.2026`,
//! `Monday`. A date without a year is the next such day; where two readings of numbers are
//! possible in English the later one is taken.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

const MONTHS: [(u32, &[&str]); 12] = [
    (
        1,
        &[
            "january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio",
            "gen", "januari", "janeiro",
        ],
    ),
    (
        2,
        &[
            "february",
            "feb",
            "februar",
            "février",
            "févr",
            "fevrier",
            "febrero",
            "febbraio",
            "februari",
            "fevereiro",
            "fev",
        ],
    ),
    (3, &["march", "mar", "märz", "mrz", "maerz", "mars", "marzo", "maart", "março"]),
    (4, &["april", "apr", "avril", "avr", "abril", "abr", "aprile"]),
    (5, &["may", "mai", "mayo", "maggio", "mag", "mei", "maio", "maj"]),
    (6, &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"]),
    (7, &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"]),
    (8, &["august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti"]),
    (9, &["september", "sep", "sept", "septembre", "septiembre", "settembre", "set", "setembro"]),
    (
        10,
        &[
            "october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro",
            "out",
        ],
    ),
    (11, &["november", "nov", "novembre", "noviembre", "novembro"]),
    (
        12,
        &[
            "december",
            "dec",
            "dezember",
            "dez",
            "décembre",
            "déc",
            "decembre",
            "diciembre",
            "dic",
            "dicembre",
            "dezembro",
            "desember",
        ],
    ),
];
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (
        Weekday::Mon,
        &[
            "monday", "mon", "montag", "mo", "lundi", "lunes", "lunedì", "maandag", "måndag",
            "mandag",
        ],
    ),
    (
        Weekday::Tue,
        &[
            "tuesday", "tue", "dienstag", "di", "mardi", "martes", "martedì", "dinsdag", "tisdag",
            "tirsdag",
        ],
    ),
    (
        Weekday::Wed,
        &[
            "wednesday",
            "wed",
            "mittwoch",
            "mi",
            "mercredi",
            "miércoles",
            "mercoledì",
            "woensdag",
            "onsdag",
        ],
    ),
    (
        Weekday::Thu,
        &[
            "thursday",
            "thu",
            "donnerstag",
            "do",
            "jeudi",
            "jueves",
            "giovedì",
            "donderdag",
            "torsdag",
        ],
    ),
    (
        Weekday::Fri,
        &["friday", "fri", "freitag", "fr", "vendredi", "viernes", "venerdì", "vrijdag", "fredag"],
    ),
    (Weekday::Sat, &["saturday", "sat", "samstag", "sa", "samedi", "sábado", "sabato", "zaterdag"]),
    (
        Weekday::Sun,
        &["sunday", "sun", "sonntag", "so", "dimanche", "domingo", "domenica", "zondag"],
    ),
];
/// The word without punctuation around it.
#[must_use]
pub fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '–' | '—'))
}

/// The date that begins at a word, and how many words it takes.
pub fn date_at(
    words: &[&str],
    at: usize,
    received: NaiveDate,
    english: bool,
) -> Option<(NaiveDate, usize)> {
    let word = |offset: usize| words.get(at + offset).map(|word| bare(word)).unwrap_or_default();
    if let Some(date) = numeric(word(0), received, english) {
        return Some((date, 1));
    }
    let named = |day: usize, month: usize, next: usize| {
        let date = (day_number(word(day))?, month_number(word(month))?);
        let gap = usize::from(matches!(word(next), "de" | "del"));
        let year = word(next + gap).parse::<i32>().ok().filter(|y| (1990..2100).contains(y));
        let taken = if year.is_some() { next + gap + 1 } else { next };
        Some((with_year(date, year, received)?, taken))
    };
    let gap = usize::from(matches!(word(1), "of" | "de" | "d"));
    if let Some(found) = named(0, 1 + gap, 2 + gap).or_else(|| named(1, 0, 2)) {
        return Some(found);
    }
    // `July 10 – 31`: the second day of a range has its month in front.
    if at >= 3 && matches!(words.get(at - 1).copied(), Some("–" | "-")) {
        let month = words.get(at - 3).and_then(|word| month_number(bare(word)));
        if let (Some(day), Some(month)) = (day_number(word(0)), month) {
            return Some((with_year((day, month), None, received)?, 1));
        }
    }
    let named_day = weekday(word(0)).filter(|_| word(0).chars().count() > 3)?;
    // A weekday in front of a date only decorates it.
    let decorates = (1..=3).any(|skip| {
        let next = word(skip);
        next.starts_with(|c: char| c.is_ascii_digit()) || month_number(next).is_some()
    });
    let mut date = received.checked_add_days(Days::new(1))?;
    while date.weekday() != named_day {
        date = date.succ_opt()?;
    }
    (!decorates).then_some((date, 1))
}

/// The day of the week a word names.
#[must_use]
pub fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(_, names)| names.contains(&word)).map(|(day, _)| *day)
}

fn month_number(word: &str) -> Option<u32> {
    MONTHS.iter().find(|(_, names)| names.contains(&word)).map(|(month, _)| *month)
}

fn day_number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    let known = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "." | "°" | "e");
    digits.parse().ok().filter(|day| known && (1..=31).contains(day))
}

/// `12.12.2026`, `12.12`, `2026-12-12`, `12/7/2026`.
fn numeric(word: &str, received: NaiveDate, english: bool) -> Option<NaiveDate> {
    let separator = ['.', '/', '-'].into_iter().find(|s| word.contains(*s))?;
    let numbers: Vec<i32> =
        word.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let day_month = |day: i32, month: i32, year: Option<i32>| {
        let date = (u32::try_from(day).ok()?, u32::try_from(month).ok()?);
        with_year(date, year.map(|y| if y < 100 { 2000 + y } else { y }), received)
    };
    match *numbers.as_slice() {
        [year, month, day] if year > 1900 => day_month(day, month, Some(year)),
        [first, second, ref rest @ ..] if rest.len() <= 1 && separator != '-' => {
            let year = rest.first().copied();
            let usual = day_month(first, second, year);
            let swapped = day_month(second, first, year);
            if separator == '/' && english { usual.max(swapped) } else { usual.or(swapped) }
        }
        _ => None,
    }
}

/// Without a year: the next such day, a recent one included.
fn with_year(
    (day, month): (u32, u32),
    year: Option<i32>,
    received: NaiveDate,
) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let recent = received.checked_sub_days(Days::new(60))?;
    (0..=1)
        .filter_map(|ahead| NaiveDate::from_ymd_opt(received.year() + ahead, month, day))
        .find(|date| *date >= recent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_words_and_numbers() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let read = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            date_at(&words, 0, day("2026-11-26"), true)
        };
        for (text, expected, taken) in [
            ("7 december 2026", "2026-12-07", 3),
            ("december 7th, please", "2026-12-07", 2),
            ("1er décembre", "2026-12-01", 2),
            ("7 de diciembre de 2026", "2026-12-07", 5),
            ("12.1.", "2027-01-12", 1),
            ("2026-12-07", "2026-12-07", 1),
            ("4/12/2026", "2026-12-04", 1),
            ("friday", "2026-11-27", 1),
        ] {
            assert_eq!(read(text), Some((day(expected), taken)), "{text}");
        }
        for text in ["31 february", "friday 4 december", "office", "2026"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
