//! The identities of everything that is stored: a look back compares every header with them.

use std::collections::BTreeMap;

use crate::domain::ids::{AccountId, MessageKey};

use super::super::{StoreError, Tx};

impl Tx {
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
