//! A follow-up in exact words: what the user is asked to approve.
//!
//! The digest covers everything a reader of the message would see or a mail client would thread
//! by; the Date header is set when the message is claimed for sending, and is not part of it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::address::Correspondent;
use super::ids::{ApplicationId, DraftId, MessageId, PursuitId};

/// First or second message of a pursuit. There is no third, and no arithmetic (E08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttemptNumber {
    First,
    Second,
}

impl AttemptNumber {
    #[must_use]
    pub fn as_i64(self) -> i64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    #[must_use]
    pub fn parse(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::First),
            2 => Some(Self::Second),
            _ => None,
        }
    }
}

impl fmt::Display for AttemptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_i64())
    }
}

/// What a message to an employer is for. Only an attempt has a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DraftKind {
    /// Asks about the status; counts for its pursuit and for the week.
    Attempt(AttemptNumber),
    /// Tells of a competing offer; once to an employer, whatever the week says (E26 to E28).
    OfferNotice,
    /// Thanks for an interview; no attempt, but the week's message (E30).
    ThankYou,
    /// Says politely that the user accepted elsewhere; no attempt, but the week's message.
    ClosingNote,
}

impl DraftKind {
    pub const ALL: [Self; 5] = [
        Self::Attempt(AttemptNumber::First),
        Self::Attempt(AttemptNumber::Second),
        Self::OfferNotice,
        Self::ThankYou,
        Self::ClosingNote,
    ];

    /// The kind without its number: `attempt`, `offer_notice`, `thank_you`, `closing_note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attempt(_) => "attempt",
            Self::OfferNotice => "offer_notice",
            Self::ThankYou => "thank_you",
            Self::ClosingNote => "closing_note",
        }
    }

    /// Which of the two attempts; `None` if it is no attempt.
    #[must_use]
    pub fn number(self) -> Option<AttemptNumber> {
        match self {
            Self::Attempt(number) => Some(number),
            Self::OfferNotice | Self::ThankYou | Self::ClosingNote => None,
        }
    }

    /// The kind of that name and number; an attempt has one, the others have none.
    #[must_use]
    pub fn parse(name: &str, number: Option<i64>) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            kind.as_str() == name && kind.number().map(AttemptNumber::as_i64) == number
        })
    }

    /// Whether the week of E09 holds it back.
    #[must_use]
    pub fn waits_for_the_week(self) -> bool {
        match self {
            Self::Attempt(_) | Self::ThankYou | Self::ClosingNote => true,
            Self::OfferNotice => false,
        }
    }
}

/// `message 1 of 2`, `note on your other offer`.
impl fmt::Display for DraftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attempt(number) => write!(f, "message {number} of 2"),
            Self::OfferNotice => f.write_str("note on your other offer"),
            Self::ThankYou => f.write_str("thank-you note"),
            Self::ClosingNote => f.write_str("closing note"),
        }
    }
}

/// Where a draft stands. It moves forward only; the one step back is `Claimed` to `Approved`
/// when no byte of the body was handed over (see `store::claims` for the table).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    Prepared,
    Asked,
    Approved,
    Claimed,
    Sent,
    Refused,
    InDoubt,
    Withdrawn,
    Lapsed,
    Skipped,
}

impl DraftState {
    pub const ALL: [Self; 10] = [
        Self::Prepared,
        Self::Asked,
        Self::Approved,
        Self::Claimed,
        Self::Sent,
        Self::Refused,
        Self::InDoubt,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Skipped,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::InDoubt => "in_doubt",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Skipped => "skipped",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// SHA-256 of a draft's visible content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

/// The exact words to exactly one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: DraftId,
    pub application: ApplicationId,
    pub pursuit: PursuitId,
    pub kind: DraftKind,
    /// 1, and one more with every change of the words.
    pub version: u32,
    pub from: Correspondent,
    pub to: Correspondent,
    pub subject: String,
    /// Lines end with `\n`; the composer makes them CRLF.
    pub body: String,
    pub in_reply_to: Option<MessageId>,
    /// Oldest first, at most ten.
    pub references: Vec<MessageId>,
    pub message_id: MessageId,
}

impl Draft {
    /// Binds an approval to these words, this sender, this recipient and this thread.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        field("afterword draft 1");
        field(&self.from.to_string());
        field(&self.to.to_string());
        field(&self.subject);
        field(&self.body);
        field(self.in_reply_to.as_ref().map_or("", MessageId::as_str));
        for reference in &self.references {
            field(reference.as_str());
        }
        field("");
        field(self.message_id.as_str());
        Digest(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::Address;

    fn draft() -> Draft {
        let person = |text: &str| Correspondent::bare(Address::parse(text).unwrap());
        Draft {
            id: DraftId(1),
            application: ApplicationId(1),
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            version: 1,
            from: person("jane@example.com"),
            to: person("anna@acme.example"),
            subject: "Re: Interview".to_owned(),
            body: "Dear Anna,\n".to_owned(),
            in_reply_to: MessageId::parse("a@acme.example"),
            references: vec![],
            message_id: MessageId::parse("d@example.com").unwrap(),
        }
    }

    #[test]
    fn an_attempt_has_a_number_and_nothing_else_has() {
        for kind in DraftKind::ALL {
            let number = kind.number().map(AttemptNumber::as_i64);
            assert_eq!(DraftKind::parse(kind.as_str(), number), Some(kind));
        }
        for (name, number) in [("attempt", None), ("attempt", Some(3)), ("offer_notice", Some(1))] {
            assert_eq!(DraftKind::parse(name, number), None, "{name}");
        }
    }

    #[test]
    fn every_visible_part_is_in_the_digest() {
        let original = draft();
        let changed: [fn(&mut Draft); 7] = [
            |d| d.from.name = Some("X".to_owned()),
            |d| d.to.address = Address::parse("eve@acme.example").unwrap(),
            |d| d.subject.push('!'),
            |d| d.body.push(' '),
            |d| d.in_reply_to = None,
            |d| d.references.push(MessageId::parse("r@acme.example").unwrap()),
            |d| d.message_id = MessageId::parse("e@example.com").unwrap(),
        ];
        for change in changed {
            let mut other = original.clone();
            change(&mut other);
            assert_ne!(original.digest(), other.digest());
        }
        assert_eq!(original.digest(), draft().digest());
    }
}
