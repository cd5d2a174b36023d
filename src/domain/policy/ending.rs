//! How a matter ends by itself: after the second message, or after long silence (E08, E25).

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::calendar::{calendar_days_after, end_of_day};
use crate::domain::event::ClosedReason;
use crate::domain::follow_up::FollowUp;
use crate::domain::reason::Reason;
use crate::domain::settings::Settings;

use super::due::away;
use super::{Action, Decision, Stop, Surroundings, decision};

/// Silence after which an application is history.
const HISTORY_DAYS: u32 = 60;

/// E08: after the second message only silence or an answer can follow.
pub(super) fn after_second(
    follow_up: &FollowUp,
    last_sent: DateTime<Utc>,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let zone = follow_up.recipient_zone(settings.zone);
    let days = settings.close_after_days;
    let from = last_sent.max(follow_up.reopened_at.unwrap_or(last_sent));
    let mut closes = calendar_days_after(from, days, zone);
    if let Some((at, _)) = away(follow_up, around, settings) {
        closes = closes.max(at);
    }
    let reason = Reason::TwoAttempts {
        last_sent: zone.day_of(last_sent),
        days,
        closes: zone.day_of(closes),
    };
    if now < closes {
        return decision(Action::Wait { until: closes }, vec![reason]);
    }
    let long_ago = closes < around.watching_since;
    let what = Stop::Close(if long_ago { ClosedReason::History } else { ClosedReason::MovedOn });
    decision(Action::Stop { what }, vec![reason])
}

/// Sixty silent days end what nobody waits for any more.
pub(super) fn history(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let waits = follow_up.coming_interview(now).is_some()
        || follow_up.draft_wanted
        || ends_with_the_second(follow_up, now);
    let silent_since = follow_up.silent_since(now).filter(|_| !waits)?;
    let zone = follow_up.recipient_zone(settings.zone);
    let promised = follow_up
        .promise
        .as_ref()
        .and_then(|promise| promise.reading.not_before)
        .map(|day| end_of_day(day, zone, settings));
    let hoped_until = Some(silent_since)
        .max(promised)
        .max(follow_up.postponed_until)
        .max(away(follow_up, around, settings).map(|(at, _)| at))?;
    (now > hoped_until + TimeDelta::days(i64::from(HISTORY_DAYS))).then(|| {
        let since = zone.day_of(silent_since);
        let what = Stop::Close(ClosedReason::History);
        decision(Action::Stop { what }, vec![Reason::SilentForLong { since, days: HISTORY_DAYS }])
    })
}

/// What two messages without an answer end, is ended by rule E08, with kind words.
fn ends_with_the_second(follow_up: &FollowUp, now: DateTime<Utc>) -> bool {
    follow_up.my_turn_since.is_none()
        && follow_up.bounced.is_none()
        && follow_up.pursuit(now).is_some_and(|pursuit| pursuit.attempts.len() >= 2)
}
