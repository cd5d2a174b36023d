//! What was taken back: which entries do not count any more, and whether taking them back changes
//! anything that a draft rests on.
//!
//! The surprising fact: who takes back a correction restores what it had taken back, so whether
//! that matters is asked of the entries at the end of the chain.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::event::{Event, Fact};
use crate::domain::ids::EventId;

/// The entries that were taken back and not restored by taking that back.
#[must_use]
pub fn retracted<'a>(events: impl DoubleEndedIterator<Item = &'a Event>) -> BTreeSet<EventId> {
    let mut gone = BTreeSet::new();
    for event in events.rev() {
        if let Fact::Retracted { events, .. } = &event.fact
            && !gone.contains(&event.id)
        {
            gone.extend(events.iter().copied().filter(|id| *id < event.id));
        }
    }
    gone
}

/// The corrections that leave an open draft as good as it was: no draft says, and no date rests
/// on, what they take back.
pub(super) fn harmless<'a>(events: impl Iterator<Item = &'a Event> + Clone) -> BTreeSet<EventId> {
    if !events.clone().any(|event| matches!(event.fact, Fact::Retracted { .. })) {
        return BTreeSet::new();
    }
    let ledger: BTreeMap<EventId, &Fact> = events.map(|event| (event.id, &event.fact)).collect();
    let corrections = ledger.iter().filter(|(_, fact)| matches!(fact, Fact::Retracted { .. }));
    corrections.filter(|(id, fact)| !matters(**id, fact, &ledger)).map(|(id, _)| *id).collect()
}

/// Whether the words or the date of a draft may rest on an entry.
fn matters(id: EventId, fact: &Fact, ledger: &BTreeMap<EventId, &Fact>) -> bool {
    match fact {
        Fact::Retracted { events, .. } => events
            .iter()
            .filter(|named| **named < id)
            .filter_map(|named| Some((*named, *ledger.get(named)?)))
            .any(|(named, fact)| matters(named, fact, ledger)),
        Fact::NoteAdded { .. }
        | Fact::ClientLearned { .. }
        | Fact::InterviewAskedAbout { .. }
        | Fact::AutomaticReceived { .. }
        | Fact::CommandRefused { .. }
        | Fact::FactAsked { .. } => false,
        Fact::ApplicationRecorded { .. }
        | Fact::PositionLearned { .. }
        | Fact::ContactLearned { .. }
        | Fact::StrengthLearned { .. }
        | Fact::ToneHeard { .. }
        | Fact::PeopleMet { .. }
        | Fact::InterviewScheduled { .. }
        | Fact::InterviewCancelled { .. }
        | Fact::PromiseGiven { .. }
        | Fact::NoPromiseGiven
        | Fact::EmployerReplied { .. }
        | Fact::OutOfOffice { .. }
        | Fact::Bounced { .. }
        | Fact::ChannelWanted { .. }
        | Fact::Touched { .. }
        | Fact::HeardBack { .. }
        | Fact::PutOnHold
        | Fact::OfferReceived { .. }
        | Fact::OfferAccepted
        | Fact::UserWrote { .. }
        | Fact::DraftPrepared { .. }
        | Fact::ApprovalRequested { .. }
        | Fact::ApprovalReminded { .. }
        | Fact::DraftApproved { .. }
        | Fact::HurryWanted { .. }
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
        | Fact::Closed { .. }
        | Fact::Reopened => true,
    }
}
