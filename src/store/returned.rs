//! Mails to the user that came back, so that the user learns of it where no mail is needed for it.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, MessageId};

use super::time::{Seconds, moment};
use super::{StoreError, Tx};

/// Mails to the user that came back in some span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// Never 0.
    pub count: u32,
    pub last_at: DateTime<Utc>,
}

impl Tx {
    /// A mail server says that a mail to the user was not delivered. `false` if that was known, or
    /// there is no such mail.
    pub async fn user_mail_returned(
        &mut self,
        account: AccountId,
        id: &MessageId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE user_mails SET returned_at = ?
             WHERE account_id = ? AND message_id = ? AND returned_at IS NULL",
        )
        .bind(Seconds::from(now))
        .bind(account.0)
        .bind(id.as_str())
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// What came back at or after `begin` and before `end`; `None` if nothing did.
    pub async fn returned(
        &mut self,
        account: AccountId,
        begin: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<Option<Returned>, StoreError> {
        let (count, last): (u32, Option<Seconds>) = sqlx::query_as(
            "SELECT count(*), max(returned_at) FROM user_mails
             WHERE account_id = ? AND returned_at >= ? AND returned_at < ?",
        )
        .bind(account.0)
        .bind(Seconds::from(begin))
        .bind(Seconds::from(end))
        .fetch_one(self.conn()?)
        .await?;
        Ok(moment(last)?.map(|last_at| Returned { count, last_at }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, id, user_mail};
    use super::*;
    use crate::domain::user_mail::UserMailKind;

    #[tokio::test]
    async fn a_mail_comes_back_once_and_is_told_in_the_span_in_which_it_did() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let mail = user_mail("summary:2026-W50", UserMailKind::Summary);
        tx.queue(bench.account, &mail, None, at(1)).await.unwrap();
        assert_eq!(tx.returned(bench.account, at(0), at(9)).await.unwrap(), None);
        assert!(tx.user_mail_returned(bench.account, &mail.message_id, at(2)).await.unwrap());
        assert!(!tx.user_mail_returned(bench.account, &mail.message_id, at(3)).await.unwrap());
        let other = id("other@example.com");
        assert!(!tx.user_mail_returned(bench.account, &other, at(3)).await.unwrap());
        let expected = Some(Returned { count: 1, last_at: at(2) });
        assert_eq!(tx.returned(bench.account, at(2), at(3)).await.unwrap(), expected);
        assert_eq!(tx.returned(bench.account, at(3), at(9)).await.unwrap(), None);
    }
}
