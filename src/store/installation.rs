//! Who this installation is and whose mail it reads. Made once; the key never leaves the database.

use chrono::{DateTime, Utc};

use crate::domain::address::Address;
use crate::domain::ids::AccountId;

use crate::domain::hexadecimal::hexadecimal;

use super::time::{Seconds, moment};
use super::{StoreError, Tx};

/// This database's identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Installation {
    /// 16 random hexadecimal digits; marks our own mails, so that a second installation is noticed.
    pub id: String,
    /// Key of `OwnMark` and of the hashes of other people's mail.
    pub mark_key: [u8; 32],
    pub first_run_at: Option<DateTime<Utc>>,
}

/// The key is a secret: it does not show up in a log.
impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Installation").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Tx {
    /// Gives a new database its identity; an old one keeps its own.
    pub(super) async fn install(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut random = [0u8; 40];
        getrandom::fill(&mut random).map_err(|_| StoreError::NoRandomness)?;
        let (name, key) = random.split_at(8);
        let name = hexadecimal(name);
        sqlx::query(
            "INSERT INTO installation (id, name, mark_key, created_at) VALUES (1, ?, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(name)
        .bind(key)
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    pub async fn installation(&mut self) -> Result<Installation, StoreError> {
        let (id, key, first_run_at): (String, Vec<u8>, Option<Seconds>) =
            sqlx::query_as("SELECT name, mark_key, first_run_at FROM installation WHERE id = 1")
                .fetch_one(self.conn()?)
                .await?;
        let mark_key = key.try_into().map_err(|_| StoreError::Unreadable("key"))?;
        Ok(Installation { id, mark_key, first_run_at: moment(first_run_at)? })
    }

    /// Remembers the first run; later calls change nothing.
    pub async fn set_first_run(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("UPDATE installation SET first_run_at = ? WHERE first_run_at IS NULL")
            .bind(Seconds::from(now))
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// The account of this address. A database that has another one is refused:
    /// under a changed address the user's own mail would look like an employer's.
    pub async fn ensure_account(&mut self, address: &Address) -> Result<AccountId, StoreError> {
        let known: Option<(i64, String)> =
            sqlx::query_as("SELECT id, address FROM accounts ORDER BY id LIMIT 1")
                .fetch_optional(self.conn()?)
                .await?;
        match known {
            Some((id, known)) if known == address.as_str() => Ok(AccountId(id)),
            Some(_) => Err(StoreError::OtherAccount),
            None => {
                let row = sqlx::query("INSERT INTO accounts (address) VALUES (?)")
                    .bind(address.as_str())
                    .execute(self.conn()?)
                    .await?;
                Ok(AccountId(row.last_insert_rowid()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn the_identity_survives_a_reopening() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let first = tx.installation().await.unwrap();
        assert_eq!((first.id.len(), first.first_run_at), (16, None));
        tx.set_first_run(at(5)).await.unwrap();
        tx.set_first_run(at(9)).await.unwrap();
        tx.commit().await.unwrap();

        let again = bench.reopen().await;
        let mut tx = again.snapshot().await.unwrap();
        let second = tx.installation().await.unwrap();
        assert_eq!((second.id, second.mark_key), (first.id, first.mark_key));
        assert_eq!(second.first_run_at, Some(at(5)));
    }

    #[tokio::test]
    async fn another_account_on_an_old_database_is_refused() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let own = Address::parse("jane@example.com").unwrap();
        assert_eq!(tx.ensure_account(&own).await.unwrap(), bench.account);
        let other = Address::parse("jane@work.example").unwrap();
        let refused = tx.ensure_account(&other).await;
        assert!(matches!(refused, Err(StoreError::OtherAccount)));
    }
}
