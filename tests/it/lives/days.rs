//! The calendar of the truth: the clocks of the two sides, days of work and public holidays, worked
//! out without the core and without its table. What observance moves to another day is left out,
//! so a day that is no day of work here is none in any office.

use chrono::{
    DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday,
};
use chrono_tz::Tz;

/// Whose public holidays are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    Berlin,
    NewYork,
    France,
    /// Only weekends are free.
    Unknown,
}

impl Country {
    /// As it stands in a configuration.
    pub fn code(self) -> &'static str {
        match self {
            Self::Berlin => "DE-BE",
            Self::NewYork => "US-NY",
            Self::France => "FR",
            Self::Unknown => "",
        }
    }

    /// Whether people go to work on that day.
    pub fn works(self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.rests(day)
    }

    fn rests(self, day: NaiveDate) -> bool {
        let date = (day.month(), day.day());
        let after_easter = (day - easter(day.year())).num_days();
        match self {
            Self::Berlin => {
                [(1, 1), (3, 8), (5, 1), (10, 3), (12, 25), (12, 26)].contains(&date)
                    || [-2, 1, 39, 50].contains(&after_easter)
            }
            Self::France => {
                let summer = [(5, 1), (5, 8), (7, 14), (8, 15)];
                let winter = [(11, 1), (11, 11), (12, 25), (1, 1)];
                summer.contains(&date)
                    || winter.contains(&date)
                    || [1, 39, 50].contains(&after_easter)
            }
            Self::NewYork => {
                [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)].contains(&date)
                    || moves_by_weekday(day)
            }
            Self::Unknown => false,
        }
    }

    /// The `count`th day after `day` on which people go to work.
    pub fn nth_work_day(self, day: NaiveDate, count: u32) -> NaiveDate {
        let days = day.iter_days().skip(1).filter(|it| self.works(*it));
        days.take(count as usize).last().unwrap_or(day)
    }
}

/// Easter Sunday, by the rule of Gauss; it holds without exceptions from 2000 to 2048.
fn easter(year: i32) -> NaiveDate {
    let d = (19 * (year % 19) + 24) % 30;
    let e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
    let first = NaiveDate::from_ymd_opt(year, 3, 22).unwrap();
    first + TimeDelta::days(i64::from(d + e))
}

/// The holidays of New York that are the third Monday of a month, and the like.
fn moves_by_weekday(day: NaiveDate) -> bool {
    let which = (day.day() - 1) / 7 + 1;
    match (day.weekday(), day.month()) {
        (Weekday::Mon, 1 | 2) => which == 3,
        (Weekday::Mon, 5) => day.day() > 24,
        (Weekday::Mon, 9) => which == 1,
        (Weekday::Mon, 10) => which == 2,
        (Weekday::Thu, 11) => which == 4,
        _ => false,
    }
}

/// The clocks on the two walls.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    pub user: Tz,
    /// Seconds east of Greenwich, as their mail says; `None` if they live where the user does.
    pub theirs: Option<i32>,
}

impl Clocks {
    /// What the user's clock shows.
    pub fn here(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.user).naive_local()
    }

    /// What theirs shows.
    pub fn there(self, at: DateTime<Utc>) -> NaiveDateTime {
        match self.theirs {
            Some(east) => at.naive_utc() + TimeDelta::seconds(i64::from(east)),
            None => self.here(at),
        }
    }

    /// Whether a day is over on both.
    pub fn is_over(self, day: NaiveDate, at: DateTime<Utc>) -> bool {
        self.here(at).date() > day && self.there(at).date() > day
    }
}

/// A day some days later.
pub fn plus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

/// A time of day.
pub fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}
