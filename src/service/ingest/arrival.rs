//! One message at the head of a mailbox, and what its place and its time say.
//!
//! Surprising: the server's arrival time is not believed for what arrived while we watched; the
//! time of the last look is.

use chrono::{DateTime, Utc};

use crate::domain::mailbox::Role;
use crate::domain::message::{Message, Place};
use crate::imap::FetchedHeaders;
use crate::service::watch::Lane;
use crate::store::{Filed, Location};

/// A message at the head of a mailbox.
pub(in crate::service) struct Arrival<'a> {
    pub fetched: &'a FetchedHeaders,
    pub lane: &'a Lane,
    /// Arrived while we watched, not found in the look back.
    pub live: bool,
    /// Searched for because an application turned up after it had passed by.
    pub looking_back: bool,
    /// Its body cannot be had: what the headers say has to do.
    pub by_headers_only: bool,
}

impl Arrival<'_> {
    pub fn location(&self) -> Location {
        Location {
            mailbox: self.lane.id,
            uid_validity: self.lane.cursor.uid_validity,
            uid: self.fetched.uid,
        }
    }

    /// What the place says: at Gmail, where one mailbox holds everything, the label does.
    pub fn role(&self) -> Role {
        if self.is_sent_by_label() { Role::Sent } else { self.lane.role }
    }

    fn is_sent_by_label(&self) -> bool {
        self.lane.role == Role::All && self.fetched.sent
    }

    pub fn filed(&self) -> Filed {
        if self.is_sent_by_label() { Filed::AsSent } else { Filed::Usual }
    }

    pub fn place(&self) -> Place {
        Place { role: self.role(), is_draft: self.fetched.draft }
    }

    /// When it arrived, on our clock: not after now, and, if it is live, not before the last look
    /// at its mailbox, whatever the server's clock says. Between the two its own Date is believed.
    pub fn at(&self, message: &Message, now: DateTime<Utc>) -> DateTime<Utc> {
        let arrived = self.fetched.arrived_at.unwrap_or(now);
        let looked = self.lane.last_read_at.filter(|_| self.live).unwrap_or(arrived);
        let written = message.date.map_or(arrived, |date| date.with_timezone(&Utc));
        arrived.max(looked).max(written.min(now)).min(now)
    }
}
