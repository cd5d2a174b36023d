//! Stored messages: what they are, where they lie, which ids they have, which application they
//! belong to. No body is kept.
//!
//! The surprising fact: a Message-ID is no identity. Its sender chooses it and providers rewrite
//! it, so several messages may share one, and one message may have several.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};

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
mod known;
mod row;
mod ties;
pub use evidence::EvidenceRow;
pub use known::Met;
use row::Row;

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

impl Tx {
    /// Stores a message that `find_message` does not know. A known identity is refused.
    pub async fn insert_message(
        &mut self,
        account: AccountId,
        new: &NewMessage,
    ) -> Result<MessageKey, StoreError> {
        let row = sqlx::query(
            "INSERT INTO messages (account_id, identity, message_id, provider_id, thread_id,
                 direction, from_name, from_address, subject, date_at, date_offset, arrived_at,
                 first_seen_at, automatic, kind, reply_to, decided_by, held_by)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
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
        .execute(self.conn()?)
        .await?;
        let key = MessageKey(row.last_insert_rowid());
        for id in new.message_id.iter().chain(&new.former_ids) {
            self.add_message_id(key, id).await?;
        }
        Ok(key)
    }

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
        let weak = matched_by == MatchedBy::Weak;
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
        .bind(if weak { Strength::Weak } else { Strength::Strong }.text())
        .bind(matched_by.text())
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// Applications of messages with one of these ids, and of drafts that carry one; each once,
    /// strong ones first. An id that leads to several is for the caller to judge.
    pub async fn applications_of_ids(
        &mut self,
        account: AccountId,
        ids: &[MessageId],
    ) -> Result<Vec<(ApplicationId, Strength)>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
        let wanted = serde_json::to_string(&wanted).map_err(|_| StoreError::Unreadable("id"))?;
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT application_id, min(strength) FROM (
                 SELECT a.application_id, a.strength
                 FROM message_ids i JOIN message_applications a ON a.message_key = i.message_key
                 WHERE i.account_id = ?1 AND i.message_id IN (SELECT value FROM json_each(?2))
                 UNION ALL
                 SELECT d.application_id, 'strong' FROM drafts d
                 WHERE d.account_id = ?1 AND d.message_id IN (SELECT value FROM json_each(?2)))
             GROUP BY application_id ORDER BY min(strength), application_id",
        )
        .bind(account.0)
        .bind(wanted)
        .fetch_all(self.conn()?)
        .await?;
        linked(rows)
    }

    /// Applications of messages in the provider's thread; each once, strong ones first.
    pub async fn applications_of_thread(
        &mut self,
        account: AccountId,
        thread_id: &str,
    ) -> Result<Vec<(ApplicationId, Strength)>, StoreError> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT a.application_id, min(a.strength)
             FROM messages m JOIN message_applications a ON a.message_key = m.id
             WHERE m.account_id = ? AND m.thread_id = ?
             GROUP BY a.application_id ORDER BY min(a.strength), a.application_id",
        )
        .bind(account.0)
        .bind(thread_id)
        .fetch_all(self.conn()?)
        .await?;
        linked(rows)
    }
}

/// `strong` comes before `weak` in the alphabet: the queries take the minimum of the names.
fn linked(rows: Vec<(i64, String)>) -> Result<Vec<(ApplicationId, Strength)>, StoreError> {
    rows.into_iter()
        .map(|(id, strength)| Ok((ApplicationId(id), Strength::read(&strength)?)))
        .collect()
}

#[cfg(test)]
mod tests;
