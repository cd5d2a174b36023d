//! Counting days. Weekends are known here, and the few holidays everybody has; whoever plans a
//! message adds those of the place, and a promise read a day too late is a lesser fault than one read too early.

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::feasts::is_free;

pub(super) fn plus(day: NaiveDate, days: u32) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(days)))
}

pub(super) fn plus_months(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(months))
}

pub(super) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

pub(super) fn plus_business_days(mut day: NaiveDate, days: u32) -> Option<NaiveDate> {
    let mut left = days.min(400);
    while left > 0 {
        day = plus(day, 1)?;
        if !is_weekend(day) && !is_free(day) {
            left -= 1;
        }
    }
    Some(day)
}

/// Monday of the week of `day`, `weeks` later.
pub(super) fn monday(day: NaiveDate, weeks: u32) -> Option<NaiveDate> {
    let monday =
        day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
    plus(monday, weeks.checked_mul(7)?)
}

/// The first such weekday after `day`, never `day` itself.
pub(super) fn coming(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
    plus(day, if ahead == 0 { 7 } else { ahead })
}

pub(super) fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// `day`, or the Friday before it.
pub(super) fn back_to_business_day(day: NaiveDate) -> Option<NaiveDate> {
    let back = match day.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => 0,
    };
    day.checked_sub_days(Days::new(back))
}

pub(super) fn last_business_day_of_month(day: NaiveDate) -> Option<NaiveDate> {
    back_to_business_day(last_of_month(day)?)
}

/// A day and month without a year: this year's, or next year's if that is not far away.
/// A day that has just passed is no promise.
pub(super) fn without_year(today: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day);
    if this_year.is_some_and(|date| date >= today) {
        return this_year;
    }
    let next_year = NaiveDate::from_ymd_opt(today.year().checked_add(1)?, month, day)?;
    ((next_year - today).num_days() < 270).then_some(next_year)
}

/// The next day of this number after `today`; on the weekday, if one is given and it fits soon.
pub(super) fn numbered(today: NaiveDate, day: u32, weekday: Option<Weekday>) -> Option<NaiveDate> {
    let months = (0..12).filter_map(|ahead| {
        let first = plus_months(today.with_day(1)?, ahead)?;
        first.with_day(day).filter(|date| *date > today)
    });
    let mut candidates = months.take(3);
    let soonest = candidates.next()?;
    match weekday {
        Some(weekday) if soonest.weekday() != weekday => {
            Some(candidates.find(|date| date.weekday() == weekday).unwrap_or(soonest))
        }
        Some(_) | None => Some(soonest),
    }
}

/// Monday of an ISO week that is not behind us.
pub(super) fn numbered_week(today: NaiveDate, week: u32) -> Option<NaiveDate> {
    let of_year = |year| NaiveDate::from_isoywd_opt(year, week, Weekday::Fri);
    let this_year = of_year(today.iso_week().year())?;
    if this_year >= today {
        return Some(this_year);
    }
    let next_year = of_year(today.iso_week().year().checked_add(1)?)?;
    ((next_year - today).num_days() < 270).then_some(next_year)
}
