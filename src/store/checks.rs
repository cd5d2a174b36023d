//! What was checked before an attempt left, and everything else that can be shown of an attempt
//! later. Checks are written in the transaction of the claim or of the handing over, and never
//! again.

use chrono::{DateTime, Utc};

use crate::domain::address::Address;
use crate::domain::draft::DraftKind;
use crate::domain::ids::{ApplicationId, MessageId};

use super::claims::{AttemptId, AttemptState};
use super::names::Stored as _;
use super::time::{Seconds, moment};
use super::{StoreError, Tx};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub at: DateTime<Utc>,
    pub what: String,
}

/// One attempt with its approval, its checks and its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub attempt: AttemptId,
    pub kind: DraftKind,
    pub state: AttemptState,
    pub to: Address,
    pub subject: String,
    pub message_id: MessageId,
    /// The mail that asked.
    pub request_id: MessageId,
    pub asked_at: DateTime<Utc>,
    pub granted_at: DateTime<Utc>,
    /// Whether a reply approved; else a command on this machine.
    pub by_reply: bool,
    /// The approving reply, if it has an id.
    pub reply_id: Option<MessageId>,
    /// SHA-256 of the words that were approved.
    pub digest: Vec<u8>,
    pub claimed_at: DateTime<Utc>,
    pub handed_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What the server said at the end.
    pub answer: Option<String>,
    pub copy_at: Option<DateTime<Utc>>,
    /// Exactly what was or would have been sent; `None` if its text was removed by age.
    pub bytes: Option<Vec<u8>>,
    pub checks: Vec<Check>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    kind: String,
    number: Option<i64>,
    state: String,
    to_address: String,
    subject: String,
    message_id: String,
    request_message_id: String,
    asked_at: Seconds,
    granted_at: Seconds,
    by_reply: bool,
    reply_message_id: Option<String>,
    digest: Vec<u8>,
    claimed_at: Seconds,
    handed_at: Option<Seconds>,
    finished_at: Option<Seconds>,
    answer: Option<String>,
    copy_at: Option<Seconds>,
    bytes: Option<Vec<u8>>,
}

impl Row {
    fn read(self, checks: Vec<Check>) -> Result<AuditRow, StoreError> {
        let kind = DraftKind::parse(&self.kind, self.number);
        Ok(AuditRow {
            attempt: AttemptId(self.id),
            kind: kind.ok_or(StoreError::Unreadable("kind of draft"))?,
            state: AttemptState::read(&self.state)?,
            to: Address::read(&self.to_address)?,
            subject: self.subject,
            message_id: MessageId::read(&self.message_id)?,
            request_id: MessageId::read(&self.request_message_id)?,
            asked_at: self.asked_at.moment()?,
            granted_at: self.granted_at.moment()?,
            by_reply: self.by_reply,
            reply_id: MessageId::read_optional(self.reply_message_id.as_deref())?,
            digest: self.digest,
            claimed_at: self.claimed_at.moment()?,
            handed_at: moment(self.handed_at)?,
            finished_at: moment(self.finished_at)?,
            answer: self.answer,
            copy_at: moment(self.copy_at)?,
            bytes: self.bytes,
            checks,
        })
    }
}

impl Tx {
    /// Keeps what was checked for an attempt.
    pub async fn note_checks(
        &mut self,
        attempt: AttemptId,
        checks: &[Check],
    ) -> Result<(), StoreError> {
        for check in checks {
            sqlx::query(
                "INSERT INTO attempt_checks (account_id, attempt_id, at, what)
                 SELECT account_id, id, ?2, ?3 FROM attempts WHERE id = ?1",
            )
            .bind(attempt.0)
            .bind(Seconds::from(check.at))
            .bind(&check.what)
            .execute(self.conn()?)
            .await?;
        }
        Ok(())
    }

    /// Every attempt of an application, oldest first, whatever became of it.
    pub async fn audit(&mut self, application: ApplicationId) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT t.id, t.kind, t.number, t.state, d.to_address, d.subject, d.message_id,
                    q.message_id AS request_message_id, q.asked_at, p.granted_at,
                    p.reply_id IS NOT NULL AS by_reply, r.message_id AS reply_message_id,
                    p.digest, t.claimed_at, t.handed_at, t.finished_at, t.answer, t.copy_at,
                    t.bytes
             FROM attempts t
             JOIN drafts d ON d.id = t.draft_id
             JOIN approvals p ON p.request_id = t.request_id
             JOIN approval_requests q ON q.id = t.request_id
             LEFT JOIN replies r ON r.id = p.reply_id
             WHERE t.application_id = ? ORDER BY t.id",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut audit = Vec::new();
        for row in rows {
            let checks = self.checks_of(AttemptId(row.id)).await?;
            audit.push(row.read(checks)?);
        }
        Ok(audit)
    }

    async fn checks_of(&mut self, attempt: AttemptId) -> Result<Vec<Check>, StoreError> {
        let rows: Vec<(Seconds, String)> =
            sqlx::query_as("SELECT at, what FROM attempt_checks WHERE attempt_id = ? ORDER BY id")
                .bind(attempt.0)
                .fetch_all(self.conn()?)
                .await?;
        rows.into_iter().map(|(at, what)| Ok(Check { at: at.moment()?, what })).collect()
    }
}
