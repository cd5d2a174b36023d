//! Pursuits and the drafts in them: exact words, and where each stands.
//!
//! The words of a draft never change, a trigger sees to it; other words are another row with a
//! higher version. An application has at most one draft that is still open.

use chrono::{DateTime, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{Draft, DraftState};
use crate::domain::ids::{ApplicationId, DraftId, MessageId, PursuitId};

use super::error::one;
use super::names::{Stored as _, read_kind, stored_number};
use super::time::Seconds;
use super::{ApplicationRow, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    pub draft: Draft,
    pub state: DraftState,
    /// Earliest moment of sending.
    pub send_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    application_id: i64,
    pursuit_id: i64,
    kind: String,
    number: Option<i64>,
    version: u32,
    from_name: Option<String>,
    from_address: String,
    to_name: Option<String>,
    to_address: String,
    subject: String,
    body: String,
    in_reply_to: Option<String>,
    refs: String,
    message_id: String,
    state: String,
    send_at: Seconds,
    created_at: Seconds,
}

impl Row {
    fn read(self) -> Result<DraftRow, StoreError> {
        let draft = Draft {
            id: DraftId(self.id),
            application: ApplicationId(self.application_id),
            pursuit: PursuitId(self.pursuit_id),
            kind: read_kind(&self.kind, self.number)?,
            version: self.version,
            from: person(self.from_name, &self.from_address)?,
            to: person(self.to_name, &self.to_address)?,
            subject: self.subject,
            body: self.body,
            in_reply_to: MessageId::read_optional(self.in_reply_to.as_deref())?,
            references: read_references(&self.refs)?,
            message_id: MessageId::read(&self.message_id)?,
        };
        Ok(DraftRow {
            draft,
            state: DraftState::read(&self.state)?,
            send_at: self.send_at.moment()?,
            created_at: self.created_at.moment()?,
        })
    }
}

fn person(name: Option<String>, address: &str) -> Result<Correspondent, StoreError> {
    Ok(Correspondent { name, address: Address::read(address)? })
}

fn read_references(json: &str) -> Result<Vec<MessageId>, StoreError> {
    let texts: Vec<String> =
        serde_json::from_str(json).map_err(|_| StoreError::Unreadable("message id"))?;
    texts.iter().map(|text| MessageId::read(text)).collect()
}

fn write_references(ids: &[MessageId]) -> Result<String, StoreError> {
    let texts: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
    serde_json::to_string(&texts).map_err(|_| StoreError::Unreadable("message id"))
}

impl Tx {
    /// The pursuit that rests on `basis`: an interview's key or the id of an answer. Opened once.
    pub async fn ensure_pursuit(
        &mut self,
        application: ApplicationId,
        basis: &str,
        now: DateTime<Utc>,
    ) -> Result<PursuitId, StoreError> {
        sqlx::query(
            "INSERT INTO pursuits (account_id, application_id, basis, opened_at)
             SELECT account_id, id, ?, ? FROM applications WHERE id = ?
             ON CONFLICT (application_id, basis) DO NOTHING",
        )
        .bind(basis)
        .bind(Seconds::from(now))
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        let (id,): (i64,) =
            sqlx::query_as("SELECT id FROM pursuits WHERE application_id = ? AND basis = ?")
                .bind(application.0)
                .bind(basis)
                .fetch_one(self.conn()?)
                .await?;
        Ok(PursuitId(id))
    }

    /// Keeps a prepared draft; its `id` is ignored and given anew.
    pub async fn insert_draft(
        &mut self,
        draft: &Draft,
        send_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<DraftId, StoreError> {
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO drafts (account_id, application_id, pursuit_id, kind, number, version,
                 from_name, from_address, to_name, to_address, subject, body, in_reply_to, refs,
                 message_id, state, send_at, created_at)
             SELECT account_id, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'prepared', ?, ?
             FROM applications WHERE id = ?
             RETURNING id",
        )
        .bind(draft.pursuit.0)
        .bind(draft.kind.as_str())
        .bind(stored_number(draft.kind))
        .bind(draft.version)
        .bind(draft.from.name.as_deref())
        .bind(draft.from.address.as_str())
        .bind(draft.to.name.as_deref())
        .bind(draft.to.address.as_str())
        .bind(&draft.subject)
        .bind(&draft.body)
        .bind(draft.in_reply_to.as_ref().map(MessageId::as_str))
        .bind(write_references(&draft.references)?)
        .bind(draft.message_id.as_str())
        .bind(Seconds::from(send_at))
        .bind(Seconds::from(now))
        .bind(draft.application.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(DraftId(id))
    }

    pub async fn load_draft(&mut self, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as("SELECT * FROM drafts WHERE id = ?")
            .bind(id.0)
            .fetch_optional(self.conn()?)
            .await?;
        row.map(Row::read).transpose()
    }

    /// The draft that still waits for something, if there is one.
    pub async fn open_draft(
        &mut self,
        application: ApplicationId,
    ) -> Result<Option<DraftRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT * FROM drafts WHERE application_id = ?
               AND state IN ('prepared', 'asked', 'approved', 'claimed', 'in_doubt')",
        )
        .bind(application.0)
        .fetch_optional(self.conn()?)
        .await?;
        row.map(Row::read).transpose()
    }

    /// Every draft of an application, oldest first.
    pub async fn load_drafts(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<DraftRow>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT * FROM drafts WHERE application_id = ? ORDER BY id")
                .bind(application.0)
                .fetch_all(self.conn()?)
                .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Whether the employer of an application was told of an offer, or a notice of the one
    /// recorded at `since` was written for them and let go. The one that is open for this very
    /// application does not count.
    pub async fn offer_was_told(
        &mut self,
        application: &ApplicationRow,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let told: Option<(i64,)> = sqlx::query_as(
            "SELECT d.id FROM drafts d JOIN applications a ON a.id = d.application_id
             WHERE a.employer_id = ?1 AND d.kind = 'offer_notice'
               AND (d.state IN ('claimed', 'sent', 'in_doubt')
                   OR d.created_at >= ?3 AND d.state IN ('lapsed', 'skipped')
                   OR d.application_id <> ?2 AND d.state IN ('prepared', 'asked', 'approved'))
             LIMIT 1",
        )
        .bind(application.employer.id.0)
        .bind(application.id.0)
        .bind(Seconds::from(since))
        .fetch_optional(self.conn()?)
        .await?;
        Ok(told.is_some())
    }

    /// Moves a draft if it stands in one of `from`; `false` if it stands elsewhere. A step that
    /// the table in `claims` does not have is refused, whatever `from` says.
    pub async fn move_draft(
        &mut self,
        id: DraftId,
        from: &[DraftState],
        to: DraftState,
    ) -> Result<bool, StoreError> {
        let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
        let from = serde_json::to_string(&from).map_err(|_| StoreError::Unreadable("state"))?;
        let moved = sqlx::query(
            "UPDATE drafts SET state = ?
             WHERE id = ? AND state IN (SELECT value FROM json_each(?))",
        )
        .bind(to.as_str())
        .bind(id.0)
        .bind(from)
        .execute(self.conn()?)
        .await?;
        Ok(moved.rows_affected() == 1)
    }

    pub async fn set_send_at(
        &mut self,
        id: DraftId,
        send_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE drafts SET send_at = ? WHERE id = ?")
            .bind(Seconds::from(send_at))
            .bind(id.0)
            .execute(self.conn()?)
            .await?;
        one(&done)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, draft};
    use super::*;
    use crate::domain::draft::AttemptNumber;

    #[tokio::test]
    async fn a_draft_is_read_back_word_for_word() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let pursuit = tx.ensure_pursuit(application, "interview:1", at(1)).await.unwrap();
        let again = tx.ensure_pursuit(application, "interview:1", at(2)).await.unwrap();
        assert_eq!(pursuit, again);
        let new = draft(application, pursuit, AttemptNumber::First, "d1@example.com");
        let id = tx.insert_draft(&new, at(50), at(2)).await.unwrap();
        tx.set_send_at(id, at(60)).await.unwrap();
        let row = tx.load_draft(id).await.unwrap().unwrap();
        assert_eq!(row.draft, Draft { id, ..new.clone() });
        assert_eq!(row.draft.digest(), new.digest());
        let times = (row.state, row.send_at, row.created_at);
        assert_eq!(times, (DraftState::Prepared, at(60), at(2)));
    }

    #[tokio::test]
    async fn an_application_has_one_open_draft() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let pursuit = tx.ensure_pursuit(application, "interview:1", at(1)).await.unwrap();
        let new = draft(application, pursuit, AttemptNumber::First, "d1@example.com");
        let id = tx.insert_draft(&new, at(50), at(2)).await.unwrap();
        let second = draft(application, pursuit, AttemptNumber::First, "d2@example.com");
        let refused = tx.insert_draft(&second, at(50), at(2)).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
        let moved = tx.move_draft(id, &[DraftState::Asked], DraftState::Withdrawn).await.unwrap();
        assert!(!moved);
        let from = [DraftState::Prepared, DraftState::Asked];
        assert!(tx.move_draft(id, &from, DraftState::Withdrawn).await.unwrap());
        let second = tx.insert_draft(&second, at(50), at(2)).await.unwrap();
        let open = tx.open_draft(application).await.unwrap().unwrap();
        assert_eq!(open.draft.id, second);
        assert_eq!(tx.load_drafts(application).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn words_never_change_and_states_move_forward_only() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let pursuit = tx.ensure_pursuit(application, "interview:1", at(1)).await.unwrap();
        let new = draft(application, pursuit, AttemptNumber::First, "d1@example.com");
        let id = tx.insert_draft(&new, at(50), at(2)).await.unwrap();
        for forbidden in [
            "UPDATE drafts SET body = 'Other words'",
            "UPDATE drafts SET to_address = 'eve@acme.example'",
            "UPDATE drafts SET refs = '[]'",
            "UPDATE drafts SET number = 2",
            "UPDATE drafts SET in_reply_to = NULL",
            "UPDATE drafts SET state = 'sent'",
            "UPDATE drafts SET state = 'approved'",
        ] {
            let refused =
                sqlx::query(forbidden).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
            assert!(matches!(refused, Err(StoreError::Refused(_))), "{forbidden}");
        }
        assert!(tx.move_draft(id, &[DraftState::Prepared], DraftState::Skipped).await.unwrap());
        let back = tx.move_draft(id, &[DraftState::Skipped], DraftState::Prepared).await;
        assert!(matches!(back, Err(StoreError::Refused(_))));
    }

    #[tokio::test]
    async fn asked_does_not_become_approved_without_an_approval() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let pursuit = tx.ensure_pursuit(application, "interview:1", at(1)).await.unwrap();
        let new = draft(application, pursuit, AttemptNumber::First, "d1@example.com");
        let id = tx.insert_draft(&new, at(50), at(2)).await.unwrap();
        assert!(tx.move_draft(id, &[DraftState::Prepared], DraftState::Asked).await.unwrap());
        let refused = tx.move_draft(id, &[DraftState::Asked], DraftState::Approved).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
    }
}
