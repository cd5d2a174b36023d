//! Feasts by which people name days: `after the holidays`, `vor Ostern`, `in the new year`.
//!
//! What lies after a feast is read as the Friday of the first week of work behind it, because
//! nobody who is told `after Easter` expects the answer on Easter Monday.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use super::arithmetic::{coming, plus, without_year};

/// A feast, or a season of feasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feast {
    Christmas,
    NewYear,
    /// `the holidays`: which ones depends on the time of the year.
    Holidays,
    Thanksgiving,
    Easter,
    Pentecost,
}

/// The last day that is meant by a feast or by what comes after it.
pub(super) fn day(feast: Feast, after: bool, today: NaiveDate) -> Option<NaiveDate> {
    match (feast, after) {
        (Feast::Christmas, false) => without_year(today, 12, 24),
        (Feast::NewYear, false) => without_year(today, 12, 31),
        (Feast::Christmas | Feast::NewYear, true) => without_year(today, 1, 10),
        (Feast::Holidays, after) => match today.month() {
            10..=12 if !after => without_year(today, 12, 24),
            1 | 10..=12 => without_year(today, 1, 10),
            _ => plus(today, 14),
        },
        (Feast::Thanksgiving, after) => around(thanksgiving, after, today),
        (Feast::Easter, after) => around(easter, after, today),
        (Feast::Pentecost, after) => around(|year| plus(easter(year)?, 49), after, today),
    }
}

/// The day before a feast of this or the next year, or the Friday of the week after it.
fn around(
    of_year: impl Fn(i32) -> Option<NaiveDate>,
    after: bool,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let near = |year| {
        let feast = of_year(year)?;
        if after { coming(plus(feast, 1)?, Weekday::Fri) } else { feast.pred_opt() }
    };
    near(today.year()).filter(|day| *day >= today).or_else(|| near(today.year().checked_add(1)?))
}

/// The fourth Thursday of November.
fn thanksgiving(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, 11, Weekday::Thu, 4)
}

/// Easter Sunday of the Gregorian calendar, by the rule that O'Beirne gives.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let g = (8 * b + 13).div_euclid(25);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c.div_euclid(4), c.rem_euclid(4));
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 19 * l).div_euclid(433);
    let month = (h + l - 7 * m + 90).div_euclid(25);
    let day = (h + l - 7 * m + 33 * month + 19).rem_euclid(32);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// Days on which next to nobody works in any of the countries whose languages are read.
pub(super) fn is_free(day: NaiveDate) -> bool {
    matches!((day.month(), day.day()), (1, 1) | (12, 24..=26 | 31))
        || easter(day.year()).is_some_and(|sunday| {
            sunday.checked_add_days(Days::new(1)) == Some(day)
                || sunday.checked_sub_days(Days::new(2)) == Some(day)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_and_thanksgiving_move() {
        for (year, expected) in [(2024, "2024-03-31"), (2026, "2026-04-05"), (2027, "2027-03-28")] {
            assert_eq!(easter(year).unwrap().to_string(), expected);
        }
        assert_eq!(thanksgiving(2026).unwrap().to_string(), "2026-11-26");
    }
}
