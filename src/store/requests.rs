//! Approval requests and the approvals that use them up.
//!
//! A request is used by one guarded UPDATE with one row changed; the row of the approval refers
//! to the digest that was shown, so an approval of other words cannot be written down at all.

use chrono::{DateTime, Utc};

use crate::domain::approval::{Approval, PlaceMark, Request, Standing};
use crate::domain::draft::{Digest, DraftState};
use crate::domain::ids::{
    AccountId, ApplicationId, DraftId, MailboxId, MessageId, ReplyId, RequestId,
};

use super::time::Seconds;
use super::{StoreError, Tx};

/// A request that goes out with the mail `message_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    pub draft: DraftId,
    pub version: u32,
    pub digest: Digest,
    pub secret_hash: [u8; 32],
    pub ref_hash: [u8; 32],
    pub message_id: MessageId,
    pub asked_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub places: Vec<PlaceMark>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    draft_id: i64,
    application_id: i64,
    version: u32,
    digest: Vec<u8>,
    secret_hash: Vec<u8>,
    ref_hash: Vec<u8>,
    asked_at: Seconds,
    expires_at: Seconds,
    used_at: Option<Seconds>,
    revoked: bool,
}

fn hash(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Unreadable("hash"))
}

impl Row {
    fn read(self, places: Vec<PlaceMark>) -> Result<Request, StoreError> {
        let standing = match (self.used_at, self.revoked) {
            (Some(_), _) => Standing::Used,
            (None, true) => Standing::Revoked,
            (None, false) => Standing::Live,
        };
        Ok(Request {
            id: RequestId(self.id),
            draft: DraftId(self.draft_id),
            application: ApplicationId(self.application_id),
            version: self.version,
            digest: Digest(hash(self.digest)?),
            secret_hash: hash(self.secret_hash)?,
            ref_hash: hash(self.ref_hash)?,
            asked_at: self.asked_at.moment()?,
            expires_at: self.expires_at.moment()?,
            places,
            standing,
        })
    }
}

impl Tx {
    pub async fn insert_request(&mut self, new: &NewRequest) -> Result<RequestId, StoreError> {
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO approval_requests (account_id, draft_id, version, digest, secret_hash,
                 ref_hash, message_id, asked_at, expires_at)
             SELECT account_id, id, ?, ?, ?, ?, ?, ?, ? FROM drafts WHERE id = ?
             RETURNING id",
        )
        .bind(new.version)
        .bind(new.digest.0.as_slice())
        .bind(new.secret_hash.as_slice())
        .bind(new.ref_hash.as_slice())
        .bind(new.message_id.as_str())
        .bind(Seconds::from(new.asked_at))
        .bind(Seconds::from(new.expires_at))
        .bind(new.draft.0)
        .fetch_one(self.conn()?)
        .await?;
        for place in &new.places {
            self.insert_place(id, place).await?;
        }
        Ok(RequestId(id))
    }

    async fn insert_place(&mut self, request: i64, place: &PlaceMark) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO approval_places
                 (account_id, request_id, mailbox_id, uid_validity, uid_next)
             VALUES ((SELECT account_id FROM approval_requests WHERE id = ?1), ?1, ?2, ?3, ?4)",
        )
        .bind(request)
        .bind(place.mailbox.0)
        .bind(place.uid_validity)
        .bind(place.uid_next)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    pub async fn load_request(&mut self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT r.*, d.application_id
             FROM approval_requests r JOIN drafts d ON d.id = r.draft_id WHERE r.id = ?",
        )
        .bind(id.0)
        .fetch_optional(self.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let places = self.places_of_request(id).await?;
        row.read(places).map(Some)
    }

    async fn places_of_request(&mut self, id: RequestId) -> Result<Vec<PlaceMark>, StoreError> {
        let rows: Vec<(i64, u32, u32)> = sqlx::query_as(
            "SELECT mailbox_id, uid_validity, uid_next FROM approval_places
             WHERE request_id = ? ORDER BY mailbox_id",
        )
        .bind(id.0)
        .fetch_all(self.conn()?)
        .await?;
        let mark = |(mailbox, uid_validity, uid_next)| PlaceMark {
            mailbox: MailboxId(mailbox),
            uid_validity,
            uid_next,
        };
        Ok(rows.into_iter().map(mark).collect())
    }

    pub async fn find_request_by_secret(
        &mut self,
        account: AccountId,
        secret_hash: &[u8; 32],
    ) -> Result<Option<Request>, StoreError> {
        let found: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM approval_requests WHERE account_id = ? AND secret_hash = ?",
        )
        .bind(account.0)
        .bind(secret_hash.as_slice())
        .fetch_optional(self.conn()?)
        .await?;
        match found {
            Some((id,)) => self.load_request(RequestId(id)).await,
            None => Ok(None),
        }
    }

    pub async fn find_request_by_ref(
        &mut self,
        account: AccountId,
        ref_hash: &[u8; 32],
    ) -> Result<Option<Request>, StoreError> {
        let found: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM approval_requests WHERE account_id = ? AND ref_hash = ?",
        )
        .bind(account.0)
        .bind(ref_hash.as_slice())
        .fetch_optional(self.conn()?)
        .await?;
        match found {
            Some((id,)) => self.load_request(RequestId(id)).await,
            None => Ok(None),
        }
    }

    /// The newest request about a draft.
    pub async fn request_of_draft(
        &mut self,
        draft: DraftId,
    ) -> Result<Option<Request>, StoreError> {
        let id: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM approval_requests WHERE draft_id = ? ORDER BY id DESC LIMIT 1",
        )
        .bind(draft.0)
        .fetch_optional(self.conn()?)
        .await?;
        match id {
            Some((id,)) => self.load_request(RequestId(id)).await,
            None => Ok(None),
        }
    }

    /// Ends every live request of an application; how many there were.
    pub async fn revoke_requests(&mut self, application: ApplicationId) -> Result<u64, StoreError> {
        let revoked = sqlx::query(
            "UPDATE approval_requests SET revoked = 1
             WHERE used_at IS NULL AND revoked = 0
               AND draft_id IN (SELECT id FROM drafts WHERE application_id = ?)",
        )
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        Ok(revoked.rows_affected())
    }

    /// Uses a request up: the approval is written and the draft moves from asked to approved.
    /// `None`, and nothing changed, if the request is used, revoked or expired, if the words are
    /// not the ones that were shown, or if the draft is not waiting for an answer.
    pub async fn grant(
        &mut self,
        request: RequestId,
        reply: Option<ReplyId>,
        digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Approval>, StoreError> {
        let Some(draft) = self.draft_to_approve(request, digest).await? else { return Ok(None) };
        let used = sqlx::query(
            "UPDATE approval_requests SET used_at = ?1
             WHERE id = ?2 AND used_at IS NULL AND revoked = 0 AND digest = ?3 AND expires_at > ?1",
        )
        .bind(Seconds::from(now))
        .bind(request.0)
        .bind(digest.0.as_slice())
        .execute(self.conn()?)
        .await?;
        if used.rows_affected() != 1 {
            return Ok(None);
        }
        let approval = Approval { request, draft, digest, reply, granted_at: now };
        self.insert_approval(&approval).await?;
        let moved = self.move_draft(draft, &[DraftState::Asked], DraftState::Approved).await?;
        if moved {
            Ok(Some(approval))
        } else {
            Err(StoreError::Refused("no asked draft".to_owned()))
        }
    }

    /// The draft a request asks about, if it waits for an answer in exactly these words.
    async fn draft_to_approve(
        &mut self,
        request: RequestId,
        digest: Digest,
    ) -> Result<Option<DraftId>, StoreError> {
        let Some(request) = self.load_request(request).await? else { return Ok(None) };
        let Some(row) = self.load_draft(request.draft).await? else { return Ok(None) };
        let same = row.draft.digest() == digest && row.draft.version == request.version;
        Ok((same && row.state == DraftState::Asked).then_some(request.draft))
    }

    async fn insert_approval(&mut self, approval: &Approval) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO approvals (account_id, request_id, draft_id, digest, reply_id, granted_at)
             SELECT account_id, id, draft_id, ?, ?, ? FROM approval_requests WHERE id = ?",
        )
        .bind(approval.digest.0.as_slice())
        .bind(approval.reply.map(|key| key.0))
        .bind(Seconds::from(approval.granted_at))
        .bind(approval.request.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The approval of a draft, if the user gave one.
    pub async fn approval_of(&mut self, draft: DraftId) -> Result<Option<Approval>, StoreError> {
        let row: Option<(i64, Vec<u8>, Option<i64>, Seconds)> = sqlx::query_as(
            "SELECT request_id, digest, reply_id, granted_at FROM approvals
             WHERE draft_id = ? ORDER BY id DESC LIMIT 1",
        )
        .bind(draft.0)
        .fetch_optional(self.conn()?)
        .await?;
        let Some((request, digest, reply, granted_at)) = row else { return Ok(None) };
        Ok(Some(Approval {
            request: RequestId(request),
            draft,
            digest: Digest(hash(digest)?),
            reply: reply.map(ReplyId),
            granted_at: granted_at.moment()?,
        }))
    }
}

#[cfg(test)]
mod tests;
