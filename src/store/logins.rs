//! Logins that were refused. They are remembered across restarts: a program that cron starts
//! every few minutes must not get the account locked.

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;

use super::names::{Stored as _, names};
use super::time::Seconds;
use super::{StoreError, Tx};

/// At which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoginAt {
    Reading,
    Sending,
}

names!("login" LoginAt { Reading = "reading", Sending = "sending" });

/// How often one server refused a login since it last accepted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedLogins {
    pub at: LoginAt,
    pub times: u32,
    pub last_at: DateTime<Utc>,
}

impl Tx {
    /// Counts a refusal. `login` is a keyed hash of server, name and password: with another one
    /// the count begins anew.
    pub async fn note_refused_login(
        &mut self,
        account: AccountId,
        at: LoginAt,
        login: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO refused_logins (account_id, at_server, login, times, last_at)
             VALUES (?, ?, ?, 1, ?)
             ON CONFLICT (account_id, at_server) DO UPDATE SET
                 times = CASE WHEN login = excluded.login THEN times + 1 ELSE 1 END,
                 login = excluded.login, last_at = excluded.last_at",
        )
        .bind(account.0)
        .bind(at.text())
        .bind(login.as_slice())
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The refusals of this login.
    pub async fn refused_logins(
        &mut self,
        account: AccountId,
        login: &[u8; 32],
    ) -> Result<Vec<RefusedLogins>, StoreError> {
        let rows: Vec<(String, u32, Seconds)> = sqlx::query_as(
            "SELECT at_server, times, last_at FROM refused_logins
             WHERE account_id = ? AND login = ? ORDER BY at_server",
        )
        .bind(account.0)
        .bind(login.as_slice())
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter()
            .map(|(at, times, last_at)| {
                Ok(RefusedLogins { at: LoginAt::read(&at)?, times, last_at: last_at.moment()? })
            })
            .collect()
    }

    /// The refusals of the login that was refused last, whichever that is.
    pub async fn last_refused_logins(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<RefusedLogins>, StoreError> {
        let last: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT login FROM refused_logins WHERE account_id = ? ORDER BY last_at DESC LIMIT 1",
        )
        .bind(account.0)
        .fetch_optional(self.conn()?)
        .await?;
        let Some((login,)) = last else { return Ok(Vec::new()) };
        let login: &[u8; 32] =
            login.as_slice().try_into().map_err(|_| StoreError::Unreadable("login"))?;
        self.refused_logins(account, login).await
    }

    /// The server accepted a login.
    pub async fn login_accepted(
        &mut self,
        account: AccountId,
        at: LoginAt,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM refused_logins WHERE account_id = ? AND at_server = ?")
            .bind(account.0)
            .bind(at.text())
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// What was refused with another password says nothing of the one that is used now.
    pub async fn forget_other_logins(
        &mut self,
        account: AccountId,
        login: &[u8; 32],
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM refused_logins WHERE account_id = ? AND login <> ?")
            .bind(account.0)
            .bind(login.as_slice())
            .execute(self.conn()?)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn refusals_are_counted_until_a_login_is_accepted_or_changed() {
        let bench = Bench::new().await;
        let account = bench.account;
        let mut tx = bench.store.begin().await.unwrap();
        let (old, new) = ([1; 32], [2; 32]);
        for second in 1..=2 {
            tx.note_refused_login(account, LoginAt::Reading, &old, at(second)).await.unwrap();
        }
        tx.note_refused_login(account, LoginAt::Sending, &old, at(3)).await.unwrap();
        let refused = |at, times, last_at| RefusedLogins { at, times, last_at };
        assert_eq!(
            tx.refused_logins(account, &old).await.unwrap(),
            [refused(LoginAt::Reading, 2, at(2)), refused(LoginAt::Sending, 1, at(3))]
        );
        assert_eq!(tx.refused_logins(account, &new).await.unwrap(), []);
        tx.note_refused_login(account, LoginAt::Reading, &new, at(4)).await.unwrap();
        assert_eq!(
            tx.refused_logins(account, &new).await.unwrap(),
            [refused(LoginAt::Reading, 1, at(4))]
        );
        assert_eq!(
            tx.last_refused_logins(account).await.unwrap(),
            [refused(LoginAt::Reading, 1, at(4))]
        );
        tx.forget_other_logins(account, &new).await.unwrap();
        assert_eq!(tx.refused_logins(account, &old).await.unwrap(), []);
        assert_eq!(tx.refused_logins(account, &new).await.unwrap().len(), 1);
        tx.login_accepted(account, LoginAt::Reading).await.unwrap();
        assert_eq!(tx.refused_logins(account, &new).await.unwrap(), []);
        tx.login_accepted(account, LoginAt::Sending).await.unwrap();
        assert_eq!(tx.last_refused_logins(account).await.unwrap(), []);
    }
}
