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
mod tests {
    use super::*;
    use crate::domain::address::{Address, Correspondent};
    use crate::domain::draft::{AttemptNumber, DraftKind};
    use crate::domain::ids::PursuitId;
    use crate::domain::message::{Automatic, AutomaticClass};

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn own() -> OwnAddresses {
        OwnAddresses::new(address("jane@example.com"), vec![])
    }

    fn reply() -> Message {
        Message {
            from: vec![Correspondent::bare(address("jane@example.com"))],
            to: vec![Correspondent::bare(address("jane@example.com"))],
            ..Message::default()
        }
    }

    fn place(role: Role, uid: u32) -> FoundAt {
        FoundAt { mailbox: MailboxId(2), role, uid_validity: 9, uid, is_draft: false }
    }

    fn draft() -> Draft {
        Draft {
            id: DraftId(4),
            application: ApplicationId(1),
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            version: 1,
            from: Correspondent::bare(address("jane@example.com")),
            to: Correspondent::bare(address("anna@acme.example")),
            subject: "Re: Interview".to_owned(),
            body: "Dear Anna,".to_owned(),
            in_reply_to: None,
            references: vec![],
            message_id: MessageId::parse("d@example.com").unwrap(),
        }
    }

    fn request() -> Request {
        let asked_at = DateTime::from_timestamp(1_000_000, 0).unwrap();
        Request {
            id: RequestId(7),
            draft: DraftId(4),
            application: ApplicationId(1),
            version: 1,
            digest: draft().digest(),
            secret_hash: [0; 32],
            ref_hash: [0; 32],
            asked_at,
            expires_at: asked_at + chrono::TimeDelta::hours(168),
            places: vec![PlaceMark { mailbox: MailboxId(2), uid_validity: 9, uid_next: 50 }],
            standing: Standing::Live,
        }
    }

    #[test]
    fn each_missing_piece_of_evidence_refuses_a_command() {
        let sent = [place(Role::Sent, 50)];
        assert_eq!(written_by_user(&reply(), &sent, &own()), Ok(()));
        let changed = |change: fn(&mut Message)| {
            let mut message = reply();
            change(&mut message);
            written_by_user(&message, &sent, &own())
        };
        assert_eq!(changed(|m| m.from.clear()), Err(Refusal::NotTheUser));
        assert_eq!(
            changed(|m| m.from.push(Correspondent::bare(address("eve@evil.example")))),
            Err(Refusal::NotTheUser)
        );
        assert_eq!(
            changed(|m| m.sender = Some(address("eve@evil.example"))),
            Err(Refusal::OtherSender)
        );
        assert_eq!(
            changed(|m| {
                let rule = "auto-submitted".to_owned();
                let class = AutomaticClass::OutOfOffice;
                m.automatic = Some(Automatic { class, rule, returns_on: None });
            }),
            Err(Refusal::Automatic)
        );
        assert_eq!(changed(|m| m.forwarded = true), Err(Refusal::Forwarded));
        assert_eq!(
            changed(|m| m.cc.push(Correspondent::bare(address("anna@acme.example")))),
            Err(Refusal::OtherRecipients)
        );
        let inbox_only = [place(Role::Inbox, 50)];
        assert_eq!(written_by_user(&reply(), &inbox_only, &own()), Err(Refusal::NotInSent));
        let unsent = [FoundAt { is_draft: true, ..place(Role::Sent, 50) }];
        assert_eq!(written_by_user(&reply(), &unsent, &own()), Err(Refusal::NotInSent));
    }

    #[test]
    fn each_violated_clause_refuses_an_approval() {
        let sent = [place(Role::Sent, 50)];
        let now = request().asked_at + chrono::TimeDelta::hours(1);
        assert_eq!(examine(&request(), &draft(), &sent, "", now), Ok(()));
        let with = |change: fn(&mut Request)| {
            let mut request = request();
            change(&mut request);
            examine(&request, &draft(), &sent, "", now)
        };
        assert_eq!(with(|r| r.standing = Standing::Used), Err(Refusal::Used));
        assert_eq!(with(|r| r.standing = Standing::Revoked), Err(Refusal::Outdated));
        assert_eq!(with(|r| r.version = 2), Err(Refusal::Outdated));
        assert_eq!(with(|r| r.digest = Digest([0; 32])), Err(Refusal::Outdated));
        assert_eq!(with(|r| r.expires_at = r.asked_at), Err(Refusal::Expired));
        let mut other_words = draft();
        other_words.body.push('!');
        assert_eq!(examine(&request(), &other_words, &sent, "", now), Err(Refusal::Outdated));
        let older = [place(Role::Sent, 49)];
        assert_eq!(examine(&request(), &draft(), &older, "", now), Err(Refusal::OlderThanRequest));
        let renumbered = [FoundAt { uid_validity: 10, ..place(Role::Sent, 50) }];
        assert_eq!(
            examine(&request(), &draft(), &renumbered, "", now),
            Err(Refusal::OlderThanRequest)
        );
        assert_eq!(
            examine(&request(), &draft(), &sent, "but not today", now),
            Err(Refusal::Condition)
        );
    }

    #[test]
    fn thread_and_code_must_agree() {
        let other = Request { id: RequestId(8), ..request() };
        assert_eq!(referred_request(None, None), Ok(None));
        assert_eq!(referred_request(Some(request()), None), Ok(Some(request())));
        assert_eq!(referred_request(Some(request()), Some(request())), Ok(Some(request())));
        assert_eq!(referred_request(Some(request()), Some(other)), Err(Refusal::Contradictory));
    }

    #[test]
    fn an_approval_is_redeemed_for_the_same_words_only() {
        let approval = Approval {
            request: RequestId(7),
            draft: DraftId(4),
            digest: draft().digest(),
            reply: None,
            granted_at: request().asked_at,
        };
        assert!(ApprovedDraft::redeem(draft(), &approval).is_some());
        let mut other = draft();
        other.subject.push('!');
        assert!(ApprovedDraft::redeem(other, &approval).is_none());
    }
}
