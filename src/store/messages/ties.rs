//! What ties messages to applications, asked from the side of the message.
//!
//! Surprising: a tie that was cut leaves the entries of the ledger where they are; that they do not
//! count any more is an entry of its own.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, ApplicationId, MessageId, MessageKey};

use super::super::names::Stored as _;
use super::super::time::{Seconds, moment};
use super::super::{StoreError, Tx};
use super::{Strength, json};

/// What the messages belong to that a message refers to, and those in its thread: each application
/// once, strong ties first. An id that leads to several is for the caller to judge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked {
    /// By a known message that is referred to, or a draft with such an id.
    pub by_ids: Vec<(ApplicationId, Strength)>,
    pub by_thread: Vec<(ApplicationId, Strength)>,
    /// What these messages are not about, by the user's word.
    pub denied: Vec<ApplicationId>,
}

impl Tx {
    /// Asks what a message belongs to by the ids that it refers to and by the provider's thread.
    pub async fn linked(
        &mut self,
        account: AccountId,
        ids: &[&MessageId],
        thread_id: Option<&str>,
    ) -> Result<Linked, StoreError> {
        let mut linked = Linked::default();
        if ids.is_empty() && thread_id.is_none() {
            return Ok(linked);
        }
        // `strong` comes before `weak` in the alphabet: the minimum of the names is the stronger.
        let rows: Vec<(String, i64, String)> = sqlx::query_as(
            "WITH referred AS (
                 SELECT message_key FROM message_ids
                 WHERE account_id = ?1 AND message_id IN (SELECT value FROM json_each(?2)))
             SELECT how, application_id, min(strength) FROM (
                 SELECT 'ids' AS how, a.application_id, a.strength
                 FROM referred r JOIN message_applications a ON a.message_key = r.message_key
                 UNION ALL
                 SELECT 'ids', d.application_id, 'strong' FROM drafts d
                 WHERE d.account_id = ?1 AND d.message_id IN (SELECT value FROM json_each(?2))
                 UNION ALL
                 SELECT 'thread', a.application_id, a.strength
                 FROM messages m JOIN message_applications a ON a.message_key = m.id
                 WHERE m.account_id = ?1 AND m.thread_id = ?3
                 UNION ALL
                 SELECT 'denied', d.application_id, 'strong'
                 FROM denials d JOIN messages m ON m.id = d.message_key
                 WHERE d.account_id = ?1
                   AND (m.thread_id = ?3 OR m.id IN (SELECT message_key FROM referred)))
             GROUP BY how, application_id ORDER BY min(strength), application_id",
        )
        .bind(account.0)
        .bind(json(ids))
        .bind(thread_id)
        .fetch_all(self.conn()?)
        .await?;
        for (how, application, strength) in rows {
            let (application, strength) = (ApplicationId(application), Strength::read(&strength)?);
            match how.as_str() {
                "ids" => linked.by_ids.push((application, strength)),
                "thread" => linked.by_thread.push((application, strength)),
                "denied" => linked.denied.push(application),
                _ => return Err(StoreError::Unreadable("tie")),
            }
        }
        Ok(linked)
    }

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
        let (one, _) = tx.create_application(bench.account, employer, at(0)).await.unwrap();
        let loose = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
        let sure = tx.insert_message(bench.account, &message(2, None)).await.unwrap();
        tx.link(loose, one, MatchedBy::Weak).await.unwrap();
        tx.link(sure, one, MatchedBy::Person).await.unwrap();
        bench.application(&mut tx, "Globex").await;
        assert!(!tx.may_be_about_another(loose).await.unwrap(), "no other one at Acme");
        let (two, _) = tx.create_application(bench.account, employer, at(0)).await.unwrap();
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
