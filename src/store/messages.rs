//! Stored messages: what they are, where they lie, which ids they have, which application they
//! belong to. No body is kept.
//!
//! The surprising fact: a Message-ID is no identity. Its sender chooses it and providers rewrite
//! it, so several messages may share one, and one message may have several.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use crate::domain::address::{Address, Correspondent};
use crate::domain::attribution::Strength as MatchedBy;
use crate::domain::ids::{AccountId, ApplicationId, MailboxId, MessageId, MessageKey};
use crate::domain::mailbox::Role;
use crate::domain::message::{AutomaticClass, Direction, Kind};

use super::names::{Stored as _, names};
use super::time::Seconds;
use super::{StoreError, Tx};

mod evidence;
mod held;
mod insert;
mod known;
mod row;
mod ties;
pub use evidence::EvidenceRow;
pub use known::Met;
use row::Row;
pub use ties::Linked;

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Hash of the content identity; the one thing by which a message is known again.
    pub identity: [u8; 32],
    /// The account whose conversation it is; copies may lie in others.
    pub held_by: AccountId,
    pub message_id: Option<MessageId>,
    /// Ids it had before a provider rewrote them; after loading, every other id it is known by.
    pub former_ids: Vec<MessageId>,
    /// X-GM-MSGID or EMAILID.
    pub provider_id: Option<String>,
    /// X-GM-THRID or THREADID, with the account in which it means something.
    pub thread_id: Option<String>,
    pub direction: Direction,
    /// The one sender, if there is exactly one.
    pub from: Option<Correspondent>,
    /// Where it wants to be answered, if that is not where it came from.
    pub reply_to: Option<Address>,
    pub subject: String,
    /// The Date header.
    pub date: Option<DateTime<FixedOffset>>,
    /// The server's arrival time.
    pub arrived_at: Option<DateTime<Utc>>,
    pub first_seen_at: DateTime<Utc>,
    pub automatic: Option<AutomaticClass>,
    pub kind: Kind,
    /// The few words that decided the kind.
    pub decided_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    pub key: MessageKey,
    pub message: NewMessage,
}

/// One place of one message: the key of a place is all three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    pub mailbox: MailboxId,
    pub uid_validity: u32,
    pub uid: u32,
}

/// As what a message lies in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// As the mailbox says.
    Usual,
    /// An unsent draft.
    AsDraft,
    /// Under Gmail's label for sent mail, in a mailbox that holds everything.
    AsSent,
}

/// A place, with what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceRow {
    /// In which account.
    pub account: AccountId,
    pub location: Location,
    /// That of the mailbox; Sent for what lies under Gmail's label.
    pub role: Role,
    pub is_draft: bool,
}

/// How surely a message belongs to an application. A weak link may stop a follow-up; it never
/// starts or counts one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Weak,
    Strong,
}

names!("strength" Strength { Weak = "weak", Strong = "strong" });

names!("rule of a match" MatchedBy {
    User = "user",
    Opened = "opened",
    Reference = "reference",
    Thread = "thread",
    Person = "person",
    Employer = "employer",
    Weak = "weak",
});

impl Strength {
    fn of(matched_by: MatchedBy) -> Self {
        if matched_by == MatchedBy::Weak { Self::Weak } else { Self::Strong }
    }
}

impl Tx {
    pub async fn find_message(
        &mut self,
        account: AccountId,
        identity: &[u8; 32],
    ) -> Result<Option<StoredMessage>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT m.*, (SELECT json_group_array(i.message_id) FROM message_ids i
                          WHERE i.message_key = m.id) AS ids
             FROM messages m WHERE m.account_id = ? AND m.identity = ?",
        )
        .bind(account.0)
        .bind(identity.as_slice())
        .fetch_optional(self.conn()?)
        .await?;
        row.map(Row::read).transpose()
    }

    /// Subjects of the messages that surely belong to applications.
    pub async fn subjects(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<ApplicationId, Vec<String>>, StoreError> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT DISTINCT a.application_id, m.subject
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE m.account_id = ? AND a.strength = 'strong'",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut subjects: BTreeMap<ApplicationId, Vec<String>> = BTreeMap::new();
        for (id, subject) in rows {
            subjects.entry(ApplicationId(id)).or_default().push(subject);
        }
        Ok(subjects)
    }

    /// Those of one application.
    pub async fn subjects_of(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT DISTINCT m.subject
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE a.application_id = ? AND a.strength = 'strong'",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(subject,)| subject).collect())
    }

    pub async fn load_message(
        &mut self,
        key: MessageKey,
    ) -> Result<Option<StoredMessage>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT m.*, (SELECT json_group_array(i.message_id) FROM message_ids i
                          WHERE i.message_key = m.id) AS ids
             FROM messages m WHERE m.id = ?",
        )
        .bind(key.0)
        .fetch_optional(self.conn()?)
        .await?;
        row.map(Row::read).transpose()
    }

    /// When the ledger says that a message came; `None` if it says nothing about it.
    pub async fn message_time(
        &mut self,
        key: MessageKey,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<Seconds>,) =
            sqlx::query_as("SELECT min(at) FROM events WHERE source_message_id = ?")
                .bind(key.0)
                .fetch_one(self.conn()?)
                .await?;
        super::time::moment(at)
    }

    /// Every message of an application, oldest first: by the earlier of arrival and first sight.
    pub async fn load_messages(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT m.*, (SELECT json_group_array(i.message_id) FROM message_ids i
                          WHERE i.message_key = m.id) AS ids
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE a.application_id = ?
             ORDER BY min(ifnull(m.arrived_at, m.first_seen_at), m.first_seen_at), m.id",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Notes where a message lies; `true` if that was not known. Gmail moves the draft flag and
    /// nothing else when a draft is sent, so a known place takes the new flag.
    pub async fn add_location(
        &mut self,
        key: MessageKey,
        location: Location,
        filed: Filed,
    ) -> Result<bool, StoreError> {
        let known = sqlx::query(
            "UPDATE message_locations SET message_key = ?, is_draft = ?, is_sent = ?
             WHERE mailbox_id = ? AND uid_validity = ? AND uid = ?",
        )
        .bind(key.0)
        .bind(filed == Filed::AsDraft)
        .bind(filed == Filed::AsSent)
        .bind(location.mailbox.0)
        .bind(location.uid_validity)
        .bind(location.uid)
        .execute(self.conn()?)
        .await?;
        if known.rows_affected() > 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO message_locations
                 (account_id, mailbox_id, uid_validity, uid, message_key, is_draft, is_sent)
             VALUES ((SELECT account_id FROM mailboxes WHERE id = ?1), ?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(location.mailbox.0)
        .bind(location.uid_validity)
        .bind(location.uid)
        .bind(key.0)
        .bind(filed == Filed::AsDraft)
        .bind(filed == Filed::AsSent)
        .execute(self.conn()?)
        .await?;
        Ok(true)
    }

    pub async fn places_of(&mut self, key: MessageKey) -> Result<Vec<PlaceRow>, StoreError> {
        let rows: Vec<(i64, i64, String, u32, u32, bool, bool)> = sqlx::query_as(
            "SELECT b.account_id, l.mailbox_id, b.role, l.uid_validity, l.uid, l.is_draft, l.is_sent
             FROM message_locations l JOIN mailboxes b ON b.id = l.mailbox_id
             WHERE l.message_key = ? ORDER BY l.mailbox_id, l.uid_validity, l.uid",
        )
        .bind(key.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter()
            .map(|(account, mailbox, role, uid_validity, uid, is_draft, is_sent)| {
                let account = AccountId(account);
                let location = Location { mailbox: MailboxId(mailbox), uid_validity, uid };
                let role = if is_sent { Role::Sent } else { Role::read(&role)? };
                Ok(PlaceRow { account, location, role, is_draft })
            })
            .collect()
    }

    /// One more id under which this message may be referred to.
    pub async fn add_message_id(
        &mut self,
        key: MessageKey,
        id: &MessageId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO message_ids (account_id, message_key, message_id)
             VALUES ((SELECT account_id FROM messages WHERE id = ?1), ?1, ?2)
             ON CONFLICT (message_key, message_id) DO NOTHING",
        )
        .bind(key.0)
        .bind(id.as_str())
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// Ties a message to an application. A strong link stays strong, by the rule that made it so,
    /// unless the user says it.
    pub async fn link(
        &mut self,
        key: MessageKey,
        application: ApplicationId,
        matched_by: MatchedBy,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO message_applications
                 (account_id, message_key, application_id, strength, matched_by)
             VALUES ((SELECT account_id FROM messages WHERE id = ?1), ?1, ?2, ?3, ?4)
             ON CONFLICT (message_key, application_id)
             DO UPDATE SET strength = 'strong', matched_by = excluded.matched_by
             WHERE excluded.strength = 'strong'
                 AND (strength = 'weak' OR excluded.matched_by = 'user')",
        )
        .bind(key.0)
        .bind(application.0)
        .bind(Strength::of(matched_by).text())
        .bind(matched_by.text())
        .execute(self.conn()?)
        .await?;
        Ok(())
    }
}

/// Ids as a JSON array, which SQLite takes apart: one statement for any number of them.
fn json(ids: &[&MessageId]) -> String {
    ids.iter().map(|id| id.as_str()).collect::<Value>().to_string()
}

#[cfg(test)]
mod tests;
