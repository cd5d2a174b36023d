//! Messages that are no attempt: a competing offer is told (E26 to E28), an interview is thanked
//! for (E30), and whoever still waits hears that the user accepted elsewhere. Each is a draft of
//! its own kind and goes through the same approval as every other message.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::domain::calendar::{last_office_hours, moment, next_office_hours};
use crate::domain::draft::DraftKind;
use crate::domain::event::ClosedReason;
use crate::domain::follow_up::FollowUp;
use crate::domain::reason::Reason;
use crate::domain::settings::Settings;

use super::due::WEEK;
use super::{
    Action, CompetingOffer, Decision, Stop, Surroundings, ask_once, decision, held_by_pause,
    missing_fact, settings_day, undo,
};

/// How long after an interview a thank-you note is still in time (E30).
pub(super) const IN_TIME_FOR_THANKS: TimeDelta = TimeDelta::hours(24);

/// The user accepted elsewhere: whoever spoke to the user may be told, once; then it is closed.
/// Nothing else goes out.
pub(super) fn farewell(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let accepted = around.taken_elsewhere(follow_up)?;
    let reason = Reason::AcceptedElsewhere { on: settings_day(settings, accepted) };
    if follow_up.said_goodbye {
        let what = Stop::Close(ClosedReason::AcceptedElsewhere);
        return Some(decision(Action::Stop { what }, vec![reason]));
    }
    if !may_be_told(follow_up) {
        return Some(decision(Action::Nothing, vec![reason]));
    }
    Some(prepare(DraftKind::ClosingNote, vec![reason], follow_up, around, settings, now))
}

/// Whether somebody there spoke to the user and can be written to. About the others the user is
/// asked in one question.
#[must_use]
pub fn may_be_told(follow_up: &FollowUp) -> bool {
    let spoke = !follow_up.interviews.is_empty() || follow_up.answers.iter().any(|it| !it.weak);
    spoke && can_be_written_to(follow_up)
}

/// Whether nothing is in the way of a mail to them.
fn can_be_written_to(follow_up: &FollowUp) -> bool {
    follow_up.bounced.is_none() && follow_up.channel.is_none() && missing_fact(follow_up).is_none()
}

/// E26: a written offer may be told to whoever still decides.
pub(super) fn offer_notice(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let offer = around.offer.as_ref()?;
    if follow_up.offer_told || follow_up.notice_let_go_at >= Some(offer.recorded_at) {
        return None;
    }
    let waits = follow_up.interviews.values().any(|interview| !interview.cancelled);
    let writable = follow_up.bounced.is_none() && follow_up.channel.is_none();
    let asked_at = later(follow_up, DraftKind::OfferNotice, now).unwrap_or(now);
    let in_time = asked_at + undo(settings) < last_chance(offer, follow_up, around, settings);
    if !waits || !writable || !in_time {
        return None;
    }
    if let Some(missing) = missing_fact(follow_up) {
        let reason = Reason::Missing(missing);
        let held = held_by_pause(around, settings, vec![reason.clone()]);
        return Some(held.unwrap_or_else(|| ask_once(follow_up, missing, reason)));
    }
    let reason = competing(offer, follow_up);
    Some(prepare(DraftKind::OfferNotice, vec![reason], follow_up, around, settings, now))
}

/// The moment until which a notice of an offer can leave: the end of their last office hours that
/// begin while the offer stands, or of the offer if that is sooner.
pub(super) fn last_chance(
    offer: &CompetingOffer,
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
) -> DateTime<Utc> {
    let over = expires(offer, follow_up, settings);
    let last = last_office_hours(over, around.place(follow_up, settings), settings);
    last.map_or(over, |last| last.closes.min(over))
}

/// The end of the offer's last day, for whom it ends first: from then on there is nothing to tell.
fn expires(offer: &CompetingOffer, follow_up: &FollowUp, settings: &Settings) -> DateTime<Utc> {
    let next = offer.expires_on.succ_opt().unwrap_or(offer.expires_on);
    let theirs = follow_up.recipient_zone(settings.zone).at(next, NaiveTime::MIN);
    theirs.min(moment(settings.zone, next.and_time(NaiveTime::MIN)))
}

/// Their promised day against the offer's last day.
pub(super) fn competing(offer: &CompetingOffer, follow_up: &FollowUp) -> Reason {
    let promised = follow_up.promise.as_ref().and_then(|promise| promise.reading.not_before);
    Reason::CompetingOffer { expires_on: offer.expires_on, their_word: promised }
}

/// E30: thanks, within a day of the interview, if the user wants that and has not thanked.
pub(super) fn thank_you(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let ended = follow_up.held_interview(now).map(|(_, interview)| interview.ends_at)?;
    let since = |at: Option<DateTime<Utc>>| at >= Some(ended);
    let answered = follow_up.answers.last().map(|answer| answer.at);
    let done = since(follow_up.thanks_drafted_at)
        || since(follow_up.user_contact_at)
        || since(answered)
        || since(follow_up.reopened_at);
    let in_time = now < ended + IN_TIME_FOR_THANKS && ended >= around.watching_since;
    let week_over = around.last_contact.is_none_or(|last| last + WEEK <= now);
    if !settings.thank_you || done || !in_time || !can_be_written_to(follow_up) || !week_over {
        return None;
    }
    let reason = Reason::Thanks { on: settings_day(settings, ended) };
    Some(prepare(DraftKind::ThankYou, vec![reason], follow_up, around, settings, now))
}

/// When the user wants to be asked again about a message of that kind, if that is still to come.
fn later(follow_up: &FollowUp, kind: DraftKind, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let postponed = follow_up.occasion_later.filter(|(of, until)| *of == kind && *until > now);
    postponed.map(|(_, until)| until)
}

/// A draft for the next office hours there; after the week of E09 where that holds it back.
fn prepare(
    kind: DraftKind,
    mut because: Vec<Reason>,
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(held) = held_by_pause(around, settings, because.clone()) {
        return held;
    }
    if let Some(until) = later(follow_up, kind, now) {
        because.push(Reason::AskedFor { day: settings_day(settings, until) });
        return decision(Action::Wait { until }, because);
    }
    let place = around.place(follow_up, settings);
    let week = around.last_contact.filter(|_| kind.waits_for_the_week()).map(|last| last + WEEK);
    if let Some((last, until)) = around.last_contact.zip(week).filter(|(_, until)| *until > now) {
        let (last_contact, day) = (place.zone.day_of(last), place.zone.day_of(until));
        because.push(Reason::WeekNotOver { last_contact, day });
        return decision(Action::Wait { until }, because);
    }
    let Some(slot) = next_office_hours(now, place, settings) else {
        because.push(Reason::NoWindow);
        return decision(Action::Nothing, because);
    };
    because.push(Reason::window(slot, place));
    decision(Action::Prepare { kind, slot }, because)
}
