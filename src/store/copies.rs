//! Copies of sent messages in Sent: which are missing, who filed them, and who does so in general.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, MessageId};

use super::claims::AttemptId;
use super::names::{Stored as _, names};
use super::time::Seconds;
use super::{StoreError, Tx};

/// Who puts copies of sent mail into Sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyBy {
    Provider,
    Us,
}

names!("who files copies" CopyBy { Provider = "provider", Us = "us" });

impl Tx {
    /// Messages sent from an account of which no copy has been seen in Sent, with their bytes;
    /// those sent since `since` and until `until`.
    pub async fn without_copy(
        &mut self,
        account: AccountId,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(AttemptId, MessageId, Vec<u8>)>, StoreError> {
        let rows: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
            "SELECT t.id, d.message_id, t.bytes FROM attempts t JOIN drafts d ON d.id = t.draft_id
                 JOIN accounts s ON s.address = d.from_address
             WHERE s.id = ? AND t.state = 'sent' AND t.copy_at IS NULL AND t.bytes IS NOT NULL
               AND t.finished_at BETWEEN ? AND ? ORDER BY t.id",
        )
        .bind(account.0)
        .bind(Seconds::from(since))
        .bind(Seconds::from(until))
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter()
            .map(|(id, message_id, bytes)| {
                Ok((AttemptId(id), MessageId::read(&message_id)?, bytes))
            })
            .collect()
    }

    /// A copy lies in Sent. `false` if that was known.
    pub async fn copy_seen(
        &mut self,
        attempt: AttemptId,
        by: CopyBy,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE attempts SET copy_at = ?, copy_by = ? WHERE id = ? AND copy_at IS NULL",
        )
        .bind(Seconds::from(now))
        .bind(by.text())
        .bind(attempt.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// What was learned last about this account.
    pub async fn copies_are_filed(
        &mut self,
        account: AccountId,
        by: CopyBy,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE accounts SET sent_copies = ?1 WHERE id = ?2 AND sent_copies IS NOT ?1")
            .bind(by.text())
            .bind(account.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// `None` before the first copy.
    pub async fn who_files_copies(
        &mut self,
        account: AccountId,
    ) -> Result<Option<CopyBy>, StoreError> {
        let (by,): (Option<String>,) =
            sqlx::query_as("SELECT sent_copies FROM accounts WHERE id = ?")
                .bind(account.0)
                .fetch_one(self.conn()?)
                .await?;
        CopyBy::read_optional(by.as_deref())
    }
}
