//! The names under which closed lists are stored. They are stable for ever: a renamed variant
//! keeps its stored name. A variant without a name does not compile.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::address::Address;
use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
use crate::domain::event::{
    Channel, ClosedReason, Correction, MissingFact, NextStep, Purpose, WithdrawnReason,
};
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::mailbox::Role;
use crate::domain::message::{AutomaticClass, Direction, Kind};
use crate::domain::tone::Language;
use crate::domain::user_mail::UserMailKind;

use super::error::StoreError;

/// A value that is stored as text.
pub(super) trait Stored: Sized {
    /// What an unreadable one is called in the error.
    const WHAT: &'static str;

    fn text(&self) -> Cow<'_, str>;
    fn parse_stored(text: &str) -> Option<Self>;

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::parse_stored(text).ok_or(StoreError::Unreadable(Self::WHAT))
    }

    fn read_optional(text: Option<&str>) -> Result<Option<Self>, StoreError> {
        text.map(Self::read).transpose()
    }
}

macro_rules! names {
    ($what:literal $type:ty { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $crate::store::names::Stored for $type {
            const WHAT: &'static str = $what;

            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(match self {
                    $(Self::$variant => $name),+
                })
            }

            fn parse_stored(text: &str) -> Option<Self> {
                match text {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
pub(super) use names;

names!("direction" Direction { Incoming = "incoming", Outgoing = "outgoing", Own = "own" });

names!("language" Language {
    English = "en",
    German = "de",
    French = "fr",
    Spanish = "es",
});

names!("class of automatic mail" AutomaticClass {
    OutOfOffice = "out_of_office",
    Receipt = "receipt",
    Bounce = "bounce",
    Bulk = "bulk",
    Other = "other",
});

names!("kind of message" Kind {
    Receipt = "receipt",
    Interview = "interview",
    Assessment = "assessment",
    Question = "question",
    Status = "status",
    Rejection = "rejection",
    Offer = "offer",
    Outreach = "outreach",
    Alert = "alert",
    Other = "other",
});

names!("next step" NextStep { Theirs = "theirs", Mine = "mine" });

names!("reason for closing" ClosedReason {
    MovedOn = "moved_on",
    Rejected = "rejected",
    Withdrawn = "withdrawn",
    Filled = "filled",
    AcceptedElsewhere = "accepted_elsewhere",
    Accepted = "accepted",
    DoNotContact = "do_not_contact",
    History = "history",
    ByUser = "by_user",
});

names!("reason for withdrawing" WithdrawnReason {
    Answered = "answered",
    WroteByHand = "wrote_by_hand",
    PlanChanged = "plan_changed",
    ByUser = "by_user",
    SomethingNew = "something_new",
    Closed = "closed",
    Paused = "paused",
});

names!("channel" Channel {
    Mail = "mail",
    Call = "call",
    Voicemail = "voicemail",
    LinkedIn = "linkedin",
    InPerson = "in_person",
});

names!("purpose" Purpose {
    Attempt = "attempt",
    ThankYou = "thank_you",
    Answer = "answer",
    Other = "other",
});

names!("correction" Correction { NotThisOne = "not_this_one", Undone = "undone" });

names!("missing fact" MissingFact {
    Name = "name",
    Position = "position",
    Address = "address",
    ReturnDate = "return_date",
    WhetherSent = "whether_sent",
});

/// Types whose stored text is the text they have everywhere.
macro_rules! plain_text {
    ($($what:literal $type:ty),+ $(,)?) => {$(
        impl Stored for $type {
            const WHAT: &'static str = $what;

            fn text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }

            fn parse_stored(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )+};
}

plain_text! {
    "address" Address,
    "message id" MessageId,
    "readable id" ReadableId,
    "mailbox role" Role,
    "draft state" DraftState,
    "kind of mail to the user" UserMailKind,
}

/// A kind with its number, as a fact has it: `attempt_1`, `offer_notice`.
impl Stored for DraftKind {
    const WHAT: &'static str = "kind of draft";

    fn text(&self) -> Cow<'_, str> {
        match self.number() {
            Some(number) => Cow::Owned(format!("{}_{number}", self.as_str())),
            None => Cow::Borrowed(self.as_str()),
        }
    }

    fn parse_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }
}

/// The kind of a row: its name in one column, its number in another.
pub(super) fn read_kind(name: &str, number: Option<i64>) -> Result<DraftKind, StoreError> {
    DraftKind::parse(name, number).ok_or(StoreError::Unreadable(DraftKind::WHAT))
}

/// The number of a kind as it is stored.
pub(super) fn stored_number(kind: DraftKind) -> Option<i64> {
    kind.number().map(AttemptNumber::as_i64)
}

impl Stored for NaiveDate {
    const WHAT: &'static str = "date";

    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.format("%Y-%m-%d").to_string())
    }

    fn parse_stored(text: &str) -> Option<Self> {
        Self::parse_from_str(text, "%Y-%m-%d").ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_unreadable_and_not_a_default() {
        assert!(matches!(Kind::read("novel"), Err(StoreError::Unreadable("kind of message"))));
        assert_eq!(Kind::read("offer").unwrap(), Kind::Offer);
        assert_eq!(Kind::read_optional(None).unwrap(), None);
    }

    #[test]
    fn a_date_is_stored_as_a_person_reads_it() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 4).unwrap();
        assert_eq!(date.text(), "2026-12-04");
        assert_eq!(NaiveDate::read("2026-12-04").unwrap(), date);
    }
}
