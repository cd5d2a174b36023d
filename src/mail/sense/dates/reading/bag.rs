//! What a run of words names, without its order, except where order matters: a number belongs
//! to the unit or month beside it.

use chrono::Weekday;

use super::super::feasts::Feast;
use super::super::vocabulary::{Item, Meaning, Part, Unit};

/// Which week or month is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    This,
    Coming,
    Next,
    AfterNext,
}

impl Shift {
    /// Units ahead.
    pub(super) fn steps(self) -> u32 {
        match self {
            Self::This => 0,
            Self::Coming | Self::Next => 1,
            Self::AfterNext => 2,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bag {
    pub weekdays: Vec<Weekday>,
    /// Months without a day.
    pub months: Vec<u32>,
    /// Month and day.
    pub month_days: Vec<(u32, u32)>,
    pub year: Option<i32>,
    pub digits: Vec<String>,
    /// Days of the month without a month.
    pub ordinals: Vec<u32>,
    pub places: Vec<u32>,
    /// Units with their number, if there is one.
    pub units: Vec<(Option<u32>, Unit)>,
    pub part: Option<Part>,
    pub shift: Option<Shift>,
    pub days_ahead: Vec<u32>,
    pub week_number: Option<u32>,
    pub quarter: Option<u32>,
    pub weekend: bool,
    pub after_weekend: bool,
    pub end_of_day: bool,
    pub feasts: Vec<(Feast, bool)>,
    pub vague: bool,
    pub past: bool,
}

/// Numbers that still look for their unit or month.
#[derive(Default)]
struct Pending {
    numbers: Vec<u32>,
    ordinals: Vec<u32>,
    article: bool,
    month: Option<u32>,
    after_week: bool,
}

impl Bag {
    pub(super) fn of(run: &[Item]) -> Self {
        let mut bag = Self::default();
        let mut pending = Pending::default();
        for item in run {
            bag.put(item, &mut pending);
            if !matches!(item.meaning, Meaning::Filler | Meaning::Number(_) | Meaning::Clock) {
                pending.after_week =
                    matches!(item.meaning, Meaning::Unit(Unit::Week) | Meaning::WeekNumber);
            }
        }
        bag.months.extend(pending.month);
        bag.ordinals.append(&mut pending.ordinals);
        if bag.month_days.iter().any(|(month, _)| bag.months.contains(month)) {
            bag.months.clear();
        }
        bag
    }

    pub(super) fn has(&self, unit: Unit) -> bool {
        self.units.iter().any(|(_, named)| *named == unit)
    }

    pub(super) fn is_explicit(&self) -> bool {
        !self.digits.is_empty() || !self.month_days.is_empty()
    }

    fn put(&mut self, item: &Item, pending: &mut Pending) {
        match &item.meaning {
            Meaning::Today => self.days_ahead.push(0),
            Meaning::Tomorrow => self.days_ahead.push(1),
            Meaning::DayAfterTomorrow => self.days_ahead.push(2),
            Meaning::EndOfDay => self.end_of_day = true,
            Meaning::Day(weekday) => self.weekdays.push(*weekday),
            Meaning::Weekend => self.weekend = true,
            Meaning::AfterWeekend => self.after_weekend = true,
            Meaning::Month(month) => self.put_month(*month, pending),
            Meaning::Unit(unit) => self.put_unit(*unit, pending),
            Meaning::Part(part) => self.part = Some(*part),
            Meaning::PartOf(part, unit) => {
                self.part = Some(*part);
                self.units.push((None, *unit));
            }
            Meaning::This => self.shift = self.shift.or(Some(Shift::This)),
            Meaning::Coming => self.shift = Some(Shift::Coming),
            Meaning::Next => self.shift = Some(Shift::Next),
            Meaning::AfterNext => self.put_after_next(),
            Meaning::Number(number) | Meaning::Range(number) => self.put_number(*number, pending),
            Meaning::Article => pending.article = true,
            Meaning::Ordinal(day) => match pending.month {
                Some(month) => self.month_days.push((month, *day)),
                None => pending.ordinals.push(*day),
            },
            Meaning::Place(place) => self.places.push(*place),
            Meaning::Hours(hours) => self.units.push((Some(*hours), Unit::Hour)),
            Meaning::Year(year) => self.year = Some(*year),
            Meaning::Digits(word) => self.digits.push(word.clone()),
            // `49. Kalenderwoche`; the number may also follow.
            Meaning::WeekNumber => self.week_number = pending.numbers.pop(),
            Meaning::Quarter(quarter) => self.quarter = Some(*quarter),
            Meaning::Feast(feast, after) => self.feasts.push((*feast, *after)),
            Meaning::Vague => self.vague = true,
            Meaning::Past => self.past = true,
            Meaning::Filler | Meaning::Clock | Meaning::Other => {}
        }
    }

    fn put_after_next(&mut self) {
        self.shift = Some(Shift::AfterNext);
        if !self.has(Unit::Week) && self.weekdays.is_empty() {
            self.units.push((None, Unit::Week));
        }
    }

    fn put_month(&mut self, month: u32, pending: &mut Pending) {
        self.months.extend(pending.month.take());
        let days = pending.ordinals.drain(..).chain(pending.numbers.drain(..));
        let before = self.month_days.len();
        self.month_days.extend(days.map(|day| (month, day)));
        self.month_days.extend(self.places_as_days(month));
        if self.month_days.len() == before {
            pending.month = Some(month);
        }
    }

    /// `the first of December`, but not `the first week of December`.
    fn places_as_days(&self, month: u32) -> Vec<(u32, u32)> {
        let days = self.places.iter().filter(|_| !self.has(Unit::Week));
        days.map(|place| (month, *place)).collect()
    }

    fn put_number(&mut self, number: u32, pending: &mut Pending) {
        if let Some(month) = pending.month {
            self.month_days.push((month, number));
        } else if pending.after_week && (1..=53).contains(&number) {
            self.week_number = Some(number);
        }
        pending.numbers.push(number);
    }

    fn put_unit(&mut self, unit: Unit, pending: &mut Pending) {
        let mut count = pending.numbers.iter().copied().max();
        if count.is_none() && pending.article {
            count = Some(1);
        }
        pending.numbers.clear();
        pending.article = false;
        self.units.push((count, unit));
        if count.is_some() {
            self.week_number = None;
        }
    }
}
