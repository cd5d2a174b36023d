//! What becomes of a draft: is it still right, was it answered, may it go now (E13, E20, E21)?

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::calendar::{Place, Slot, next_office_hours, next_slot};
use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
use crate::domain::event::{MissingFact, WithdrawnReason};
use crate::domain::follow_up::{FollowUp, OpenDraft};
use crate::domain::reason::Reason;
use crate::domain::settings::Settings;

use super::due::{WEEK, due};
use super::occasion::{competing, last_chance, offer_notice};
use super::retry::{given_up, not_before};
use super::{
    Action, Decision, Question, Stop, Surroundings, after_quiet_hours, decision, held_by_pause,
    hours_of, settings_day, undo, wait,
};

/// How long a message in doubt is looked for before the user is asked.
const LOOKED_FOR: TimeDelta = TimeDelta::hours(24);
/// A thank-you note that nobody approved within a day comes too late (E30).
const THANKS_VALID: TimeDelta = TimeDelta::hours(24);

/// A draft exists: is it still right, was it answered, may it go?
pub(super) fn decide_draft(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    match draft.state {
        DraftState::Claimed | DraftState::InDoubt => {
            return in_doubt(follow_up, draft, around, settings, now);
        }
        DraftState::Prepared | DraftState::Asked | DraftState::Approved => {}
        DraftState::Sent
        | DraftState::Refused
        | DraftState::Withdrawn
        | DraftState::Lapsed
        | DraftState::Skipped => return decision(Action::Nothing, vec![]),
    }
    let withdraw = |reason: WithdrawnReason| {
        let what = Stop::Withdraw(draft.id, reason);
        decision(Action::Stop { what }, vec![Reason::Outdated(reason)])
    };
    if let Some(reason) = draft.outdated {
        return withdraw(reason);
    }
    if !still_right(follow_up, draft, around, now) {
        return withdraw(WithdrawnReason::PlanChanged);
    }
    if draft.approved_at.is_none() && an_offer_comes_first(follow_up, draft, around, settings, now)
    {
        return withdraw(WithdrawnReason::PlanChanged);
    }
    let Some(earliest) = earliest(follow_up, around, settings, draft.kind, now) else {
        return withdraw(WithdrawnReason::PlanChanged);
    };
    let earliest = earliest.max(draft.send_at);
    if let Some(given_up) = given_up(draft, now) {
        return given_up;
    }
    let lapses = lapses(follow_up, draft, earliest, around, settings);
    if now >= lapses {
        if around.paused.is_some() {
            return withdraw(WithdrawnReason::Paused);
        }
        let what = Stop::Lapse(draft.id);
        let days = (lapses - draft.prepared_at).num_days();
        return decision(Action::Stop { what }, vec![Reason::Lapsed { days }]);
    }
    match draft.approved_at {
        None => remind(follow_up, draft, lapses, around, settings, now),
        Some(granted) => {
            let granted = settings_day(settings, granted);
            let mut because = vec![Reason::Approved { kind: draft.kind, granted }];
            if let Some((until, paused)) = around.pause(settings) {
                because.push(paused);
                return wait(Some(until.unwrap_or(lapses).min(lapses)), because);
            }
            let again = not_before(draft, around, settings, &mut because);
            let earliest = earliest.max(again.unwrap_or(earliest));
            let hours = hours_of(draft, settings);
            send_or_wait(follow_up, draft, earliest, because, around, &hours, now)
        }
    }
}

/// E13: when a draft is let go; an approval waits as long for its day. What an expiry or a day
/// limits ends with it.
fn lapses(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    earliest: DateTime<Utc>,
    around: &Surroundings,
    settings: &Settings,
) -> DateTime<Utc> {
    match draft.approved_at {
        None => {
            let asked_at = draft.asked_at.unwrap_or(draft.prepared_at);
            valid_until(follow_up, draft.kind, asked_at, around, settings)
        }
        Some(approved) => {
            let last = around.offer.as_ref().map(|it| last_chance(it, follow_up, around, settings));
            valid_for(draft.kind, approved.max(earliest), last, settings)
        }
    }
}

/// When a draft is let go that has waited for an answer since a moment. A notice of an offer must
/// be approved while there is still time to take that back and to send it (E26).
#[must_use]
pub fn valid_until(
    follow_up: &FollowUp,
    kind: DraftKind,
    asked_at: DateTime<Utc>,
    around: &Surroundings,
    settings: &Settings,
) -> DateTime<Utc> {
    let last = around.offer.as_ref().map(|offer| last_chance(offer, follow_up, around, settings));
    valid_for(kind, asked_at, last.map(|last| last - undo(settings)), settings)
}

/// `last` is the end of a notice; there is nothing to tell if there is none.
fn valid_for(
    kind: DraftKind,
    since: DateTime<Utc>,
    last: Option<DateTime<Utc>>,
    settings: &Settings,
) -> DateTime<Utc> {
    let valid = TimeDelta::hours(i64::from(settings.valid_hours));
    match kind {
        DraftKind::Attempt(_) | DraftKind::ClosingNote => since + valid,
        DraftKind::ThankYou => since + THANKS_VALID,
        DraftKind::OfferNotice => last.map_or(since, |last| last.min(since + valid)),
    }
}

/// Nothing is sent again by itself: for a day the mailboxes may tell, then the user is asked.
fn in_doubt(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let because = vec![Reason::InDoubt];
    let Some(ask_at) = draft.in_doubt_since.map(|since| since + LOOKED_FOR) else {
        return decision(Action::Nothing, because);
    };
    let asked = follow_up.asked_for.contains(&MissingFact::WhetherSent);
    let action = if now < ask_at {
        Action::Wait { until: ask_at }
    } else if asked || follow_up.closed.is_some() {
        Action::Nothing
    } else if let Some(held) = held_by_pause(around, settings, because.clone()) {
        return held;
    } else {
        Action::Ask { question: Question::Missing(MissingFact::WhetherSent) }
    };
    decision(action, because)
}

/// Whether what a draft was written for still holds.
fn still_right(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    around: &Surroundings,
    now: DateTime<Utc>,
) -> bool {
    let accepted = around.taken_elsewhere(follow_up);
    let writable = follow_up.closed.is_none()
        && follow_up.bounced.is_none()
        && follow_up.my_turn_since.is_none()
        && follow_up.channel.is_none();
    let holds = match draft.kind {
        DraftKind::Attempt(number) => {
            let free = follow_up.coming_interview(now).is_none()
                && follow_up.on_hold_since.is_none()
                && accepted.is_none();
            let pursuit = follow_up.pursuit(now).filter(|_| free);
            let next = pursuit.and_then(|pursuit| match pursuit.attempts.as_slice() {
                [] => Some(AttemptNumber::First),
                [_] => Some(AttemptNumber::Second),
                [..] => None,
            });
            next == Some(number)
        }
        DraftKind::OfferNotice => {
            let told = around.offer.as_ref().filter(|_| accepted.is_none());
            told.is_some_and(|offer| offer.recorded_at <= draft.prepared_at)
                && !follow_up.offer_told
        }
        DraftKind::ThankYou => accepted.is_none(),
        DraftKind::ClosingNote => accepted.is_some(),
    };
    writable && holds
}

/// A follow-up that nobody approved yet makes room for the notice of an offer, which says more.
fn an_offer_comes_first(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> bool {
    let notice = offer_notice(follow_up, around, settings, now);
    draft.kind.number().is_some()
        && notice.is_some_and(|notice| matches!(notice.action, Action::Prepare { .. }))
}

/// The moment before which a message of that kind may not go; `None` if none is due at all.
pub(super) fn earliest(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    kind: DraftKind,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let week = around.last_contact.map(|last| last + WEEK);
    match kind {
        DraftKind::Attempt(_) => {
            let pursuit = follow_up.pursuit(now)?;
            Some(due(follow_up, &pursuit, around, settings).0)
        }
        DraftKind::OfferNotice => Some(DateTime::UNIX_EPOCH),
        DraftKind::ThankYou | DraftKind::ClosingNote => Some(week.unwrap_or_default()),
    }
}

/// The next window of a kind: the preferred mornings for the attempts, office hours for the rest.
#[must_use]
pub fn slot_for(
    kind: DraftKind,
    after: DateTime<Utc>,
    place: Place,
    settings: &Settings,
) -> Option<Slot> {
    match kind {
        DraftKind::Attempt(_) => next_slot(after, place, settings),
        DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
            next_office_hours(after, place, settings)
        }
    }
}

fn send_or_wait(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    earliest: DateTime<Utc>,
    mut because: Vec<Reason>,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let place = around.place(follow_up, settings);
    let Some(slot) = slot_for(draft.kind, earliest.max(now), place, settings) else {
        because.push(Reason::NoWindow);
        return decision(Action::Nothing, because);
    };
    because.push(Reason::window(slot, place));
    let from = slot.opens.max(earliest);
    let action =
        if now >= from { Action::Send { draft: draft.id } } else { Action::Wait { until: from } };
    decision(action, because)
}

/// E13: one reminder, outside quiet hours, then a quiet lapse.
fn remind(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    lapses: DateTime<Utc>,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let asked = draft.asked_at.unwrap_or(draft.prepared_at);
    let mut because = vec![Reason::Waiting {
        asked_on: settings_day(settings, asked),
        lapses: settings_day(settings, lapses),
    }];
    if let Some(offer) = around.offer.as_ref().filter(|_| draft.kind == DraftKind::OfferNotice) {
        because.insert(0, competing(offer, follow_up));
    }
    let after_hours = settings.remind_after_hours;
    let remind_at = asked + TimeDelta::hours(i64::from(after_hours));
    if draft.reminded_at.is_some() || around.paused.is_some() || remind_at >= lapses {
        return decision(Action::Wait { until: lapses }, because);
    }
    let remind_at = after_quiet_hours(remind_at.max(now), settings);
    if now < remind_at {
        return decision(Action::Wait { until: remind_at }, because);
    }
    because.push(Reason::Reminder { after_hours });
    decision(Action::Ask { question: Question::ApprovalAgain(draft.id) }, because)
}
