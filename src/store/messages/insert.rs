//! A new message put into its tables, all of them in one statement.
//!
//! Surprising: the other tables have no row numbers of their own, so the last row that was inserted
//! is the message from the first insertion to the last.

use serde_json::Value;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use crate::domain::address::Address;
use crate::domain::attribution::Attribution;
use crate::domain::ids::{AccountId, MessageId, MessageKey};

use super::super::names::Stored as _;
use super::super::time::Seconds;
use super::super::{StoreError, Tx};
use super::{Filed, Location, NewMessage, Strength, json};

/// A new message and the ids it is known by, then what comes with it.
macro_rules! insert_message {
    ($more:literal) => {
        concat!(
            "INSERT INTO messages (account_id, identity, message_id, provider_id, thread_id,
                 direction, from_name, from_address, subject, date_at, date_offset, arrived_at,
                 first_seen_at, automatic, kind, reply_to, decided_by, held_by)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
             INSERT INTO message_ids (account_id, message_key, message_id)
             SELECT ?, last_insert_rowid(), value FROM json_each(?) WHERE true
             ON CONFLICT (message_key, message_id) DO NOTHING",
            $more
        )
    };
}

/// A statement of `insert_message`, with what the message fills in.
fn with_message(
    statement: &'static str,
    account: AccountId,
    new: &NewMessage,
) -> Query<'static, Sqlite, SqliteArguments> {
    let ids: Vec<&MessageId> = new.message_id.iter().chain(&new.former_ids).collect();
    sqlx::query(statement)
        .bind(account.0)
        .bind(new.identity.as_slice())
        .bind(new.message_id.as_ref().map(MessageId::as_str))
        .bind(new.provider_id.as_deref())
        .bind(new.thread_id.as_deref())
        .bind(new.direction.text())
        .bind(new.from.as_ref().and_then(|from| from.name.as_deref()))
        .bind(new.from.as_ref().map(|from| from.address.as_str()))
        .bind(&new.subject)
        .bind(new.date.map(|date| date.timestamp()))
        .bind(new.date.map(|date| date.offset().local_minus_utc()))
        .bind(Seconds::optional(new.arrived_at))
        .bind(Seconds::from(new.first_seen_at))
        .bind(new.automatic.as_ref().map(|class| class.text()))
        .bind(new.kind.text())
        .bind(new.reply_to.as_ref().map(Address::as_str))
        .bind(new.decided_by.as_deref())
        .bind(new.held_by.0)
        .bind(account.0)
        .bind(json(&ids))
}

impl Tx {
    /// Stores a message that `find_message` does not know. A known identity is refused.
    pub async fn insert_message(
        &mut self,
        account: AccountId,
        new: &NewMessage,
    ) -> Result<MessageKey, StoreError> {
        let statement = insert_message!("");
        let done = with_message(statement, account, new).execute(self.conn()?).await?;
        Ok(MessageKey(done.last_insert_rowid()))
    }

    /// The same, with where it was found and the applications that it belongs to.
    pub async fn insert_found(
        &mut self,
        account: AccountId,
        new: &NewMessage,
        (location, filed): (Location, Filed),
        tied: &Attribution,
    ) -> Result<MessageKey, StoreError> {
        let statement = insert_message!(
            ";
             INSERT INTO message_locations
                 (account_id, mailbox_id, uid_validity, uid, message_key, is_draft, is_sent)
             VALUES ((SELECT account_id FROM mailboxes WHERE id = ?), ?, ?, ?,
                     last_insert_rowid(), ?, ?)
             ON CONFLICT (mailbox_id, uid_validity, uid) DO UPDATE SET
                 message_key = excluded.message_key, is_draft = excluded.is_draft,
                 is_sent = excluded.is_sent;
             INSERT INTO message_applications
                 (account_id, message_key, application_id, strength, matched_by)
             SELECT ?, last_insert_rowid(), value, ?, ? FROM json_each(?)"
        );
        let applications: Value = tied.applications.iter().map(|it| it.0).collect();
        let done = with_message(statement, account, new)
            .bind(location.mailbox.0)
            .bind(location.mailbox.0)
            .bind(location.uid_validity)
            .bind(location.uid)
            .bind(filed == Filed::AsDraft)
            .bind(filed == Filed::AsSent)
            .bind(account.0)
            .bind(Strength::of(tied.strength).text())
            .bind(tied.strength.text())
            .bind(applications.to_string())
            .execute(self.conn()?)
            .await?;
        Ok(MessageKey(done.last_insert_rowid()))
    }
}
