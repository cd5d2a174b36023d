//! Pauses: everything, at once. Append-only; the last row counts.

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;

use super::time::{Seconds, moment};
use super::{StoreError, Tx};

impl Tx {
    /// Stops everything until `until`, or until `resume`.
    pub async fn pause(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO pauses (account_id, at, until, resumed) VALUES (?, ?, ?, 0)")
            .bind(account.0)
            .bind(Seconds::from(now))
            .bind(Seconds::optional(until))
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    pub async fn resume(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO pauses (account_id, at, until, resumed) VALUES (?, ?, NULL, 1)")
            .bind(account.0)
            .bind(Seconds::from(now))
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// `None` if nothing is paused; else the end of the pause, `Some(None)` if it has none.
    pub async fn paused(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Option<Option<DateTime<Utc>>>, StoreError> {
        let last: Option<(Option<Seconds>, bool)> = sqlx::query_as(
            "SELECT until, resumed FROM pauses WHERE account_id = ? ORDER BY id DESC LIMIT 1",
        )
        .bind(account.0)
        .fetch_optional(self.conn()?)
        .await?;
        let Some((until, false)) = last else { return Ok(None) };
        let until = moment(until)?;
        let over = until.is_some_and(|until| until <= now);
        Ok((!over).then_some(until))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn the_last_word_about_a_pause_counts() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        assert_eq!(tx.paused(bench.account, at(0)).await.unwrap(), None);
        tx.pause(bench.account, at(0), None).await.unwrap();
        assert_eq!(tx.paused(bench.account, at(999_999)).await.unwrap(), Some(None));
        tx.pause(bench.account, at(1), Some(at(10))).await.unwrap();
        assert_eq!(tx.paused(bench.account, at(9)).await.unwrap(), Some(Some(at(10))));
        assert_eq!(tx.paused(bench.account, at(10)).await.unwrap(), None);
        tx.resume(bench.account, at(2)).await.unwrap();
        assert_eq!(tx.paused(bench.account, at(3)).await.unwrap(), None);
        for forbidden in ["UPDATE pauses SET resumed = 1", "DELETE FROM pauses"] {
            let refused =
                sqlx::query(forbidden).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
            assert!(matches!(refused, Err(StoreError::Refused(_))), "{forbidden}");
        }
    }
}
