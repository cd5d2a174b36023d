//! Removing everything kept about one application. The only door through which rows of the
//! ledger go; the triggers open it for the application named in `forgetting`.
//!
//! What stays: keyed hashes of the messages and replies, so that they are not imported again.
//! Freed pages are overwritten (`secure_delete`), the write-ahead log is emptied, and the copies
//! that upgrades left are removed: nobody asked for them, and they hold what is to be forgotten.

use crate::domain::ids::{AccountId, ApplicationId};

use super::{Store, StoreError, Tx, seen_hash};

/// Row ids of a table with their identities.
type Doomed = Vec<(i64, [u8; 32])>;

impl Store {
    /// Forgets an application in a transaction of its own. Messages and replies that another
    /// application needs stay; so does the employer, if there is another application to it.
    pub async fn forget(&self, application: ApplicationId) -> Result<(), StoreError> {
        // First, so that what is told as forgotten is in no copy, wherever this is cut off.
        self.remove_copies()?;
        let mut tx = self.begin().await?;
        tx.forget_rows(application).await?;
        tx.commit().await?;
        self.empty_log().await.map(drop)
    }
}

impl Tx {
    async fn forget_rows(&mut self, application: ApplicationId) -> Result<(), StoreError> {
        let (account, employer): (i64, i64) =
            sqlx::query_as("SELECT account_id, employer_id FROM applications WHERE id = ?")
                .bind(application.0)
                .fetch_one(self.conn()?)
                .await?;
        sqlx::query("INSERT INTO forgetting (application_id, account_id) VALUES (?, ?)")
            .bind(application.0)
            .bind(account)
            .execute(self.conn()?)
            .await?;
        let messages = self.doomed_messages(application).await?;
        let replies = self.doomed_replies(application).await?;
        for (_, identity) in messages.iter().chain(&replies) {
            self.keep_hash(account, identity).await?;
        }
        self.forget_unsent(application).await?;
        self.forget_facts(application).await?;
        self.forget_drafts(application).await?;
        for (key, _) in messages {
            self.forget_message(key).await?;
        }
        for (key, identity) in replies {
            sqlx::query("DELETE FROM replies WHERE id = ?").bind(key).execute(self.conn()?).await?;
            // The mail it came in bears the subject of what it answers.
            if let Some(copy) = self.find_message(AccountId(account), &identity).await? {
                self.forget_message(copy.key.0).await?;
            }
        }
        self.forget_application(application, employer).await
    }

    /// Messages that belong to this application and to no other.
    async fn doomed_messages(&mut self, application: ApplicationId) -> Result<Doomed, StoreError> {
        let rows = sqlx::query_as(
            "SELECT m.id, m.identity FROM messages m
             WHERE (EXISTS (SELECT 1 FROM message_applications a
                        WHERE a.message_key = m.id AND a.application_id = ?1)
                 OR EXISTS (SELECT 1 FROM events e
                        WHERE e.source_message_id = m.id AND e.application_id = ?1))
               AND NOT EXISTS (SELECT 1 FROM message_applications o
                   WHERE o.message_key = m.id AND o.application_id <> ?1)
               AND NOT EXISTS (SELECT 1 FROM events e
                   WHERE e.source_message_id = m.id AND e.application_id <> ?1)",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        doomed(rows)
    }

    /// Replies that said something about this application and about no other.
    async fn doomed_replies(&mut self, application: ApplicationId) -> Result<Doomed, StoreError> {
        let rows = sqlx::query_as(
            "SELECT r.id, r.identity FROM replies r
             WHERE (EXISTS (SELECT 1 FROM events e
                        WHERE e.source_reply_id = r.id AND e.application_id = ?1)
                 OR EXISTS (SELECT 1 FROM approvals p JOIN drafts d ON d.id = p.draft_id
                        WHERE p.reply_id = r.id AND d.application_id = ?1))
               AND NOT EXISTS (SELECT 1 FROM events e
                   WHERE e.source_reply_id = r.id AND e.application_id <> ?1)
               AND NOT EXISTS (SELECT 1 FROM approvals p JOIN drafts d ON d.id = p.draft_id
                   WHERE p.reply_id = r.id AND d.application_id <> ?1)",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        doomed(rows)
    }

    async fn keep_hash(&mut self, account: i64, identity: &[u8; 32]) -> Result<(), StoreError> {
        let key = self.installation().await?.mark_key;
        self.mark_seen(AccountId(account), &seen_hash(&key, identity)).await
    }

    /// Mails about several applications that wait to be sent and may name this one. A question or
    /// a summary among them is written anew, without it.
    async fn forget_unsent(&mut self, application: ApplicationId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM user_mails WHERE application_id IS NULL AND state <> 'sent'
               AND message_id IN (SELECT mail FROM questions
                   WHERE id IN (SELECT question_id FROM choices WHERE application_id = ?1)
                      OR about_message IN (SELECT message_key FROM message_applications
                          WHERE application_id = ?1))",
            "DELETE FROM user_mails WHERE application_id IS NULL AND state <> 'sent'
               AND EXISTS (SELECT 1 FROM applications a JOIN employers e ON e.id = a.employer_id
                   WHERE a.id = ?1 AND a.account_id = user_mails.account_id
                     AND (instr(subject || replace(body, char(10), ' '), e.name) > 0
                       OR instr(subject || body, a.readable_id) > 0))",
            "UPDATE questions SET mail = NULL, ref_hash = NULL, asked_at = NULL
             WHERE answered_at IS NULL AND mail NOT IN (SELECT message_id FROM user_mails)
               AND account_id = (SELECT account_id FROM applications WHERE id = ?1)",
        ] {
            sqlx::query(statement).bind(application.0).execute(self.conn()?).await?;
        }
        Ok(())
    }

    async fn forget_facts(&mut self, application: ApplicationId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM choices WHERE application_id = ?",
            "DELETE FROM questions WHERE application_id = ?",
            "DELETE FROM denials WHERE application_id = ?",
            "DELETE FROM events WHERE application_id = ?",
            "DELETE FROM attempt_checks
             WHERE attempt_id IN (SELECT id FROM attempts WHERE application_id = ?)",
            "DELETE FROM attempts WHERE application_id = ?",
            "DELETE FROM user_mails WHERE application_id = ?",
            // The subject of a question may name whoever wrote; once sent nobody reads it again.
            "UPDATE user_mails SET subject = '' WHERE application_id IS NULL AND state = 'sent'
               AND account_id = (SELECT account_id FROM applications WHERE id = ?)",
            "DELETE FROM message_applications WHERE application_id = ?",
            "DELETE FROM looked_back WHERE application_id = ?",
            "DELETE FROM texts_removed WHERE application_id = ?",
        ] {
            sqlx::query(statement).bind(application.0).execute(self.conn()?).await?;
        }
        Ok(())
    }

    async fn forget_drafts(&mut self, application: ApplicationId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM approvals
             WHERE draft_id IN (SELECT id FROM drafts WHERE application_id = ?)",
            "DELETE FROM approval_places WHERE request_id IN (SELECT r.id FROM approval_requests r
                 JOIN drafts d ON d.id = r.draft_id WHERE d.application_id = ?)",
            "DELETE FROM approval_requests
             WHERE draft_id IN (SELECT id FROM drafts WHERE application_id = ?)",
            "DELETE FROM drafts WHERE application_id = ?",
            "DELETE FROM pursuits WHERE application_id = ?",
        ] {
            sqlx::query(statement).bind(application.0).execute(self.conn()?).await?;
        }
        Ok(())
    }

    async fn forget_message(&mut self, key: i64) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM choices
             WHERE question_id IN (SELECT id FROM questions WHERE about_message = ?)",
            "DELETE FROM questions WHERE about_message = ?",
            "DELETE FROM denials WHERE message_key = ?",
            "DELETE FROM message_locations WHERE message_key = ?",
            "DELETE FROM message_ids WHERE message_key = ?",
            "DELETE FROM messages WHERE id = ?",
        ] {
            sqlx::query(statement).bind(key).execute(self.conn()?).await?;
        }
        Ok(())
    }

    /// The application itself, and its employer if it was the last one there; then the door shuts.
    async fn forget_application(
        &mut self,
        application: ApplicationId,
        employer: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM applications WHERE id = ?")
            .bind(application.0)
            .execute(self.conn()?)
            .await?;
        for statement in [
            "DELETE FROM contacts_made WHERE employer_id = ?1
               AND NOT EXISTS (SELECT 1 FROM applications WHERE employer_id = ?1)",
            "DELETE FROM employers WHERE id = ?1
               AND NOT EXISTS (SELECT 1 FROM applications WHERE employer_id = ?1)",
        ] {
            sqlx::query(statement).bind(employer).execute(self.conn()?).await?;
        }
        sqlx::query("DELETE FROM forgetting").execute(self.conn()?).await?;
        Ok(())
    }
}

fn doomed(rows: Vec<(i64, Vec<u8>)>) -> Result<Doomed, StoreError> {
    let read =
        |identity: Vec<u8>| identity.try_into().map_err(|_| StoreError::Unreadable("identity"));
    rows.into_iter().map(|(key, identity)| Ok((key, read(identity)?))).collect()
}

#[cfg(test)]
mod tests;
