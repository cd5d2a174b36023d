//! The moment before which no message may go, with the arithmetic behind it. Not the day of
//! sending: that is the first slot at or after it.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use crate::domain::calendar::{
    Place, RecipientZone, business_days_after, calendar_days_after, days_off_between, end_of_day,
};
use crate::domain::follow_up::{Absence, FollowUp, Promise, Pursuit};
use crate::domain::reason::Reason;
use crate::domain::settings::Settings;

use super::Surroundings;

/// E09: seven full days between two messages to one employer. Fixed.
pub const WEEK: TimeDelta = TimeDelta::days(7);
/// E12: business days to wait after somebody's return. Fixed.
const BACK_AT_THE_DESK: u32 = 2;
/// E12: calendar days to wait for somebody who named no day. Fixed.
const LONG_ENOUGH: u32 = 7;
/// E12: an absence longer than this is asked about. Fixed.
const LONG_ABSENCE: Days = Days::new(30);

/// The moment before which no message may go, and the arithmetic behind it (E01–E04, E07, E09, E12).
#[must_use]
pub fn due(
    follow_up: &FollowUp,
    pursuit: &Pursuit,
    around: &Surroundings,
    settings: &Settings,
) -> (DateTime<Utc>, Vec<Reason>) {
    let place = around.place(follow_up, settings);
    let zone = place.zone;
    let (mut due, mut because) = match pursuit.attempts.as_slice() {
        [] => first_due(follow_up, pursuit, settings, place),
        [first, ..] => {
            let days = settings.second_attempt_days;
            let at = calendar_days_after(first.sent_at, days, zone);
            let first_sent = zone.day_of(first.sent_at);
            (at, vec![Reason::SecondAttempt { first_sent, days, day: zone.day_of(at) }])
        }
    };
    let mut raise = |at: DateTime<Utc>, reasons: Vec<Reason>| {
        if at > due {
            due = at;
            because.extend(reasons);
        }
    };
    // Whatever the clocks said when it was given, a day that is still to come is waited for.
    if let Some(promise) = &follow_up.promise
        && let Some((at, reasons)) = promise_due(promise, settings, place)
    {
        raise(at, reasons.into());
    }
    if let Some(last) = around.last_contact {
        let reason =
            Reason::WeekNotOver { last_contact: zone.day_of(last), day: zone.day_of(last + WEEK) };
        raise(last + WEEK, vec![reason]);
    }
    if let Some((at, reason)) = away(follow_up, around, settings) {
        raise(at, vec![reason]);
    }
    if let Some(until) = follow_up.postponed_until {
        raise(until, vec![Reason::AskedFor { day: super::settings_day(settings, until) }]);
    }
    (due, because)
}

/// E01, E02 where a date was promised, else E04.
fn first_due(
    follow_up: &FollowUp,
    pursuit: &Pursuit,
    settings: &Settings,
    place: Place,
) -> (DateTime<Utc>, Vec<Reason>) {
    let zone = place.zone;
    let days = settings.no_promise_days;
    let unpromised = calendar_days_after(pursuit.clock_from, days, zone);
    let promised = applicable_promise(follow_up, pursuit, zone);
    if let Some(promise) = promised
        && let Some((at, because)) = promise_due(promise, settings, place)
        && (promise.given_at >= pursuit.interview_ended || at >= unpromised)
    {
        return (at, because.into());
    }
    let reason = Reason::NoPromise {
        clock_from: zone.day_of(pursuit.clock_from),
        after_interview: pursuit.after_interview,
        days,
        day: zone.day_of(unpromised),
    };
    (unpromised, vec![reason])
}

/// The promise this pursuit rests on: one whose day had already passed when it began says
/// nothing about it.
#[must_use]
pub fn applicable_promise<'a>(
    follow_up: &'a FollowUp,
    pursuit: &Pursuit,
    zone: RecipientZone,
) -> Option<&'a Promise> {
    follow_up.promise.as_ref().filter(|promise| {
        promise.reading.not_before.is_some_and(|day| day >= zone.day_of(pursuit.clock_from))
    })
}

fn promise_due(
    promise: &Promise,
    settings: &Settings,
    place: Place,
) -> Option<(DateTime<Utc>, [Reason; 2])> {
    let Place { zone, region } = place;
    let not_before = promise.reading.not_before?;
    let business_days = settings.grace_business_days;
    let day = business_days_after(not_before, business_days, region, settings);
    let at = end_of_day(not_before, zone, settings).max(zone.at(day, NaiveTime::MIN));
    let their_word = Reason::TheirWord {
        reading: promise.reading.reading.clone(),
        sentence: promise.reading.sentence.clone(),
        said_on: zone.day_of(promise.given_at),
        not_before,
    };
    let days_off = days_off_between(not_before, day, region, settings);
    let grace = Reason::Grace { business_days, after: not_before, day, days_off, region };
    Some((at, [their_word, grace]))
}

/// E12: the second business day after the return; a week if they named no day.
pub(super) fn away(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
) -> Option<(DateTime<Utc>, Reason)> {
    let Place { zone, region } = around.place(follow_up, settings);
    let Absence { seen_at, returns_on, .. } = follow_up.away?;
    let at = match returns_on {
        Some(back) => {
            let day = business_days_after(back, BACK_AT_THE_DESK, region, settings);
            zone.at(day, NaiveTime::MIN)
        }
        None => calendar_days_after(seen_at, LONG_ENOUGH, zone),
    };
    Some((at, Reason::Away { returns_on, day: zone.day_of(at) }))
}

/// E12: the user is asked about the return if no day was named, or one over thirty days away.
pub(super) fn return_is_unclear(
    follow_up: &FollowUp,
    settings: &Settings,
    now: DateTime<Utc>,
) -> bool {
    let zone = follow_up.recipient_zone(settings.zone);
    follow_up.away.is_some_and(|away| match (away.by_user, away.returns_on) {
        (true, _) => false,
        (false, None) => calendar_days_after(away.seen_at, LONG_ENOUGH, zone) > now,
        (false, Some(back)) => {
            let far = zone.day_of(away.seen_at).checked_add_days(LONG_ABSENCE);
            far.is_some_and(|far| back > far) && end_of_day(back, zone, settings) > now
        }
    })
}
