//! Who wants to be called gets no mail: the user is given the words for a call (E10). The words are
//! written elsewhere; here is only when.

use chrono::{DateTime, Utc};

use crate::domain::draft::AttemptNumber;
use crate::domain::event::MissingFact;
use crate::domain::follow_up::{FollowUp, Pursuit};
use crate::domain::reason::Reason;

use super::{Action, Decision, Question, ask_once, decision};

/// E10: who wants to be called gets no mail. The user is given the words for a call, once for
/// each of the two attempts; a call that the user logs is the attempt.
pub(super) fn advise_call(
    follow_up: &FollowUp,
    advised: bool,
    number: AttemptNumber,
    mut because: Vec<Reason>,
) -> Decision {
    if follow_up.position.is_none() {
        return ask_once(follow_up, MissingFact::Position, Reason::Missing(MissingFact::Position));
    }
    because.push(Reason::CallInstead);
    let action = if advised && !follow_up.draft_wanted {
        Action::Nothing
    } else {
        Action::Ask { question: Question::Call(number) }
    };
    decision(action, because)
}

/// Whether the words for the next call were given already.
pub(super) fn call_was_advised(follow_up: &FollowUp, pursuit: &Pursuit) -> bool {
    let since = pursuit.attempts.last().map_or(pursuit.clock_from, |attempt| attempt.sent_at);
    follow_up.channel.is_some() && follow_up.call_advised_at.is_some_and(|at| at > since)
}

/// Whether the user was given the words for a call and has not been in touch since (E10).
#[must_use]
pub fn call_waits(follow_up: &FollowUp, now: DateTime<Utc>) -> bool {
    let pursuit = follow_up.pursuit(now).filter(|pursuit| pursuit.attempts.len() < 2);
    follow_up.user_contact_at < follow_up.call_advised_at
        && pursuit.is_some_and(|pursuit| call_was_advised(follow_up, &pursuit))
}
