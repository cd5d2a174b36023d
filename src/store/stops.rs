//! Times in which the service cannot do all it does: the provider takes no more mail for a day,
//! or the mailboxes could not be read. Each is kept, so that the summary and the user can be told.

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;

use super::time::{Seconds, moment};
use super::{StoreError, Tx};

/// A time in which the mailboxes of an account could not all be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindTime {
    /// Which account could not be read.
    pub account: AccountId,
    /// The last look that saw everything.
    pub since: DateTime<Utc>,
    /// `None` while it lasts.
    pub until: Option<DateTime<Utc>>,
    pub cause: String,
}

impl Tx {
    /// The provider takes no more for now; nothing is claimed before `until`.
    pub async fn quota_reached(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        answer: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO quota_stops (account_id, at, until, answer) VALUES (?, ?, ?, ?)")
            .bind(account.0)
            .bind(Seconds::from(now))
            .bind(Seconds::from(until))
            .bind(answer)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// Until when nothing is handed in; `None` if the provider has no objection.
    pub async fn quota_until(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (until,): (Option<Seconds>,) =
            sqlx::query_as("SELECT max(until) FROM quota_stops WHERE account_id = ? AND until > ?")
                .bind(account.0)
                .bind(Seconds::from(now))
                .fetch_one(self.conn()?)
                .await?;
        moment(until)
    }

    /// A look failed: since the last one that did not, nothing is known. Changes nothing while it
    /// lasts already.
    pub async fn turned_blind(
        &mut self,
        account: AccountId,
        since: DateTime<Utc>,
        cause: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO blind_times (account_id, since, cause) VALUES (?, ?, ?)
             ON CONFLICT (account_id) WHERE until IS NULL DO NOTHING",
        )
        .bind(account.0)
        .bind(Seconds::from(since))
        .bind(cause)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// A look saw everything.
    pub async fn sees_again(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE blind_times SET until = max(since, ?) WHERE account_id = ? AND until IS NULL",
        )
        .bind(Seconds::from(now))
        .bind(account.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The blind time that lasts now.
    pub async fn blind(&mut self, account: AccountId) -> Result<Option<BlindTime>, StoreError> {
        let begin = DateTime::UNIX_EPOCH;
        let times = self.blind_times(account, begin, DateTime::<Utc>::MAX_UTC).await?;
        Ok(times.into_iter().find(|time| time.until.is_none()))
    }

    /// Blind times that overlap with a span, oldest first.
    pub async fn blind_times(
        &mut self,
        account: AccountId,
        begin: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<Vec<BlindTime>, StoreError> {
        let rows: Vec<(Seconds, Option<Seconds>, String)> = sqlx::query_as(
            "SELECT since, until, cause FROM blind_times
             WHERE account_id = ? AND (until IS NULL OR until > ?) AND since < ? ORDER BY id",
        )
        .bind(account.0)
        .bind(Seconds::from(begin))
        .bind(Seconds::from(end))
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter()
            .map(|(since, until, cause)| {
                Ok(BlindTime { account, since: since.moment()?, until: moment(until)?, cause })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn a_blind_time_is_one_row_from_the_last_good_look_to_the_next() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let account = bench.account;
        assert_eq!(tx.blind(account).await.unwrap(), None);
        tx.turned_blind(account, at(10), "no route").await.unwrap();
        tx.turned_blind(account, at(50), "timeout").await.unwrap();
        let cause = "no route".to_owned();
        let now = BlindTime { account, since: at(10), until: None, cause };
        assert_eq!(tx.blind(account).await.unwrap(), Some(now.clone()));
        tx.sees_again(account, at(100)).await.unwrap();
        tx.sees_again(account, at(200)).await.unwrap();
        assert_eq!(tx.blind(account).await.unwrap(), None);
        let over = BlindTime { until: Some(at(100)), ..now };
        assert_eq!(tx.blind_times(account, at(99), at(300)).await.unwrap(), [over]);
        assert_eq!(tx.blind_times(account, at(100), at(300)).await.unwrap(), []);
        assert_eq!(tx.blind_times(account, at(0), at(10)).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_quota_holds_until_it_is_over() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let account = bench.account;
        assert_eq!(tx.quota_until(account, at(0)).await.unwrap(), None);
        tx.quota_reached(account, at(0), at(100), "5.4.5 enough").await.unwrap();
        assert_eq!(tx.quota_until(account, at(99)).await.unwrap(), Some(at(100)));
        assert_eq!(tx.quota_until(account, at(100)).await.unwrap(), None);
    }
}
