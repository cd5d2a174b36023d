//! The user's replies to our mails, so that each is obeyed once. No text is kept.
//!
//! The surprising fact: a reply is known twice, from the inbox and from Sent, and only the copy
//! in Sent has authority; so it may wait here until that copy is seen. Its key is a number of
//! this table, not of `messages`; `Source::Reply` and `grant` mean this one.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, MessageId, ReplyId};

use super::names::{Stored as _, names};
use super::time::Seconds;
use super::{StoreError, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyState {
    Waiting,
    Obeyed,
    Refused,
    Ignored,
}

names!("reply state" ReplyState {
    Waiting = "waiting",
    Obeyed = "obeyed",
    Refused = "refused",
    Ignored = "ignored",
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// Hash of the content identity.
    pub identity: [u8; 32],
    pub message_id: Option<MessageId>,
    pub first_seen_at: DateTime<Utc>,
    /// Whether this copy lies in the user's Sent mailbox.
    pub in_sent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRow {
    pub id: ReplyId,
    pub reply: NewReply,
    pub state: ReplyState,
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    identity: Vec<u8>,
    message_id: Option<String>,
    first_seen_at: Seconds,
    in_sent: bool,
    state: String,
    reason: Option<String>,
}

impl Row {
    fn read(self) -> Result<ReplyRow, StoreError> {
        let reply = NewReply {
            identity: self.identity.try_into().map_err(|_| StoreError::Unreadable("identity"))?,
            message_id: MessageId::read_optional(self.message_id.as_deref())?,
            first_seen_at: self.first_seen_at.moment()?,
            in_sent: self.in_sent,
        };
        let state = ReplyState::read(&self.state)?;
        Ok(ReplyRow { id: ReplyId(self.id), reply, state, reason: self.reason })
    }
}

impl Tx {
    /// Notes a reply; `false` if it is known. A copy seen in Sent is remembered for the reply.
    pub async fn note_reply(
        &mut self,
        account: AccountId,
        reply: &NewReply,
    ) -> Result<(ReplyId, bool), StoreError> {
        let known: Option<(i64,)> = sqlx::query_as(
            "UPDATE replies SET in_sent = max(in_sent, ?) WHERE account_id = ? AND identity = ?
             RETURNING id",
        )
        .bind(reply.in_sent)
        .bind(account.0)
        .bind(reply.identity.as_slice())
        .fetch_optional(self.conn()?)
        .await?;
        if let Some((id,)) = known {
            return Ok((ReplyId(id), false));
        }
        let row = sqlx::query(
            "INSERT INTO replies (account_id, identity, message_id, first_seen_at, in_sent, state)
             VALUES (?, ?, ?, ?, ?, 'waiting')",
        )
        .bind(account.0)
        .bind(reply.identity.as_slice())
        .bind(reply.message_id.as_ref().map(MessageId::as_str))
        .bind(Seconds::from(reply.first_seen_at))
        .bind(reply.in_sent)
        .execute(self.conn()?)
        .await?;
        Ok((ReplyId(row.last_insert_rowid()), true))
    }

    pub async fn load_reply(&mut self, id: ReplyId) -> Result<Option<ReplyRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as("SELECT * FROM replies WHERE id = ?")
            .bind(id.0)
            .fetch_optional(self.conn()?)
            .await?;
        row.map(Row::read).transpose()
    }

    pub async fn replies_waiting(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ReplyRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM replies WHERE account_id = ? AND state = 'waiting' ORDER BY id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// What copies in Sent look like that the user proved to be such.
    pub async fn sent_shapes(&mut self, account: AccountId) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT shape FROM sent_shapes WHERE account_id = ? ORDER BY shape")
                .bind(account.0)
                .fetch_all(self.conn()?)
                .await?;
        Ok(rows.into_iter().map(|(shape,)| shape).collect())
    }

    pub async fn learn_sent_shape(
        &mut self,
        account: AccountId,
        shape: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sent_shapes (account_id, shape, seen_at) VALUES (?, ?, ?)
             ON CONFLICT (account_id, shape) DO UPDATE SET seen_at = excluded.seen_at",
        )
        .bind(account.0)
        .bind(shape)
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// When the last reply was obeyed, and when the last one was seen that lies in no Sent
    /// mailbox.
    pub async fn reply_evidence(
        &mut self,
        account: AccountId,
    ) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>), StoreError> {
        let (proven, unproven): (Option<Seconds>, Option<Seconds>) = sqlx::query_as(
            "SELECT max(CASE WHEN state = 'obeyed' THEN first_seen_at END),
                    max(CASE WHEN reason = 'not_in_sent' THEN first_seen_at END)
             FROM replies WHERE account_id = ?",
        )
        .bind(account.0)
        .fetch_one(self.conn()?)
        .await?;
        let moment = |at: Option<Seconds>| at.map(Seconds::moment).transpose();
        Ok((moment(proven)?, moment(unproven)?))
    }

    /// Says what became of a waiting reply; `false` if it was not waiting.
    pub async fn settle_reply(
        &mut self,
        id: ReplyId,
        state: ReplyState,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE replies SET state = ?, reason = ? WHERE id = ? AND state = 'waiting'",
        )
        .bind(state.text())
        .bind(reason)
        .bind(id.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, id};
    use super::*;

    #[tokio::test]
    async fn a_reply_is_obeyed_once_however_many_copies_are_seen() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let inbox = NewReply {
            identity: [1; 32],
            message_id: Some(id("r@example.com")),
            first_seen_at: at(5),
            in_sent: false,
        };
        let sent = NewReply { in_sent: true, first_seen_at: at(9), ..inbox.clone() };
        let (key, new) = tx.note_reply(bench.account, &inbox).await.unwrap();
        assert!(new);
        assert_eq!(tx.note_reply(bench.account, &sent).await.unwrap(), (key, false));
        assert_eq!(tx.note_reply(bench.account, &inbox).await.unwrap(), (key, false));
        let waiting = tx.replies_waiting(bench.account).await.unwrap();
        let expected = NewReply { in_sent: true, ..inbox };
        assert_eq!(waiting.iter().map(|row| &row.reply).collect::<Vec<_>>(), vec![&expected]);

        assert!(tx.settle_reply(key, ReplyState::Refused, Some("condition")).await.unwrap());
        assert!(!tx.settle_reply(key, ReplyState::Obeyed, None).await.unwrap());
        assert_eq!(tx.replies_waiting(bench.account).await.unwrap(), vec![]);
        let row = tx.load_reply(key).await.unwrap().unwrap();
        assert_eq!((row.state, row.reason.as_deref()), (ReplyState::Refused, Some("condition")));
    }
}
