//! What a message that belongs to an application means: the facts it adds to the ledger.
//!
//! The surprising fact: everything uncertain counts as a human answer. A wrong stop costs a look;
//! a message sent after the answer came costs the user's face.

mod learned;
mod machine;
mod outgoing;

use chrono::{DateTime, Utc};

use super::address::Address;
use super::attribution::Strength;
use super::event::{Channel, ClosedReason, Fact, NextStep};
use super::follow_up::FollowUp;
use super::message::{AutomaticClass, Direction, Invitation, InvitationMethod, Kind, Message};
use learned::learned;
use machine::{MachineSays, is_a_machine, what_a_machine_says};
use outgoing::outgoing;

pub use learned::contact_in;
pub use machine::speaks;
pub use outgoing::is_a_letter;

/// What is observed, and what was known before.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    pub message: &'a Message,
    pub direction: Direction,
    pub strength: Strength,
    pub follow_up: &'a FollowUp,
    /// When the message was written that holds the date they named last, by its own date; `None`
    /// if there is none, or the user told it, or this message names no date.
    pub word_written_at: Option<DateTime<Utc>>,
    /// When the next message was or is due, if one is; only what the user wrote is compared with it.
    pub due: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

/// The facts of one message, in the order in which they count.
#[must_use]
pub fn observe(sighting: &Sighting<'_>) -> Vec<Fact> {
    match sighting.direction {
        Direction::Incoming => incoming(sighting),
        Direction::Outgoing => outgoing(sighting),
        Direction::Own => Vec::new(),
    }
}

/// Whether a message that belongs to nothing known opens an application.
#[must_use]
pub fn opens_application(message: &Message, direction: Direction) -> bool {
    let about_this = message.about_a_job && message.employer.is_some();
    let invited = message
        .invitation
        .as_ref()
        .is_some_and(|it| it.method == Some(InvitationMethod::Request) && !it.cancelled);
    let telling = match message.kind {
        Kind::Receipt | Kind::Interview | Kind::Assessment | Kind::Offer => true,
        Kind::Question
        | Kind::Status
        | Kind::Rejection
        | Kind::Outreach
        | Kind::Alert
        | Kind::Other => false,
    };
    direction == Direction::Incoming && about_this && (telling || invited)
}

fn incoming(sighting: &Sighting<'_>) -> Vec<Fact> {
    let message = sighting.message;
    let message_id = message.message_id.clone();
    if let Some(bounce) = &message.bounce {
        if bounce.action != "failed" {
            return vec![Fact::AutomaticReceived { class: AutomaticClass::Bounce, message_id }];
        }
        let attempts = &sighting.follow_up.attempts;
        let ids = &bounce.original_message_ids;
        let by_id = attempts
            .iter()
            .rfind(|attempt| attempt.message_id.as_ref().is_some_and(|id| ids.contains(id)));
        let original = match by_id {
            Some(attempt) => attempt.message_id.clone(),
            // It names some other message of the record: the user's own.
            None if sighting.strength == Strength::Reference => ids.first().cloned(),
            // Anybody can make up a bounce; only who got a message knows its id.
            None => {
                return vec![Fact::AutomaticReceived { class: AutomaticClass::Bounce, message_id }];
            }
        };
        let recipient = bounce.recipient.clone();
        return vec![Fact::Bounced { hard: bounce.hard, recipient, original }];
    }
    if sighting.strength == Strength::Weak {
        return weak(sighting);
    }
    let mut facts = learned(sighting);
    if let Some(invitation) = &message.invitation
        && let Some(mut invited) = invitation_facts(sighting, invitation)
    {
        facts.append(&mut invited);
        return facts;
    }
    if let Some(automatic) = &message.automatic {
        match what_a_machine_says(message, automatic.class) {
            MachineSays::Nothing => {
                facts.push(Fact::AutomaticReceived { class: automatic.class, message_id });
                return facts;
            }
            MachineSays::Away => {
                let returns_on = automatic.returns_on;
                facts.push(Fact::OutOfOffice { returns_on, message_id });
                return facts;
            }
            MachineSays::LookAtIt => {
                facts.push(replied(sighting, NextStep::Mine, true));
                return facts;
            }
            MachineSays::No => {}
        }
    }
    if is_a_machine(sighting) {
        let class = AutomaticClass::Other;
        facts.push(Fact::AutomaticReceived { class, message_id });
        return facts;
    }
    facts.extend(answer(sighting));
    facts
}

/// A weak match says no more than: somebody should look.
fn weak(sighting: &Sighting<'_>) -> Vec<Fact> {
    if !speaks(sighting.message) || sighting.follow_up.closed.is_some() {
        return Vec::new();
    }
    vec![replied(sighting, NextStep::Mine, true)]
}

fn replied(sighting: &Sighting<'_>, next_step: NextStep, weak: bool) -> Fact {
    let message = sighting.message;
    Fact::EmployerReplied {
        from: message.from.first().map_or_else(Address::unknown, |it| it.address.clone()),
        kind: message.kind,
        next_step,
        message_id: message.message_id.clone(),
        weak,
        offset: message.date.map(|date| date.offset().local_minus_utc()),
    }
}

/// A human answer and what it changes (E06, E21, E22, E25).
fn answer(sighting: &Sighting<'_>) -> Vec<Fact> {
    let message = sighting.message;
    let follow_up = sighting.follow_up;
    let mut facts = Vec::new();
    if message.kind == Kind::Rejection {
        facts.push(replied(sighting, NextStep::Theirs, false));
        if follow_up.closed.is_none() {
            facts.push(Fact::Closed { reason: ClosedReason::Rejected });
        }
        return facts;
    }
    if follow_up.closed.is_some_and(|(_, reason)| reopens(reason, message)) {
        facts.push(Fact::Reopened);
    }
    facts.push(replied(sighting, next_step(sighting), false));
    facts.extend(promised(sighting));
    if message.wants_a_call && follow_up.channel != Some(Channel::Call) {
        facts.push(Fact::ChannelWanted { channel: Channel::Call });
    }
    facts
}

/// The latest of the dates they named (E03, E06). A message that is read late and was written
/// before the one that holds their present word brings no day forward.
fn promised(sighting: &Sighting<'_>) -> Option<Fact> {
    let message = sighting.message;
    let dated = message.promises.iter().filter(|promise| promise.not_before.is_some());
    let promise = dated.max_by_key(|promise| promise.not_before)?.clone();
    let known = sighting.follow_up.promise.as_ref().and_then(|known| known.reading.not_before);
    let written = message.date.map(|date| date.with_timezone(&Utc));
    let is_older = written.zip(sighting.word_written_at).is_some_and(|(this, that)| this < that);
    if is_older && promise.not_before < known {
        return None;
    }
    Some(Fact::PromiseGiven { promise, said_in: message.message_id.clone() })
}

/// Whether a late answer opens it again; an invitation or an offer does even after a no.
fn reopens(reason: ClosedReason, message: &Message) -> bool {
    let invited = message.invitation.is_some()
        || matches!(message.kind, Kind::Interview | Kind::Assessment | Kind::Offer);
    match reason {
        ClosedReason::MovedOn | ClosedReason::History | ClosedReason::Filled => true,
        ClosedReason::Rejected | ClosedReason::ByUser => invited,
        ClosedReason::Withdrawn
        | ClosedReason::AcceptedElsewhere
        | ClosedReason::Accepted
        | ClosedReason::DoNotContact => false,
    }
}

/// Whose step a human answer leaves next. A question without a promise is the user's; words on
/// an interview that was held ask for nothing.
fn next_step(sighting: &Sighting<'_>) -> NextStep {
    let message = sighting.message;
    let asks = message.new_text.contains('?');
    let held = sighting.follow_up.held_interview(sighting.at).is_some();
    let mine = match message.kind {
        Kind::Question | Kind::Assessment | Kind::Offer => true,
        Kind::Interview => asks || !held,
        Kind::Receipt
        | Kind::Status
        | Kind::Rejection
        | Kind::Outreach
        | Kind::Alert
        | Kind::Other => asks && message.promises.is_empty(),
    };
    if mine { NextStep::Mine } else { NextStep::Theirs }
}

fn invitation_facts(sighting: &Sighting<'_>, invitation: &Invitation) -> Option<Vec<Fact>> {
    let key = invitation.uid.clone();
    let sequence = invitation.sequence;
    let cancelled = invitation.cancelled || invitation.method == Some(InvitationMethod::Cancel);
    if cancelled {
        let mut facts = vec![
            replied(sighting, NextStep::Theirs, false),
            Fact::InterviewCancelled { key, sequence },
        ];
        facts.extend(promised(sighting));
        if sighting.message.kind == Kind::Rejection && sighting.follow_up.closed.is_none() {
            facts.push(Fact::Closed { reason: ClosedReason::Rejected });
        }
        return Some(facts);
    }
    match invitation.method {
        Some(
            InvitationMethod::Reply
            | InvitationMethod::Counter
            | InvitationMethod::DeclineCounter
            | InvitationMethod::Other,
        ) => Some(vec![replied(sighting, NextStep::Mine, true)]),
        Some(InvitationMethod::Cancel) => None,
        Some(InvitationMethod::Request | InvitationMethod::Publish) | None => {
            let starts_at = invitation.starts_at?;
            let ends_at = invitation.ends_at.unwrap_or(starts_at + chrono::TimeDelta::hours(1));
            let closed = sighting.follow_up.closed;
            let reopened = closed.is_some_and(|(_, reason)| reopens(reason, sighting.message));
            let mut facts = if reopened { vec![Fact::Reopened] } else { Vec::new() };
            facts.push(replied(sighting, NextStep::Theirs, false));
            facts.push(Fact::InterviewScheduled {
                key,
                sequence,
                starts_at,
                ends_at,
                offset: invitation.offset.map(|offset| offset.local_minus_utc()),
                round: None,
                summary: invitation.summary.clone(),
                message_id: sighting.message.message_id.clone(),
            });
            facts.extend(promised(sighting));
            Some(facts)
        }
    }
}

#[cfg(test)]
mod tests;
