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

/// The accounts of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts {
    /// The oldest: it stands for the person.
    pub owner: AccountId,
    /// In the order of the addresses that were asked for.
    pub all: Vec<AccountId>,
    /// Others that are in the record.
    pub gone: Vec<AccountId>,
}

const ADDRESS: StoreError = StoreError::Unreadable("address");

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

    /// When the mailboxes of an account were read first.
    pub async fn first_run_of(
        &mut self,
        account: AccountId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<Seconds>,) =
            sqlx::query_as("SELECT first_run_at FROM accounts WHERE id = ?")
                .bind(account.0)
                .fetch_one(self.conn()?)
                .await?;
        moment(at)
    }

    /// Remembers the first run of an account, and of the whole if it is the first of all; later
    /// calls change nothing.
    pub async fn set_first_run_of(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE accounts SET first_run_at = ? WHERE id = ? AND first_run_at IS NULL")
            .bind(Seconds::from(now))
            .bind(account.0)
            .execute(self.conn()?)
            .await?;
        self.set_first_run(now).await
    }

    /// The accounts of these addresses; new ones are added. A database whose owner is none of
    /// them is refused: the user's own mail would look like an employer's.
    pub async fn ensure_accounts(
        &mut self,
        addresses: &[&Address],
    ) -> Result<Accounts, StoreError> {
        let owner: Option<(i64, String)> =
            sqlx::query_as("SELECT id, address FROM accounts ORDER BY id LIMIT 1")
                .fetch_optional(self.conn()?)
                .await?;
        let is_named = |known: &String| addresses.iter().any(|it| it.as_str() == known);
        if owner.as_ref().is_some_and(|(_, known)| !is_named(known)) {
            return Err(StoreError::OtherAccount);
        }
        let mut all = Vec::new();
        for address in addresses {
            all.push(match self.account_of(address).await? {
                Some(known) => known,
                None => self.insert_account(address).await?,
            });
        }
        let owner = owner.map(|(id, _)| AccountId(id)).or(all.first().copied());
        let known: Vec<(i64,)> =
            sqlx::query_as("SELECT id FROM accounts ORDER BY id").fetch_all(self.conn()?).await?;
        let known = known.into_iter().map(|(id,)| AccountId(id));
        let gone = known.filter(|id| !all.contains(id)).collect();
        Ok(Accounts { owner: owner.ok_or(StoreError::OtherAccount)?, all, gone })
    }

    async fn insert_account(&mut self, address: &Address) -> Result<AccountId, StoreError> {
        let row = sqlx::query("INSERT INTO accounts (address) VALUES (?)")
            .bind(address.as_str())
            .execute(self.conn()?)
            .await?;
        Ok(AccountId(row.last_insert_rowid()))
    }

    /// The other addresses of an account, as the configuration has them now.
    pub async fn set_aliases(
        &mut self,
        account: AccountId,
        aliases: &[Address],
    ) -> Result<(), StoreError> {
        let aliases: Vec<&str> = aliases.iter().map(Address::as_str).collect();
        let aliases = serde_json::to_string(&aliases).map_err(|_| ADDRESS)?;
        // A command that changes nothing does not wait for the disk.
        sqlx::query("UPDATE accounts SET aliases = ?1 WHERE id = ?2 AND aliases <> ?1")
            .bind(aliases)
            .bind(account.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// Every address that an account had when it was last in the configuration.
    pub async fn addresses_of(&mut self, account: AccountId) -> Result<Vec<Address>, StoreError> {
        let (address, aliases): (String, String) =
            sqlx::query_as("SELECT address, aliases FROM accounts WHERE id = ?")
                .bind(account.0)
                .fetch_one(self.conn()?)
                .await?;
        let aliases: Vec<String> = serde_json::from_str(&aliases).map_err(|_| ADDRESS)?;
        let all = std::iter::once(&address).chain(&aliases);
        all.map(|text| Address::parse(text).ok_or(ADDRESS)).collect()
    }

    /// The address of an account.
    pub async fn address_of(&mut self, account: AccountId) -> Result<String, StoreError> {
        let (address,): (String,) = sqlx::query_as("SELECT address FROM accounts WHERE id = ?")
            .bind(account.0)
            .fetch_one(self.conn()?)
            .await?;
        Ok(address)
    }

    /// The account with this address.
    pub(super) async fn account_of(
        &mut self,
        address: &Address,
    ) -> Result<Option<AccountId>, StoreError> {
        let found: Option<(i64,)> = sqlx::query_as("SELECT id FROM accounts WHERE address = ?")
            .bind(address.as_str())
            .fetch_optional(self.conn()?)
            .await?;
        Ok(found.map(|(id,)| AccountId(id)))
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
    async fn another_account_on_an_old_database_is_refused_and_one_beside_the_old_is_not() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let own = Address::parse("jane@example.com").unwrap();
        let other = Address::parse("jane@work.example").unwrap();
        let refused = tx.ensure_accounts(&[&other]).await;
        assert!(matches!(refused, Err(StoreError::OtherAccount)));
        let both = tx.ensure_accounts(&[&other, &own]).await.unwrap();
        assert_eq!((both.owner, both.all.last()), (bench.account, Some(&bench.account)));
        assert_ne!(both.all[0], bench.account);
        let again = tx.ensure_accounts(&[&own, &other]).await.unwrap();
        assert_eq!(again.all, [both.all[1], both.all[0]]);
        let one = tx.ensure_accounts(&[&own]).await.unwrap();
        assert_eq!((one.all, one.gone), (vec![bench.account], vec![both.all[0]]));
    }

    #[tokio::test]
    async fn the_addresses_of_an_account_are_known_as_they_were_named_last() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let addresses = |names: &[&str]| -> Vec<Address> {
            names.iter().map(|name| Address::parse(name).unwrap()).collect()
        };
        assert_eq!(tx.addresses_of(bench.account).await.unwrap(), addresses(&["jane@example.com"]));
        for aliases in [&["j@example.com", "jd@example.com"][..], &["jd@example.com"]] {
            tx.set_aliases(bench.account, &addresses(aliases)).await.unwrap();
            let all = [&["jane@example.com"][..], aliases].concat();
            assert_eq!(tx.addresses_of(bench.account).await.unwrap(), addresses(&all));
        }
    }

    #[tokio::test]
    async fn an_account_that_is_added_later_has_a_first_run_of_its_own() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let own = Address::parse("jane@example.com").unwrap();
        let other = Address::parse("jane@work.example").unwrap();
        tx.set_first_run_of(bench.account, at(5)).await.unwrap();
        let added = tx.ensure_accounts(&[&own, &other]).await.unwrap().all[1];
        assert_eq!(tx.first_run_of(added).await.unwrap(), None);
        tx.set_first_run_of(added, at(9)).await.unwrap();
        tx.set_first_run_of(added, at(11)).await.unwrap();
        assert_eq!(tx.first_run_of(added).await.unwrap(), Some(at(9)));
        assert_eq!(tx.first_run_of(bench.account).await.unwrap(), Some(at(5)));
        assert_eq!(tx.installation().await.unwrap().first_run_at, Some(at(5)));
    }
}
