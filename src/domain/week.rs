//! ISO weeks, as the summary reports them: a week is mailed on the chosen day after it.

use std::fmt;

use chrono::{DateTime, Datelike as _, Days, IsoWeek, NaiveDate, NaiveTime, Utc, Weekday};

use super::calendar::moment;
use super::settings::Settings;

/// One ISO week: `2026-W50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    pub year: i32,
    pub week: u32,
}

impl Week {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.trim().split_once("-W")?;
        let (year, week) = (year.parse().ok()?, week.parse().ok()?);
        NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).map(|_| Self { year, week })
    }

    /// The week of a day.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        let week: IsoWeek = day.iso_week();
        Self { year: week.year(), week: week.week() }
    }

    #[must_use]
    pub fn monday(self) -> NaiveDate {
        NaiveDate::from_isoywd_opt(self.year, self.week, Weekday::Mon).unwrap_or_default()
    }

    /// From Monday midnight to the next, in the user's zone.
    #[must_use]
    pub fn span(self, settings: &Settings) -> (DateTime<Utc>, DateTime<Utc>) {
        let monday = self.monday();
        let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
        let midnight = |day: NaiveDate| moment(settings.zone, day.and_time(NaiveTime::MIN));
        (midnight(monday), midnight(next))
    }

    /// When the week is mailed: on the chosen day after its end.
    #[must_use]
    pub fn mailed_at(self, settings: &Settings) -> DateTime<Utc> {
        let days = u64::from(settings.summary_day.num_days_from_monday()) + 7;
        let day = self.monday().checked_add_days(Days::new(days)).unwrap_or_default();
        moment(settings.zone, day.and_time(settings.summary_time))
    }

    /// The last week whose summary is due at `now`.
    #[must_use]
    pub fn latest_due(settings: &Settings, now: DateTime<Utc>) -> Self {
        let today = now.with_timezone(&settings.zone).date_naive();
        let last = today.checked_sub_days(Days::new(7)).unwrap_or(today);
        let candidate = Self::of(last);
        if candidate.mailed_at(settings) <= now {
            return candidate;
        }
        Self::of(last.checked_sub_days(Days::new(7)).unwrap_or(last))
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-W{:02}", self.year, self.week)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(now: &str) -> String {
        let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
        Week::latest_due(&settings, now.parse().unwrap()).to_string()
    }

    #[test]
    fn a_week_is_mailed_on_the_monday_after_it() {
        assert_eq!(latest("2026-12-14T06:59:59Z"), "2026-W49");
        assert_eq!(latest("2026-12-14T07:00:00Z"), "2026-W50");
        assert_eq!(latest("2026-12-20T22:00:00Z"), "2026-W50");
        assert_eq!(latest("2027-01-04T07:00:00Z"), "2026-W53");
        assert_eq!(latest("2027-01-11T07:00:00Z"), "2027-W01");
    }

    #[test]
    fn weeks_are_read_back_as_they_are_written() {
        let week = Week { year: 2026, week: 50 };
        assert_eq!(Week::parse(&week.to_string()), Some(week));
        assert_eq!(Week::parse("2026-W54"), None);
        assert_eq!(Week::parse("yesterday"), None);
    }
}
