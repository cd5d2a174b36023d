//! In which accounts the conversations of applications are.

use std::collections::BTreeMap;

use crate::domain::ids::{AccountId, ApplicationId};

use super::super::{StoreError, Tx};

impl Tx {
    /// The accounts that hold messages of an application, that of the latest message first; none
    /// if no message surely belongs to it.
    pub async fn accounts_holding(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<AccountId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT m.held_by
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE a.application_id = ? AND a.strength = 'strong'
             GROUP BY m.held_by
             ORDER BY max(min(ifnull(m.arrived_at, m.first_seen_at), m.first_seen_at)) DESC,
                      m.held_by",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
    }

    /// The same for every application of an owner.
    pub async fn accounts_holding_each(
        &mut self,
        owner: AccountId,
    ) -> Result<BTreeMap<ApplicationId, Vec<AccountId>>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT a.application_id, m.held_by
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE m.account_id = ? AND a.strength = 'strong'
             GROUP BY a.application_id, m.held_by
             ORDER BY a.application_id,
                      max(min(ifnull(m.arrived_at, m.first_seen_at), m.first_seen_at)) DESC,
                      m.held_by",
        )
        .bind(owner.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut holding: BTreeMap<ApplicationId, Vec<AccountId>> = BTreeMap::new();
        for (application, account) in rows {
            holding.entry(ApplicationId(application)).or_default().push(AccountId(account));
        }
        Ok(holding)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Bench, message};
    use super::*;
    use crate::domain::address::Address;
    use crate::domain::attribution::Strength;
    use crate::store::NewMessage;

    #[tokio::test]
    async fn the_account_of_the_latest_sure_message_comes_first() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let own = Address::parse("jane@example.com").unwrap();
        let work = Address::parse("jane@work.example").unwrap();
        let accounts = tx.ensure_accounts(&[&own, &work]).await.unwrap().all;
        let acme = bench.application(&mut tx, "Acme").await;
        let other = bench.application(&mut tx, "Other").await;
        // The look back stores the latest first.
        for (number, held_by) in [(30, accounts[1]), (20, accounts[0])] {
            let new = NewMessage { held_by, ..message(number, None) };
            let key = tx.insert_message(bench.account, &new).await.unwrap();
            tx.link(key, acme, Strength::Reference).await.unwrap();
        }
        assert_eq!(tx.accounts_holding(acme).await.unwrap(), [accounts[1], accounts[0]]);
        assert_eq!(tx.accounts_holding(other).await.unwrap(), []);
        let each = tx.accounts_holding_each(bench.account).await.unwrap();
        assert_eq!(each, BTreeMap::from([(acme, vec![accounts[1], accounts[0]])]));
    }

    #[tokio::test]
    async fn what_may_be_about_an_application_does_not_say_where_its_conversation_is() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let acme = bench.application(&mut tx, "Acme").await;
        let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
        tx.link(key, acme, Strength::Weak).await.unwrap();
        assert_eq!(tx.accounts_holding(acme).await.unwrap(), []);
    }
}
