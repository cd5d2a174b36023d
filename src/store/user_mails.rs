//! Mails to the user, from the queue to the server.
//!
//! A key makes a mail unique: queueing the same summary twice sends one. Unlike a follow-up, a
//! mail to the user whose outcome is unknown may go back to the queue: a second copy to oneself
//! does no harm.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, ApplicationId, MessageId};
use crate::domain::user_mail::{UserMail, UserMailKind};

use super::names::{Stored as _, names};
use super::time::{Seconds, moment};
use super::{StoreError, Tx};

/// One mail in the queue or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserMailId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserMailState {
    Queued,
    HandedOver,
    Sent,
}

names!("state of a mail to the user" UserMailState {
    Queued = "queued",
    HandedOver = "handed_over",
    Sent = "sent",
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMailRow {
    pub id: UserMailId,
    pub mail: UserMail,
    pub application: Option<ApplicationId>,
    pub state: UserMailState,
    pub created_at: DateTime<Utc>,
    pub handed_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    key: String,
    kind: String,
    subject: String,
    body: String,
    pictures: String,
    message_id: String,
    in_reply_to: Option<String>,
    application_id: Option<i64>,
    state: String,
    created_at: Seconds,
    handed_at: Option<Seconds>,
    sent_at: Option<Seconds>,
}

impl Row {
    fn read(self) -> Result<UserMailRow, StoreError> {
        let mail = UserMail {
            key: self.key,
            kind: UserMailKind::read(&self.kind)?,
            subject: self.subject,
            body: self.body,
            pictures: self.pictures,
            message_id: MessageId::read(&self.message_id)?,
            in_reply_to: MessageId::read_optional(self.in_reply_to.as_deref())?,
        };
        Ok(UserMailRow {
            id: UserMailId(self.id),
            mail,
            application: self.application_id.map(ApplicationId),
            state: UserMailState::read(&self.state)?,
            created_at: self.created_at.moment()?,
            handed_at: moment(self.handed_at)?,
            sent_at: moment(self.sent_at)?,
        })
    }
}

impl Tx {
    /// Queues a mail; `false`, and nothing changed, if its key is known.
    pub async fn queue(
        &mut self,
        account: AccountId,
        mail: &UserMail,
        application: Option<ApplicationId>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "INSERT INTO user_mails (account_id, key, kind, subject, body, pictures, message_id,
                 in_reply_to, application_id, state, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)
             ON CONFLICT (account_id, key) DO NOTHING",
        )
        .bind(account.0)
        .bind(&mail.key)
        .bind(mail.kind.as_str())
        .bind(&mail.subject)
        .bind(&mail.body)
        .bind(&mail.pictures)
        .bind(mail.message_id.as_str())
        .bind(mail.in_reply_to.as_ref().map(MessageId::as_str))
        .bind(application.map(|id| id.0))
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// The queue, oldest first.
    pub async fn waiting(&mut self, account: AccountId) -> Result<Vec<UserMailRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM user_mails WHERE account_id = ? AND state = 'queued' ORDER BY id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The part of the queue that may go now, oldest first.
    pub async fn ready(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Vec<UserMailRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM user_mails
             WHERE account_id = ? AND state = 'queued' AND not_before <= ? ORDER BY id",
        )
        .bind(account.0)
        .bind(Seconds::from(now))
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Mails whose sending began and has no outcome: what a crash leaves.
    pub async fn user_mails_in_hand(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<UserMailRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM user_mails WHERE account_id = ? AND state = 'handed_over' ORDER BY id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    pub async fn hand_over_user_mail(
        &mut self,
        id: UserMailId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE user_mails SET state = 'handed_over', handed_at = ?
             WHERE id = ? AND state = 'queued'",
        )
        .bind(Seconds::from(now))
        .bind(id.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// The server took it, or it was found in the mailbox.
    pub async fn user_mail_sent(
        &mut self,
        id: UserMailId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE user_mails SET state = 'sent', sent_at = ?, body = '', pictures = ''
             WHERE id = ? AND state <> 'sent'",
        )
        .bind(Seconds::from(now))
        .bind(id.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// It was not taken, or never arrived: it goes again, not before a moment.
    pub async fn user_mail_back_to_queue(
        &mut self,
        id: UserMailId,
        not_before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE user_mails SET state = 'queued', handed_at = NULL, not_before = ?
             WHERE id = ? AND state = 'handed_over'",
        )
        .bind(Seconds::from(not_before))
        .bind(id.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// Whether we made the message with this id: a mail to the user, or a draft.
    pub async fn is_own_message(
        &mut self,
        account: AccountId,
        id: &MessageId,
    ) -> Result<bool, StoreError> {
        let (own,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM user_mails WHERE account_id = ?1 AND message_id = ?2)
                 OR EXISTS (SELECT 1 FROM drafts WHERE account_id = ?1 AND message_id = ?2)",
        )
        .bind(account.0)
        .bind(id.as_str())
        .fetch_one(self.conn()?)
        .await?;
        Ok(own)
    }

    /// Which of our mails to the user has this id.
    pub async fn find_user_mail(
        &mut self,
        account: AccountId,
        id: &MessageId,
    ) -> Result<Option<UserMailRow>, StoreError> {
        let row: Option<Row> =
            sqlx::query_as("SELECT * FROM user_mails WHERE account_id = ? AND message_id = ?")
                .bind(account.0)
                .bind(id.as_str())
                .fetch_optional(self.conn()?)
                .await?;
        row.map(Row::read).transpose()
    }

    /// Mails whose key begins with `prefix`, queued since a moment.
    pub async fn count_user_mails_since(
        &mut self,
        account: AccountId,
        prefix: &str,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let (count,): (u32,) = sqlx::query_as(
            "SELECT count(*) FROM user_mails
             WHERE account_id = ? AND created_at >= ? AND substr(key, 1, length(?3)) = ?3",
        )
        .bind(account.0)
        .bind(Seconds::from(since))
        .bind(prefix)
        .fetch_one(self.conn()?)
        .await?;
        Ok(count)
    }

    /// Keys of the mails that were queued since then and begin like this, oldest first.
    pub async fn keys_of_user_mails(
        &mut self,
        account: AccountId,
        beginning: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let keys = sqlx::query_scalar(
            "SELECT key FROM user_mails
             WHERE account_id = ? AND created_at >= ? AND substr(key, 1, length(?)) = ?
             ORDER BY id",
        )
        .bind(account.0)
        .bind(Seconds::from(since))
        .bind(beginning)
        .bind(beginning)
        .fetch_all(self.conn()?)
        .await?;
        Ok(keys)
    }

    /// How many mails nobody asked for were queued at or after `since`: all but receipts, and
    /// requests for a text that the user wrote.
    pub async fn count_unsolicited_since(
        &mut self,
        account: AccountId,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let (count,): (u32,) = sqlx::query_as(
            "SELECT count(*) FROM user_mails
             WHERE account_id = ? AND kind <> 'receipt' AND created_at >= ?
               AND substr(key, 1, 7) <> 'edited:'",
        )
        .bind(account.0)
        .bind(Seconds::from(since))
        .fetch_one(self.conn()?)
        .await?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, id, user_mail as mail};
    use super::*;

    #[tokio::test]
    async fn two_mails_with_one_key_are_one_mail() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let account = bench.account;
        let summary = mail("summary-w50", UserMailKind::Summary);
        assert!(tx.queue(account, &summary, None, at(1)).await.unwrap());
        let again = UserMail { message_id: id("other@example.com"), ..summary.clone() };
        assert!(!tx.queue(account, &again, None, at(2)).await.unwrap());
        let waiting = tx.waiting(account).await.unwrap();
        assert_eq!(waiting.iter().map(|row| &row.mail).collect::<Vec<_>>(), vec![&summary]);
        assert!(tx.is_own_message(account, &summary.message_id).await.unwrap());
        assert!(!tx.is_own_message(account, &again.message_id).await.unwrap());
    }

    #[tokio::test]
    async fn a_mail_goes_out_and_may_come_back_to_the_queue() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let question = mail("question-1", UserMailKind::Question);
        tx.queue(bench.account, &question, Some(application), at(1)).await.unwrap();
        tx.queue(bench.account, &mail("receipt-1", UserMailKind::Receipt), None, at(1))
            .await
            .unwrap();
        let found = tx.find_user_mail(bench.account, &question.message_id).await.unwrap().unwrap();
        assert_eq!(found.application, Some(application));
        assert!(tx.hand_over_user_mail(found.id, at(2)).await.unwrap());
        assert!(!tx.hand_over_user_mail(found.id, at(2)).await.unwrap());
        assert_eq!(tx.user_mails_in_hand(bench.account).await.unwrap().len(), 1);
        assert!(tx.user_mail_back_to_queue(found.id, at(3)).await.unwrap());
        assert_eq!(tx.ready(bench.account, at(2)).await.unwrap().len(), 1);
        assert_eq!(tx.ready(bench.account, at(3)).await.unwrap().len(), 2);
        assert!(tx.hand_over_user_mail(found.id, at(3)).await.unwrap());
        assert!(tx.user_mail_sent(found.id, at(4)).await.unwrap());
        assert!(!tx.user_mail_back_to_queue(found.id, at(4)).await.unwrap());
        assert_eq!(tx.waiting(bench.account).await.unwrap().len(), 1);
        assert_eq!(tx.count_unsolicited_since(bench.account, at(1)).await.unwrap(), 1);
        assert_eq!(tx.count_unsolicited_since(bench.account, at(2)).await.unwrap(), 0);
    }
}
