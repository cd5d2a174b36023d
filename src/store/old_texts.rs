//! Removing the texts of applications that ended long ago. Every row stays, with what a rule goes
//! by: to whom was written and when, how it ended, ids and hashes, what was approved. What only
//! people read is emptied. The triggers open for the applications named in `removing_texts`.
//!
//! The surprising fact: doing it again changes nothing. So one that was cut off, at whatever point,
//! is done again from the beginning and ends the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, ApplicationId, EventId};
use crate::domain::old_texts::without_texts;

use super::questions::{read_facts, write_facts};
use super::time::{Seconds, moment};
use super::{Store, StoreError, Tx, fact_record};

/// When old texts were looked for, and what time it is by the mail servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextClocks {
    /// The youngest arrival time that a server told of mail that came while we watched.
    pub server_time: Option<DateTime<Utc>>,
    /// `None` if that was never done, or is not done to the end.
    pub looked_at: Option<DateTime<Utc>>,
}

/// Empties the texts of the application `?1` beside its facts. A message that belongs to others
/// keeps its subject until the texts of all of them go.
const EMPTY: [&str; 5] = [
    "UPDATE messages SET from_name = NULL, subject = '', decided_by = NULL
     WHERE (from_name IS NOT NULL OR subject <> '' OR decided_by IS NOT NULL)
       AND (id IN (SELECT message_key FROM message_applications WHERE application_id = ?1)
         OR id IN (SELECT source_message_id FROM events WHERE application_id = ?1))
       AND NOT EXISTS (SELECT 1 FROM message_applications a WHERE a.message_key = messages.id
           AND a.application_id NOT IN (SELECT application_id FROM removing_texts))
       AND NOT EXISTS (SELECT 1 FROM events e WHERE e.source_message_id = messages.id
           AND e.application_id NOT IN (SELECT application_id FROM removing_texts))",
    "UPDATE drafts SET from_name = NULL, to_name = NULL, subject = '', body = ''
     WHERE application_id = ?1
       AND (from_name IS NOT NULL OR to_name IS NOT NULL OR subject <> '' OR body <> '')",
    "UPDATE attempts SET bytes = NULL, answer = NULL
     WHERE application_id = ?1 AND (bytes IS NOT NULL OR answer IS NOT NULL)",
    // The one check that quotes what they wrote.
    "UPDATE attempt_checks SET what = 'E01'
     WHERE substr(what, 1, 4) = 'E01:'
       AND attempt_id IN (SELECT id FROM attempts WHERE application_id = ?1)",
    "UPDATE user_mails SET subject = '' WHERE application_id = ?1 AND subject <> ''",
];

/// The same for what belongs to no application and is as old: mails to the user about several, and
/// the user's answers to them. Once sent nobody reads a subject again.
const EMPTY_LOOSE: [&str; 2] = [
    "UPDATE user_mails SET subject = ''
     WHERE account_id = ?1 AND application_id IS NULL AND state = 'sent' AND subject <> ''
       AND created_at <= ?2 AND sent_at <= ?2",
    "UPDATE messages SET from_name = NULL, subject = '', decided_by = NULL
     WHERE account_id = ?1 AND first_seen_at <= ?2
       AND (from_name IS NOT NULL OR subject <> '' OR decided_by IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM message_applications WHERE message_key = messages.id)
       AND NOT EXISTS (SELECT 1 FROM events WHERE source_message_id = messages.id)",
];

impl Store {
    /// Commits what a transaction emptied. The copies that upgrades left go before, so that what
    /// is told as removed is in no copy, wherever this is cut off.
    pub async fn commit_removal(&self, tx: Tx) -> Result<(), StoreError> {
        self.remove_copies()?;
        tx.commit().await
    }

    /// Overwrites in the files what was removed. `false` if somebody was reading, so that the log
    /// could not be emptied: then it is to be done again.
    pub async fn overwrite_removed(&self) -> Result<bool, StoreError> {
        // A page that was filled anew may hold, between its rows, what lay there before. The work is
        // done in memory, so that no copy of the record lies in a folder for temporary files.
        sqlx::query("PRAGMA temp_store = MEMORY; VACUUM").execute(&self.writer).await?;
        self.empty_log().await
    }
}

impl Tx {
    /// A mail server told this arrival time; an older one changes nothing.
    pub async fn note_server_time(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE installation SET server_time = ?1
             WHERE server_time IS NULL OR server_time < ?1",
        )
        .bind(Seconds::from(at))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    pub async fn text_clocks(&mut self) -> Result<TextClocks, StoreError> {
        let (server_time, looked_at): (Option<Seconds>, Option<Seconds>) =
            sqlx::query_as("SELECT server_time, texts_looked_at FROM installation WHERE id = 1")
                .fetch_one(self.conn()?)
                .await?;
        Ok(TextClocks { server_time: moment(server_time)?, looked_at: moment(looked_at)? })
    }

    /// Old texts were looked for, and what was removed is overwritten.
    pub async fn texts_were_looked_for(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("UPDATE installation SET texts_looked_at = ?")
            .bind(Seconds::from(now))
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// The first entry of the whole ledger that is younger than a moment, and no younger than
    /// `until`. What was written down after it is younger as well, whatever its own time says: a
    /// clock may have been behind, and the ledger's order is not.
    pub async fn first_entry_after(
        &mut self,
        moment: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<EventId>, StoreError> {
        let found: Option<(i64,)> =
            sqlx::query_as("SELECT id FROM events WHERE at > ? AND at <= ? ORDER BY id LIMIT 1")
                .bind(Seconds::from(moment))
                .bind(Seconds::from(until))
                .fetch_optional(self.conn()?)
                .await?;
        Ok(found.map(|(id,)| EventId(id)))
    }

    /// Whether nothing happened in an application after a moment, nothing was read, asked or said
    /// about it either, and nothing of it is on its way. `younger` is the first entry after it.
    pub async fn is_quiet_since(
        &mut self,
        application: ApplicationId,
        moment: DateTime<Utc>,
        younger: Option<EventId>,
    ) -> Result<bool, StoreError> {
        let (stirs,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM applications WHERE id = ?1 AND recorded_at > ?2)
                 OR EXISTS (SELECT 1 FROM events
                     WHERE application_id = ?1 AND (at > ?2 OR id >= ?3))
                 OR EXISTS (SELECT 1 FROM choices c JOIN questions q ON q.id = c.question_id
                     WHERE c.application_id = ?1 AND q.kind <> 'summary'
                       AND max(q.created_at, ifnull(q.asked_at, 0), ifnull(q.answered_at, 0)) > ?2)
                 OR EXISTS (SELECT 1 FROM messages m
                     WHERE m.first_seen_at > ?2
                       AND (m.id IN (SELECT message_key FROM message_applications
                                     WHERE application_id = ?1)
                         OR m.id IN (SELECT source_message_id FROM events
                                     WHERE application_id = ?1)))
                 OR EXISTS (SELECT 1 FROM user_mails WHERE application_id = ?1
                     AND (state <> 'sent' OR created_at > ?2 OR sent_at > ?2))
                 OR EXISTS (SELECT 1 FROM drafts WHERE application_id = ?1
                     AND state NOT IN ('sent', 'refused', 'withdrawn', 'lapsed', 'skipped'))
                 OR EXISTS (SELECT 1 FROM attempts WHERE application_id = ?1
                     AND (state NOT IN ('sent', 'refused', 'released', 'bounced')
                       OR claimed_at > ?2 OR ifnull(finished_at, 0) > ?2))",
        )
        .bind(application.0)
        .bind(Seconds::from(moment))
        .bind(younger.map(|id| id.0))
        .fetch_one(self.conn()?)
        .await?;
        Ok(!stirs)
    }

    /// Empties the texts of these applications, and what belongs to none and is older than
    /// `before`. How many applications lost one; `None` if nothing at all was left to remove.
    pub async fn remove_texts(
        &mut self,
        account: AccountId,
        ended: &[ApplicationId],
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<usize>, StoreError> {
        for application in ended {
            sqlx::query(
                "INSERT INTO removing_texts (application_id, account_id)
                 SELECT id, account_id FROM applications WHERE id = ?",
            )
            .bind(application.0)
            .execute(self.conn()?)
            .await?;
        }
        let loose = self.remove_loose_texts(account, before).await?;
        let mut emptied = 0;
        for application in ended {
            if self.remove_texts_of(*application, now).await? {
                emptied += 1;
            }
        }
        sqlx::query("DELETE FROM removing_texts").execute(self.conn()?).await?;
        if emptied == 0 && !loose {
            return Ok(None);
        }
        // Until it is overwritten it is not done.
        sqlx::query("UPDATE installation SET texts_looked_at = NULL").execute(self.conn()?).await?;
        Ok(Some(emptied))
    }

    /// Whether there was a text.
    async fn remove_texts_of(
        &mut self,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut emptied = self.remove_texts_of_facts(application).await?;
        emptied += self.remove_texts_of_choices(application).await?;
        for statement in EMPTY {
            let done = sqlx::query(statement).bind(application.0).execute(self.conn()?).await?;
            emptied += done.rows_affected();
        }
        if emptied == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO texts_removed (application_id, account_id, at)
             SELECT id, account_id, ?2 FROM applications WHERE id = ?1
             ON CONFLICT (application_id) DO UPDATE SET at = excluded.at",
        )
        .bind(application.0)
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        Ok(true)
    }

    async fn remove_texts_of_facts(
        &mut self,
        application: ApplicationId,
    ) -> Result<u64, StoreError> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, kind, payload FROM events WHERE application_id = ?")
                .bind(application.0)
                .fetch_all(self.conn()?)
                .await?;
        let mut emptied = 0;
        for (id, kind, payload) in rows {
            let fact = fact_record::read(&kind, &payload)?;
            let bare = without_texts(fact.clone());
            if bare == fact {
                continue;
            }
            let (_, payload) = fact_record::write(&bare)?;
            sqlx::query("UPDATE events SET payload = ? WHERE id = ?")
                .bind(payload)
                .bind(id)
                .execute(self.conn()?)
                .await?;
            emptied += 1;
        }
        Ok(emptied)
    }

    /// What a number under a question would record.
    async fn remove_texts_of_choices(
        &mut self,
        application: ApplicationId,
    ) -> Result<u64, StoreError> {
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(
            "SELECT question_id, number, facts FROM choices WHERE application_id = ?",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut emptied = 0;
        for (question, number, facts) in rows {
            let facts = read_facts(&facts)?;
            let bare: Vec<_> = facts.iter().cloned().map(without_texts).collect();
            if bare == facts {
                continue;
            }
            sqlx::query(
                "UPDATE choices SET facts = ?
                 WHERE question_id = ? AND number = ? AND application_id = ?",
            )
            .bind(write_facts(&bare)?)
            .bind(question)
            .bind(number)
            .bind(application.0)
            .execute(self.conn()?)
            .await?;
            emptied += 1;
        }
        Ok(emptied)
    }

    async fn remove_loose_texts(
        &mut self,
        account: AccountId,
        before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut emptied = 0;
        for statement in EMPTY_LOOSE {
            let done = sqlx::query(statement)
                .bind(account.0)
                .bind(Seconds::from(before))
                .execute(self.conn()?)
                .await?;
            emptied += done.rows_affected();
        }
        Ok(emptied > 0)
    }

    /// When the texts of applications were removed, of those of which they were.
    pub async fn texts_removed(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<ApplicationId, DateTime<Utc>>, StoreError> {
        let rows: Vec<(i64, Seconds)> =
            sqlx::query_as("SELECT application_id, at FROM texts_removed WHERE account_id = ?")
                .bind(account.0)
                .fetch_all(self.conn()?)
                .await?;
        rows.into_iter().map(|(id, at)| Ok((ApplicationId(id), at.moment()?))).collect()
    }

    /// When those of one application were; `None` if they were not.
    pub async fn texts_removed_at(
        &mut self,
        application: ApplicationId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let found: Option<(Seconds,)> =
            sqlx::query_as("SELECT at FROM texts_removed WHERE application_id = ?")
                .bind(application.0)
                .fetch_optional(self.conn()?)
                .await?;
        moment(found.map(|(at,)| at))
    }
}

#[cfg(test)]
mod tests;
