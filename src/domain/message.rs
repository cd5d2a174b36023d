//! What one message says, as small facts. `mail::read` makes it from bytes; everything
//! after that works on these values and never sees the bytes again.
//!
//! The surprising fact: nothing in here is believed because a header says so. The place a
//! message lies in decides about direction and authority; see `Place` and `Direction`.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::address::{Address, Correspondent, OwnAddresses};
use super::ids::MessageId;
use super::mailbox::Role;
use super::ref_code::RefCode;
use super::tone::Tone;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Incoming,
    /// Written by the user: From is an own address and it lies in Sent.
    Outgoing,
    /// Made by this service.
    Own,
}

/// Where a message was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub role: Role,
    /// An unsent draft, by flag, label or mailbox.
    pub is_draft: bool,
}

/// The facts of one message. No field is longer than a few kilobytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    pub message_id: Option<MessageId>,
    /// Ids the same message had before a provider rewrote them (`X-Microsoft-Original-Message-ID`).
    pub former_ids: Vec<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    /// Oldest first, at most 200.
    pub references: Vec<MessageId>,
    /// Every address of every From header: more than one is never authority.
    pub from: Vec<Correspondent>,
    pub sender: Option<Address>,
    pub reply_to: Vec<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub subject: String,
    /// As the sender's clock had it; shown, and used for its offset only.
    pub date: Option<DateTime<FixedOffset>>,
    /// Value of `X-Afterword-Mark`, if there is exactly one.
    pub mark: Option<String>,
    /// Value of `X-Afterword-Kind`, if there is exactly one.
    pub service_kind: Option<String>,
    /// Value of `X-Afterword-Installation`, if there is exactly one.
    pub installation: Option<String>,
    pub automatic: Option<Automatic>,
    pub kind: Kind,
    /// 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
    /// Whether the message, read by itself, belongs to a job application.
    pub about_a_job: bool,
    pub employer: Option<EmployerHint>,
    pub position: Option<String>,
    /// The number the employer gives to the opening: `R-20231`.
    pub reference: Option<String>,
    /// Language and address, if the text is long enough to tell.
    pub tone: Option<Tone>,
    /// First and last name the sender signs with, if it says more than the From header.
    pub signed_by: Option<String>,
    /// What the sender wrote, without quotes, signature and footers.
    pub new_text: String,
    /// Every `ref:` code anywhere in the text, quotes included.
    pub ref_codes: Vec<RefCode>,
    pub promises: Vec<PromiseReading>,
    pub invitation: Option<Invitation>,
    /// Meetings named in plain words; none that the invitation already says.
    pub proposals: Vec<MeetingProposal>,
    /// A person wants to be called instead of written to (E10).
    pub wants_a_call: bool,
    pub bounce: Option<Bounce>,
    /// Another message is inside it, or its subject or headers say it was passed on.
    pub forwarded: bool,
    /// The protocol of each Received field, newest first, in upper case: `ESMTPSA`, `HTTP`; `?`
    /// where none is named.
    pub hops: Vec<String>,
    /// Malformations survived.
    pub defects: Vec<String>,
}

impl Message {
    /// The one sender, if there is exactly one.
    #[must_use]
    pub fn author(&self) -> Option<&Correspondent> {
        match self.from.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// To and Cc.
    pub fn recipients(&self) -> impl Iterator<Item = &Correspondent> + Clone {
        self.to.iter().chain(&self.cc)
    }

    /// The words that decided what this is about, on one line, as far as `most` characters go.
    #[must_use]
    pub fn deciding_words(&self, most: usize) -> Option<String> {
        let said = self.evidence.iter().map(|it| it.text.trim()).filter(|text| !text.is_empty());
        let mut words: Vec<String> = Vec::new();
        for text in said.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")) {
            let length: usize = words.iter().map(|it| it.chars().count() + 3).sum();
            if !words.contains(&text) && length + text.chars().count() <= most {
                words.push(text);
            }
        }
        (!words.is_empty()).then(|| words.join(" … "))
    }

    /// In-Reply-To and References, newest last, without repetition.
    #[must_use]
    pub fn refers_to(&self) -> Vec<&MessageId> {
        let mut ids: Vec<&MessageId> = Vec::new();
        for id in self.references.iter().chain(&self.in_reply_to) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// Direction by own address *and* place: a message from an own address that
    /// arrived in INBOX or Junk is neither a reply nor something the user sent. Where the user
    /// moves sent mail to, it counts as sent; that can only stop a message, never approve one.
    #[must_use]
    pub fn direction(&self, own: &OwnAddresses, places: &[Place], ours: bool) -> Option<Direction> {
        if ours {
            return Some(Direction::Own);
        }
        let by_user = self.author().is_some_and(|author| own.contains(&author.address));
        if !by_user {
            return Some(Direction::Incoming);
        }
        places
            .iter()
            .any(|place| !place.is_draft && keeps_sent_mail(place.role))
            .then_some(Direction::Outgoing)
    }
}

fn keeps_sent_mail(role: Role) -> bool {
    match role {
        Role::Sent | Role::Archive | Role::Trash | Role::Other => true,
        Role::Inbox | Role::Drafts | Role::Junk | Role::All => false,
    }
}

/// Certain automatic mail; everything uncertain stays human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automatic {
    pub class: AutomaticClass,
    /// The header or phrase that decided, as a short name: `auto-submitted`.
    pub rule: String,
    /// First day back, of an out-of-office message.
    pub returns_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomaticClass {
    OutOfOffice,
    Receipt,
    Bounce,
    Bulk,
    Other,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    Receipt,
    Interview,
    Assessment,
    /// They want something from the user.
    Question,
    /// Still deciding, on hold, freeze.
    Status,
    Rejection,
    Offer,
    Outreach,
    Alert,
    #[default]
    Other,
}

impl Kind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Interview => "interview",
            Self::Assessment => "assessment",
            Self::Question => "question",
            Self::Status => "status",
            Self::Rejection => "rejection",
            Self::Offer => "offer",
            Self::Outreach => "outreach",
            Self::Alert => "alert",
            Self::Other => "other",
        }
    }
}

/// Words that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub rule: String,
    pub text: String,
}

/// An employer as a message shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct EmployerHint {
    pub name: String,
    /// Registrable domain; `None` behind a relay or a freemail address.
    pub domain: Option<String>,
    /// The relay that mailed for them: `greenhouse`.
    pub via: Option<String>,
    pub confidence: f32,
}

/// A date the employer named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseReading {
    /// Last day of what was promised: before its end a follow-up would be early. `None` if vague.
    pub not_before: Option<NaiveDate>,
    /// The words that were read: `by Friday`.
    pub reading: String,
    /// The whole sentence.
    pub sentence: String,
    pub vague: bool,
}

/// What a calendar part asks for (RFC 5546 §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationMethod {
    Request,
    Cancel,
    Reply,
    Publish,
    /// Another time is proposed.
    Counter,
    /// A proposed time is declined.
    DeclineCounter,
    /// ADD, REFRESH, and what nobody defined.
    Other,
}

/// A calendar event inside a message (RFC 5545, RFC 5546).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub method: Option<InvitationMethod>,
    pub uid: String,
    pub sequence: i64,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Offset of the start in the event's own zone.
    pub offset: Option<FixedOffset>,
    pub summary: String,
    pub organizer: Option<Correspondent>,
    /// STATUS:CANCELLED, whatever the method says.
    pub cancelled: bool,
}

/// A meeting named in plain words: `Tuesday 14 April at 3 pm CET`. It is never a fact by itself:
/// a person has to confirm it, because words name days in more than one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingProposal {
    pub starts_at: DateTime<Utc>,
    /// Only if an end or a length was said.
    pub ends_at: Option<DateTime<Utc>>,
    /// Offset of the start in the zone it was read in.
    pub offset: FixedOffset,
    /// The words named a zone; otherwise the user's was taken.
    pub zone_said: bool,
    /// Said as settled (`confirmed for`, `see you on`), not as a choice or a question.
    pub agreed: bool,
    /// The words that were read: `Tuesday 14 April at 3 pm CET`.
    pub reading: String,
    /// The whole sentence.
    pub sentence: String,
}

/// A delivery report about one recipient (RFC 3464 §2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    pub action: String,
    /// Enhanced status code (RFC 3463): `5.1.1`.
    pub status: Option<String>,
    pub hard: bool,
    pub recipient: Option<Address>,
    pub original_message_ids: Vec<MessageId>,
}
