//! Dates in digits. ISO dates and dotted dates have one reading; a slashed date in English has
//! two, and the later that still makes sense is taken (E03). `3-8` and `2.30` are no dates.

use chrono::NaiveDate;

use super::Language;
use super::arithmetic::without_year;

/// A date written in digits only.
pub(super) fn read(word: &str, language: Language, today: NaiveDate) -> Option<NaiveDate> {
    if word.contains('/') {
        let numbers = numbers(word, '/')?;
        return slashed(&numbers, language, today);
    }
    if word.contains('.') {
        return dotted(&numbers(word, '.')?, today);
    }
    match numbers(word, '-')?.as_slice() {
        [year, month, day] if *year > 999 => ymd(*year, *month, *day),
        [first, second, year] if *year > 999 => slashed(&[*first, *second, *year], language, today),
        _ => None,
    }
}

fn numbers(word: &str, separator: char) -> Option<Vec<u32>> {
    word.split(separator).map(|part| part.parse().ok()).collect()
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn full_year(year: u32) -> u32 {
    if year < 100 { 2000 + year } else { year }
}

fn day_month(numbers: &[u32], today: NaiveDate) -> Option<NaiveDate> {
    match numbers {
        [day, month] => without_year(today, *month, *day),
        [day, month, year] => ymd(full_year(*year), *month, *day),
        _ => None,
    }
}

fn dotted(numbers: &[u32], today: NaiveDate) -> Option<NaiveDate> {
    match numbers {
        [year, month, day] if *year > 999 => ymd(*year, *month, *day),
        _ => day_month(numbers, today),
    }
}

fn slashed(numbers: &[u32], language: Language, today: NaiveDate) -> Option<NaiveDate> {
    let swapped = |numbers: &[u32]| match numbers {
        [month, day] => day_month(&[*day, *month], today),
        [month, day, year] => day_month(&[*day, *month, *year], today),
        _ => None,
    };
    if let [year, month, day] = numbers
        && *year > 999
    {
        return ymd(*year, *month, *day);
    }
    let day_first = day_month(numbers, today);
    match language {
        Language::En => {
            // Both readings stand; one that is past or a third of a year away does not.
            let near = |date: &NaiveDate| (0..120).contains(&(*date - today).num_days());
            let both = [day_first, swapped(numbers)];
            let sensible = both.iter().flatten().copied().filter(near).max();
            sensible.or_else(|| both.iter().flatten().copied().max())
        }
        Language::De | Language::Fr | Language::Es => day_first.or_else(|| swapped(numbers)),
    }
}
