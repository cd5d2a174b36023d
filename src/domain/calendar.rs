//! Days on which a message may go out, and the hours of such a day (E02, E11).
//!
//! A day belongs to the recipient's zone, the moment of asking to the user's. The surprising
//! fact: hours that a clock change skips are moved forward, never dropped.

use chrono::{
    DateTime, Datelike as _, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime,
    Offset as _, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::holidays::Region;
use super::settings::{Hours, Settings};

/// The zone of the person who gets the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientZone {
    Named(Tz),
    Fixed(FixedOffset),
}

impl RecipientZone {
    /// The user's zone if it had the offset of the recipient's last message on that day,
    /// else that offset. An offset of nothing is what many servers stamp on everything: it does
    /// not tell where a person is.
    #[must_use]
    pub fn infer(user: Tz, seen: Option<(DateTime<Utc>, i32)>) -> Self {
        let Some((at, seconds_east)) = seen else { return Self::Named(user) };
        let theirs = FixedOffset::east_opt(seconds_east);
        let ours = user.offset_from_utc_datetime(&at.naive_utc()).fix();
        match theirs {
            Some(offset) if offset != ours && seconds_east != 0 => Self::Fixed(offset),
            Some(_) | None => Self::Named(user),
        }
    }

    /// The moment of a local time.
    #[must_use]
    pub fn at(self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        match self {
            Self::Named(zone) => moment(zone, day.and_time(time)),
            Self::Fixed(offset) => moment(offset, day.and_time(time)),
        }
    }

    /// The local day of a moment.
    #[must_use]
    pub fn day_of(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// A moment with the offset of this zone.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Self::Named(zone) => at.with_timezone(&zone).fixed_offset(),
            Self::Fixed(offset) => at.with_timezone(&offset),
        }
    }

    /// What a person calls it: `Berlin`, `UTC+05:30`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Named(zone) => {
                zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
            }
            Self::Fixed(offset) => format!("UTC{offset}"),
        }
    }
}

/// The moment of a local time in any zone; a skipped hour counts from the end of the gap,
/// of a repeated hour the later one is taken.
#[must_use]
pub fn moment<Z: TimeZone>(zone: Z, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => at.with_timezone(&Utc),
        LocalResult::Ambiguous(_, later) => later.with_timezone(&Utc),
        LocalResult::None => {
            let earlier = local - TimeDelta::hours(3);
            zone.from_local_datetime(&earlier)
                .earliest()
                .map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc) + TimeDelta::hours(3))
        }
    }
}

/// Where the recipient is: whose clock the hours follow, and whose holidays the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub zone: RecipientZone,
    /// `None` where nobody knows: only weekends are free.
    pub region: Option<Region>,
}

/// Monday to Friday without public holidays and without the days the user added.
#[must_use]
pub fn is_business_day(day: NaiveDate, region: Option<Region>, settings: &Settings) -> bool {
    is_weekday(day) && !is_day_off(day, region, settings)
}

fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_day_off(day: NaiveDate, region: Option<Region>, settings: &Settings) -> bool {
    settings.extra_holidays.contains(&day) || region.is_some_and(|region| region.is_holiday(day))
}

/// Weekdays after `from`, up to and with `to`, on which nobody works there.
#[must_use]
pub fn days_off_between(
    from: NaiveDate,
    to: NaiveDate,
    region: Option<Region>,
    settings: &Settings,
) -> Vec<NaiveDate> {
    from.iter_days()
        .skip(1)
        .take_while(|day| *day <= to)
        .filter(|day| is_weekday(*day) && is_day_off(*day, region, settings))
        .collect()
}

/// Whether there is a weekday at all on which these settings let a message go.
#[must_use]
pub fn ever_opens(settings: &Settings) -> bool {
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    weekdays.into_iter().any(|day| settings.send_days.contains(day))
}

/// The `count`th business day after `day` (E02: two after Friday is Tuesday).
#[must_use]
pub fn business_days_after(
    day: NaiveDate,
    count: u32,
    region: Option<Region>,
    settings: &Settings,
) -> NaiveDate {
    let mut day = day;
    let mut left = count;
    while left > 0 {
        let Some(next) = day.checked_add_days(Days::new(1)) else { return day };
        day = next;
        if is_business_day(day, region, settings) {
            left -= 1;
        }
    }
    day
}

/// One day on which a message may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// In the recipient's zone.
    pub day: NaiveDate,
    /// When the user is asked on that day.
    pub ask_at: DateTime<Utc>,
    pub opens: DateTime<Utc>,
    pub closes: DateTime<Utc>,
}

/// How far ahead a day is looked for: contradictory settings never open.
const HORIZON_DAYS: u64 = 400;

/// The first allowed send day whose window is still open at `after`.
#[must_use]
pub fn next_slot(after: DateTime<Utc>, place: Place, settings: &Settings) -> Option<Slot> {
    let allowed = |day: NaiveDate| settings.send_days.contains(day.weekday());
    first_open(after, place, settings, settings.send_window, allowed)
}

/// The first business day whose office hours, 08:00 to 18:00 there, are not over at `after`:
/// for what cannot wait for the preferred days (an offer that expires, thanks, `approve now`).
#[must_use]
pub fn next_office_hours(after: DateTime<Utc>, place: Place, settings: &Settings) -> Option<Slot> {
    let hour = |hours| NaiveTime::MIN.overflowing_add_signed(TimeDelta::hours(hours)).0;
    let office = Hours { start: hour(8), end: hour(18) };
    first_open(after, place, settings, office, |_| true)
}

fn first_open(
    after: DateTime<Utc>,
    place: Place,
    settings: &Settings,
    hours: Hours,
    allowed: impl Fn(NaiveDate) -> bool,
) -> Option<Slot> {
    let first = place.zone.day_of(after);
    (0..HORIZON_DAYS)
        .filter_map(|ahead| first.checked_add_days(Days::new(ahead)))
        .filter(|day| allowed(*day) && is_business_day(*day, place.region, settings))
        .map(|day| Slot {
            day,
            ask_at: moment(settings.zone, day.and_time(settings.ask_time)),
            opens: place.zone.at(day, hours.start),
            closes: place.zone.at(day, hours.end),
        })
        .find(|slot| slot.closes > after)
}

/// The end of a day that was promised: it must be over for them and for the user.
#[must_use]
pub fn end_of_day(day: NaiveDate, zone: RecipientZone, settings: &Settings) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    zone.at(next, NaiveTime::MIN).max(moment(settings.zone, next.and_time(NaiveTime::MIN)))
}

/// Midnight, in the recipient's zone, of the day `days` calendar days after the day of `from`.
#[must_use]
pub fn calendar_days_after(from: DateTime<Utc>, days: u32, zone: RecipientZone) -> DateTime<Utc> {
    let day = zone.day_of(from);
    let later = day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day);
    zone.at(later, NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn berlin() -> Place {
        let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
        Place { zone, region: Region::parse("DE-BE") }
    }

    fn settings() -> Settings {
        Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() }
    }

    #[test]
    fn e02_two_business_days_after_a_friday_is_the_tuesday() {
        let cases = [
            ("2026-12-04", 2, "2026-12-08"),
            ("2026-12-07", 2, "2026-12-09"),
            ("2026-12-05", 2, "2026-12-08"),
            ("2026-12-03", 1, "2026-12-04"),
            ("2028-02-28", 2, "2028-03-01"),
        ];
        for (from, count, expected) in cases {
            assert_eq!(
                business_days_after(day(from), count, None, &settings()),
                day(expected),
                "{from}"
            );
        }
    }

    #[test]
    fn e11_a_slot_is_a_tuesday_to_thursday_morning_of_the_recipient() {
        let zone = berlin();
        let slot = next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings()).unwrap();
        assert_eq!(slot.day, day("2026-12-08"));
        assert_eq!(slot.ask_at, utc("2026-12-08T07:00:00Z"));
        assert_eq!(slot.opens, utc("2026-12-08T08:00:00Z"));
        assert_eq!(slot.closes, utc("2026-12-08T10:30:00Z"));
        let same_day = next_slot(utc("2026-12-08T10:29:59Z"), zone, &settings()).unwrap();
        assert_eq!(same_day.day, day("2026-12-08"));
        let next_day = next_slot(utc("2026-12-08T10:30:00Z"), zone, &settings()).unwrap();
        assert_eq!(next_day.day, day("2026-12-09"));
    }

    #[test]
    fn e11_a_holiday_the_user_added_is_no_send_day() {
        let zone = berlin();
        let settings = Settings { extra_holidays: vec![day("2026-12-08")], ..settings() };
        let slot = next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings).unwrap();
        assert_eq!(slot.day, day("2026-12-09"));
    }

    #[test]
    fn the_recipients_zone_is_theirs_only_when_it_differs() {
        let berlin = chrono_tz::Europe::Berlin;
        let winter = utc("2026-12-01T12:00:00Z");
        assert_eq!(
            RecipientZone::infer(berlin, Some((winter, 3600))),
            RecipientZone::Named(berlin)
        );
        let theirs = RecipientZone::infer(berlin, Some((winter, -5 * 3600)));
        let slot = next_slot(
            utc("2026-12-08T11:00:00Z"),
            Place { zone: theirs, region: None },
            &settings(),
        )
        .unwrap();
        assert_eq!(slot.opens, utc("2026-12-08T14:00:00Z"));
    }

    #[test]
    fn an_hour_that_the_clock_skips_is_moved_forward() {
        let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
        let at = zone.at(day("2027-03-28"), NaiveTime::from_hms_opt(2, 30, 0).unwrap());
        assert_eq!(at, utc("2027-03-28T01:30:00Z"));
    }

    #[test]
    fn settings_that_never_open_give_no_slot() {
        let settings = Settings { send_days: chrono::WeekdaySet::EMPTY, ..settings() };
        let zone = Place { zone: RecipientZone::Named(chrono_tz::UTC), region: None };
        assert!(!ever_opens(&settings));
        assert_eq!(next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings), None);
    }

    #[test]
    fn e11_a_public_holiday_is_no_business_day_and_no_send_day() {
        let place = berlin();
        // Christmas 2026 is a Friday and a Saturday, New Year a Friday.
        let count = |from, count| business_days_after(day(from), count, place.region, &settings());
        assert_eq!(count("2026-12-23", 2), day("2026-12-28"));
        assert_eq!(count("2026-12-30", 2), day("2027-01-04"));
        // Women's Day 2027 is a Monday, and a holiday in Berlin only.
        assert_eq!(count("2027-03-05", 2), day("2027-03-10"));
        assert_eq!(
            business_days_after(day("2027-03-05"), 2, Region::parse("DE-BY"), &settings()),
            day("2027-03-09")
        );
        // Labour Day 2029 is a Tuesday.
        let slot = next_slot(utc("2029-04-30T12:00:00Z"), place, &settings()).unwrap();
        assert_eq!(slot.day, day("2029-05-02"));
        let off = days_off_between(day("2026-12-23"), day("2027-01-04"), place.region, &settings());
        assert_eq!(off, [day("2026-12-25"), day("2027-01-01")]);
        let none =
            days_off_between(day("2026-12-25"), day("2026-12-31"), place.region, &settings());
        assert_eq!(none, []);
        assert_eq!(days_off_between(day("2026-12-24"), day("2026-12-25"), None, &settings()), []);
    }

    #[test]
    fn e26_office_hours_are_eight_to_six_on_any_business_day() {
        let office = |after| next_office_hours(utc(after), berlin(), &settings()).unwrap();
        let friday = office("2026-12-04T16:59:59Z");
        assert_eq!((friday.day, friday.opens), (day("2026-12-04"), utc("2026-12-04T07:00:00Z")));
        assert_eq!(friday.closes, utc("2026-12-04T17:00:00Z"));
        assert_eq!(office("2026-12-04T17:00:00Z").day, day("2026-12-07"));
        assert_eq!(office("2026-12-24T17:00:00Z").day, day("2026-12-28"));
    }

    #[test]
    fn settings_open_if_one_weekday_is_a_business_day() {
        for (days, opens) in [
            (vec![Weekday::Sat, Weekday::Sun], false),
            (vec![Weekday::Sun, Weekday::Mon], true),
            (vec![Weekday::Fri], true),
            (vec![], false),
        ] {
            let send_days = days.iter().copied().collect();
            assert_eq!(ever_opens(&Settings { send_days, ..settings() }), opens, "{days:?}");
        }
    }

    #[test]
    fn a_promised_day_must_be_over_for_both() {
        let tokyo = RecipientZone::Fixed(FixedOffset::east_opt(9 * 3600).unwrap());
        let new_york = RecipientZone::Fixed(FixedOffset::west_opt(5 * 3600).unwrap());
        let friday = day("2026-12-04");
        assert_eq!(end_of_day(friday, tokyo, &settings()), utc("2026-12-04T23:00:00Z"));
        assert_eq!(end_of_day(friday, new_york, &settings()), utc("2026-12-05T05:00:00Z"));
    }

    #[test]
    fn of_an_hour_that_comes_twice_the_later_counts() {
        let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
        let at = zone.at(day("2026-10-25"), NaiveTime::from_hms_opt(2, 30, 0).unwrap());
        assert_eq!(at, utc("2026-10-25T01:30:00Z"));
    }

    #[test]
    fn a_zone_is_called_by_its_city_or_its_offset() {
        let name = |zone: RecipientZone| zone.label();
        assert_eq!(name(RecipientZone::Named(chrono_tz::America::New_York)), "New York");
        let india = FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
        assert_eq!(name(RecipientZone::Fixed(india)), "UTC+05:30");
    }
}
