//! Whether there is a reason to read the body of a message that belongs to nothing known.
//!
//! While we watch, everything that is not bulk is read. Looking back there has to be a reason in
//! the headers; most mail of the past is none of our business, and stays unread.

use crate::config::Sender;
use crate::domain::mailbox::Role;
use crate::domain::message::{AutomaticClass, Direction, Message};
use crate::mail::read::announced;

/// Whether the user named the sender in `[match]`.
pub(in crate::service) fn covers(senders: &[Sender], head: &Message) -> bool {
    head.from.iter().any(|from| senders.iter().any(|sender| sender.covers(&from.address)))
}

/// Whether mail that is none of our business is remembered there as looked into.
pub(in crate::service) fn is_looked_into(role: Role) -> bool {
    match role {
        Role::Inbox | Role::Archive | Role::All | Role::Other => true,
        Role::Sent | Role::Drafts | Role::Junk | Role::Trash => false,
    }
}

/// Whether a message that matches nothing is read to see if it opens an application.
pub(in crate::service) fn worth_reading(
    head: &Message,
    headers: &[u8],
    role: Role,
    direction: Direction,
    live: bool,
) -> bool {
    if direction != Direction::Incoming || !is_looked_into(role) {
        return false;
    }
    let bulk = head.automatic.as_ref().is_some_and(|it| it.class == AutomaticClass::Bulk);
    let relayed = head.employer.as_ref().is_some_and(|hint| hint.via.is_some());
    let invites = || announced(headers, b"text", b"calendar").next().is_some();
    (live && !bulk) || head.about_a_job || relayed || invites()
}
