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
    first_open(after, place, settings, office(), |_| true)
}

/// The last business day whose office hours begin before a moment.
#[must_use]
pub fn last_office_hours(before: DateTime<Utc>, place: Place, settings: &Settings) -> Option<Slot> {
    let last = place.zone.day_of(before);
    (0..HORIZON_DAYS)
        .filter_map(|back| last.checked_sub_days(Days::new(back)))
        .filter(|day| is_business_day(*day, place.region, settings))
        .map(|day| slot_on(day, place, settings, office()))
        .find(|slot| slot.opens < before)
}

fn office() -> Hours {
    let hour = |hours| NaiveTime::MIN.overflowing_add_signed(TimeDelta::hours(hours)).0;
    Hours { start: hour(8), end: hour(18) }
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
        .map(|day| slot_on(day, place, settings, hours))
        .find(|slot| slot.closes > after)
}

fn slot_on(day: NaiveDate, place: Place, settings: &Settings, hours: Hours) -> Slot {
    Slot {
        day,
        ask_at: moment(settings.zone, day.and_time(settings.ask_time)),
        opens: place.zone.at(day, hours.start),
        closes: place.zone.at(day, hours.end),
    }
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
mod tests;
