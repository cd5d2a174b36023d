//! What is stored already, and where: for one message before it is read, and for all of them when
//! a look back compares every header.

use std::collections::BTreeMap;

use crate::domain::ids::{AccountId, MessageId, MessageKey};

use super::super::events::{EdgeRow, edge};
use super::super::{Edge, SeenHash, StoreError, Tx};
use super::{Location, json};

/// What is known of a message before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    pub stored: Option<MessageKey>,
    /// What lies at the place where it was met.
    pub at_this_place: Option<MessageKey>,
    /// It was looked at before and is none of our business.
    pub passed_over: bool,
    /// It refers to a mail of ours to the user.
    pub answers_us: bool,
    /// Where the record stood at that moment.
    pub edge: Edge,
}

#[derive(sqlx::FromRow)]
struct Row {
    stored: Option<i64>,
    at_this_place: Option<i64>,
    passed_over: bool,
    answers_us: bool,
    #[sqlx(flatten)]
    edge: EdgeRow,
}

impl Tx {
    /// What is known of a message before it is read: all of it in one question.
    pub async fn met_before(
        &mut self,
        account: AccountId,
        identity: &[u8; 32],
        hash: &SeenHash,
        at: Location,
        refers_to: &[&MessageId],
    ) -> Result<Met, StoreError> {
        let row: Row = sqlx::query_as(concat!(
            "SELECT (SELECT id FROM messages WHERE account_id = ?1 AND identity = ?2) AS stored,
                    (SELECT message_key FROM message_locations
                     WHERE mailbox_id = ?3 AND uid_validity = ?4 AND uid = ?5) AS at_this_place,
                    EXISTS (SELECT 1 FROM seen
                            WHERE account_id = ?1 AND hash = ?6) AS passed_over,
                    EXISTS (SELECT 1 FROM user_mails WHERE account_id = ?1
                            AND message_id IN (SELECT value FROM json_each(?7))) AS answers_us,
                    edge.*
             FROM (",
            edge!(),
            ") edge"
        ))
        .bind(account.0)
        .bind(identity.as_slice())
        .bind(at.mailbox.0)
        .bind(at.uid_validity)
        .bind(at.uid)
        .bind(hash.number())
        .bind(json(refers_to))
        .fetch_one(self.conn()?)
        .await?;
        Ok(Met {
            stored: row.stored.map(MessageKey),
            at_this_place: row.at_this_place.map(MessageKey),
            passed_over: row.passed_over,
            answers_us: row.answers_us,
            edge: row.edge.read(),
        })
    }

    /// Every stored message by its content identity. Only mail about applications is stored, so
    /// these are a few hundred, seldom thousands.
    pub async fn identities(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<[u8; 32], MessageKey>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT id, identity FROM messages WHERE account_id = ?")
                .bind(account.0)
                .fetch_all(self.conn()?)
                .await?;
        rows.into_iter()
            .map(|(key, identity)| {
                let identity = identity.try_into();
                let identity = identity.map_err(|_| StoreError::Unreadable("identity"))?;
                Ok((identity, MessageKey(key)))
            })
            .collect()
    }
}
