//! Mail of employers that were recognised, or recorded by hand, after their mail had passed by:
//! searched for by domain (or name) and person in bounded windows, for several employers at once,
//! and read then.
//!
//! The surprising fact: what lies before the application began tells who wrote what and when, and
//! never closes or re-opens anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::attribution::name_to_look_for;
use crate::domain::ids::{ApplicationId, MailboxId};
use crate::domain::mailbox::{SearchSpan, UidRange};
use crate::imap::{FetchedHeaders, MOST_CORRESPONDENTS};

use super::ingest::{Arrival, Tracking};
use super::record::Case;
use super::watch::{Batch, Lane, Reader, TRIES, is_of_this_message, left_out_of_an_answer};
use super::{Record, Service};

/// Messages read for one search at the most, the youngest.
const MOST: usize = 1_000;

impl Service {
    /// Reads the other mail of every application that has not been looked back for in one of these
    /// mailboxes. One that cannot be read now, or is not read to the end, is searched in a later look.
    pub(super) async fn look_back(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let open = lanes.iter().filter(|lane| lane.halted.is_none());
        let open: Vec<MailboxId> = open.map(|lane| lane.id).collect();
        let (missing, cases) = self.record.to_look_back(&open, now).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let whom: BTreeSet<String> = cases.iter().flat_map(correspondents).collect();
        let whom: Vec<&str> = whom.iter().map(String::as_str).collect();
        let mut begins = BTreeMap::new();
        for lane in lanes.iter_mut().filter(|lane| missing.contains_key(&lane.id)) {
            let begin = self.begin_of(reader, lane, now).await;
            begins.extend(lane.or_halt(reader, begin).await?.map(|first| (lane.id, first)));
        }
        for some in whom.chunks(MOST_CORRESPONDENTS) {
            self.look_back_for(reader, lanes, &begins, some).await?;
        }
        let mut tx = self.record.store.begin().await?;
        for lane in lanes.iter().filter(|lane| lane.halted.is_none()) {
            for application in missing.get(&lane.id).into_iter().flatten() {
                tx.looked_back(lane.id, *application).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Where the search of a mailbox begins: as far back as the first look goes.
    async fn begin_of(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        now: DateTime<Utc>,
    ) -> anyhow::Result<u32> {
        reader.examine(lane).await?;
        self.look_back_from(reader, (lane.cursor.next_uid, lane.exists), now).await
    }

    async fn look_back_for(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        begins: &BTreeMap<MailboxId, u32>,
        whom: &[&str],
    ) -> anyhow::Result<()> {
        let mut found = Vec::new();
        for lane in lanes.iter_mut().filter(|lane| lane.halted.is_none()) {
            let Some(first) = begins.get(&lane.id) else { continue };
            let messages = self.search(reader, lane, whom, *first).await;
            let messages = lane.or_halt(reader, messages).await?.unwrap_or_default();
            found.extend(messages.into_iter().map(|message| (lane.id, message)));
        }
        found.sort_by_key(|(_, message)| message.arrived_at);
        let too_many = found.len().saturating_sub(MOST);
        let mut batch = Batch::default();
        for (mailbox, fetched) in found.into_iter().skip(too_many) {
            self.goes_on()?;
            if let Some(lane) = lanes.iter_mut().find(|lane| lane.id == mailbox)
                && lane.halted.is_none()
            {
                self.take_late(reader, lane, &fetched, &mut batch).await?;
            }
        }
        self.commit_batch(&mut batch).await
    }

    /// Takes in a message that passed by. If it cannot be had, the mailbox rests until the next look;
    /// at the third try the message is taken by its headers alone, and the user is told.
    async fn take_late(
        &self,
        reader: &mut Reader,
        lane: &mut Lane,
        fetched: &FetchedHeaders,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        let (live, by_headers_only) = (false, false);
        let mut arrival = Arrival { fetched, lane, live, looking_back: true, by_headers_only };
        let Err(error) = self.record.ingest(reader, &arrival, batch).await else { return Ok(()) };
        if !is_of_this_message(&error) {
            return Err(error);
        }
        batch.tracking = Tracking::default();
        let now = self.record.clock.now();
        let busy = arrival.lane.is_kept_by_a_busy_server(&error, now);
        reader.recover().await?;
        if !busy && self.record.count_try(arrival.lane, fetched.uid).await? >= TRIES {
            return self.take_what_is_left(reader, &mut arrival, batch).await;
        }
        lane.halt(reader, &format!("a message cannot be read now: {error:#}")).await
    }

    /// Headers of what was read before, from or to somebody, from a UID on.
    async fn search(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        whom: &[&str],
        mut first: u32,
    ) -> anyhow::Result<Vec<FetchedHeaders>> {
        reader.examine(lane).await?;
        let mut uids = Vec::new();
        let mut span = SearchSpan::new(lane.exists);
        while let Some(range) = UidRange::new(
            first,
            first.saturating_add(span.size()).min(lane.cursor.next_uid).saturating_sub(1),
        ) {
            self.goes_on()?;
            let found = reader.session.search_correspondents(range, whom).await?;
            span = span.after(found.len());
            uids.extend(found);
            uids.drain(..uids.len().saturating_sub(MOST));
            first = range.last().saturating_add(1);
        }
        let headers = reader.headers_of(lane, &uids).await?;
        self.count_left_out(reader, lane, &uids, &headers).await?;
        Ok(headers)
    }

    /// An error if headers did not come of a message that is there. At the third try the others are
    /// read without it, and the user is told.
    async fn count_left_out(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        uids: &[u32],
        headers: &[FetchedHeaders],
    ) -> anyhow::Result<()> {
        let came: BTreeSet<u32> = headers.iter().map(|it| it.uid).collect();
        let mut wanted = None;
        for uid in uids.iter().copied().filter(|uid| !came.contains(uid)) {
            if !reader.has(lane, uid).await? {
                continue;
            }
            if self.record.count_try(lane, uid).await? < TRIES {
                wanted = Some(uid);
            } else {
                self.record.tell_unreadable(lane, uid).await?;
            }
        }
        wanted.map_or(Ok(()), |uid| Err(left_out_of_an_answer(uid).into()))
    }
}

impl Record {
    /// What is missing in which of these mailboxes, and the applications it is missing for.
    async fn to_look_back(
        &self,
        mailboxes: &[MailboxId],
        now: DateTime<Utc>,
    ) -> anyhow::Result<(BTreeMap<MailboxId, BTreeSet<ApplicationId>>, Vec<Case>)> {
        let mut tx = self.store.snapshot().await?;
        let missing = tx.to_look_back(self.account, mailboxes).await?;
        let mut cases = Vec::new();
        for application in missing.values().flatten().copied().collect::<BTreeSet<_>>() {
            cases.extend(self.case_of(&mut tx, application, now).await?);
        }
        Ok((missing, cases))
    }
}

/// The employer's domain, and people known there who write from elsewhere. Without a domain the
/// name: an applicant system puts it in front of its own address.
fn correspondents(case: &Case) -> Vec<String> {
    let tracked = case.tracked();
    let elsewhere = tracked.people.iter().filter(|person| {
        tracked.domain.is_none() || person.registrable_domain() != tracked.domain.as_deref()
    });
    let name = name_to_look_for(&tracked.employer).filter(|name| name.is_ascii());
    let known_as = tracked.domain.clone().or(name);
    known_as.into_iter().chain(elsewhere.map(ToString::to_string)).collect()
}
