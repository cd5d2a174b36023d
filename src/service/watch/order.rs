//! Which mailbox the next message is taken from, in all accounts together. A server's times order
//! the mailboxes; what a message says that it answers comes before it, whatever the times say.
//!
//! The surprising fact: within one mailbox the order is that of the UIDs and nothing else, because
//! a cursor never skips. So a message moved there late, with its old time, waits for its turn.

use crate::domain::ids::{MailboxId, MessageId};
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

/// The mailbox whose head is taken next, of those that can be read: the oldest head that answers
/// nothing which still waits elsewhere. Heads that wait for each other have made up their references:
/// the oldest goes first.
pub(super) fn next(lanes: &[&Lane]) -> Option<MailboxId> {
    let ready = lanes.iter().filter(|lane| !lane.waiting.is_empty());
    let oldest = ready.min_by_key(|lane| {
        let head = lane.waiting.front();
        let waits = head.is_some_and(|head| waits_for_another(head, lane, lanes));
        (waits, head.and_then(|head| head.fetched.arrived_at))
    })?;
    Some(oldest.id)
}

fn waits_for_another(head: &Queued, of: &Lane, lanes: &[&Lane]) -> bool {
    let others = lanes.iter().filter(|lane| lane.id != of.id);
    !head.answers.is_empty()
        && others
            .flat_map(|lane| &lane.waiting)
            .filter_map(|queued| queued.id.as_ref())
            .any(|id| head.answers.contains(id))
}
