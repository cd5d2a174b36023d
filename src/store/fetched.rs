//! How many octets of the past were fetched on a day. Only the last day is kept.

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;

use super::time::Seconds;
use super::{StoreError, Tx};

const WHAT: StoreError = StoreError::Unreadable("octets");

impl Tx {
    /// Adds to the count of a day, and gives it. Another day begins at nothing.
    pub async fn count_fetched(
        &mut self,
        account: AccountId,
        day: DateTime<Utc>,
        octets: u64,
    ) -> Result<u64, StoreError> {
        let (total,): (i64,) = sqlx::query_as(
            "INSERT INTO fetched_octets (account_id, day, octets) VALUES (?, ?, ?)
             ON CONFLICT (account_id) DO UPDATE SET
                 octets = CASE WHEN day = excluded.day THEN octets ELSE 0 END + excluded.octets,
                 day = excluded.day
             RETURNING octets",
        )
        .bind(account.0)
        .bind(Seconds::from(day))
        .bind(i64::try_from(octets).map_err(|_| WHAT)?)
        .fetch_one(self.conn()?)
        .await?;
        u64::try_from(total).map_err(|_| WHAT)
    }

    /// The count of a day.
    pub async fn fetched_on(
        &mut self,
        account: AccountId,
        day: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let (total,): (i64,) = sqlx::query_as(
            "SELECT coalesce(max(octets), 0) FROM fetched_octets WHERE account_id = ? AND day = ?",
        )
        .bind(account.0)
        .bind(Seconds::from(day))
        .fetch_one(self.conn()?)
        .await?;
        u64::try_from(total).map_err(|_| WHAT)
    }

    /// Whether the look back has not come to its end.
    pub async fn is_past_left(&mut self, account: AccountId) -> Result<bool, StoreError> {
        let (left,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM mailboxes
                            WHERE account_id = ?1 AND past_from IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM backlog WHERE account_id = ?1)",
        )
        .bind(account.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(left)
    }

    /// The same of the mailboxes that the last look read to its end.
    pub async fn is_past_left_where_read(
        &mut self,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let (left,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (
                 SELECT 1 FROM mailboxes AS one
                 WHERE account_id = ?1 AND error IS NULL
                   AND last_read_at = (SELECT max(last_read_at) FROM mailboxes WHERE account_id = ?1)
                   AND (past_from IS NOT NULL
                        OR EXISTS (SELECT 1 FROM backlog WHERE mailbox_id = one.id)))",
        )
        .bind(account.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Location;
    use super::super::testing::{Bench, at};
    use crate::domain::mailbox::Role;

    #[tokio::test]
    async fn octets_add_up_within_a_day_and_the_next_begins_at_nothing() {
        let bench = Bench::new().await;
        let account = bench.account;
        let mut tx = bench.store.begin().await.unwrap();
        assert_eq!(tx.fetched_on(account, at(0)).await.unwrap(), 0);
        for (day, octets, total) in [(0, 5, 5), (0, 7, 12), (86_400, 1, 1), (86_400, 0, 1)] {
            assert_eq!(tx.count_fetched(account, at(day), octets).await.unwrap(), total, "{day}");
        }
        assert_eq!(tx.fetched_on(account, at(86_400)).await.unwrap(), 1);
        assert_eq!(tx.fetched_on(account, at(0)).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn the_past_is_left_while_a_message_waits_to_be_read() {
        let bench = Bench::new().await;
        let account = bench.account;
        let mut tx = bench.store.begin().await.unwrap();
        let mailbox = tx.ensure_mailbox(account, "All", "All", Role::All).await.unwrap();
        assert!(!tx.is_past_left(account).await.unwrap());
        let place = Location { mailbox, uid_validity: 7, uid: 1 };
        tx.add_to_backlog(place, at(1)).await.unwrap();
        assert!(tx.is_past_left(account).await.unwrap());
        tx.drop_from_backlog(place).await.unwrap();
        assert!(!tx.is_past_left(account).await.unwrap());
    }

    #[tokio::test]
    async fn the_past_of_a_mailbox_that_is_gone_or_refused_is_nothing_that_goes_on() {
        let bench = Bench::new().await;
        let account = bench.account;
        let mut tx = bench.store.begin().await.unwrap();
        let [here, gone] = ["INBOX", "Gone"];
        let here = tx.ensure_mailbox(account, here, here, Role::Inbox).await.unwrap();
        let gone = tx.ensure_mailbox(account, gone, gone, Role::Other).await.unwrap();
        for (mailbox, uid) in [(here, 1), (gone, 2)] {
            let place = Location { mailbox, uid_validity: 7, uid };
            tx.add_to_backlog(place, at(1)).await.unwrap();
        }
        assert!(!tx.is_past_left_where_read(account).await.unwrap(), "nothing was read yet");
        tx.note_read(gone, at(5), 1).await.unwrap();
        tx.note_read(here, at(6), 1).await.unwrap();
        assert!(tx.is_past_left_where_read(account).await.unwrap());
        tx.note_error(here, "refused", at(6)).await.unwrap();
        assert!(!tx.is_past_left_where_read(account).await.unwrap());
        tx.note_read(here, at(7), 1).await.unwrap();
        tx.drop_from_backlog(Location { mailbox: here, uid_validity: 7, uid: 1 }).await.unwrap();
        assert!(!tx.is_past_left_where_read(account).await.unwrap());
        assert!(tx.is_past_left(account).await.unwrap());
    }
}
