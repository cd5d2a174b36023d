//! What can be wrong with a text, each with its sentence.

use std::fmt;

use crate::mail::draft_text::MOST_WORDS;

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// E14 (1)
    NoPosition,
    NoInterviewDay,
    /// E14 (2)
    NoInterest,
    NoQualification,
    /// E14 (3)
    NoQuestion,
    NotLookingForward,
    /// E14 (4)
    NoThanks,
    /// E14 (5)
    NotPositive,
    /// E14 (6)
    NoStatus,
    /// E14 (7)
    NoFirstName,
    /// E16
    NotSaidToBeLast,
    /// E18
    PromiseNotCited,
    /// E26: until when the other offer stands.
    NoOfferDay,
    /// E15
    TooLong {
        words: usize,
    },
    Banned {
        phrase: String,
    },
    Link,
    Emoji,
    /// E17
    Placeholder {
        text: String,
    },
    /// Part of a quoted mail.
    Quote {
        line: String,
    },
    /// E16
    Copy,
    WrongName {
        name: String,
    },
    WrongCompany {
        name: String,
    },
    /// A day that is not in the record.
    UnknownDay {
        day: String,
    },
    /// E19: the address is none of this conversation. The user approves it with the draft.
    NotInThread {
        address: String,
    },
}

impl Complaint {
    /// Whether the text cannot go out like this. What is only missing can: it is shown.
    #[must_use]
    pub fn blocks(&self) -> bool {
        match self {
            Self::TooLong { .. }
            | Self::Banned { .. }
            | Self::Link
            | Self::Emoji
            | Self::Placeholder { .. }
            | Self::Quote { .. }
            | Self::Copy
            | Self::WrongName { .. }
            | Self::WrongCompany { .. } => true,
            Self::NoPosition
            | Self::NoInterviewDay
            | Self::NoInterest
            | Self::NoQualification
            | Self::NoQuestion
            | Self::NotLookingForward
            | Self::NoThanks
            | Self::NotPositive
            | Self::NoStatus
            | Self::NoFirstName
            | Self::NotSaidToBeLast
            | Self::PromiseNotCited
            | Self::NoOfferDay
            | Self::UnknownDay { .. }
            | Self::NotInThread { .. } => false,
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoPosition => "the position is not named",
            Self::NoInterviewDay => "the day of the interview is not named",
            Self::NoInterest => "it does not say that you are interested",
            Self::NoQualification => "it does not say what you bring along",
            Self::NoQuestion => "it asks nothing",
            Self::NotLookingForward => "it does not look forward to an answer",
            Self::NoThanks => "it does not say thank you",
            Self::NotPositive => "its tone is not friendly",
            Self::NoStatus => "it does not say that it is about your application",
            Self::NoFirstName => "the first name is missing in the greeting",
            Self::NotSaidToBeLast => "it does not say that it is the last message",
            Self::PromiseNotCited => "it does not name the date they gave",
            Self::NoOfferDay => "it does not say until when the other offer stands",
            Self::Link => "it has a link",
            Self::Emoji => "it has an emoji or a joke",
            Self::Copy => "it is almost the same as the message before",
            Self::TooLong { words } => {
                return write!(f, "it has {words} words; {MOST_WORDS} are the most");
            }
            Self::Banned { phrase } => return write!(f, "it says \"{phrase}\""),
            Self::Placeholder { text } => {
                return write!(f, "\"{text}\" looks like a gap to fill in");
            }
            Self::Quote { line } => return write!(f, "\"{line}\" is a line of another mail"),
            Self::WrongName { name } => return write!(f, "it is addressed to \"{name}\""),
            Self::WrongCompany { name } => return write!(f, "it names \"{name}\""),
            Self::UnknownDay { day } => return write!(f, "it names {day}, a day I do not know"),
            Self::NotInThread { address } => {
                return write!(f, "{address} is none of this conversation");
            }
        };
        f.write_str(text)
    }
}
