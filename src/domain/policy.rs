//! The rules, from the state of an application and the present moment to one decision.
//! It reads like the list of the etiquette; every branch says why.
//!
//! The surprising fact: sending is decided twice by the same function, once to plan and once,
//! after a fresh look at the mailboxes, right before the message goes (`authorise`).

pub mod due;
mod retry;

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::approval::ApprovedDraft;
use super::calendar::{Slot, calendar_days_after, end_of_day, moment, next_slot};
use super::draft::{AttemptNumber, DraftKind, DraftState};
use super::event::{ClosedReason, MissingFact, WithdrawnReason};
use super::follow_up::{FollowUp, OpenDraft, Pursuit};
use super::ids::DraftId;
use super::reason::Reason;
use super::settings::Settings;
use due::{away, due};
use retry::{given_up, not_before};

/// Silence after which an application is history.
const HISTORY_DAYS: u32 = 60;
/// How long a message in doubt is looked for before the user is asked.
const LOOKED_FOR: TimeDelta = TimeDelta::hours(24);
/// A look at the mailboxes older than this proves nothing.
pub const FRESH_LOOK: TimeDelta = TimeDelta::seconds(60);

/// What a decision needs to know beyond the application itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// Last message by the service or the user to this employer, in any thread.
    pub last_contact: Option<DateTime<Utc>>,
    /// Everything is paused, until a moment or until it is resumed.
    pub paused: Option<Option<DateTime<Utc>>>,
    /// The provider takes no mail before this moment.
    pub quota_until: Option<DateTime<Utc>>,
    /// When the service first looked at this mailbox.
    pub watching_since: DateTime<Utc>,
}

/// One answer to "what now?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub action: Action,
    pub because: Vec<Reason>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Wait {
        until: DateTime<Utc>,
    },
    Ask {
        question: Question,
    },
    /// Write a draft and ask for approval.
    Prepare {
        number: AttemptNumber,
        slot: Slot,
    },
    Send {
        draft: DraftId,
    },
    Stop {
        what: Stop,
    },
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Missing(MissingFact),
    ApprovalAgain(DraftId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Withdraw(DraftId, WithdrawnReason),
    Lapse(DraftId),
    Close(ClosedReason),
}

fn decision(action: Action, because: Vec<Reason>) -> Decision {
    Decision { action, because }
}

/// Decides about one application. Total: every state at every moment has an answer.
#[must_use]
pub fn decide(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(draft) = &follow_up.draft {
        return decide_draft(follow_up, draft, around, settings, now);
    }
    if let Some((_, reason)) = follow_up.closed {
        return decision(Action::Nothing, vec![Reason::Closed(reason)]);
    }
    if let Some(history) = history(follow_up, settings, now) {
        return history;
    }
    if let Some(since) = follow_up.my_turn_since {
        let since = settings_day(settings, since);
        return decision(Action::Nothing, vec![Reason::YourTurn { since }]);
    }
    if let Some(interview) = follow_up.coming_interview(now) {
        let on = settings_day(settings, interview.starts_at);
        let until = interview.ends_at;
        return decision(Action::Wait { until }, vec![Reason::InterviewAhead { on }]);
    }
    let Some(pursuit) = follow_up.pursuit(now) else {
        return decision(Action::Nothing, vec![Reason::NoInterview]);
    };
    decide_pursuit(follow_up, &pursuit, around, settings, now)
}

/// No draft is open and the next step is theirs: is a message due?
fn decide_pursuit(
    follow_up: &FollowUp,
    pursuit: &Pursuit,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    if let Some((_, at)) = &follow_up.bounced {
        return if *at < around.watching_since {
            decision(Action::Nothing, vec![Reason::Bounced])
        } else {
            ask_once(follow_up, MissingFact::Address, Reason::Bounced)
        };
    }
    let number = match pursuit.attempts.as_slice() {
        [] => AttemptNumber::First,
        [_] => AttemptNumber::Second,
        [.., last] => return after_second(follow_up, last.sent_at, around, settings, now),
    };
    if let Some((_, since)) = follow_up.resting {
        let since = settings_day(settings, since);
        return decision(Action::Nothing, vec![Reason::Resting { since }]);
    }
    let (due, mut because) = due(follow_up, pursuit, around, settings);
    if let Some(until) = around.paused {
        because.push(Reason::Paused { until: until.map(|at| settings_day(settings, at)) });
        return decision(until.map_or(Action::Nothing, |until| Action::Wait { until }), because);
    }
    let zone = follow_up.recipient_zone(settings.zone);
    let slots = next_slot(due, zone, settings).zip(next_slot(due.max(now), zone, settings));
    let Some((first, slot)) = slots else {
        because.push(Reason::NoWindow);
        return decision(Action::Nothing, because);
    };
    if first.closes < around.watching_since && !follow_up.draft_wanted {
        because.push(Reason::FirstRun { due: first.day });
        return decision(Action::Nothing, because);
    }
    because.push(Reason::Window { day: slot.day, opens: slot.opens, closes: slot.closes, zone });
    if now < first.ask_at {
        return decision(Action::Wait { until: first.ask_at }, because);
    }
    if let Some(missing) = missing_fact(follow_up) {
        return ask_once(follow_up, missing, Reason::Missing(missing));
    }
    decision(Action::Prepare { number, slot }, because)
}

/// A draft exists: is it still right, was it answered, may it go?
fn decide_draft(
    follow_up: &FollowUp,
    draft: &OpenDraft,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    match draft.state {
        DraftState::Claimed | DraftState::InDoubt => return in_doubt(follow_up, draft, now),
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
    let Some(pursuit) = still_right(follow_up, draft, now) else {
        return withdraw(WithdrawnReason::PlanChanged);
    };
    let earliest = due(follow_up, &pursuit, around, settings).0.max(draft.send_at);
    if let Some(given_up) = given_up(draft, now) {
        return given_up;
    }
    let asked_at = draft.asked_at.unwrap_or(draft.prepared_at);
    let since = draft.approved_at.map_or(asked_at, |approved| approved.max(earliest));
    let lapses = since + TimeDelta::hours(i64::from(settings.valid_hours));
    if now >= lapses {
        let what = Stop::Lapse(draft.id);
        let valid_hours = settings.valid_hours;
        return decision(Action::Stop { what }, vec![Reason::Lapsed { valid_hours }]);
    }
    match draft.approved_at {
        None => remind(draft, lapses, around, settings, now),
        Some(granted) => {
            let granted = settings_day(settings, granted);
            let mut because = vec![Reason::Approved { kind: draft.kind, granted }];
            if let Some(until) = around.paused {
                because.push(Reason::Paused { until: until.map(|at| settings_day(settings, at)) });
                return decision(Action::Wait { until: until.unwrap_or(lapses) }, because);
            }
            let again = not_before(draft, around, &mut because);
            let earliest = earliest.max(again.unwrap_or(earliest));
            send_or_wait(follow_up, draft.id, earliest, because, settings, now)
        }
    }
}

/// Nothing is sent again by itself: for a day the mailboxes may tell, then the user is asked.
fn in_doubt(follow_up: &FollowUp, draft: &OpenDraft, now: DateTime<Utc>) -> Decision {
    let because = vec![Reason::InDoubt];
    let Some(ask_at) = draft.in_doubt_since.map(|since| since + LOOKED_FOR) else {
        return decision(Action::Nothing, because);
    };
    let asked = follow_up.asked_for.contains(&MissingFact::WhetherSent);
    let action = if now < ask_at {
        Action::Wait { until: ask_at }
    } else if asked || follow_up.closed.is_some() {
        Action::Nothing
    } else {
        Action::Ask { question: Question::Missing(MissingFact::WhetherSent) }
    };
    decision(action, because)
}

/// The pursuit a draft was written for, if the draft is still its next message.
fn still_right(follow_up: &FollowUp, draft: &OpenDraft, now: DateTime<Utc>) -> Option<Pursuit> {
    let free = follow_up.my_turn_since.is_none()
        && follow_up.closed.is_none()
        && follow_up.coming_interview(now).is_none()
        && follow_up.bounced.is_none();
    let pursuit = follow_up.pursuit(now).filter(|_| free)?;
    let next = match pursuit.attempts.as_slice() {
        [] => AttemptNumber::First,
        [_] => AttemptNumber::Second,
        [..] => return None,
    };
    (draft.kind == DraftKind::Attempt(next)).then_some(pursuit)
}

fn send_or_wait(
    follow_up: &FollowUp,
    draft: DraftId,
    earliest: DateTime<Utc>,
    mut because: Vec<Reason>,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let zone = follow_up.recipient_zone(settings.zone);
    let Some(slot) = next_slot(earliest.max(now), zone, settings) else {
        because.push(Reason::NoWindow);
        return decision(Action::Nothing, because);
    };
    because.push(Reason::Window { day: slot.day, opens: slot.opens, closes: slot.closes, zone });
    let from = slot.opens.max(earliest);
    let action = if now >= from { Action::Send { draft } } else { Action::Wait { until: from } };
    decision(action, because)
}

/// E13: one reminder, outside quiet hours, then a quiet lapse.
fn remind(
    draft: &OpenDraft,
    lapses: DateTime<Utc>,
    around: &Surroundings,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Decision {
    let asked = draft.asked_at.unwrap_or(draft.prepared_at);
    let waiting = Reason::Waiting {
        asked_on: settings_day(settings, asked),
        lapses: settings_day(settings, lapses),
    };
    let after_hours = settings.remind_after_hours;
    let remind_at = asked + TimeDelta::hours(i64::from(after_hours));
    if draft.reminded_at.is_some() || around.paused.is_some() || remind_at >= lapses {
        return decision(Action::Wait { until: lapses }, vec![waiting]);
    }
    let remind_at = after_quiet_hours(remind_at.max(now), settings);
    if now < remind_at {
        return decision(Action::Wait { until: remind_at }, vec![waiting]);
    }
    let question = Question::ApprovalAgain(draft.id);
    decision(Action::Ask { question }, vec![waiting, Reason::Reminder { after_hours }])
}

/// E08: after the second message only silence or an answer can follow.
fn after_second(
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
    if let Some((at, _)) = away(follow_up, settings) {
        closes = closes.max(at);
    }
    let reason = Reason::TwoAttempts {
        last_sent: zone.day_of(last_sent),
        days,
        closes: zone.day_of(closes),
    };
    let action = if now >= closes {
        let long_ago = closes < around.watching_since;
        let reason = if long_ago { ClosedReason::History } else { ClosedReason::MovedOn };
        Action::Stop { what: Stop::Close(reason) }
    } else {
        Action::Wait { until: closes }
    };
    decision(action, vec![reason])
}

/// Sixty silent days end what nobody waits for any more.
fn history(follow_up: &FollowUp, settings: &Settings, now: DateTime<Utc>) -> Option<Decision> {
    let waits = follow_up.coming_interview(now).is_some() || follow_up.draft_wanted;
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
        .max(away(follow_up, settings).map(|(at, _)| at))?;
    (now > hoped_until + TimeDelta::days(i64::from(HISTORY_DAYS))).then(|| {
        let since = zone.day_of(silent_since);
        let what = Stop::Close(ClosedReason::History);
        decision(Action::Stop { what }, vec![Reason::SilentForLong { since, days: HISTORY_DAYS }])
    })
}

/// E17, E19: what a draft cannot be written without.
fn missing_fact(follow_up: &FollowUp) -> Option<MissingFact> {
    let Some(contact) = &follow_up.contact else { return Some(MissingFact::Address) };
    if contact.address.is_no_reply() || !contact.address.is_sendable() {
        return Some(MissingFact::Address);
    }
    if contact.name.as_deref().and_then(super::person::first_name).is_none() {
        return Some(MissingFact::Name);
    }
    follow_up.position.is_none().then_some(MissingFact::Position)
}

fn ask_once(follow_up: &FollowUp, what: MissingFact, reason: Reason) -> Decision {
    let action = if follow_up.asked_for.contains(&what) {
        Action::Nothing
    } else {
        Action::Ask { question: Question::Missing(what) }
    };
    decision(action, vec![reason])
}

/// When an approval given now would be carried out: after the undo window, on an allowed day,
/// inside the window. `None` if the settings never open or nothing is due.
#[must_use]
pub fn planned_send(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    granted_at: DateTime<Utc>,
) -> Option<(Slot, DateTime<Utc>)> {
    let pursuit = follow_up.pursuit(granted_at)?;
    let undo = TimeDelta::minutes(i64::from(settings.undo_minutes));
    let earliest = due(follow_up, &pursuit, around, settings).0.max(granted_at + undo);
    let zone = follow_up.recipient_zone(settings.zone);
    let slot = next_slot(earliest, zone, settings)?;
    Some((slot, slot.opens.max(earliest)))
}

/// Right before sending: the same rules on the state after a fresh look at every mailbox.
pub fn authorise(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    approved: &ApprovedDraft,
    looked_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Decision, Decision> {
    let decided = decide(follow_up, around, settings, now);
    let this_one = decided.action == Action::Send { draft: approved.draft().id };
    let fresh = looked_at <= now && now - looked_at <= FRESH_LOOK;
    if this_one && fresh { Ok(decided) } else { Err(decided) }
}

fn settings_day(settings: &Settings, at: DateTime<Utc>) -> chrono::NaiveDate {
    at.with_timezone(&settings.zone).date_naive()
}

/// The first moment at or after `at` that is no quiet hour of the user.
#[must_use]
pub fn after_quiet_hours(at: DateTime<Utc>, settings: &Settings) -> DateTime<Utc> {
    let local = at.with_timezone(&settings.zone);
    let time = local.time();
    let end = settings.quiet_hours.end;
    let quiet = settings.quiet_hours.contains(time);
    if !quiet {
        return at;
    }
    let day = local.date_naive();
    let ends_on = if time < end { day } else { day.checked_add_days(Days::new(1)).unwrap_or(day) };
    moment(settings.zone, ends_on.and_time(end)).max(at)
}

#[cfg(test)]
mod tests;
