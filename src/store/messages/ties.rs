//! What ties messages to applications, asked from the side of the message.
//!
//! Surprising: a tie that was cut leaves the entries of the ledger where they are; that they do not
//! count any more is an entry of its own.

use chrono::{DateTime, Utc};

use crate::domain::ids::{ApplicationId, MessageKey};

use super::super::time::{Seconds, moment};
use super::super::{StoreError, Tx};

impl Tx {
    /// The applications that a message is tied to, ascending.
    pub async fn applications_of_message(
        &mut self,
        key: MessageKey,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT application_id FROM message_applications WHERE message_key = ?
             ORDER BY application_id",
        )
        .bind(key.0)
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(id,)| ApplicationId(id)).collect())
    }

    /// Whether a message is tied by nothing better than its employer, and that employer has an
    /// application which it is not tied to.
    pub async fn may_be_about_another(&mut self, key: MessageKey) -> Result<bool, StoreError> {
        let (may_be,): (bool,) = sqlx::query_as(
            "SELECT NOT EXISTS (SELECT 1 FROM message_applications
                     WHERE message_key = ?1 AND matched_by NOT IN ('employer', 'weak'))
                 AND EXISTS (SELECT 1 FROM message_applications t
                     JOIN applications a ON a.id = t.application_id
                     JOIN applications o ON o.employer_id = a.employer_id
                     WHERE t.message_key = ?1 AND o.id NOT IN (
                         SELECT application_id FROM message_applications WHERE message_key = ?1))",
        )
        .bind(key.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(may_be)
    }

    /// A message is not about an application after all. Its thread may still be.
    pub async fn untie(
        &mut self,
        key: MessageKey,
        application: ApplicationId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM message_applications WHERE message_key = ? AND application_id = ?",
        )
        .bind(key.0)
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// When the ledger first took something from a message, and whether that was while we watched.
    pub async fn first_noted(
        &mut self,
        key: MessageKey,
    ) -> Result<Option<(DateTime<Utc>, bool)>, StoreError> {
        let row: Option<(Seconds, bool)> = sqlx::query_as(
            "SELECT at, live FROM events WHERE source_message_id = ? ORDER BY id LIMIT 1",
        )
        .bind(key.0)
        .fetch_optional(self.conn()?)
        .await?;
        row.map(|(at, live)| Ok((at.moment()?, live))).transpose()
    }

    /// When the message that an application began with was written, by its own date, and not after
    /// it came. `None` if none did.
    pub async fn opened_at(
        &mut self,
        application: ApplicationId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<Seconds>,) = sqlx::query_as(
            "SELECT min(min(m.first_seen_at, ifnull(m.arrived_at, m.first_seen_at),
                            ifnull(m.date_at, m.first_seen_at)))
             FROM message_applications t JOIN messages m ON m.id = t.message_key
             WHERE t.application_id = ? AND t.matched_by = 'opened'",
        )
        .bind(application.0)
        .fetch_one(self.conn()?)
        .await?;
        moment(at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Bench, at, message};
    use super::super::{MatchedBy, NewMessage};

    #[tokio::test]
    async fn only_a_loose_tie_beside_another_application_of_the_employer_may_be_wrong() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let employer = tx.ensure_employer(bench.account, "Acme", None).await.unwrap();
        let (one, _) = tx.create_application(bench.account, employer).await.unwrap();
        let loose = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
        let sure = tx.insert_message(bench.account, &message(2, None)).await.unwrap();
        tx.link(loose, one, MatchedBy::Weak).await.unwrap();
        tx.link(sure, one, MatchedBy::Person).await.unwrap();
        bench.application(&mut tx, "Globex").await;
        assert!(!tx.may_be_about_another(loose).await.unwrap(), "no other one at Acme");
        let (two, _) = tx.create_application(bench.account, employer).await.unwrap();
        assert!(tx.may_be_about_another(loose).await.unwrap());
        assert!(!tx.may_be_about_another(sure).await.unwrap());
        tx.link(loose, two, MatchedBy::Weak).await.unwrap();
        assert!(!tx.may_be_about_another(loose).await.unwrap(), "it is with both");
        tx.untie(loose, one).await.unwrap();
        assert_eq!(tx.applications_of_message(loose).await.unwrap(), [two]);
    }

    #[tokio::test]
    async fn an_application_began_when_its_first_message_was_written() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        assert_eq!(tx.opened_at(application).await.unwrap(), None);
        for (number, written, rule) in [(1, 20, MatchedBy::Opened), (2, 10, MatchedBy::Reference)] {
            let date = Some(at(written).fixed_offset());
            let new = NewMessage { date, arrived_at: Some(at(50)), ..message(number, None) };
            let key = tx.insert_message(bench.account, &new).await.unwrap();
            tx.link(key, application, rule).await.unwrap();
        }
        assert_eq!(tx.opened_at(application).await.unwrap(), Some(at(20)));
    }
}
