//! What the entries of an application rest on: the messages that say so, each with the rule that
//! tied it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, ApplicationId, MessageId, MessageKey};

use super::super::names::Stored as _;
use super::super::time::{Seconds, moment};
use super::super::{StoreError, Tx};
use super::{MatchedBy, NewMessage};

/// A message as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    pub message: NewMessage,
    /// `None` if the user said that it is about something else.
    pub matched_by: Option<MatchedBy>,
}

impl Tx {
    /// Every message that an entry of the application rests on.
    pub async fn evidence_of(
        &mut self,
        application: ApplicationId,
    ) -> Result<BTreeMap<MessageKey, EvidenceRow>, StoreError> {
        let rows: Vec<(i64, Option<String>)> = sqlx::query_as(
            "SELECT DISTINCT e.source_message_id, a.matched_by
             FROM events e LEFT JOIN message_applications a
                 ON a.message_key = e.source_message_id AND a.application_id = e.application_id
             WHERE e.application_id = ? AND e.source_message_id IS NOT NULL",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut found = BTreeMap::new();
        for (key, rule) in rows {
            let matched_by = MatchedBy::read_optional(rule.as_deref())?;
            if let Some(stored) = self.load_message(MessageKey(key)).await? {
                found.insert(stored.key, EvidenceRow { message: stored.message, matched_by });
            }
        }
        Ok(found)
    }

    /// When the stored message with this id was written, by its own date.
    pub async fn written_at(
        &mut self,
        account: AccountId,
        id: &MessageId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<Seconds>,) = sqlx::query_as(
            "SELECT max(m.date_at) FROM message_ids i JOIN messages m ON m.id = i.message_key
             WHERE i.account_id = ? AND i.message_id = ?",
        )
        .bind(account.0)
        .bind(id.as_str())
        .fetch_one(self.conn()?)
        .await?;
        moment(at)
    }

    /// Stored messages with this id, each with the application that it is tied to.
    pub async fn tied_by_id(
        &mut self,
        account: AccountId,
        id: &MessageId,
    ) -> Result<Vec<(ApplicationId, MessageKey)>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT a.application_id, a.message_key
             FROM message_ids i JOIN message_applications a ON a.message_key = i.message_key
             WHERE i.account_id = ? AND i.message_id = ? ORDER BY a.message_key, a.application_id",
        )
        .bind(account.0)
        .bind(id.as_str())
        .fetch_all(self.conn()?)
        .await?;
        let tied = |(application, key)| (ApplicationId(application), MessageKey(key));
        Ok(rows.into_iter().map(tied).collect())
    }
}
