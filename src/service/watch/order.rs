//! Which mailbox the next message is taken from. A server's times order the mailboxes; what a
//! message says that it answers comes before it, whatever the times say.
//!
//! The surprising fact: within one mailbox the order is that of the UIDs and nothing else, because
//! a cursor never skips. So a message moved there late, with its old time, waits for its turn.

use crate::domain::ids::MessageId;
use crate::imap::FetchedHeaders;
use crate::mail::read::read_fields;

use super::Lane;

/// A message that waits to be taken, and what its headers say about its place in time.
pub(in crate::service) struct Queued {
    pub fetched: FetchedHeaders,
    id: Option<MessageId>,
    answers: Vec<MessageId>,
}

impl Queued {
    pub fn new(fetched: FetchedHeaders) -> Self {
        let head = read_fields(&fetched.headers);
        let answers = head.refers_to().into_iter().cloned().collect();
        Self { id: head.message_id, answers, fetched }
    }
}

/// The mailbox whose head is taken next: the oldest head that answers nothing which still waits
/// elsewhere. Heads that wait for each other have made up their references: the oldest goes first.
pub(super) fn next(lanes: &mut [Lane]) -> Option<&mut Lane> {
    let open = |lane: &&Lane| lane.halted.is_none() && !lane.waiting.is_empty();
    let oldest = lanes
        .iter()
        .filter(open)
        .min_by_key(|lane| {
            let head = lane.waiting.front();
            let waits = head.is_some_and(|head| waits_for_another(head, lane, lanes));
            (waits, head.and_then(|head| head.fetched.arrived_at))
        })?
        .id;
    lanes.iter_mut().find(|lane| lane.id == oldest)
}

fn waits_for_another(head: &Queued, of: &Lane, lanes: &[Lane]) -> bool {
    let others = lanes.iter().filter(|lane| lane.id != of.id && lane.halted.is_none());
    !head.answers.is_empty()
        && others
            .flat_map(|lane| &lane.waiting)
            .filter_map(|queued| queued.id.as_ref())
            .any(|id| head.answers.contains(id))
}
