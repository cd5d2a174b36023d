//! The look back, second part: reading what the headers gave a reason to read, in portions from
//! the newest to the oldest. Within a portion the order is that of time, so that an answer comes
//! after what it answers.
//!
//! A try is counted before it is made, so a message that ends the process is read alone the next
//! time, and by its headers only after its third try.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::MailboxId;
use crate::imap::{FetchedHeaders, ImapError};
use crate::service::Service;
use crate::service::ingest::Arrival;
use crate::store::Waiting;

use super::lane::{TRIES, is_of_this_message, is_refused_by_the_record};
use super::{Batch, Lane, Reader};

/// Messages of one portion.
const PORTION: u32 = 500;
/// After so many of them the progress is told.
const TOLD_EVERY: usize = 20;

impl Service {
    /// Reads everything on the list that lies in a mailbox which can be read now.
    pub(super) async fn read_backlog(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<()> {
        while !reader.meter.rests() {
            let open: Vec<MailboxId> =
                lanes.iter().filter(|lane| lane.halted.is_none()).map(|lane| lane.id).collect();
            let mut tx = self.record.store.begin().await?;
            let portion = tx.newest_of_backlog(reader.account, &open, PORTION).await?;
            if portion.is_empty() {
                return Ok(());
            }
            let places: Vec<_> = portion.iter().map(|it| it.location).collect();
            tx.count_backlog_tries(&places).await?;
            tx.commit().await?;
            self.progress.send_modify(|progress| progress.will_read(portion.len()));
            let more = self.read_portion(reader, lanes, &portion, first_run).await?;
            self.note_fetched(reader).await?;
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }

    /// `false` if nothing more can be read in this look.
    async fn read_portion(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        portion: &[Waiting],
        first_run: Option<DateTime<Utc>>,
    ) -> anyhow::Result<bool> {
        let mut batch = Batch::default();
        let fetched = match self.headers_of(reader, lanes, portion).await {
            Ok(fetched) => fetched,
            Err((lane, error)) => {
                let Some(lane) = lanes.iter_mut().find(|it| it.id == lane) else {
                    return Ok(false);
                };
                return self.without_headers(reader, lane, portion, &error).await;
            }
        };
        let mut all_came = true;
        for (done, waiting) in portion.iter().enumerate() {
            if let Err(stopped) = self.goes_on() {
                self.commit_batch(&mut batch).await?;
                self.give_back(portion.get(done..).unwrap_or_default()).await?;
                return Err(stopped);
            }
            let location = waiting.location;
            batch.done.push(location);
            let lane = lanes.iter_mut().find(|lane| lane.id == location.mailbox);
            let Some(lane) = lane else { continue };
            let Some(fetched) = fetched.get(&(location.mailbox, location.uid)) else {
                if !self.is_given_up(reader, lane, waiting).await? {
                    batch.done.pop();
                    all_came = false;
                }
                continue;
            };
            if let Err(error) =
                self.read_one(reader, lane, waiting, fetched, first_run, &mut batch).await?
            {
                batch.done.retain(|place| *place != location);
                self.commit_batch(&mut batch).await?;
                let now = self.record.clock.now();
                let busy = lane.is_kept_by_a_busy_server(&error, now);
                let tried = if busy { done } else { done + 1 };
                self.give_back(portion.get(tried..).unwrap_or_default()).await?;
                lane.halt(reader, &error).await?;
                return Ok(false);
            }
            if done % TOLD_EVERY == TOLD_EVERY - 1 {
                self.tell_progress(TOLD_EVERY).await?;
            }
        }
        self.commit_batch(&mut batch).await?;
        self.tell_progress(portion.len() % TOLD_EVERY).await?;
        Ok(all_came)
    }

    /// Whether a message whose headers did not come goes off the list: it is gone, or was tried often
    /// enough, and then the user is told.
    async fn is_given_up(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        waiting: &Waiting,
    ) -> anyhow::Result<bool> {
        let place = waiting.location;
        if place.uid_validity != lane.cursor.uid_validity {
            return Ok(true);
        }
        match reader.has(lane, place.uid).await {
            Ok(false) => return Ok(true),
            Ok(true) => {}
            Err(error) => {
                tracing::debug!("whether a message is there is not known: {error}");
                reader.recover().await?;
            }
        }
        if waiting.tries >= TRIES {
            self.record.tell_unreadable(lane, place.uid).await?;
        }
        Ok(waiting.tries >= TRIES)
    }

    async fn tell_progress(&self, read: usize) -> anyhow::Result<()> {
        let mut tx = self.record.store.snapshot().await?;
        let applications = tx.count_applications(self.record.account).await?;
        self.progress.send_modify(|progress| progress.read_some(read, applications));
        Ok(())
    }

    /// The inner error is of this message: it stays on the list.
    async fn read_one(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        waiting: &Waiting,
        fetched: &FetchedHeaders,
        first_run: Option<DateTime<Utc>>,
        batch: &mut Batch,
    ) -> anyhow::Result<anyhow::Result<()>> {
        let live = first_run.is_some_and(|first| self.record.came_after(fetched, first));
        let by_headers_only = waiting.tries >= TRIES;
        let mut arrival = Arrival { fetched, lane, live, looking_back: false, by_headers_only };
        let Err(error) = self.record.ingest(reader, &arrival, batch).await else {
            return self.record.tell_if_unreadable(&arrival).await.map(Ok);
        };
        if !is_of_this_message(&error) {
            return Err(error);
        }
        // This try was counted before it was made, after what is in `waiting`.
        if is_refused_by_the_record(&error) && waiting.tries.saturating_add(1) >= TRIES {
            return self.take_what_is_left(reader, &mut arrival, batch).await.map(Ok);
        }
        Ok(Err(error))
    }

    /// The headers of a portion could not be had. Each of its messages comes alone from now on,
    /// unless the server was only busy; one that was alone three times goes off the list. `true` if
    /// the others can be read on.
    async fn without_headers(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        portion: &[Waiting],
        error: &ImapError,
    ) -> anyhow::Result<bool> {
        if lane.is_for_later(error, self.record.clock.now()) {
            self.give_back(portion).await?;
        } else if let [one] = portion
            && one.tries >= TRIES
        {
            reader.recover().await?;
            self.record.tell_unreadable(lane, one.location.uid).await?;
            let done = vec![one.location];
            self.commit_batch(&mut Batch { done, ..Batch::default() }).await?;
            return Ok(true);
        }
        lane.halt(reader, error).await?;
        Ok(false)
    }

    /// The headers of a portion; an error names the mailbox in which it happened.
    async fn headers_of(
        &self,
        reader: &mut Reader,
        lanes: &[Lane],
        portion: &[Waiting],
    ) -> Result<BTreeMap<(MailboxId, u32), FetchedHeaders>, (MailboxId, ImapError)> {
        let mut found = BTreeMap::new();
        for lane in lanes {
            let here = portion.iter().map(|it| it.location).filter(|place| {
                place.mailbox == lane.id && place.uid_validity == lane.cursor.uid_validity
            });
            let uids: Vec<u32> = here.map(|place| place.uid).collect();
            if uids.is_empty() {
                continue;
            }
            let fetched = reader.headers_of(lane, &uids).await.map_err(|e| (lane.id, e))?;
            found.extend(fetched.into_iter().map(|it| ((lane.id, it.uid), it)));
        }
        Ok(found)
    }

    /// These were not begun.
    async fn give_back(&self, portion: &[Waiting]) -> anyhow::Result<()> {
        let places: Vec<_> = portion.iter().map(|it| it.location).collect();
        let mut tx = self.record.store.begin().await?;
        tx.give_back_backlog_tries(&places).await?;
        tx.commit().await?;
        Ok(())
    }
}
