//! Taking messages in one by one, across all mailboxes of all accounts, each with the cursor that
//! covers it.
//!
//! The surprising fact: a message that could not be taken puts the cursor back before it, also in
//! what is committed next: other accounts are read on, and their commits must not skip it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::MailboxId;
use crate::domain::mailbox::Role;
use crate::imap::FetchedHeaders;
use crate::service::ingest::{Arrival, Tracking};
use crate::service::{Record, Service};

use super::lane::{TRIES, is_of_this_message};
use super::visit::Visit;
use super::{BATCH, Batch, Lane, Reader, order};

impl Service {
    /// Takes messages one by one, always the oldest at the head of a mailbox that answers nothing
    /// which still waits in another, in whatever account.
    pub(super) async fn take_in(&self, visits: &mut [Visit<'_>]) -> anyhow::Result<()> {
        let mut batch = self.record.batch();
        loop {
            self.goes_on()?;
            for visit in visits.iter_mut() {
                visit.refill(self).await;
            }
            let Some(next) = next_of(visits) else { break };
            for visit in visits.iter_mut() {
                self.take_from(visit, next, &mut batch).await;
            }
            if batch.taken >= BATCH {
                self.commit_batch(&mut batch).await?;
            }
        }
        self.commit_batch(&mut batch).await?;
        self.record.keep_reading(batch);
        Ok(())
    }

    /// Takes in the next message of a mailbox, if it is one of this account.
    async fn take_from(&self, visit: &mut Visit<'_>, mailbox: MailboxId, batch: &mut Batch) {
        let Visit { reader, lanes, first_run, taken, lost, .. } = visit;
        let Some(lane) = lanes.iter_mut().find(|lane| lane.id == mailbox) else { return };
        let Some(queued) = lane.waiting.pop_front() else { return };
        *taken += 1;
        *lost = self.take_one(reader, lane, queued.fetched, batch, *first_run).await.err();
        if lost.is_some() {
            // What was read of the record may have been undone.
            batch.tracking = Tracking::default();
        }
    }

    /// Takes in one message. If its body cannot be had, or the record refuses what it says, the
    /// mailbox rests until the next look; at the third try the message is taken by its headers
    /// alone, and the user is told. After an error it was not taken.
    pub(super) async fn take_one(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        fetched: FetchedHeaders,
        batch: &mut Batch,
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<()> {
        let live = fetched.uid >= lane.cursor.live_from
            || first_run.is_some_and(|first| self.record.came_after(&fetched, first));
        let before = lane.cursor;
        let after = before.after(fetched.uid);
        lane.cursor = after;
        batch.cursors.insert(lane.id, after);
        batch.taken += 1;
        // What lies in the others may have been put there, and dated, by a program of the user.
        if live && !matches!(lane.role, Role::Sent | Role::Drafts) {
            batch.hear_time(fetched.arrived_at, self.record.clock.now());
        }
        let by_headers_only = lane.tries_of(fetched.uid) >= TRIES;
        let mut arrival =
            Arrival { fetched: &fetched, lane, live, looking_back: false, by_headers_only };
        let Err(error) = self.record.ingest(reader, &arrival, batch).await else {
            return self.record.tell_if_unreadable(&arrival).await;
        };
        batch.cursors.insert(arrival.lane.id, before);
        if !is_of_this_message(&error) {
            return Err(error);
        }
        batch.tracking = Tracking::default();
        let now = self.record.clock.now();
        let busy = arrival.lane.is_kept_by_a_busy_server(&error, now);
        reader.recover().await?;
        if busy {
            self.record.give_back_try(arrival.lane, fetched.uid).await?;
        } else if self.record.tries_by_now(arrival.lane, fetched.uid).await? >= TRIES {
            batch.cursors.insert(arrival.lane.id, after);
            let taken = self.take_what_is_left(reader, &mut arrival, batch).await;
            if taken.is_err() {
                batch.cursors.insert(arrival.lane.id, before);
            }
            return taken;
        }
        lane.cursor = before;
        lane.halted = Some(format!("a message cannot be read now: {error:#}"));
        Ok(())
    }

    /// What is left of a message that made trouble once too often: what its headers say, if the
    /// record takes that. The user is told to look there.
    pub(in crate::service) async fn take_what_is_left(
        &self,
        reader: &mut Reader,
        arrival: &mut Arrival<'_>,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        batch.tracking = Tracking::default();
        arrival.by_headers_only = true;
        if let Err(error) = self.record.ingest(reader, arrival, batch).await {
            if !is_of_this_message(&error) {
                return Err(error);
            }
            batch.tracking = Tracking::default();
        }
        self.record.tell_if_unreadable(arrival).await
    }
}

impl Record {
    /// The user is told of a message of which only the headers were read.
    pub(super) async fn tell_if_unreadable(&self, arrival: &Arrival<'_>) -> anyhow::Result<()> {
        if arrival.by_headers_only {
            self.tell_unreadable(arrival.lane, arrival.fetched.uid).await?;
        }
        Ok(())
    }
}

impl Batch {
    /// Hears from a server what time it is. A time that is far ahead of ours is a mistake of
    /// whoever put the message there.
    fn hear_time(&mut self, arrived_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        let likely = arrived_at.filter(|at| *at <= now + TimeDelta::days(1));
        self.server_time = self.server_time.max(likely);
    }
}

/// The mailbox from which the next message is taken.
fn next_of(visits: &[Visit<'_>]) -> Option<MailboxId> {
    let open: Vec<&Lane> = visits.iter().flat_map(Visit::open_lanes).collect();
    order::next(&open)
}
