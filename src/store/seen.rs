//! What is kept of mail that is none of our business: a keyed hash of its identity, so that it is
//! not looked at again when it moves or gets another number. It shows neither text nor people.
//!
//! The surprising fact: the hash is cut to 64 bits. Without the key nobody can choose one, and
//! among a million messages two are equal by chance once in forty million mailboxes.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::domain::ids::AccountId;

use super::{StoreError, Tx};

/// A keyed hash of a content identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenHash(i64);

impl SeenHash {
    /// As it is stored.
    pub(super) fn number(self) -> i64 {
        self.0
    }
}

/// The hash of an identity under the key of this installation.
#[must_use]
pub fn seen_hash(mark_key: &[u8; 32], identity: &[u8; 32]) -> SeenHash {
    // Key and input have fixed lengths, so the plain concatenation is unambiguous.
    let mut hash = Sha256::new();
    hash.update(b"afterword seen 1");
    hash.update(mark_key);
    hash.update(identity);
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(hash.finalize());
    SeenHash(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// Numbers as a JSON array, which SQLite takes apart: one statement for any number of rows.
fn json(hashes: impl Iterator<Item = SeenHash>) -> String {
    let mut text = String::from("[");
    for SeenHash(hash) in hashes {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&hash.to_string());
    }
    text.push(']');
    text
}

impl Tx {
    /// Remembers one message that is none of our business.
    pub async fn mark_seen(
        &mut self,
        account: AccountId,
        hash: &SeenHash,
    ) -> Result<(), StoreError> {
        self.mark_all_seen(account, &[*hash]).await
    }

    /// Remembers many at once.
    pub async fn mark_all_seen(
        &mut self,
        account: AccountId,
        hashes: &[SeenHash],
    ) -> Result<(), StoreError> {
        if hashes.is_empty() {
            return Ok(());
        }
        // In the order of the index, neighbours go into one page.
        let ordered: BTreeSet<SeenHash> = hashes.iter().copied().collect();
        sqlx::query(
            "INSERT INTO seen (account_id, hash) SELECT ?, value FROM json_each(?) WHERE true
             ON CONFLICT (account_id, hash) DO NOTHING",
        )
        .bind(account.0)
        .bind(json(ordered.into_iter()))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// It turned out to be our business after all.
    pub async fn unmark_seen(
        &mut self,
        account: AccountId,
        hash: SeenHash,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM seen WHERE account_id = ? AND hash = ?")
            .bind(account.0)
            .bind(hash.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// Which of these are remembered.
    pub async fn seen_of(
        &mut self,
        account: AccountId,
        hashes: &[SeenHash],
    ) -> Result<BTreeSet<SeenHash>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT hash FROM seen
             WHERE account_id = ? AND hash IN (SELECT value FROM json_each(?))",
        )
        .bind(account.0)
        .bind(json(hashes.iter().copied()))
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(hash,)| SeenHash(hash)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;
    use super::*;

    #[tokio::test]
    async fn mail_that_is_none_of_our_business_leaves_a_keyed_hash() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let key = tx.installation().await.unwrap().mark_key;
        let [one, two, three] = [1, 2, 3].map(|number| seen_hash(&key, &[number; 32]));
        assert!(tx.seen_of(bench.account, &[one]).await.unwrap().is_empty());
        tx.mark_all_seen(bench.account, &[one, two, one]).await.unwrap();
        tx.mark_seen(bench.account, &one).await.unwrap();
        assert!(tx.seen_of(bench.account, &[one]).await.unwrap().contains(&one));
        let found = tx.seen_of(bench.account, &[one, two, three]).await.unwrap();
        assert_eq!(found, BTreeSet::from([one, two]));
        assert_ne!(one, seen_hash(&[0; 32], &[1; 32]), "without the key it says nothing");
        tx.unmark_seen(bench.account, one).await.unwrap();
        assert!(tx.seen_of(bench.account, &[one]).await.unwrap().is_empty());
    }
}
