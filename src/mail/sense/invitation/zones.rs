//! The time zone an event means: by its name, by a name inside its name, or by the offsets its
//! VTIMEZONE lists. What is left floats, and floating times are the user's.

use calcard::common::timezone::Tz as NamedZone;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue,
};
use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset as _, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// One zone for every pair of standard and daylight offsets that invitations come from, in
/// minutes. Where several countries share a pair, the one with most offices stands here.
const BY_OFFSETS: [(i32, i32, Tz); 17] = [
    (0, 60, Tz::Europe__London),
    (60, 120, Tz::Europe__Berlin),
    (120, 180, Tz::Europe__Helsinki),
    (-300, -240, Tz::America__New_York),
    (-360, -300, Tz::America__Chicago),
    (-420, -360, Tz::America__Denver),
    (-480, -420, Tz::America__Los_Angeles),
    (-540, -480, Tz::America__Anchorage),
    (-240, -180, Tz::America__Halifax),
    (-210, -150, Tz::America__St_Johns),
    (600, 660, Tz::Australia__Sydney),
    (570, 630, Tz::Australia__Adelaide),
    (720, 780, Tz::Pacific__Auckland),
    (-180, -120, Tz::America__Sao_Paulo),
    (-60, 0, Tz::Atlantic__Azores),
    (480, 480, Tz::Asia__Singapore),
    (330, 330, Tz::Asia__Kolkata),
];

/// A zone in which a local time can be placed.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Zone {
    Fixed(FixedOffset),
    Named(Tz),
}

impl Zone {
    /// A local time as an instant; in the hour that a clock change skips, the time after it.
    pub(in super::super) fn local(self, time: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Fixed(offset) => offset.from_local_datetime(&time).earliest(),
            Self::Named(zone) => {
                let at = zone.from_local_datetime(&time).earliest().or_else(|| {
                    zone.from_local_datetime(&time.checked_add_signed(TimeDelta::hours(1))?)
                        .earliest()
                })?;
                Some(at.with_timezone(&at.offset().fix()))
            }
        }
    }
}

/// The zones of one calendar.
pub(super) struct Zones<'a> {
    calendar: &'a ICalendar,
    resolver: TzResolver<&'a str>,
    user: Tz,
}

impl<'a> Zones<'a> {
    pub(super) fn new(calendar: &'a ICalendar, user: Tz) -> Self {
        Self { calendar, resolver: calendar.build_tz_resolver(), user }
    }

    /// The zone of a TZID; the user's for none and for one that cannot be made out.
    pub(super) fn named(&self, id: Option<&str>) -> Zone {
        let user = Zone::Named(self.user);
        let Some(id) = id else { return user };
        match self.resolver.resolve(id) {
            Some(NamedZone::Tz(zone)) => Zone::Named(zone),
            Some(NamedZone::Fixed(offset)) => Zone::Fixed(offset),
            Some(NamedZone::Floating) | None => {
                inside(id).or_else(|| self.by_offsets(id)).or_else(|| shown(id)).unwrap_or(user)
            }
        }
    }

    fn by_offsets(&self, id: &str) -> Option<Zone> {
        let has_name = |zone: &&ICalendarComponent| {
            let name =
                zone.property(&ICalendarProperty::Tzid).and_then(|entry| entry.values.first());
            name.and_then(ICalendarValue::as_text) == Some(id)
        };
        let definition = self.calendar.timezones().find(has_name)?;
        let offsets = |kind: ICalendarComponentType| {
            let part = definition
                .component_ids
                .iter()
                .filter_map(|part| self.calendar.component_by_id(*part))
                .rfind(|part| part.component_type == kind)?;
            minutes_to(part)
        };
        let standard = offsets(ICalendarComponentType::Standard)?;
        match offsets(ICalendarComponentType::Daylight).filter(|daylight| *daylight != standard) {
            None => FixedOffset::east_opt(standard * 60).map(Zone::Fixed),
            Some(daylight) => BY_OFFSETS
                .iter()
                .find(|(winter, summer, _)| (*winter, *summer) == (standard, daylight))
                .map(|(_, _, zone)| Zone::Named(*zone))
                .or_else(|| FixedOffset::east_opt(standard * 60).map(Zone::Fixed)),
        }
    }
}

/// `custom_America/New_York`, `/example.org/20240101/Europe/Berlin`.
fn inside(id: &str) -> Option<Zone> {
    let known = chrono_tz::TZ_VARIANTS.iter().filter(|zone| zone.name().contains('/'));
    known.copied().find(|zone| id.ends_with(zone.name())).map(Zone::Named)
}

/// `(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien`: what Outlook shows to people, in
/// whatever language; the places are many, so the winter offset decides.
fn shown(id: &str) -> Option<Zone> {
    let rest = id.split_once("UTC").or_else(|| id.split_once("GMT"))?.1;
    let minus = rest.starts_with(['-', '−']);
    if !minus && !rest.starts_with('+') {
        return Some(Zone::Named(Tz::UTC));
    }
    let digits = rest.trim_start_matches(['+', '-', '−']);
    let digits = digits.split(|c: char| !(c.is_ascii_digit() || c == ':')).next()?;
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    let minutes = if minus { -minutes } else { minutes };
    let known = BY_OFFSETS.iter().find(|(winter, _, _)| *winter == minutes);
    known
        .map(|(_, _, zone)| Zone::Named(*zone))
        .or_else(|| FixedOffset::east_opt(minutes.checked_mul(60)?).map(Zone::Fixed))
}

fn minutes_to(part: &ICalendarComponent) -> Option<i32> {
    match part.property(&ICalendarProperty::Tzoffsetto)?.values.first()? {
        ICalendarValue::PartialDateTime(offset) => {
            let minutes =
                i32::from(offset.tz_hour?) * 60 + i32::from(offset.tz_minute.unwrap_or(0));
            Some(if offset.tz_minus { -minutes } else { minutes })
        }
        _ => None,
    }
}
