//! The mailboxes of each account and how far each has been read.
//!
//! The cursor is set in the transaction that stores what it covers, so a crash repeats a
//! reading and never skips one.

use chrono::{DateTime, Utc};
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use crate::domain::ids::{AccountId, MailboxId};
use crate::domain::mailbox::{Cursor, Past, Role, UidRange};

use super::error::one;
use super::names::Stored as _;
use super::time::{Seconds, moment};
use super::{Store, StoreError, Tx};

/// A mailbox and what is known about reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxRow {
    pub id: MailboxId,
    pub account: AccountId,
    /// As the server spells it.
    pub name: String,
    pub display_name: String,
    pub role: Role,
    /// `None` before the first reading.
    pub cursor: Option<Cursor>,
    /// Last reading that ended well.
    pub last_read_at: Option<DateTime<Utc>>,
    pub messages: u32,
    /// Why it cannot be read now.
    pub error: Option<String>,
    /// The first look that could not read it; `None` if the last one could.
    pub failing_since: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    account_id: i64,
    name: String,
    display_name: String,
    role: String,
    uid_validity: Option<u32>,
    next_uid: Option<u32>,
    live_from: Option<u32>,
    past_from: Option<u32>,
    past_below: Option<u32>,
    in_hand_first: Option<u32>,
    in_hand_last: Option<u32>,
    last_read_at: Option<Seconds>,
    messages: u32,
    error: Option<String>,
    failing_since: Option<Seconds>,
}

impl Row {
    fn read(self) -> Result<MailboxRow, StoreError> {
        let cursor = match (self.uid_validity, self.next_uid, self.live_from) {
            (Some(uid_validity), Some(next_uid), Some(live_from)) => {
                let past = self.past_from.zip(self.past_below);
                let in_hand = self.in_hand_first.zip(self.in_hand_last);
                Some(Cursor {
                    uid_validity,
                    next_uid,
                    live_from,
                    past: past.and_then(|(from, below)| Past::new(from, below)),
                    in_hand: in_hand.and_then(|(first, last)| UidRange::new(first, last)),
                })
            }
            (None, _, _) | (_, None, _) | (_, _, None) => None,
        };
        Ok(MailboxRow {
            id: MailboxId(self.id),
            account: AccountId(self.account_id),
            name: self.name,
            display_name: self.display_name,
            role: Role::read(&self.role)?,
            cursor,
            last_read_at: moment(self.last_read_at)?,
            messages: self.messages,
            error: self.error,
            failing_since: moment(self.failing_since)?,
        })
    }
}

/// Sets a cursor, with what comes before and after it.
macro_rules! set_cursor {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "UPDATE mailboxes SET uid_validity = ?, next_uid = ?, live_from = ?, past_from = ?,
                 past_below = ?, in_hand_first = ?, in_hand_last = ?
             WHERE id = ?",
            $after
        )
    };
}

/// A statement of `set_cursor`, filled in.
fn with_cursor(
    statement: &'static str,
    mailbox: MailboxId,
    cursor: Cursor,
) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query(statement)
        .bind(cursor.uid_validity)
        .bind(cursor.next_uid)
        .bind(cursor.live_from)
        .bind(cursor.past.map(Past::from))
        .bind(cursor.past.map(Past::below))
        .bind(cursor.in_hand.map(UidRange::first))
        .bind(cursor.in_hand.map(UidRange::last))
        .bind(mailbox.0)
}

impl Store {
    /// Sets a cursor and nothing else: a transaction by itself, and relaxed, because what is noted
    /// in it is only that something is going to be read.
    pub async fn note_cursor(&self, mailbox: MailboxId, cursor: Cursor) -> Result<(), StoreError> {
        let statement = set_cursor!("PRAGMA synchronous = NORMAL; ", " RETURNING id");
        // To its end: it is committed there.
        let set = with_cursor(statement, mailbox, cursor).fetch_all(&self.writer).await?;
        if set.is_empty() { Err(sqlx::Error::RowNotFound.into()) } else { Ok(()) }
    }
}

impl Tx {
    /// Finds a mailbox by the server's name, or adds it; shown name and role follow the server.
    pub async fn ensure_mailbox(
        &mut self,
        account: AccountId,
        raw_name: &str,
        display_name: &str,
        role: Role,
    ) -> Result<MailboxId, StoreError> {
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO mailboxes (account_id, name, display_name, role) VALUES (?, ?, ?, ?)
             ON CONFLICT (account_id, name)
             DO UPDATE SET display_name = excluded.display_name, role = excluded.role
             RETURNING id",
        )
        .bind(account.0)
        .bind(raw_name)
        .bind(display_name)
        .bind(role.as_str())
        .fetch_one(self.conn()?)
        .await?;
        Ok(MailboxId(id))
    }

    pub async fn load_mailboxes(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<MailboxRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, account_id, name, display_name, role, uid_validity, next_uid, live_from, past_from,
                    past_below, in_hand_first, in_hand_last, last_read_at, messages, error,
                    failing_since
             FROM mailboxes WHERE account_id = ? ORDER BY id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    pub async fn load_mailbox(&mut self, id: MailboxId) -> Result<Option<MailboxRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, account_id, name, display_name, role, uid_validity, next_uid, live_from, past_from,
                    past_below, in_hand_first, in_hand_last, last_read_at, messages, error,
                    failing_since
             FROM mailboxes WHERE id = ?",
        )
        .bind(id.0)
        .fetch_optional(self.conn()?)
        .await?;
        row.map(Row::read).transpose()
    }

    pub async fn set_cursor(
        &mut self,
        mailbox: MailboxId,
        cursor: Cursor,
    ) -> Result<(), StoreError> {
        let statement = set_cursor!("", "");
        one(&with_cursor(statement, mailbox, cursor).execute(self.conn()?).await?)
    }

    /// A reading ended well.
    pub async fn note_read(
        &mut self,
        mailbox: MailboxId,
        now: DateTime<Utc>,
        exists: u32,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE mailboxes
             SET last_read_at = ?, messages = ?, error = NULL, failing_since = NULL WHERE id = ?",
        )
        .bind(Seconds::from(now))
        .bind(exists)
        .bind(mailbox.0)
        .execute(self.conn()?)
        .await?;
        one(&done)
    }

    /// Counts a try to read a message that made trouble, before it is made; how many with this one.
    pub async fn count_fetch_try(
        &mut self,
        mailbox: MailboxId,
        uid_validity: u32,
        uid: u32,
    ) -> Result<u32, StoreError> {
        let (tries,): (u32,) = sqlx::query_as(
            "INSERT INTO fetch_tries (account_id, mailbox_id, uid_validity, uid, tries)
             SELECT account_id, id, ?2, ?3, 1 FROM mailboxes WHERE id = ?1
             ON CONFLICT (mailbox_id, uid_validity, uid) DO UPDATE SET tries = tries + 1
             RETURNING tries",
        )
        .bind(mailbox.0)
        .bind(uid_validity)
        .bind(uid)
        .fetch_one(self.conn()?)
        .await?;
        Ok(tries)
    }

    /// A try that says nothing about the message: it does not count after all.
    pub async fn give_back_fetch_try(
        &mut self,
        mailbox: MailboxId,
        uid_validity: u32,
        uid: u32,
    ) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM fetch_tries
             WHERE mailbox_id = ? AND uid_validity = ? AND uid = ? AND tries = 1",
            "UPDATE fetch_tries SET tries = tries - 1
             WHERE mailbox_id = ? AND uid_validity = ? AND uid = ?",
        ] {
            sqlx::query(statement)
                .bind(mailbox.0)
                .bind(uid_validity)
                .bind(uid)
                .execute(self.conn()?)
                .await?;
        }
        Ok(())
    }

    /// Everything in a mailbox was read, or passed over.
    pub async fn forget_fetch_tries(&mut self, mailbox: MailboxId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM fetch_tries WHERE mailbox_id = ?")
            .bind(mailbox.0)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// A look could not read a mailbox to its end.
    pub async fn note_error(
        &mut self,
        mailbox: MailboxId,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE mailboxes SET error = ?, failing_since = ifnull(failing_since, ?)
             WHERE id = ?",
        )
        .bind(text)
        .bind(Seconds::from(now))
        .bind(mailbox.0)
        .execute(self.conn()?)
        .await?;
        one(&done)
    }

    /// Mailboxes with other names than these are not read any more: what was wrong with them is over.
    pub async fn forget_errors_of_others(
        &mut self,
        account: AccountId,
        names: &[&str],
    ) -> Result<(), StoreError> {
        let names = serde_json::to_string(names).map_err(|_| StoreError::Unreadable("name"))?;
        sqlx::query(
            "UPDATE mailboxes SET error = NULL, failing_since = NULL
             WHERE account_id = ? AND error IS NOT NULL
               AND name NOT IN (SELECT value FROM json_each(?))",
        )
        .bind(account.0)
        .bind(names)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The server has renumbered this mailbox: its UIDs mean nothing any more. Messages, links
    /// and events stay, and are found again by their identity.
    pub async fn forget_locations(&mut self, mailbox: MailboxId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM message_locations WHERE mailbox_id = ?",
            "DELETE FROM backlog WHERE mailbox_id = ?",
            "DELETE FROM fetch_tries WHERE mailbox_id = ?",
        ] {
            sqlx::query(statement).bind(mailbox.0).execute(self.conn()?).await?;
        }
        Ok(())
    }

    /// Notes that the server has renumbered a mailbox; how often it did so since a moment.
    pub async fn note_renumbered(
        &mut self,
        mailbox: MailboxId,
        now: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        sqlx::query(
            "INSERT INTO renumberings (account_id, mailbox_id, at)
             SELECT account_id, id, ?2 FROM mailboxes WHERE id = ?1",
        )
        .bind(mailbox.0)
        .bind(Seconds::from(now))
        .execute(self.conn()?)
        .await?;
        sqlx::query("DELETE FROM renumberings WHERE mailbox_id = ? AND at < ?")
            .bind(mailbox.0)
            .bind(Seconds::from(since))
            .execute(self.conn()?)
            .await?;
        self.renumberings(mailbox, since).await
    }

    /// How often the server has renumbered a mailbox since a moment.
    pub async fn renumberings(
        &mut self,
        mailbox: MailboxId,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let (times,): (u32,) =
            sqlx::query_as("SELECT count(*) FROM renumberings WHERE mailbox_id = ? AND at >= ?")
                .bind(mailbox.0)
                .bind(Seconds::from(since))
                .fetch_one(self.conn()?)
                .await?;
        Ok(times)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn a_mailbox_is_found_again_with_its_cursor() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
        let cursor = Cursor {
            uid_validity: u32::MAX,
            next_uid: 9,
            live_from: 3,
            past: Past::new(1, 3),
            in_hand: UidRange::new(2, 2),
        };
        tx.set_cursor(inbox, cursor).await.unwrap();
        tx.note_error(inbox, "NO", at(5)).await.unwrap();
        tx.note_error(inbox, "NO again", at(6)).await.unwrap();
        let failing = tx.load_mailbox(inbox).await.unwrap().unwrap();
        assert_eq!(
            (failing.error.as_deref(), failing.failing_since),
            (Some("NO again"), Some(at(5)))
        );
        tx.note_read(inbox, at(7), 12).await.unwrap();
        let again = tx.ensure_mailbox(bench.account, "INBOX", "Mail", Role::Inbox).await.unwrap();
        assert_eq!(again, inbox);
        let rows = tx.load_mailboxes(bench.account).await.unwrap();
        let [row] = rows.as_slice() else { panic!("one mailbox") };
        assert_eq!(row.cursor, Some(cursor));
        assert_eq!((row.display_name.as_str(), row.messages), ("Mail", 12));
        assert_eq!((row.last_read_at, row.error.as_deref()), (Some(at(7)), None));
        assert_eq!(row.failing_since, None);
    }

    #[tokio::test]
    async fn what_was_wrong_with_a_mailbox_is_over_when_it_is_not_read_any_more() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        for name in ["INBOX", "Old \"quoted\"", "Sent"] {
            let id = tx.ensure_mailbox(bench.account, name, name, Role::Other).await.unwrap();
            tx.note_error(id, "NO", at(5)).await.unwrap();
        }
        tx.forget_errors_of_others(AccountId(bench.account.0 + 1), &[]).await.unwrap();
        tx.forget_errors_of_others(bench.account, &["INBOX", "Sent"]).await.unwrap();
        let rows = tx.load_mailboxes(bench.account).await.unwrap();
        let failing = rows.iter().filter(|row| row.error.is_some() && row.failing_since.is_some());
        assert_eq!(failing.map(|row| row.name.as_str()).collect::<Vec<_>>(), ["INBOX", "Sent"]);
    }

    #[tokio::test]
    async fn tries_of_a_message_are_counted_given_back_and_forgotten() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
        for tries in [1, 2] {
            assert_eq!(tx.count_fetch_try(inbox, 7, 3).await.unwrap(), tries);
        }
        tx.give_back_fetch_try(inbox, 7, 3).await.unwrap();
        assert_eq!(tx.count_fetch_try(inbox, 7, 3).await.unwrap(), 2);
        for _ in 0..3 {
            tx.give_back_fetch_try(inbox, 7, 3).await.unwrap();
        }
        assert_eq!(tx.count_fetch_try(inbox, 7, 3).await.unwrap(), 1);
        assert_eq!(tx.count_fetch_try(inbox, 7, 4).await.unwrap(), 1, "another message");
        tx.forget_fetch_tries(inbox).await.unwrap();
        assert_eq!(tx.count_fetch_try(inbox, 7, 3).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_cursor_that_is_noted_alone_is_committed_and_needs_a_mailbox() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
        tx.commit().await.unwrap();
        let in_hand = UidRange::new(9, 12);
        let cursor = Cursor { uid_validity: 7, next_uid: 9, live_from: 3, past: None, in_hand };
        bench.store.note_cursor(inbox, cursor).await.unwrap();
        let again = bench.reopen().await;
        let row = again.begin().await.unwrap().load_mailbox(inbox).await.unwrap().unwrap();
        assert_eq!(row.cursor, Some(cursor));
        let refused = bench.store.note_cursor(MailboxId(inbox.0 + 1), cursor).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
        // What follows is as durable as ever.
        let mut tx = bench.store.begin().await.unwrap();
        let (level,): (i64,) =
            sqlx::query_as("PRAGMA synchronous").fetch_one(tx.conn().unwrap()).await.unwrap();
        assert_eq!(level, 2, "FULL");
    }

    #[tokio::test]
    async fn dropping_a_transaction_leaves_nothing() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
        drop(tx);
        let again = bench.reopen().await;
        let mut tx = again.begin().await.unwrap();
        assert_eq!(tx.load_mailboxes(bench.account).await.unwrap(), vec![]);
    }
}
