//! A look at one mailbox on the connection that heard of news in it, so that what arrived is
//! recorded at once. It decides nothing; the pass that follows does.

use anyhow::Context as _;

use crate::domain::ids::AccountId;
use crate::domain::mailbox::{Cursor, Opened, Reconciled, UidRange};
use crate::service::Service;
use crate::store::MailboxRow;

use super::{Lane, Reader};

/// UIDs that are asked for at once. If more has come, the pass that follows reads it.
const AHEAD: u32 = 500;

impl Service {
    /// Whether there is something in an open mailbox that was not read, or its numbers are new.
    pub(in crate::service) async fn is_behind(
        &self,
        account: AccountId,
        raw_name: &str,
        opened: Opened,
    ) -> anyhow::Result<bool> {
        let known = self.record.mailboxes_of(account).await?;
        let cursor = named(known, raw_name).and_then(|row| row.cursor);
        Ok(cursor.is_none_or(|it| Cursor::reconcile(Some(it), opened) != Reconciled::Current))
    }

    /// Reads what is new in the one mailbox that `reader` has open, on the spot.
    pub(in crate::service) async fn glance(
        &self,
        reader: &mut Reader,
        raw_name: &str,
        opened: Opened,
    ) -> anyhow::Result<usize> {
        let mut tx = self.record.store.snapshot().await?;
        let row = named(tx.load_mailboxes(reader.account).await?, raw_name);
        let first_run = tx.first_run_of(reader.account).await?;
        drop(tx);
        let row = row.context("A mailbox that is listened to was read")?;
        let cursor = row.cursor.context("A mailbox that was read has a cursor")?;
        reader.open = Some(row.id);
        let mut lane = Lane::new((row.account, row.id), raw_name, row.role, cursor, opened);
        (lane.last_read_at, lane.failing_since) = (row.last_read_at, row.failing_since);
        let last = cursor.next_uid.saturating_add(AHEAD - 1);
        let Some(ahead) = UidRange::new(cursor.next_uid, last) else { return Ok(0) };
        let headers = reader.headers(&lane, ahead).await?;
        let (Some(first), Some(last)) = (headers.first(), headers.last()) else { return Ok(0) };
        let Some(covered) = UidRange::new(cursor.next_uid, last.uid) else { return Ok(0) };
        let without_gaps =
            usize::try_from(last.uid - cursor.next_uid).is_ok_and(|it| it < headers.len());
        if !without_gaps && reader.left_out(&lane, covered, &headers).await?.is_some() {
            // The pass that follows reads with more care.
            return Ok(headers.len());
        }
        lane.cursor.in_hand = UidRange::new(first.uid, last.uid);
        lane.uid_next = last.uid.saturating_add(1);
        let mut tx = self.record.store.begin_relaxed().await?;
        tx.set_cursor(lane.id, lane.cursor).await?;
        tx.commit().await?;
        let read = headers.len();
        let mut batch = self.record.batch();
        for fetched in headers {
            self.take_one(reader, &mut lane, fetched, &mut batch, first_run).await?;
            if lane.halted.is_some() {
                break;
            }
        }
        self.commit_batch(&mut batch).await?;
        self.record.keep_reading(batch);
        if lane.halted.is_none() {
            let mut tx = self.record.store.begin_relaxed().await?;
            tx.set_cursor(lane.id, Cursor { in_hand: None, ..lane.cursor }).await?;
            tx.commit().await?;
        }
        Ok(read)
    }
}

fn named(known: Vec<MailboxRow>, raw_name: &str) -> Option<MailboxRow> {
    known.into_iter().find(|row| row.name == raw_name)
}
