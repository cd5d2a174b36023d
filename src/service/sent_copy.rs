//! The copy in Sent of what was sent to an employer: looked for first, filed only where the
//! provider filed none, byte for byte what was sent. It never changes what became of a message.
//!
//! Surprising: who files copies is learned from the mails to the user. They are sent the same way,
//! so the first of them that turns up in Sent by itself shows that the provider does it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::SaveToSent;
use crate::domain::ids::{AccountId, MessageId};
use crate::domain::mailbox::{Role, UidRange};
use crate::store::{AttemptId, CopyBy};

use super::watch::{Lane, Reader};
use super::{Record, Service};

/// Providers that file a copy need a moment.
const PROVIDER_NEEDS: TimeDelta = TimeDelta::minutes(2);
/// Where the provider has filed copies before, a late one is more likely than none.
const PROVIDER_IS_LATE: TimeDelta = TimeDelta::hours(1);
/// After this, a copy would only surprise.
const TOO_LATE: TimeDelta = TimeDelta::days(2);
/// Where in Sent a copy can be: the youngest messages.
const YOUNGEST: u32 = 2_000;

impl Service {
    /// Files what is missing. What goes wrong here is logged and tried again by a later pass; it
    /// is no reason to call the mailboxes unread.
    pub(super) async fn file_copies(
        &self,
        reader: &mut Reader,
        lanes: &[Lane],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        if self.is_dry() || self.record.config.sending.save_to_sent == SaveToSent::Never {
            return Ok(());
        }
        for (attempt, message_id, bytes) in self.record.missing_copies(reader.account, now).await? {
            if let Err(error) = self.file_copy(reader, lanes, attempt, &message_id, &bytes).await {
                tracing::warn!("the copy of a sent message could not be filed: {error:#}");
                return Ok(());
            }
        }
        Ok(())
    }

    async fn file_copy(
        &self,
        reader: &mut Reader,
        lanes: &[Lane],
        attempt: AttemptId,
        message_id: &MessageId,
        bytes: &[u8],
    ) -> anyhow::Result<()> {
        let mut sent = lanes.iter().filter(|lane| lane.role == Role::Sent).peekable();
        let Some(first) = sent.peek().copied() else { return Ok(()) };
        let mut by = CopyBy::Us;
        for lane in sent {
            if lies_in(reader, lane, message_id).await? {
                by = CopyBy::Provider;
            }
        }
        if by == CopyBy::Us {
            super::passed("about to file a copy");
            reader.session.append(&first.raw_name, bytes).await?;
            super::passed("copy filed");
        }
        let record = &self.record;
        let mut tx = record.store.begin().await?;
        tx.copy_seen(attempt, by, record.clock.now()).await?;
        tx.copies_are_filed(reader.account, by).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether a message with this id lies among the youngest of a mailbox.
async fn lies_in(reader: &mut Reader, lane: &Lane, id: &MessageId) -> anyhow::Result<bool> {
    reader.examine(lane).await?;
    let last = lane.cursor.next_uid.saturating_add(YOUNGEST);
    let first = lane.cursor.next_uid.saturating_sub(YOUNGEST).max(1);
    let Some(range) = UidRange::new(first, last) else { return Ok(false) };
    let found = reader.session.search_header(range, "Message-ID", id.as_str()).await?;
    Ok(!found.is_empty())
}

impl Record {
    /// Messages from an account whose copy the provider had time enough to file.
    async fn missing_copies(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<(AttemptId, MessageId, Vec<u8>)>> {
        let mut tx = self.store.snapshot().await?;
        let wait = match tx.who_files_copies(account).await? {
            None => PROVIDER_NEEDS,
            Some(CopyBy::Provider) => PROVIDER_IS_LATE,
            Some(CopyBy::Us) => TimeDelta::zero(),
        };
        Ok(tx.without_copy(account, now - TOO_LATE, now - wait).await?)
    }

    /// For `check`: where copies of what is sent come from.
    pub(super) async fn who_files_copies(&self, account: AccountId) -> anyhow::Result<String> {
        let learned = self.store.snapshot().await?.who_files_copies(account).await?;
        let says = match (self.config.sending.save_to_sent, learned) {
            (SaveToSent::Never, _) => "left to your provider, by the configuration",
            (SaveToSent::Auto, Some(CopyBy::Provider)) => "your provider files them",
            (SaveToSent::Auto, Some(CopyBy::Us)) => "your provider files none, so I do",
            (SaveToSent::Auto, None) => {
                "not known yet: I look first, and file one if none is there"
            }
        };
        Ok(says.to_owned())
    }
}
