//! The numbers and hours the policy works with, as plain values.
//!
//! Nothing here is read from anywhere: `config` fills it, tests write it by hand. What is fixed
//! by the etiquette (two attempts, one message a week) has no field on purpose.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday, WeekdaySet};
use chrono_tz::Tz;

/// A part of the day from `start` until just before `end`; it may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    pub start: NaiveTime,
    pub end: NaiveTime,
}

impl Hours {
    #[must_use]
    pub fn contains(self, time: NaiveTime) -> bool {
        if self.start <= self.end {
            (self.start..self.end).contains(&time)
        } else {
            time >= self.start || time < self.end
        }
    }
}

/// What the user can set about when and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Business days after the promised date, 1 to 10 (E02).
    pub grace_business_days: u32,
    /// Calendar days after the interview where no date was given, 7 to 14 (E04).
    pub no_promise_days: u32,
    /// Calendar days from the first attempt to the second, 14 to 28 (E07).
    pub second_attempt_days: u32,
    /// Silent calendar days after the second attempt, 14 to 60 (E08).
    pub close_after_days: u32,
    /// Hours of the recipient in which a message may leave (E11).
    pub send_window: Hours,
    /// The only weekdays on which a message may leave; never empty (E11).
    pub send_days: WeekdaySet,
    /// Whether a thank-you note is offered (E30).
    pub thank_you: bool,
    /// Days without mail besides the public holidays.
    pub extra_holidays: Vec<NaiveDate>,
    /// Hours until an unanswered request lapses (E13).
    pub valid_hours: u32,
    /// Hours until an unanswered request is brought up once more (E13).
    pub remind_after_hours: u32,
    /// Minutes between the approval and the sending in which `cancel` works.
    pub undo_minutes: u32,
    /// Hours of the user in which no mail goes to the user.
    pub quiet_hours: Hours,
    /// Mails to employers a day, 0 to 10.
    pub daily_cap: u32,
    /// The user's time zone.
    pub zone: Tz,
    /// The user's country for public holidays: `DE`, `DE-BY`; empty if it is not known.
    pub country: String,
    /// When the user is asked for an approval.
    pub ask_time: NaiveTime,
    /// When the user is asked about the interview of the day.
    pub question_time: NaiveTime,
    pub summary_day: Weekday,
    pub summary_time: NaiveTime,
}

impl Settings {
    /// What `approve now` leaves of them: any business day, the whole of it, and no undo time.
    #[must_use]
    pub fn hurried(&self) -> Self {
        let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        Self {
            send_window: Hours { start: at(8, 0), end: at(18, 0) },
            send_days: WeekdaySet::from_array(weekdays),
            undo_minutes: 0,
            ..self.clone()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            grace_business_days: 2,
            no_promise_days: 10,
            second_attempt_days: 14,
            close_after_days: 14,
            send_window: Hours { start: at(9, 0), end: at(11, 30) },
            send_days: WeekdaySet::from_array([Weekday::Tue, Weekday::Wed, Weekday::Thu]),
            thank_you: false,
            extra_holidays: Vec::new(),
            valid_hours: 168,
            remind_after_hours: 48,
            undo_minutes: 10,
            quiet_hours: Hours { start: at(20, 0), end: at(8, 0) },
            daily_cap: 3,
            zone: Tz::UTC,
            country: String::new(),
            ask_time: at(8, 0),
            question_time: at(18, 0),
            summary_day: Weekday::Mon,
            summary_time: at(8, 0),
        }
    }
}

/// A time of day; the literals above are all within one.
fn at(hour: i64, minute: i64) -> NaiveTime {
    NaiveTime::MIN.overflowing_add_signed(TimeDelta::minutes(hour * 60 + minute)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        let quiet = Settings::default().quiet_hours;
        for (hour, minute, inside) in [
            (19, 59, false),
            (20, 0, true),
            (23, 59, true),
            (0, 0, true),
            (7, 59, true),
            (8, 0, false),
        ] {
            assert_eq!(quiet.contains(at(hour, minute)), inside, "{hour}:{minute}");
        }
        let window = Settings::default().send_window;
        assert!(window.contains(at(9, 0)) && window.contains(at(11, 29)));
        assert!(!window.contains(at(11, 30)) && !window.contains(at(8, 59)));
    }
}
