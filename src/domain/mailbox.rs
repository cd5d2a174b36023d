//! What a mailbox is for, and how far it has been read.
//!
//! A position is `(UIDVALIDITY, next UID)`; a UID alone is never a key (RFC 9051 §2.3.1.1).

mod budget;
mod span;
mod window;

pub use budget::{DayBudget, day_after, day_of};
pub use span::SearchSpan;
pub use window::{Window, Windows};

/// What a mailbox is for: its special-use attribute (RFC 6154), or what its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Inbox,
    Sent,
    Drafts,
    Junk,
    Trash,
    Archive,
    /// Gmail's All Mail.
    All,
    Other,
}

impl Role {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Drafts => "drafts",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Inbox,
            Self::Sent,
            Self::Drafts,
            Self::Junk,
            Self::Trash,
            Self::Archive,
            Self::All,
            Self::Other,
        ]
        .into_iter()
        .find(|role| role.as_str() == text)
    }
}

/// How far one mailbox has been read: everything from `live_from` up to `next_uid`, and what lies
/// before `live_from` from the top down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub uid_validity: u32,
    /// First UID that has not been read.
    pub next_uid: u32,
    /// UIDNEXT when the first look began: what lies below is the look back, the rest is live.
    pub live_from: u32,
    /// What is left of the look back.
    pub past: Option<Past>,
    /// The window that is being read. Found in the record at the start, it is one that an earlier
    /// process did not come to the end of.
    pub in_hand: Option<UidRange>,
}

/// The part of a mailbox that the look back has not reached; it shrinks from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    from: u32,
    below: u32,
}

impl Past {
    /// UIDs from `from` up to, but not including, `below`; `None` if there are none.
    #[must_use]
    pub fn new(from: u32, below: u32) -> Option<Self> {
        (from >= 1 && from < below).then_some(Self { from, below })
    }

    #[must_use]
    pub fn from(self) -> u32 {
        self.from
    }

    #[must_use]
    pub fn below(self) -> u32 {
        self.below
    }

    /// What is left when everything from `first` up has been looked at.
    #[must_use]
    pub fn down_to(self, first: u32) -> Option<Self> {
        Self::new(self.from, self.below.min(first))
    }
}

/// What the server says about a mailbox when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    pub uid_validity: u32,
    /// Where the server keeps it to itself, the reading layer finds it out another way.
    pub uid_next: u32,
    pub exists: u32,
}

/// A closed range of UIDs; empty ranges are not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UidRange {
    first: u32,
    last: u32,
}

impl UidRange {
    #[must_use]
    pub fn new(first: u32, last: u32) -> Option<Self> {
        (first >= 1 && first <= last).then_some(Self { first, last })
    }

    #[must_use]
    pub fn first(self) -> u32 {
        self.first
    }

    #[must_use]
    pub fn last(self) -> u32 {
        self.last
    }

    #[must_use]
    pub fn contains(self, uid: u32) -> bool {
        (self.first..=self.last).contains(&uid)
    }
}

/// What to do with a mailbox that was just opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// Never seen, or every UID has a new meaning: set this cursor, then look back.
    /// `renumbered` says that what is found is known mail under new numbers.
    Start { cursor: Cursor, renumbered: bool },
    /// Nothing new.
    Current,
    /// Read this range next.
    New(UidRange),
    /// UIDNEXT went down under an unchanged UIDVALIDITY: read again from the start.
    WentBack { cursor: Cursor },
}

impl Cursor {
    /// Where a mailbox stands when a message of it was taken in. With its last message a window is
    /// not in hand any more.
    #[must_use]
    pub fn after(self, uid: u32) -> Self {
        let in_hand = self.in_hand.filter(|window| window.last() > uid);
        Self { next_uid: uid.saturating_add(1), in_hand, ..self }
    }

    /// Compares what is stored with what the server says.
    #[must_use]
    pub fn reconcile(stored: Option<Self>, opened: Opened) -> Reconciled {
        let fresh = |next_uid: u32| Self {
            uid_validity: opened.uid_validity,
            next_uid,
            live_from: next_uid,
            past: None,
            in_hand: None,
        };
        let uid_next = opened.uid_next;
        match stored {
            None => Reconciled::Start { cursor: fresh(uid_next), renumbered: false },
            Some(known) if known.uid_validity != opened.uid_validity => {
                Reconciled::Start { cursor: fresh(uid_next), renumbered: true }
            }
            Some(known) if uid_next < known.next_uid => {
                Reconciled::WentBack { cursor: fresh(uid_next) }
            }
            Some(known) => match UidRange::new(known.next_uid, uid_next.saturating_sub(1)) {
                Some(range) => Reconciled::New(range),
                None => Reconciled::Current,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(uid_validity: u32, next_uid: u32) -> Cursor {
        Cursor { uid_validity, next_uid, live_from: 1, past: None, in_hand: None }
    }

    fn opened(uid_validity: u32, uid_next: u32) -> Opened {
        Opened { uid_validity, uid_next, exists: 0 }
    }

    #[test]
    fn a_cursor_is_reconciled_with_what_the_server_says() {
        let fresh = |validity, next| Cursor { live_from: next, ..cursor(validity, next) };
        let cases = [
            (None, opened(7, 5), Reconciled::Start { cursor: fresh(7, 5), renumbered: false }),
            (Some(cursor(7, 5)), opened(7, 5), Reconciled::Current),
            (Some(cursor(7, 5)), opened(7, 8), Reconciled::New(UidRange { first: 5, last: 7 })),
            (
                Some(cursor(7, 5)),
                opened(8, 3),
                Reconciled::Start { cursor: fresh(8, 3), renumbered: true },
            ),
            (Some(cursor(7, 5)), opened(7, 3), Reconciled::WentBack { cursor: fresh(7, 3) }),
            (Some(cursor(7, 5)), opened(7, 1), Reconciled::WentBack { cursor: fresh(7, 1) }),
            (
                Some(Cursor { past: Past::new(1, 4), ..cursor(7, 5) }),
                opened(7, 5),
                Reconciled::Current,
            ),
            (
                Some(Cursor { past: Past::new(1, 4), ..cursor(7, 5) }),
                opened(8, 5),
                Reconciled::Start { cursor: fresh(8, 5), renumbered: true },
            ),
            (None, opened(7, 1), Reconciled::Start { cursor: fresh(7, 1), renumbered: false }),
        ];
        for (stored, server, expected) in cases {
            assert_eq!(Cursor::reconcile(stored, server), expected, "{stored:?} {server:?}");
        }
    }

    #[test]
    fn a_window_is_in_hand_until_its_last_message_was_taken_in() {
        let begun = Cursor { in_hand: UidRange::new(5, 7), ..cursor(7, 5) };
        for (uid, in_hand) in
            [(5, UidRange::new(5, 7)), (6, UidRange::new(5, 7)), (7, None), (u32::MAX, None)]
        {
            let next_uid = uid.saturating_add(1);
            assert_eq!(begun.after(uid), Cursor { next_uid, in_hand, ..begun }, "{uid}");
        }
    }

    #[test]
    fn the_look_back_shrinks_from_above_and_ends() {
        let past = Past::new(3, 10).unwrap();
        assert_eq!(past.down_to(7), Past::new(3, 7));
        assert_eq!(past.down_to(12), Some(past));
        assert_eq!(past.down_to(3), None);
        assert_eq!(Past::new(5, 5), None);
        assert_eq!(Past::new(0, 5), None);
    }
}
