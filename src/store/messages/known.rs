//! What is stored already, and where: for one message before it is read, and for all of them when
//! a look back compares every header.

use std::collections::BTreeMap;

use crate::domain::ids::{AccountId, MessageKey};

use super::super::{SeenHash, StoreError, Tx};
use super::Location;

/// What is known of a message before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    pub stored: Option<MessageKey>,
    /// What lies at the place where it was met.
    pub at_this_place: Option<MessageKey>,
    /// It was looked at before and is none of our business.
    pub passed_over: bool,
}

impl Tx {
    /// What is known of a message before it is read.
    pub async fn met_before(
        &mut self,
        account: AccountId,
        identity: &[u8; 32],
        hash: &SeenHash,
        at: Location,
    ) -> Result<Met, StoreError> {
        let (stored, at_this_place, passed_over): (Option<i64>, Option<i64>, bool) =
            sqlx::query_as(
                "SELECT (SELECT id FROM messages WHERE account_id = ?1 AND identity = ?2),
                        (SELECT message_key FROM message_locations
                         WHERE mailbox_id = ?3 AND uid_validity = ?4 AND uid = ?5),
                        EXISTS (SELECT 1 FROM seen WHERE account_id = ?1 AND hash = ?6)",
            )
            .bind(account.0)
            .bind(identity.as_slice())
            .bind(at.mailbox.0)
            .bind(at.uid_validity)
            .bind(at.uid)
            .bind(hash.number())
            .fetch_one(self.conn()?)
            .await?;
        let (stored, at_this_place) = (stored.map(MessageKey), at_this_place.map(MessageKey));
        Ok(Met { stored, at_this_place, passed_over })
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
