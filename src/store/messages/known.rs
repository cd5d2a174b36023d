//! Many identities asked for at once, as the look back does for every window of headers.

use std::collections::BTreeMap;

use crate::domain::hexadecimal::hexadecimal;
use crate::domain::ids::{AccountId, MessageKey};

use super::super::{StoreError, Tx};

impl Tx {
    /// Which of these identities are stored, and under which key.
    pub async fn known_of(
        &mut self,
        account: AccountId,
        identities: &[[u8; 32]],
    ) -> Result<BTreeMap<[u8; 32], MessageKey>, StoreError> {
        let wanted: Vec<String> = identities.iter().map(|it| hexadecimal(it)).collect();
        let wanted = serde_json::to_string(&wanted).map_err(|_| StoreError::Unreadable("id"))?;
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT id, identity FROM messages
             WHERE account_id = ? AND identity IN (SELECT unhex(value) FROM json_each(?))",
        )
        .bind(account.0)
        .bind(wanted)
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
