//! What of a fact is only read by people, and when the texts of an application have had their time.
//!
//! The surprising fact: no decision about an application that ended rests on a text, so the texts
//! can go while every fact stays. A text that is gone is empty, and an empty one counts as none.

use chrono::{DateTime, TimeDelta, Utc};

use super::event::Fact;
use super::follow_up::FollowUp;

/// Whether an application came to its end, and nothing of it may still be on its way.
#[must_use]
pub fn is_over(follow_up: &FollowUp) -> bool {
    follow_up.closed.is_some()
        && follow_up.draft.is_none()
        && follow_up.attempts.iter().all(|attempt| !attempt.in_doubt)
}

/// The moment up to which texts have had their time. Our clock and a mail server have to agree
/// that it is over: a clock that was set ahead for a moment must not remove anything for ever.
#[must_use]
pub fn old_before(keep_days: u32, now: DateTime<Utc>, server_time: DateTime<Utc>) -> DateTime<Utc> {
    now.min(server_time) - TimeDelta::days(i64::from(keep_days))
}

/// A fact without its texts and without the names of people. What stays is what rules go by: what
/// happened, days and times, addresses, ids, the position, and the name of an agency's client, by
/// which its mail is known.
#[must_use]
pub fn without_texts(mut fact: Fact) -> Fact {
    match &mut fact {
        Fact::ApplicationRecorded { contact: Some(contact), .. }
        | Fact::ContactLearned { contact } => contact.name = None,
        Fact::StrengthLearned { sentence: text }
        | Fact::NoteAdded { text }
        | Fact::HeardBack { text, .. }
        | Fact::InterviewScheduled { summary: text, .. }
        | Fact::DraftPrepared { subject: text, .. } => text.clear(),
        Fact::PeopleMet { names } => names.clear(),
        Fact::PromiseGiven { promise, .. } => {
            promise.reading.clear();
            promise.sentence.clear();
        }
        Fact::ApplicationRecorded { contact: None, .. }
        | Fact::PositionLearned { .. }
        | Fact::ToneHeard { .. }
        | Fact::ClientLearned { .. }
        | Fact::InterviewCancelled { .. }
        | Fact::InterviewAskedAbout { .. }
        | Fact::NoPromiseGiven
        | Fact::EmployerReplied { .. }
        | Fact::AutomaticReceived { .. }
        | Fact::OutOfOffice { .. }
        | Fact::Bounced { .. }
        | Fact::ChannelWanted { .. }
        | Fact::Touched { .. }
        | Fact::PutOnHold
        | Fact::OfferReceived { .. }
        | Fact::OfferAccepted
        | Fact::UserWrote { .. }
        | Fact::ApprovalRequested { .. }
        | Fact::ApprovalReminded { .. }
        | Fact::DraftApproved { .. }
        | Fact::HurryWanted { .. }
        | Fact::CommandRefused { .. }
        | Fact::DraftPostponed { .. }
        | Fact::LaterWanted { .. }
        | Fact::DraftSkipped { .. }
        | Fact::DraftLapsed { .. }
        | Fact::DraftWithdrawn { .. }
        | Fact::DraftWanted
        | Fact::CallAdvised
        | Fact::MessageSent { .. }
        | Fact::SendRefused { .. }
        | Fact::SendDeferred { .. }
        | Fact::SendInDoubt { .. }
        | Fact::FactAsked { .. }
        | Fact::Closed { .. }
        | Fact::Reopened
        | Fact::Retracted { .. } => {}
    }
    fact
}

#[cfg(test)]
mod tests;
