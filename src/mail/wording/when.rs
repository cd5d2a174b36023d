//! Days and times as a person says them. The year is only said where it is another one.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, Utc};
use chrono_tz::Tz;

/// `Tue 8 Dec`, or `Tue 5 Jan 2027` in another year than today's.
#[must_use]
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    let form = if day.year() == today.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    day.format(form).to_string()
}

/// `Tue 8 Dec 09:12`.
#[must_use]
pub fn moment(at: NaiveDateTime, today: NaiveDate) -> String {
    format!("{} {}", day(at.date(), today), at.format("%H:%M"))
}

/// When a message is to go out, on the clocks of both sides.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    pub at: DateTime<Utc>,
    pub user_zone: Tz,
    /// The recipient's distance from Greenwich that day.
    pub recipient: FixedOffset,
    pub first_name: &'a str,
}

impl Planned<'_> {
    /// `Tue 8 Dec, about 09:10`; where the clocks differ
    /// `Tue 8 Dec, about 09:10 for Anna (UTC+01:00), 03:10 for you`.
    pub(super) fn say(&self, today: NaiveDate) -> String {
        let mine = self.at.with_timezone(&self.user_zone);
        let theirs = self.at.with_timezone(&self.recipient);
        let (their_day, their_time) = (day(theirs.date_naive(), today), theirs.format("%H:%M"));
        if mine.offset().fix() == self.recipient {
            return format!("{their_day}, about {their_time}");
        }
        let same_day = mine.date_naive() == theirs.date_naive();
        let my_day =
            if same_day { String::new() } else { format!("{} ", day(mine.date_naive(), today)) };
        format!(
            "{their_day}, about {their_time} for {} (UTC{}), {my_day}{} for you",
            super::one(self.first_name),
            self.recipient,
            mine.format("%H:%M"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{date, time};
    use super::*;

    #[test]
    fn the_year_is_said_only_where_it_is_another() {
        assert_eq!(day(date("2026-12-08"), date("2026-11-01")), "Tue 8 Dec");
        assert_eq!(day(date("2027-01-05"), date("2026-12-31")), "Tue 5 Jan 2027");
        assert_eq!(moment(time("2026-12-08 09:12"), date("2026-12-08")), "Tue 8 Dec 09:12");
    }

    #[test]
    fn both_clocks_are_told_where_they_differ() {
        let say = |zone: Tz, hours: i32| {
            Planned {
                at: "2026-12-08T08:10:00Z".parse().unwrap(),
                user_zone: zone,
                recipient: FixedOffset::east_opt(hours * 3600).unwrap(),
                first_name: "Anna",
            }
            .say(date("2026-12-08"))
        };
        assert_eq!(say(Tz::Europe__Berlin, 1), "Tue 8 Dec, about 09:10");
        assert_eq!(
            say(Tz::America__New_York, 1),
            "Tue 8 Dec, about 09:10 for Anna (UTC+01:00), 03:10 for you"
        );
        assert_eq!(
            say(Tz::Pacific__Honolulu, 1),
            "Tue 8 Dec, about 09:10 for Anna (UTC+01:00), Mon 7 Dec 22:10 for you"
        );
    }
}
