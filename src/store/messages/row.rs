//! A row of `messages`, and how it becomes a value again.

use chrono::{DateTime, FixedOffset, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::ids::{AccountId, MessageId, MessageKey};
use crate::domain::message::{AutomaticClass, Direction, Kind};

use super::super::StoreError;
use super::super::names::Stored as _;
use super::super::time::{Seconds, moment};
use super::{NewMessage, StoredMessage};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    identity: Vec<u8>,
    held_by: i64,
    message_id: Option<String>,
    provider_id: Option<String>,
    thread_id: Option<String>,
    direction: String,
    from_name: Option<String>,
    from_address: Option<String>,
    reply_to: Option<String>,
    subject: String,
    date_at: Option<Seconds>,
    date_offset: Option<i32>,
    arrived_at: Option<Seconds>,
    first_seen_at: Seconds,
    automatic: Option<String>,
    kind: String,
    decided_by: Option<String>,
    /// Every id of the message, as a JSON array.
    ids: String,
}

impl Row {
    pub fn read(self) -> Result<StoredMessage, StoreError> {
        let message_id = MessageId::read_optional(self.message_id.as_deref())?;
        let from = Address::read_optional(self.from_address.as_deref())?;
        let message = NewMessage {
            identity: self.identity.try_into().map_err(|_| StoreError::Unreadable("identity"))?,
            held_by: AccountId(self.held_by),
            former_ids: other_ids(&self.ids, message_id.as_ref())?,
            message_id,
            provider_id: self.provider_id,
            thread_id: self.thread_id,
            direction: Direction::read(&self.direction)?,
            from: from.map(|address| Correspondent { name: self.from_name, address }),
            reply_to: Address::read_optional(self.reply_to.as_deref())?,
            subject: self.subject,
            date: date(moment(self.date_at)?, self.date_offset),
            arrived_at: moment(self.arrived_at)?,
            first_seen_at: self.first_seen_at.moment()?,
            automatic: AutomaticClass::read_optional(self.automatic.as_deref())?,
            kind: Kind::read(&self.kind)?,
            decided_by: self.decided_by,
        };
        Ok(StoredMessage { key: MessageKey(self.id), message })
    }
}

fn date(at: Option<DateTime<Utc>>, offset: Option<i32>) -> Option<DateTime<FixedOffset>> {
    Some(at?.with_timezone(&FixedOffset::east_opt(offset?)?))
}

fn other_ids(json: &str, own: Option<&MessageId>) -> Result<Vec<MessageId>, StoreError> {
    let ids: Vec<String> =
        serde_json::from_str(json).map_err(|_| StoreError::Unreadable("message id"))?;
    let ids: Result<Vec<MessageId>, StoreError> =
        ids.iter().map(|id| MessageId::read(id)).collect();
    Ok(ids?.into_iter().filter(|id| Some(id) != own).collect())
}
