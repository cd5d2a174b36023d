//! Who may make a message leave, and for which exact words.
//!
//! Only this file can build an `ApprovedDraft`, and only code that holds one can reach an address
//! that is not the user's. An approval is bound to the digest of one draft and is used once.

use chrono::{DateTime, Utc};

use super::draft::{Digest, Draft};
use super::ids::{ApplicationId, DraftId, MailboxId, MessageId, MessageKey, RequestId};

/// How far a Sent mailbox reached before a request went out: a reply to the request can only
/// lie at or above `uid_next` (DECISIONS Q26).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceMark {
    pub mailbox: MailboxId,
    pub uid_validity: u32,
    pub uid_next: u32,
}

/// An approval request as the store keeps it. The secrets themselves are not kept.
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
    pub reply: Option<MessageKey>,
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
