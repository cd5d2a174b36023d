//! Who may make a message leave, and for which exact words.
//!
//! Only this file can build an `ApprovedDraft`, and only code that holds one can reach an address
//! that is not the user's. An approval is bound to the digest of one draft and is used once.

use chrono::{DateTime, Utc};

use super::address::OwnAddresses;
use super::draft::{Digest, Draft};
use super::ids::{ApplicationId, DraftId, MailboxId, MessageId, ReplyId, RequestId};
use super::mailbox::Role;
use super::message::Message;

/// How far a Sent mailbox reached before a request went out: a reply to the request can only
/// lie at or above `uid_next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceMark {
    pub mailbox: MailboxId,
    pub uid_validity: u32,
    pub uid_next: u32,
}

/// An approval request as the store keeps it: it is found by the hashes of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub draft: DraftId,
    pub application: ApplicationId,
    /// Version of the draft that was shown.
    pub version: u32,
    pub digest: Digest,
    /// SHA-256 of the request's Message-ID, which carries 128 random bits.
    pub secret_hash: [u8; 32],
    /// SHA-256 of the `ref:` code.
    pub ref_hash: [u8; 32],
    pub asked_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub places: Vec<PlaceMark>,
    pub standing: Standing,
}

/// Whether a request can still be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Live,
    /// Answered with an approval; used once is used up.
    Used,
    /// The draft changed, was withdrawn, lapsed or was skipped.
    Revoked,
}

/// The user's approval as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub request: RequestId,
    pub draft: DraftId,
    pub digest: Digest,
    /// The reply that approved; `None` for the command line.
    pub reply: Option<ReplyId>,
    pub granted_at: DateTime<Utc>,
}

/// A draft whose exact words the user approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedDraft {
    draft: Draft,
    granted_at: DateTime<Utc>,
}

impl ApprovedDraft {
    /// Brings draft and approval together. `None` unless the approval is for exactly these words.
    #[must_use]
    pub fn redeem(draft: Draft, approval: &Approval) -> Option<Self> {
        let same = approval.draft == draft.id && approval.digest == draft.digest();
        same.then_some(Self { draft, granted_at: approval.granted_at })
    }

    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    #[must_use]
    pub fn granted_at(&self) -> DateTime<Utc> {
        self.granted_at
    }
}

/// Message ids of requests are looked up by this hash.
#[must_use]
pub fn secret_hash(request: &MessageId) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(request.as_str().as_bytes()).into()
}

/// One place in which a reply lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundAt {
    pub mailbox: MailboxId,
    pub role: Role,
    pub uid_validity: u32,
    pub uid: u32,
    pub is_draft: bool,
}

/// Why a reply is not obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No From, several, or one that is not the user's.
    NotTheUser,
    /// A Sender header names somebody else.
    OtherSender,
    Automatic,
    Forwarded,
    /// It also went to somebody who is not the user.
    OtherRecipients,
    /// No copy lies in the user's own Sent mailbox.
    NotInSent,
    /// The copy in Sent was delivered like mail from outside: a filter filed it there.
    CameFromOutside,
    /// The copy in Sent is older than the request.
    OlderThanRequest,
    /// Thread and `ref:` point to different requests.
    Contradictory,
    /// Approved or used before.
    Used,
    /// The draft changed, or was let go.
    Outdated,
    Expired,
    /// Something was written under `approve`.
    Condition,
}

impl Refusal {
    pub const ALL: [Self; 13] = [
        Self::NotTheUser,
        Self::OtherSender,
        Self::Automatic,
        Self::Forwarded,
        Self::OtherRecipients,
        Self::NotInSent,
        Self::CameFromOutside,
        Self::OlderThanRequest,
        Self::Contradictory,
        Self::Used,
        Self::Outdated,
        Self::Expired,
        Self::Condition,
    ];

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// One sentence for the user.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotTheUser => "it is not from you, or from you and somebody else.",
            Self::OtherSender => "its Sender field names somebody else.",
            Self::Automatic => "a machine wrote it.",
            Self::Forwarded => "it was passed on, or has another mail inside.",
            Self::OtherRecipients => "it went to somebody else as well.",
            Self::NotInSent => "it lies in no Sent mailbox of yours.",
            Self::CameFromOutside => "it was delivered from outside and only filed in Sent.",
            Self::OlderThanRequest => "it lay in Sent before the request went out.",
            Self::Contradictory => "its thread and its ref belong to different requests.",
            Self::Used => "the request was answered before.",
            Self::Outdated => "the draft is not the current one any more.",
            Self::Expired => "the request had lapsed.",
            Self::Condition => "something was written under the word.",
        }
    }

    /// Short name for the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotTheUser => "not_the_user",
            Self::OtherSender => "other_sender",
            Self::Automatic => "automatic",
            Self::Forwarded => "forwarded",
            Self::OtherRecipients => "other_recipients",
            Self::NotInSent => "not_in_sent",
            Self::CameFromOutside => "came_from_outside",
            Self::OlderThanRequest => "older_than_request",
            Self::Contradictory => "contradictory",
            Self::Used => "used",
            Self::Outdated => "outdated",
            Self::Expired => "expired",
            Self::Condition => "condition",
        }
    }
}

/// Whether the user wrote this message to nobody but the user: the part of the evidence that
/// every command needs. Headers alone prove nothing; the copy in Sent does.
pub fn written_by_user(
    message: &Message,
    found_at: &[FoundAt],
    own: &OwnAddresses,
) -> Result<(), Refusal> {
    if !message.author().is_some_and(|author| own.contains(&author.address)) {
        return Err(Refusal::NotTheUser);
    }
    if message.sender.as_ref().is_some_and(|sender| !own.contains(sender)) {
        return Err(Refusal::OtherSender);
    }
    if message.automatic.is_some() {
        return Err(Refusal::Automatic);
    }
    if message.forwarded {
        return Err(Refusal::Forwarded);
    }
    if !message.recipients().all(|person| own.contains_with_suffix(&person.address)) {
        return Err(Refusal::OtherRecipients);
    }
    let in_sent = found_at.iter().any(|place| place.role == Role::Sent && !place.is_draft);
    if in_sent { Ok(()) } else { Err(Refusal::NotInSent) }
}

/// Whether the copy in Sent was put there by the user's mail program or provider, and not
/// delivered from outside and filed there by a rule. `hops` are the protocols of its Received
/// fields; `usual` are those of copies that the user proved to be such (`hello`).
pub fn filed_by_user(hops: &[String], usual: &[String]) -> Result<(), Refusal> {
    let submitted = |hop: &String| {
        matches!(hop.as_str(), "ESMTPA" | "ESMTPSA" | "UTF8SMTPA" | "UTF8SMTPSA" | "HTTP" | "HTTPS")
    };
    let known = usual.contains(&shape(hops));
    if known || hops.iter().all(submitted) { Ok(()) } else { Err(Refusal::CameFromOutside) }
}

/// What a Sent copy looks like, for `filed_by_user`.
#[must_use]
pub fn shape(hops: &[String]) -> String {
    hops.join(" ")
}

/// Whether two hashes of secrets are the same. Takes the same time whatever differs.
#[must_use]
pub fn same_secret(a: &[u8; 32], b: &[u8; 32]) -> bool {
    use subtle::ConstantTimeEq as _;
    bool::from(a.ct_eq(b))
}

/// The one request a reply refers to, by its thread, its code or both.
pub fn referred_request(
    by_thread: Option<Request>,
    by_code: Option<Request>,
) -> Result<Option<Request>, Refusal> {
    match (by_thread, by_code) {
        (Some(thread), Some(code)) if thread.id != code.id => Err(Refusal::Contradictory),
        (Some(request), _) | (None, Some(request)) => Ok(Some(request)),
        (None, None) => Ok(None),
    }
}

/// Whether a request can still be answered for this draft: live, about the same words, in time.
pub fn still_stands(request: &Request, draft: &Draft, now: DateTime<Utc>) -> Result<(), Refusal> {
    match request.standing {
        Standing::Live => {}
        Standing::Used => return Err(Refusal::Used),
        Standing::Revoked => return Err(Refusal::Outdated),
    }
    let same_words = request.draft == draft.id
        && request.version == draft.version
        && request.digest == draft.digest();
    if !same_words {
        return Err(Refusal::Outdated);
    }
    if now >= request.expires_at { Err(Refusal::Expired) } else { Ok(()) }
}

/// Whether `approve` in a message the user wrote approves `draft` now. `condition` is what stands
/// under the word.
pub fn examine(
    request: &Request,
    draft: &Draft,
    found_at: &[FoundAt],
    condition: &str,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    still_stands(request, draft, now)?;
    let after_request = |place: &FoundAt| {
        request.places.iter().find(|mark| mark.mailbox == place.mailbox).is_none_or(|mark| {
            mark.uid_validity == place.uid_validity && place.uid >= mark.uid_next
        })
    };
    let in_place = found_at
        .iter()
        .any(|place| place.role == Role::Sent && !place.is_draft && after_request(place));
    if !in_place {
        return Err(Refusal::OlderThanRequest);
    }
    if condition.is_empty() { Ok(()) } else { Err(Refusal::Condition) }
}

#[cfg(test)]
mod tests;
