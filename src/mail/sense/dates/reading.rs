//! One run of words as one day: the last day that is meant, the later of two readings (E03).
//!
//! The run is emptied into a bag first, because languages order the same words differently.

mod bag;

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::arithmetic::{
    back_to_business_day, coming, is_weekend, last_business_day_of_month, monday, numbered,
    numbered_week, plus, plus_business_days, plus_months, without_year,
};
use super::vocabulary::{Item, Part, Unit};
use super::{Language, When, feasts, numeric};
use bag::{Bag, Shift};

/// Reads a run as the last day it can mean.
pub(super) fn read(run: &[Item], language: Language, today: NaiveDate) -> When {
    let bag = Bag::of(run);
    if bag.past {
        return When::Nothing;
    }
    if bag.is_explicit() {
        return day_or_nothing(explicit(&bag, language, today));
    }
    if let Some(month) = bag.months.last() {
        return day_or_nothing(in_month(&bag, *month, today));
    }
    if bag.vague && bag.weekdays.is_empty() {
        return When::Vague;
    }
    if bag.units.contains(&(None, Unit::Year)) && matches!(bag.shift, Some(Shift::Next)) {
        return When::Vague;
    }
    let readings = [
        day_of_month(&bag, today),
        weekday(&bag, today),
        span(&bag, today),
        bag.days_ahead.iter().max().and_then(|days| plus(today, *days)),
        bag.week_number.and_then(|week| numbered_week(today, week)),
        bag.quarter.and_then(|quarter| end_of_quarter(today, quarter)),
        bag.feasts.iter().filter_map(|(feast, after)| feasts::day(*feast, *after, today)).max(),
        weekend(&bag, today),
    ];
    match readings.into_iter().flatten().max() {
        Some(day) => When::Day(day),
        None if bag.end_of_day => When::Day(today),
        None => When::Nothing,
    }
}

fn day_or_nothing(day: Option<NaiveDate>) -> When {
    day.map_or(When::Nothing, When::Day)
}

/// Dates in digits and days with their month.
fn explicit(bag: &Bag, language: Language, today: NaiveDate) -> Option<NaiveDate> {
    let digits = bag.digits.iter().filter_map(|word| numeric::read(word, language, today));
    let named = bag.month_days.iter().filter_map(|(month, day)| match bag.year {
        Some(year) => NaiveDate::from_ymd_opt(year, *month, *day),
        None => without_year(today, *month, *day),
    });
    in_its_week(bag, digits.chain(named).max()?)
}

/// `the week of 7 December` ends with its Friday, `two weeks after 4 December` later still.
fn in_its_week(bag: &Bag, day: NaiveDate) -> Option<NaiveDate> {
    if !bag.weekdays.is_empty() {
        return Some(day);
    }
    let week = bag.units.iter().find(|(_, unit)| *unit == Unit::Week);
    match week {
        Some((Some(count), _)) => plus(day, count.checked_mul(7)?),
        Some((None, _)) => plus(monday(day, 0)?, 4).map(|friday| friday.max(day)),
        None => Some(day),
    }
}

/// A month without a day: `mid December` is the 20th, `December` its last business day.
fn in_month(bag: &Bag, month: u32, today: NaiveDate) -> Option<NaiveDate> {
    let year = match bag.year {
        Some(year) => year,
        None if month >= today.month() => today.year(),
        None if 12 + month - today.month() <= 9 => today.year().checked_add(1)?,
        None => return None,
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    if let (Some(place), true) = (bag.places.last(), bag.has(Unit::Week)) {
        return first.with_day((place * 7 + 3).min(28));
    }
    part_of_month(first, bag.part)
}

fn part_of_month(first: NaiveDate, part: Option<Part>) -> Option<NaiveDate> {
    match part {
        Some(Part::Early) => first.with_day(10),
        Some(Part::Mid) => first.with_day(20),
        Some(Part::End | Part::Rest) | None => last_business_day_of_month(first),
    }
}

/// `the 15th`, `Friday the 26th`, `the 15th of next month`.
fn day_of_month(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    let beside = bag.weekdays.first().copied();
    let places = bag.places.iter().filter(|_| beside.is_some() || bag.has(Unit::Month));
    let day = *bag.ordinals.iter().chain(places).max()?;
    if bag.has(Unit::Month) {
        let first = plus_months(today.with_day(1)?, bag.shift.map_or(0, Shift::steps))?;
        let date = first.with_day(day)?;
        return if date < today { plus_months(date, 1) } else { Some(date) };
    }
    numbered(today, day, beside)
}

fn weekday(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    if bag.ordinals.is_empty() {
        bag.weekdays.iter().filter_map(|day| one_weekday(bag, *day, today)).max()
    } else {
        None
    }
}

fn one_weekday(bag: &Bag, weekday: Weekday, today: NaiveDate) -> Option<NaiveDate> {
    let next = coming(today, weekday)?;
    let weeks = bag.units.iter().find(|(_, unit)| *unit == Unit::Week).map(|(count, _)| *count);
    if let Some(Some(count)) = weeks {
        return plus(next, count.checked_mul(7)?);
    }
    let in_week = |ahead| plus(monday(today, ahead)?, weekday.num_days_from_monday());
    match (bag.shift, weeks.is_some()) {
        (None, true) => plus(next, 7),
        (Some(Shift::This), true) => in_week(0).filter(|day| *day >= today).or(Some(next)),
        (Some(Shift::Coming), true) => in_week(1),
        (Some(Shift::Next), true) => in_week(weeks_to_next(today)),
        (Some(Shift::AfterNext), _) => in_week(2),
        (Some(Shift::Next), false) => {
            let day = in_week(weeks_to_next(today))?;
            if (day - today).num_days() <= 2 { plus(day, 7) } else { Some(day) }
        }
        (None | Some(Shift::This | Shift::Coming), false) => Some(next),
    }
}

/// On a Sunday some people already count the week that begins tomorrow as this week.
fn weeks_to_next(today: NaiveDate) -> u32 {
    if today.weekday() == Weekday::Sun { 2 } else { 1 }
}

/// Counted units (`two weeks`) and units with a part or a shift (`end of next week`).
fn span(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    let one = |(count, unit): &(Option<u32>, Unit)| match count {
        Some(count) => counted(*count, *unit, today),
        None if bag.weekdays.is_empty() && bag.ordinals.is_empty() && bag.places.is_empty() => {
            named(bag, *unit, today)
        }
        None => None,
    };
    bag.units.iter().filter_map(one).max()
}

fn counted(count: u32, unit: Unit, today: NaiveDate) -> Option<NaiveDate> {
    match unit {
        Unit::Hour => plus(today, count.div_ceil(24)),
        Unit::Day => plus(today, count),
        Unit::BusinessDay => plus_business_days(today, count),
        Unit::Week => plus(today, count.checked_mul(7)?),
        Unit::Fortnight => plus(today, count.checked_mul(15)?),
        Unit::Month => plus_months(today, count),
        Unit::Quarter => plus_months(today, count.checked_mul(3)?),
        Unit::Year => plus_months(today, count.checked_mul(12)?),
    }
}

fn named(bag: &Bag, unit: Unit, today: NaiveDate) -> Option<NaiveDate> {
    match unit {
        Unit::Hour => None,
        Unit::Day => bag.shift.and_then(|shift| plus(today, shift.steps())),
        Unit::BusinessDay => bag.shift.and_then(|shift| plus_business_days(today, shift.steps())),
        Unit::Week => week(bag, today),
        Unit::Fortnight => plus(today, 15),
        Unit::Month => month(bag, today),
        Unit::Quarter => {
            let ahead = plus_months(today, bag.shift.map_or(0, Shift::steps) * 3)?;
            end_of_quarter(ahead, ahead.month0() / 3 + 1)
        }
        Unit::Year => {
            let meant = bag.part.is_some() || bag.shift.is_some();
            let last = NaiveDate::from_ymd_opt(today.year(), 12, 31)?;
            let day = back_to_business_day(last)?;
            meant.then_some(if day < today { last } else { day })
        }
    }
}

fn week(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    let offset = match bag.part {
        Some(Part::Early) => 2,
        Some(Part::Mid) => 3,
        Some(Part::End | Part::Rest) | None => 4,
    };
    let day = |weeks| plus(monday(today, weeks)?, offset);
    match bag.shift {
        Some(Shift::AfterNext) => day(2),
        Some(Shift::Next) => day(weeks_to_next(today)),
        Some(Shift::Coming) => day(1),
        Some(Shift::This) if today.weekday() == Weekday::Sun => day(1),
        Some(Shift::This) => day(0).filter(|day| *day > today).or(rest_of_week(today)),
        None if matches!(bag.part, None | Some(Part::Rest)) => {
            day(0).filter(|day| *day > today).or(rest_of_week(today))
        }
        None => day(0).filter(|day| *day > today).or(day(1)),
    }
}

/// The Sunday of this week; what is left of a week when its Friday has come.
fn rest_of_week(today: NaiveDate) -> Option<NaiveDate> {
    plus(monday(today, 0)?, 6)
}

fn month(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    let steps = bag.shift.map_or(0, Shift::steps);
    let part = |ahead| part_of_month(plus_months(today.with_day(1)?, ahead)?, bag.part);
    let day = part(steps)?;
    if day <= today { part(steps + 1) } else { Some(day) }
}

fn end_of_quarter(today: NaiveDate, quarter: u32) -> Option<NaiveDate> {
    let of_year = |year| last_business_day_of_month(NaiveDate::from_ymd_opt(year, quarter * 3, 1)?);
    of_year(today.year())
        .filter(|day| *day >= today)
        .or_else(|| of_year(today.year().checked_add(1)?))
}

fn weekend(bag: &Bag, today: NaiveDate) -> Option<NaiveDate> {
    if bag.after_weekend {
        return plus(monday(today, 1)?, 2);
    }
    let next = matches!(bag.shift, Some(Shift::Next)) || today.weekday() == Weekday::Sun;
    let weeks =
        if next && is_weekend(today) || matches!(bag.shift, Some(Shift::Next)) { 1 } else { 0 };
    bag.weekend.then(|| plus(monday(today, weeks)?, 6)).flatten()
}
