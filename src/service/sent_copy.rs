//! The copy in Sent of what was sent to an employer: looked for first, filed only where the
//! provider filed none, byte for byte what was sent. It never changes what became of a message.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::SaveToSent;
use crate::domain::mailbox::{Role, UidRange};

use super::Service;
use super::watch::{Lane, Reader};

/// Providers that file a copy need a moment.
const PROVIDER_NEEDS: TimeDelta = TimeDelta::minutes(2);
/// After this, a copy would only surprise.
const TOO_LATE: TimeDelta = TimeDelta::days(2);
/// Where in Sent a copy can be: the youngest messages.
const YOUNGEST: u32 = 2_000;

impl Service {
    pub(super) async fn file_copies(
        &self,
        reader: &mut Reader,
        lanes: &[Lane],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        if self.record.config.sending.save_to_sent == SaveToSent::Never {
            return Ok(());
        }
        let Some(sent) = lanes.iter().find(|lane| lane.role == Role::Sent) else { return Ok(()) };
        let mut tx = self.record.store.snapshot().await?;
        let missing =
            tx.without_copy(self.record.account, now - TOO_LATE, now - PROVIDER_NEEDS).await?;
        drop(tx);
        for (attempt, message_id, bytes) in missing {
            reader.examine(sent).await?;
            let last = sent.cursor.next_uid.saturating_add(YOUNGEST);
            let first = sent.cursor.next_uid.saturating_sub(YOUNGEST).max(1);
            let Some(range) = UidRange::new(first, last) else { continue };
            let found =
                reader.session.search_header(range, "Message-ID", message_id.as_str()).await?;
            if found.is_empty()
                && let Err(error) = reader.session.append(&sent.raw_name, &bytes).await
            {
                tracing::warn!("the copy of a sent message could not be filed: {error}");
                continue;
            }
            let mut tx = self.record.store.begin().await?;
            tx.copy_seen(attempt, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
