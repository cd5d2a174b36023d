//! Days as a person types them in one line: `fri`, `later 3d`, `in 2 weeks`, `12 dec`,
//! `2026-12-12`. Always in the future; not for dates in an employer's sentences.

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

/// A draft is put off by so many days at the most: a day beyond was meant otherwise.
pub const FARTHEST: i64 = 60;

/// Whether a draft may be put off to that day.
#[must_use]
pub fn may_be_later(day: NaiveDate, today: NaiveDate) -> bool {
    (1..=FARTHEST).contains(&(day - today).num_days())
}

/// The day that `words` mean on `today`. `None` if they are no day, or one that has passed.
#[must_use]
pub fn parse(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words = words.trim().to_lowercase();
    let words = words.strip_prefix("on ").unwrap_or(&words);
    let ahead = |days: u64| today.checked_add_days(Days::new(days));
    match words {
        "tomorrow" => return ahead(1),
        "next week" => return weekday_after(today, Weekday::Mon),
        "next month" => return today.checked_add_months(Months::new(1)),
        _ => {}
    }
    let name = words.strip_prefix("next ").unwrap_or(words);
    if let Some(weekday) = weekday(name) {
        let day = weekday_after(today, weekday)?;
        return if words.starts_with("next ") && day.iso_week() == today.iso_week() {
            day.checked_add_days(Days::new(7))
        } else {
            Some(day)
        };
    }
    if let Ok(day) = words.parse::<NaiveDate>() {
        return (day > today).then_some(day);
    }
    span(words.strip_prefix("in ").unwrap_or(words))
        .and_then(ahead)
        .or_else(|| day_and_month(words, today))
}

/// The last day that an employer's words mean, as the user reports them: it may be past, and of
/// a week or a month the end counts (E03).
#[must_use]
pub fn parse_promise(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    let plain = words.trim().to_lowercase();
    let friday_of =
        |day: NaiveDate| day.iter_days().take(7).find(|it| it.weekday() == Weekday::Fri);
    match plain.as_str() {
        "today" => return Some(today),
        "next week" => return weekday_after(today, Weekday::Mon).and_then(friday_of),
        "next month" => {
            let after = today.with_day(1)?.checked_add_months(Months::new(2))?;
            return after.pred_opt();
        }
        _ => {}
    }
    if let Ok(day) = plain.parse::<NaiveDate>() {
        return Some(day);
    }
    // A day and a month without a year is the nearest one: half a year back at the most.
    let half_a_year_ago = today.checked_sub_months(Months::new(6))?;
    day_and_month(&plain, half_a_year_ago).or_else(|| parse(&plain, today))
}

/// `3d`, `3 days`, `2 weeks`, `a week`.
fn span(words: &str) -> Option<u64> {
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    let (count, unit) = if digits == 0 {
        let (count, unit) = words.split_once(' ')?;
        let count = ["a", "two", "three", "four"].iter().position(|it| *it == count)?;
        (u64::try_from(count).ok()? + 1, unit)
    } else {
        let (count, unit) = words.split_at_checked(digits)?;
        (count.parse().ok()?, unit.trim())
    };
    let days = match unit {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        _ => return None,
    };
    (1..=366).contains(&(count * days)).then_some(count * days)
}

/// `12 dec`, `dec 12`, `12 december 2026`.
fn day_and_month(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    let mut day = None;
    let mut found_month = None;
    let mut year = None;
    for word in words.split([' ', ',']).filter(|word| !word.is_empty()) {
        let number = word.trim_end_matches(['.', 's', 't', 'n', 'd', 'r', 'h']);
        match number.parse::<u32>() {
            Ok(number) if number >= 1000 && year.is_none() => year = i32::try_from(number).ok(),
            Ok(number) if day.is_none() => day = Some(number),
            Ok(_) => return None,
            Err(_) if found_month.is_none() => found_month = Some(month(word)?),
            Err(_) => return None,
        }
    }
    let date = |year| NaiveDate::from_ymd_opt(year, found_month?, day?);
    match year {
        Some(year) => date(year).filter(|day| *day > today),
        None => date(today.year())
            .filter(|day| *day > today)
            .or_else(|| date(today.year().checked_add(1)?)),
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    let names = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    names
        .into_iter()
        .find(|(full, _)| name.len() >= 3 && full.starts_with(name))
        .map(|(_, weekday)| weekday)
}

fn month(name: &str) -> Option<u32> {
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.trim_end_matches('.');
    let index = names.iter().position(|full| name.len() >= 3 && full.starts_with(name))?;
    u32::try_from(index + 1).ok()
}

fn weekday_after(today: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    today.iter_days().skip(1).take(7).find(|day| day.weekday() == weekday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_waits_from_tomorrow_to_the_sixtieth_day_from_now() {
        let tuesday: NaiveDate = "2026-12-08".parse().unwrap();
        for (day, expected) in [
            ("2026-12-07", false),
            ("2026-12-08", false),
            ("2026-12-09", true),
            ("2027-02-06", true),
            ("2027-02-07", false),
        ] {
            assert_eq!(may_be_later(day.parse().unwrap(), tuesday), expected, "{day}");
        }
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let tuesday: NaiveDate = "2026-12-08".parse().unwrap();
        let cases = [
            ("tomorrow", Some("2026-12-09")),
            ("fri", Some("2026-12-11")),
            ("tuesday", Some("2026-12-15")),
            ("next fri", Some("2026-12-18")),
            ("next week", Some("2026-12-14")),
            ("3d", Some("2026-12-11")),
            ("in 2 weeks", Some("2026-12-22")),
            ("a week", Some("2026-12-15")),
            ("12 dec", Some("2026-12-12")),
            ("Dec 12", Some("2026-12-12")),
            ("4 jan", Some("2027-01-04")),
            ("12 december 2026", Some("2026-12-12")),
            ("2026-12-12", Some("2026-12-12")),
            ("2026-12-08", None),
            ("1 dec 2026", None),
            ("30 feb", None),
            ("whenever", None),
            ("", None),
            ("in 9999 weeks", None),
        ];
        for (words, expected) in cases {
            let expected = expected.map(|day| day.parse::<NaiveDate>().unwrap());
            assert_eq!(parse(words, tuesday), expected, "{words}");
        }
    }

    #[test]
    fn e03_a_promise_may_be_past_and_takes_the_end_of_a_span() {
        let monday: NaiveDate = "2026-12-07".parse().unwrap();
        let cases = [
            ("4 dec", "2026-12-04"),
            ("2026-12-04", "2026-12-04"),
            ("12 jan", "2027-01-12"),
            ("next week", "2026-12-18"),
            ("next month", "2027-01-31"),
            ("fri", "2026-12-11"),
            ("in 2 weeks", "2026-12-21"),
        ];
        for (words, expected) in cases {
            assert_eq!(parse_promise(words, monday), expected.parse().ok(), "{words}");
        }
    }
}
