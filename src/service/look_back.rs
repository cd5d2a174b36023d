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
use crate::domain::mailbox::UidRange;
use crate::imap::{FetchedHeaders, MOST_CORRESPONDENTS};

use super::ingest::Arrival;
use super::record::Case;
use super::watch::{Batch, Lane, Reader, SEARCH_SPAN, is_of_this_message};
use super::{Record, Service};

/// Messages read for one search at the most, the youngest.
const MOST: usize = 1_000;

impl Service {
    /// Reads the other mail of every application that has not been looked back for in one of these
    /// mailboxes. One that cannot be read now is searched in a later look.
    pub(super) async fn look_back(
        &self,
        reader: &mut Reader,
        lanes: &[Lane],
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
        let lanes: Vec<&Lane> =
            lanes.iter().filter(|lane| missing.contains_key(&lane.id)).collect();
        let mut begins = BTreeMap::new();
        for lane in lanes.iter().copied() {
            reader.examine(lane).await?;
            begins.insert(lane.id, self.look_back_from(reader, lane.cursor.next_uid, now).await?);
        }
        for some in whom.chunks(MOST_CORRESPONDENTS) {
            self.look_back_for(reader, &lanes, &begins, some).await?;
        }
        let mut tx = self.record.store.begin().await?;
        for (mailbox, applications) in missing {
            for application in applications {
                tx.looked_back(mailbox, application).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn look_back_for(
        &self,
        reader: &mut Reader,
        lanes: &[&Lane],
        begins: &BTreeMap<MailboxId, u32>,
        whom: &[&str],
    ) -> anyhow::Result<()> {
        let mut found = Vec::new();
        for lane in lanes.iter().copied() {
            let Some(first) = begins.get(&lane.id) else { continue };
            let messages = Self::search(reader, lane, whom, *first).await?;
            found.extend(messages.into_iter().map(|message| (lane, message)));
        }
        found.sort_by_key(|(_, message)| message.arrived_at);
        let too_many = found.len().saturating_sub(MOST);
        let mut batch = Batch::default();
        for (lane, fetched) in found.into_iter().skip(too_many) {
            anyhow::ensure!(!self.stop.is_cancelled(), "stopped while looking back");
            let mut arrival = Arrival {
                fetched: &fetched,
                lane,
                live: false,
                looking_back: true,
                by_headers_only: false,
            };
            let Err(error) = self.record.ingest(reader, &arrival, &mut batch).await else {
                continue;
            };
            if !is_of_this_message(&error) {
                return Err(error);
            }
            reader.recover().await?;
            self.take_what_is_left(reader, &mut arrival, &mut batch).await?;
        }
        self.commit_batch(&mut batch).await
    }

    /// Headers of what was read before, from or to somebody, from a UID on: as far back as the first
    /// look goes.
    async fn search(
        reader: &mut Reader,
        lane: &Lane,
        whom: &[&str],
        mut first: u32,
    ) -> anyhow::Result<Vec<FetchedHeaders>> {
        reader.examine(lane).await?;
        let mut uids = Vec::new();
        while let Some(range) = UidRange::new(
            first,
            first.saturating_add(SEARCH_SPAN).min(lane.cursor.next_uid).saturating_sub(1),
        ) {
            uids.extend(reader.session.search_correspondents(range, whom).await?);
            uids.drain(..uids.len().saturating_sub(MOST));
            first = range.last().saturating_add(1);
        }
        let found = reader.headers_of(lane, &uids).await?;
        Ok(found)
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
