//! Calendar parts: what is invited to, when, and by whom (RFC 5545, RFC 5546).
//!
//! calcard reads the grammar; here are the times, in UTC. The surprising fact: the name of a time
//! zone in a calendar is free text, so a zone nobody knows by name is found by its offsets.

mod zones;

use calcard::common::{IanaString as _, PartialDateTime};
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
    ICalendarProperty, ICalendarStatus, ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{DateTime, FixedOffset, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::text::even;
use crate::domain::address::{Address, Correspondent};
use crate::domain::message::{Invitation, InvitationMethod};
pub(super) use zones::Zone;
use zones::Zones;

/// A calendar longer than this is no invitation.
const MOST_BYTES: usize = 512 * 1024;
/// Most characters kept of a summary or uid.
const MOST_CHARS: usize = 300;

/// The invitation of the calendar parts: the first one, events before other entries; of several
/// versions of it the latest (RFC 5546 §2.1.4).
pub(super) fn invitation(calendars: &[String], zone: chrono_tz::Tz) -> Option<Invitation> {
    let parsed: Vec<ICalendar> = calendars.iter().filter_map(|text| parse(text)).collect();
    let event = |calendar: &ICalendar| from_calendar(calendar, zone, true);
    let other = |calendar: &ICalendar| from_calendar(calendar, zone, false);
    let first = parsed.iter().find_map(event).or_else(|| parsed.iter().find_map(other))?;
    let version = |it: &Invitation| it.uid == first.uid && it.sequence > first.sequence;
    let later = parsed.iter().filter_map(event).filter(version);
    Some(later.max_by_key(|it| it.sequence).unwrap_or(first))
}

fn parse(text: &str) -> Option<ICalendar> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > MOST_BYTES {
        return None;
    }
    let mut parser = Parser::new(text);
    for _ in 0..64 {
        match parser.entry() {
            Entry::ICalendar(calendar) => return Some(calendar),
            Entry::Eof => return None,
            _ => {}
        }
    }
    None
}

/// The event that stands for the calendar: the series itself before its exceptions.
fn from_calendar(calendar: &ICalendar, zone: chrono_tz::Tz, events: bool) -> Option<Invitation> {
    let wanted = |component: &&ICalendarComponent| {
        let kind = &component.component_type;
        if events {
            *kind == ICalendarComponentType::VEvent
        } else {
            matches!(
                kind,
                ICalendarComponentType::VTodo
                    | ICalendarComponentType::VFreebusy
                    | ICalendarComponentType::VJournal
            )
        }
    };
    let all = || calendar.components.iter().filter(wanted);
    let series = |part: &&ICalendarComponent| !part.has_property(&ICalendarProperty::RecurrenceId);
    let component = all().find(series).or_else(|| all().next())?;
    let zones = Zones::new(calendar, zone);
    let starts = time(component, &ICalendarProperty::Dtstart, &zones);
    let ends = ends_at(component, starts, &zones);
    Some(Invitation {
        method: method(calendar),
        uid: shortened(component.uid().unwrap_or_default()),
        sequence: text_of(component, &ICalendarProperty::Sequence, ICalendarValue::as_integer)
            .unwrap_or(0),
        starts_at: starts.map(|start| start.at.to_utc()),
        ends_at: ends,
        offset: starts.map(|start| *start.at.offset()),
        summary: text_of(component, &ICalendarProperty::Summary, ICalendarValue::as_text)
            .map(shortened)
            .unwrap_or_default(),
        organizer: component.property(&ICalendarProperty::Organizer).and_then(organizer),
        cancelled: component.status() == Some(&ICalendarStatus::Cancelled),
    })
}

fn shortened(text: &str) -> String {
    even(text).chars().filter(|c| !c.is_control()).take(MOST_CHARS).collect()
}

fn text_of<'a, T>(
    component: &'a ICalendarComponent,
    property: &ICalendarProperty,
    read: impl Fn(&'a ICalendarValue) -> Option<T>,
) -> Option<T> {
    component.property(property)?.values.first().and_then(read)
}

fn method(calendar: &ICalendar) -> Option<InvitationMethod> {
    let entry = calendar
        .components
        .iter()
        .find_map(|component| component.property(&ICalendarProperty::Method))?;
    let method = match entry.values.first()? {
        ICalendarValue::Method(method) => method.as_str(),
        ICalendarValue::Text(text) => text.as_str(),
        _ => return None,
    };
    Some(match method.to_ascii_uppercase().as_str() {
        "REQUEST" => InvitationMethod::Request,
        "CANCEL" => InvitationMethod::Cancel,
        "REPLY" => InvitationMethod::Reply,
        "PUBLISH" => InvitationMethod::Publish,
        "COUNTER" => InvitationMethod::Counter,
        "DECLINECOUNTER" => InvitationMethod::DeclineCounter,
        _ => InvitationMethod::Other,
    })
}

/// A time and whether it is a whole day.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: DateTime<FixedOffset>,
    whole_day: bool,
}

fn time(
    component: &ICalendarComponent,
    property: &ICalendarProperty,
    zones: &Zones<'_>,
) -> Option<Moment> {
    let entry = component.property(property)?;
    let ICalendarValue::PartialDateTime(partial) = entry.values.first()? else {
        return None;
    };
    moment(partial, entry, zones)
}

fn moment(partial: &PartialDateTime, entry: &ICalendarEntry, zones: &Zones<'_>) -> Option<Moment> {
    let whole_day = partial.hour.is_none();
    let date = chrono::NaiveDate::from_ymd_opt(
        i32::from(partial.year?),
        u32::from(partial.month?),
        u32::from(partial.day?),
    )?;
    let clock = NaiveTime::from_hms_opt(
        u32::from(partial.hour.unwrap_or(0)),
        u32::from(partial.minute.unwrap_or(0)),
        u32::from(partial.second.unwrap_or(0)).min(59),
    )?;
    let zone = match partial.tz_hour {
        Some(hours) => Zone::Fixed(offset(hours, partial.tz_minute, partial.tz_minus)?),
        None => zones.named(entry.tz_id()),
    };
    let at = zone.local(NaiveDateTime::new(date, clock))?;
    Some(Moment { at, whole_day })
}

fn offset(hours: u8, minutes: Option<u8>, minus: bool) -> Option<FixedOffset> {
    let seconds = i32::from(hours) * 3600 + i32::from(minutes.unwrap_or(0)) * 60;
    FixedOffset::east_opt(if minus { -seconds } else { seconds })
}

/// DTEND, else DTSTART + DURATION, else the whole day, else an hour.
fn ends_at(
    component: &ICalendarComponent,
    starts: Option<Moment>,
    zones: &Zones<'_>,
) -> Option<DateTime<Utc>> {
    let start = starts?;
    if let Some(end) = time(component, &ICalendarProperty::Dtend, zones)
        && end.at >= start.at
    {
        return Some(end.at.to_utc());
    }
    let duration = component.property(&ICalendarProperty::Duration).and_then(|entry| {
        match entry.values.first()? {
            ICalendarValue::Duration(duration) => TimeDelta::try_seconds(duration.as_seconds())
                .filter(|time| *time > TimeDelta::zero()),
            _ => None,
        }
    });
    let usual = if start.whole_day { TimeDelta::days(1) } else { TimeDelta::hours(1) };
    start.at.to_utc().checked_add_signed(duration.unwrap_or(usual))
}

fn organizer(entry: &ICalendarEntry) -> Option<Correspondent> {
    let address = Address::parse(entry.calendar_address()?.trim())?;
    let name = entry
        .parameter(&ICalendarParameterName::Cn)
        .and_then(|name| name.as_text())
        .map(|name| shortened(name.trim_matches(['"', '\''])))
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(address.as_str()));
    Some(Correspondent { name, address })
}

#[cfg(test)]
mod tests;
