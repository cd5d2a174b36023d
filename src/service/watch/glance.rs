//! A look at one mailbox on the connection that heard of news in it, so that what arrived is
//! recorded at once. It decides nothing; the pass that follows does.
//!
//! Surprising: where the mailbox stands is read before the wait and not when it ends. Nobody else
//! moves a cursor meanwhile: the pass and the listening take turns.

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;
use crate::domain::mailbox::{Cursor, Opened, Reconciled, UidRange};
use crate::service::{Record, Service};

use super::{Lane, Reader};

/// UIDs that are asked for at once. If more has come, the pass that follows reads it.
const AHEAD: u32 = 500;

/// A mailbox of which everything was read, while news of it is waited for.
pub(in crate::service) struct Listening {
    lane: Lane,
    /// When its account was read first.
    first_run: Option<DateTime<Utc>>,
}

impl Service {
    /// Where an open mailbox stands; `None` if there is something in it that was not read, or its
    /// numbers are new.
    pub(in crate::service) async fn listening(
        &self,
        account: AccountId,
        raw_name: &str,
        opened: Opened,
    ) -> anyhow::Result<Option<Listening>> {
        let mut tx = self.record.store.snapshot().await?;
        let known = tx.load_mailboxes(account).await?;
        let Some(row) = known.into_iter().find(|row| row.name == raw_name) else { return Ok(None) };
        let Some(cursor) = row.cursor else { return Ok(None) };
        if Cursor::reconcile(Some(cursor), opened) != Reconciled::Current {
            return Ok(None);
        }
        let mut lane = Lane::new((account, row.id), raw_name, row.role, cursor, opened);
        lane.last_read_at = row.last_read_at;
        Ok(Some(Listening { lane, first_run: tx.first_run_of(account).await? }))
    }

    /// Reads what is new in the one mailbox that `reader` has open, on the spot.
    pub(in crate::service) async fn glance(
        &self,
        reader: &mut Reader,
        Listening { lane, first_run }: &mut Listening,
    ) -> anyhow::Result<usize> {
        let next_uid = lane.cursor.next_uid;
        let last = next_uid.saturating_add(AHEAD - 1);
        let Some(ahead) = UidRange::new(next_uid, last) else { return Ok(0) };
        reader.open = Some(lane.id);
        let headers = reader.headers(lane, ahead).await?;
        let (Some(first), Some(last)) = (headers.first(), headers.last()) else { return Ok(0) };
        lane.cursor.in_hand = UidRange::new(first.uid, last.uid);
        lane.uid_next = last.uid.saturating_add(1);
        self.record.store.note_cursor(lane.id, lane.cursor).await?;
        let read = headers.len();
        let mut batch = self.record.batch();
        for fetched in headers {
            self.take_one(reader, lane, fetched, &mut batch, *first_run).await?;
            if lane.halted.is_some() {
                break;
            }
        }
        self.commit_batch(&mut batch).await?;
        self.record.keep_reading(batch);
        Ok(read)
    }
}

impl Record {
    /// Reads before a wait what has changed since the last look, so that what arrives then need not
    /// wait for it.
    pub(in crate::service) async fn keep_up(&self) -> anyhow::Result<()> {
        let mut batch = self.batch();
        let mut tx = self.store.snapshot().await?;
        batch.tracking.now(&mut tx, self.account).await?;
        self.keep_reading(batch);
        Ok(())
    }
}
