//! Reading attempts: those of a pursuit, those that are not finished, the one of a message.

use chrono::{DateTime, Utc};

use crate::domain::address::Address;
use crate::domain::draft::DraftKind;
use crate::domain::ids::{AccountId, ApplicationId, DraftId, EmployerId, MessageId, PursuitId};

use super::super::names::{Stored as _, read_kind};
use super::super::time::{Seconds, moment};
use super::super::{StoreError, Tx};
use super::{AttemptId, AttemptState};

/// One attempt, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    pub id: AttemptId,
    pub application: ApplicationId,
    pub pursuit: PursuitId,
    pub kind: DraftKind,
    pub employer: EmployerId,
    pub draft: DraftId,
    pub state: AttemptState,
    pub claimed_at: DateTime<Utc>,
    pub handed_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What the server said.
    pub answer: Option<String>,
}

/// An attempt whose outcome is open, with what it takes to look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedAttempt {
    pub attempt: AttemptRow,
    pub message_id: MessageId,
    pub to: Address,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    application_id: i64,
    pursuit_id: i64,
    kind: String,
    number: Option<i64>,
    employer_id: i64,
    draft_id: i64,
    state: String,
    claimed_at: Seconds,
    handed_at: Option<Seconds>,
    finished_at: Option<Seconds>,
    answer: Option<String>,
    message_id: String,
    to_address: String,
}

impl Row {
    fn read(self) -> Result<UnfinishedAttempt, StoreError> {
        let attempt = AttemptRow {
            id: AttemptId(self.id),
            application: ApplicationId(self.application_id),
            pursuit: PursuitId(self.pursuit_id),
            kind: read_kind(&self.kind, self.number)?,
            employer: EmployerId(self.employer_id),
            draft: DraftId(self.draft_id),
            state: AttemptState::read(&self.state)?,
            claimed_at: self.claimed_at.moment()?,
            handed_at: moment(self.handed_at)?,
            finished_at: moment(self.finished_at)?,
            answer: self.answer,
        };
        Ok(UnfinishedAttempt {
            attempt,
            message_id: MessageId::read(&self.message_id)?,
            to: Address::read(&self.to_address)?,
        })
    }
}

impl Tx {
    /// Every attempt of a pursuit, oldest first, whatever became of it.
    pub async fn attempts_of(&mut self, pursuit: PursuitId) -> Result<Vec<AttemptRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT t.id, t.application_id, t.pursuit_id, t.kind, t.number, t.employer_id, t.draft_id,
                    t.state, t.claimed_at, t.handed_at, t.finished_at, t.answer,
                    d.message_id, d.to_address
             FROM attempts t JOIN drafts d ON d.id = t.draft_id
             WHERE t.pursuit_id = ? ORDER BY t.id",
        )
        .bind(pursuit.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(|row| Ok(row.read()?.attempt)).collect()
    }

    /// Attempts that are claimed, handed over or in doubt.
    pub async fn unfinished(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<UnfinishedAttempt>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT t.id, t.application_id, t.pursuit_id, t.kind, t.number, t.employer_id, t.draft_id,
                    t.state, t.claimed_at, t.handed_at, t.finished_at, t.answer,
                    d.message_id, d.to_address
             FROM attempts t JOIN drafts d ON d.id = t.draft_id
             WHERE t.account_id = ? AND t.state IN ('claimed', 'handed_over', 'in_doubt')
             ORDER BY t.id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The latest attempt that carried this Message-ID: whom a bounce is about.
    pub async fn attempt_of_message_id(
        &mut self,
        account: AccountId,
        id: &MessageId,
    ) -> Result<Option<AttemptRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT t.id, t.application_id, t.pursuit_id, t.kind, t.number, t.employer_id, t.draft_id,
                    t.state, t.claimed_at, t.handed_at, t.finished_at, t.answer,
                    d.message_id, d.to_address
             FROM attempts t JOIN drafts d ON d.id = t.draft_id
             WHERE t.account_id = ? AND d.message_id = ? ORDER BY t.id DESC LIMIT 1",
        )
        .bind(account.0)
        .bind(id.as_str())
        .fetch_optional(self.conn()?)
        .await?;
        row.map(|row| Ok(row.read()?.attempt)).transpose()
    }
}
