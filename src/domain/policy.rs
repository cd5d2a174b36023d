//! The rules, from the state of an application and the present moment to one decision.
//! It reads like the list of the etiquette; every branch says why.
//!
//! The surprising fact: sending is decided twice by the same function, once to plan and once,
//! after a fresh look at the mailboxes, right before the message goes (`authorise`).

mod call;
pub mod due;
mod ending;
mod occasion;
mod open_draft;
mod retry;

use std::borrow::Cow;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::approval::ApprovedDraft;
use super::calendar::{Place, Slot, end_of_day, moment, next_slot};
use super::draft::{AttemptNumber, DraftKind};
use super::event::{ClosedReason, MissingFact, WithdrawnReason};
use super::follow_up::{FollowUp, OpenDraft, Pursuit};
use super::holidays::Region;
use super::ids::DraftId;
use super::reason::Reason;
use super::settings::Settings;
use call::{advise_call, call_was_advised};
use due::{due, return_is_unclear};
use ending::{after_second, history};
use open_draft::decide_draft;

pub use call::call_waits;
pub use occasion::may_be_told;
pub use open_draft::{slot_for, valid_until};

/// A look at the mailboxes older than this proves nothing.
pub const FRESH_LOOK: TimeDelta = TimeDelta::seconds(60);

/// What a decision needs to know beyond the application itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// Last message by the service or the user to this employer, in any thread.
    pub last_contact: Option<DateTime<Utc>>,
    /// Everything is paused, until a moment or until it is resumed.
    pub paused: Option<Option<DateTime<Utc>>>,
    /// The provider takes no mail before this moment.
    pub quota_until: Option<DateTime<Utc>>,
    /// When the service first looked at this mailbox.
    pub watching_since: DateTime<Utc>,
    /// Whose public holidays the employer keeps.
    pub region: Option<Region>,
    /// An offer of another employer of which this one may be told, and has not been (E26, E28).
    pub offer: Option<CompetingOffer>,
    /// When the user took the offer of another employer.
    pub accepted_elsewhere: Option<DateTime<Utc>>,
}

/// A written offer of another employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetingOffer {
    pub recorded_at: DateTime<Utc>,
    /// The last day on which the user can say yes.
    pub expires_on: NaiveDate,
    /// Who made it, if the user lets it be said (E27).
    pub employer: Option<String>,
}

impl Surroundings {
    /// Where the person is that the next message goes to.
    #[must_use]
    pub fn place(&self, follow_up: &FollowUp, settings: &Settings) -> Place {
        Place { zone: follow_up.recipient_zone(settings.zone), region: self.region }
    }

    /// When the user accepted elsewhere, unless this was reopened since.
    fn taken_elsewhere(&self, follow_up: &FollowUp) -> Option<DateTime<Utc>> {
        self.accepted_elsewhere.filter(|at| follow_up.reopened_at < Some(*at))
    }

    /// Why nothing goes on before the end of a pause, and when that is.
    fn pause(&self, settings: &Settings) -> Option<(Option<DateTime<Utc>>, Reason)> {
        let until = self.paused?;
        Some((until, Reason::Paused { until: until.map(|at| settings_day(settings, at)) }))
    }
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
        kind: DraftKind,
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

impl Action {
    /// What the plan does first where it may not ask for everything on one day: what asks for
    /// nothing, then what runs out soonest. `None` if there is nothing to do here; what is to be
    /// sent goes through its own door.
    #[must_use]
    pub fn rank(&self) -> Option<u8> {
        match self {
            Self::Stop { .. } => Some(0),
            Self::Prepare { kind: DraftKind::OfferNotice, .. } => Some(1),
            Self::Prepare { kind: DraftKind::ThankYou, .. } => Some(2),
            Self::Ask { question: Question::ApprovalAgain(_) } => Some(3),
            Self::Ask { question: Question::Missing(_) | Question::Call(_) }
            | Self::Prepare { kind: DraftKind::Attempt(_), .. } => Some(4),
            Self::Prepare { kind: DraftKind::ClosingNote, .. } => Some(5),
            Self::Wait { .. } | Self::Send { .. } | Self::Nothing => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Missing(MissingFact),
    ApprovalAgain(DraftId),
    /// Please call them: they want no mail (E10).
    Call(AttemptNumber),
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

/// Nothing before `until`; nothing at all if there is no such moment.
fn wait(until: Option<DateTime<Utc>>, because: Vec<Reason>) -> Decision {
    decision(until.map_or(Action::Nothing, |until| Action::Wait { until }), because)
}

/// In a pause nothing is asked and nothing is sent.
fn held_by_pause(
    around: &Surroundings,
    settings: &Settings,
    mut because: Vec<Reason>,
) -> Option<Decision> {
    let (until, paused) = around.pause(settings)?;
    because.push(paused);
    Some(wait(until, because))
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
    if let Some(farewell) = occasion::farewell(follow_up, around, settings, now) {
        return farewell;
    }
    if let Some(history) = history(follow_up, around, settings, now) {
        return history;
    }
    if let Some(since) = follow_up.my_turn_since {
        let since = settings_day(settings, since);
        return decision(Action::Nothing, vec![Reason::YourTurn { since }]);
    }
    if let Some(notice) = occasion::offer_notice(follow_up, around, settings, now) {
        return notice;
    }
    if let Some(thanks) = occasion::thank_you(follow_up, around, settings, now) {
        return thanks;
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
        let because = vec![Reason::Bounced];
        if *at < around.watching_since {
            return decision(Action::Nothing, because);
        }
        return held_by_pause(around, settings, because)
            .unwrap_or_else(|| ask_once(follow_up, MissingFact::Address, Reason::Bounced));
    }
    let number = match pursuit.attempts.as_slice() {
        [] => AttemptNumber::First,
        [_] => AttemptNumber::Second,
        [.., last] => return after_second(follow_up, last.sent_at, around, settings, now),
    };
    if let Some(since) = follow_up.on_hold_since {
        let since = settings_day(settings, since);
        return decision(Action::Nothing, vec![Reason::OnHold { since }]);
    }
    if let Some((_, since)) = follow_up.resting {
        let since = settings_day(settings, since);
        return decision(Action::Nothing, vec![Reason::Resting { since }]);
    }
    let (due, mut because) = due(follow_up, pursuit, around, settings);
    if let Some(held) = held_by_pause(around, settings, because.clone()) {
        return held;
    }
    let place = around.place(follow_up, settings);
    let slots = next_slot(due, place, settings).zip(next_slot(due.max(now), place, settings));
    let Some((first, slot)) = slots else {
        because.push(Reason::NoWindow);
        return decision(Action::Nothing, because);
    };
    if first.closes < around.watching_since && !follow_up.draft_wanted {
        because.push(Reason::FirstRun { due: first.day });
        return decision(Action::Nothing, because);
    }
    because.push(Reason::window(slot, place));
    if return_is_unclear(follow_up, settings, now)
        && !follow_up.asked_for.contains(&MissingFact::ReturnDate)
    {
        let question = Question::Missing(MissingFact::ReturnDate);
        return decision(Action::Ask { question }, because);
    }
    let ask_at = ask_at(first, slot, follow_up.draft_wanted);
    let ask_at = ask_at.max(not_asked_before(follow_up, settings).unwrap_or(ask_at));
    let advised = call_was_advised(follow_up, pursuit);
    if now < ask_at && !advised {
        because.extend(follow_up.channel.map(|_| Reason::CallInstead));
        return decision(Action::Wait { until: ask_at }, because);
    }
    if follow_up.channel.is_some() {
        return advise_call(follow_up, advised, number, because);
    }
    if let Some(missing) = missing_fact(follow_up) {
        return ask_once(follow_up, missing, Reason::Missing(missing));
    }
    decision(Action::Prepare { kind: DraftKind::Attempt(number), slot }, because)
}

/// In the morning of the day of sending; a day that was missed is not caught up with at once, but
/// on the next one. Where the user's morning comes after their window, the draft is asked about
/// on the day before, and where the user asked for it, at once.
fn ask_at(first: Slot, next: Slot, wanted: bool) -> DateTime<Utc> {
    let before_the_window = next.ask_at < next.closes;
    if before_the_window && !wanted { next.ask_at } else { first.ask_at }
}

/// The moment before which the user is not asked, wherever the two live: the promised day is over
/// for both (E01), and the day that the user chose has come (E13).
fn not_asked_before(follow_up: &FollowUp, settings: &Settings) -> Option<DateTime<Utc>> {
    let zone = follow_up.recipient_zone(settings.zone);
    let promised = follow_up.promise.as_ref().and_then(|promise| promise.reading.not_before);
    promised.map(|day| end_of_day(day, zone, settings)).max(follow_up.postponed_until)
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

/// The settings a draft is sent by: `approve now` leaves little of them.
#[must_use]
pub fn hours_of<'a>(draft: &OpenDraft, settings: &'a Settings) -> Cow<'a, Settings> {
    if draft.hurried { Cow::Owned(settings.hurried()) } else { Cow::Borrowed(settings) }
}

/// When an approval given now would be carried out: after the undo window, on an allowed day,
/// inside the window. `None` if the settings never open or nothing is due.
#[must_use]
pub fn planned_send(
    follow_up: &FollowUp,
    around: &Surroundings,
    settings: &Settings,
    kind: DraftKind,
    granted_at: DateTime<Utc>,
) -> Option<(Slot, DateTime<Utc>)> {
    let hours = follow_up.draft.as_ref().map(|draft| hours_of(draft, settings));
    let settings = hours.as_deref().unwrap_or(settings);
    let earliest = open_draft::earliest(follow_up, around, settings, kind, granted_at)?;
    let earliest = earliest.max(granted_at + undo(settings));
    let place = around.place(follow_up, settings);
    let slot = slot_for(kind, earliest, place, settings)?;
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

/// The time in which an approval can be taken back.
fn undo(settings: &Settings) -> TimeDelta {
    TimeDelta::minutes(i64::from(settings.undo_minutes))
}

fn settings_day(settings: &Settings, at: DateTime<Utc>) -> NaiveDate {
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
