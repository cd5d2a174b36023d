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

/// A mailbox while news of it is waited for.
pub(in crate::service) struct Listening {
    /// Whether everything in it was read, as this connection sees it.
    pub is_read: bool,
    lane: Lane,
    /// When its account was read first.
    first_run: Option<DateTime<Utc>>,
}

impl Service {
    /// Where an open mailbox stands; `None` if it was never read.
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
        let is_read = Cursor::reconcile(Some(cursor), opened) == Reconciled::Current;
        let mut lane = Lane::new((account, row.id), raw_name, row.role, cursor, opened);
        (lane.last_read_at, lane.failing_since) = (row.last_read_at, row.failing_since);
        Ok(Some(Listening { is_read, lane, first_run: tx.first_run_of(account).await? }))
    }

    /// Reads what is new in the one mailbox that `reader` has open, on the spot. `false` if nothing
    /// is; what takes more care is left to the pass that follows.
    pub(in crate::service) async fn glance(
        &self,
        reader: &mut Reader,
        Listening { lane, first_run, is_read }: &mut Listening,
    ) -> anyhow::Result<bool> {
        if !*is_read {
            return Ok(true);
        }
        let next_uid = lane.cursor.next_uid;
        let last = next_uid.saturating_add(AHEAD - 1);
        let Some(ahead) = UidRange::new(next_uid, last) else { return Ok(false) };
        reader.open = Some(lane.id);
        let headers = reader.headers(lane, ahead).await?;
        let (Some(first), Some(last)) = (headers.first(), headers.last()) else { return Ok(false) };
        let Some(covered) = UidRange::new(next_uid, last.uid) else { return Ok(false) };
        let without_gaps = usize::try_from(last.uid - next_uid).is_ok_and(|it| it < headers.len());
        if !without_gaps && reader.left_out(lane, covered, &headers).await?.is_some() {
            // The pass that follows reads with more care.
            return Ok(true);
        }
        lane.cursor.in_hand = UidRange::new(first.uid, last.uid);
        lane.uid_next = last.uid.saturating_add(1);
        self.record.store.note_cursor(lane.id, lane.cursor).await?;
        let mut batch = self.record.batch();
        for fetched in headers {
            self.take_one(reader, lane, fetched, &mut batch, *first_run).await?;
            if lane.halted.is_some() {
                break;
            }
        }
        self.commit_batch(&mut batch).await?;
        self.record.keep_reading(batch);
        Ok(true)
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
