//! What is tracked, kept up to date during a look and from one look to the next: a message must
//! not cost a reading of the whole record.
//!
//! The ledger only grows, so it is asked who has news since it was last read. What a look changes
//! beside it, a subject or a learned domain, it tells; what somebody else changes there shows in
//! the edge of the record, and everything is read anew.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::attribution::{Attribution, Strength, Tracked};
use crate::domain::event::Event;
use crate::domain::follow_up::FollowUp;
use crate::domain::ids::{AccountId, ApplicationId, MessageKey};
use crate::domain::subject::telling;
use crate::service::record::{Standing, tracked};
use crate::store::{ApplicationRow, Edge, StoreError, Tx};

/// The applications for the matching of messages, as they were at one place of the ledger.
#[derive(Default)]
pub(in crate::service) struct Tracking {
    /// Ascending by id.
    all: Vec<Tracked>,
    /// The same applications, as what a message means depends on them.
    states: BTreeMap<ApplicationId, (ApplicationRow, FollowUp)>,
    /// Where the record stood when it was read; `None` before the first reading.
    read_at: Option<Edge>,
    changed: BTreeSet<ApplicationId>,
}

impl Tracking {
    /// Every application as it is now.
    pub async fn now(&mut self, tx: &mut Tx, account: AccountId) -> Result<&[Tracked], StoreError> {
        let edge = tx.edge(account).await?;
        self.as_at(edge, tx, account).await
    }

    /// The same where it was just asked how far the record goes. What is read here may be younger
    /// than that; then it is read again the next time.
    pub async fn as_at(
        &mut self,
        edge: Edge,
        tx: &mut Tx,
        account: AccountId,
    ) -> Result<&[Tracked], StoreError> {
        match self.read_at {
            Some(read_at) if read_at.ties == edge.ties => {
                if edge.last_event > read_at.last_event {
                    let newer = tx.applications_with_events_after(account, read_at.last_event);
                    self.changed.extend(newer.await?);
                }
                for application in std::mem::take(&mut self.changed) {
                    self.read_again(tx, application).await?;
                }
            }
            Some(_) | None => self.read_all(tx, account).await?,
        }
        self.read_at = Some(edge);
        Ok(&self.all)
    }

    /// Every application as it was when that was asked last.
    pub fn all(&self) -> &[Tracked] {
        &self.all
    }

    /// One of them.
    pub fn standing(&self, id: ApplicationId) -> Option<Standing<'_>> {
        let (application, follow_up) = self.states.get(&id)?;
        Some(Standing { application, follow_up })
    }

    /// An application was opened by the transaction that read what is tracked before. Its ledger
    /// has this one entry.
    pub fn opened(&mut self, application: ApplicationRow, event: &Event) {
        if let Some(read_at) = &mut self.read_at {
            read_at.ties = read_at.ties.with_application(application.id);
        }
        self.put(application, FollowUp::replay(std::slice::from_ref(event)), BTreeSet::new());
    }

    /// A new message was tied to applications, by the transaction that read what is tracked before.
    pub fn tied(&mut self, key: MessageKey, to: &Attribution) {
        self.changed.extend(&to.applications);
        if let Some(read_at) = &mut self.read_at
            && to.strength != Strength::Weak
        {
            read_at.ties = read_at.ties.with_message(key, &to.applications);
        }
    }

    /// Their messages or employers were changed by `tx`, which read what is tracked before.
    pub async fn changed(
        &mut self,
        tx: &mut Tx,
        account: AccountId,
        applications: &[ApplicationId],
    ) -> Result<(), StoreError> {
        self.changed.extend(applications);
        if let Some(read_at) = &mut self.read_at {
            read_at.ties = tx.edge(account).await?.ties;
        }
        Ok(())
    }

    async fn read_all(&mut self, tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
        let mut ledgers = tx.load_all_events(account).await?;
        let mut subjects = tx.subjects(account).await?;
        self.all.clear();
        self.states.clear();
        self.changed.clear();
        for row in tx.load_applications(account).await? {
            let events = ledgers.remove(&row.id).unwrap_or_default();
            let subjects = telling_ones(subjects.remove(&row.id).unwrap_or_default());
            self.put(row, FollowUp::replay(&events), subjects);
        }
        Ok(())
    }

    /// Reads one again, with every other application to the same employer: a domain that was
    /// learned holds for them all.
    async fn read_again(&mut self, tx: &mut Tx, id: ApplicationId) -> Result<(), StoreError> {
        let rows = tx.load_applications_beside(id).await?;
        if rows.is_empty() {
            self.all.retain(|known| known.id != id);
            self.states.remove(&id);
        }
        for row in rows {
            let events = tx.load_events(row.id).await?;
            let subjects = telling_ones(tx.subjects_of(row.id).await?);
            self.put(row, FollowUp::replay(&events), subjects);
        }
        Ok(())
    }

    fn put(&mut self, row: ApplicationRow, follow_up: FollowUp, subjects: BTreeSet<String>) {
        let mut read = tracked(&row, &follow_up);
        read.subjects = subjects;
        match self.all.binary_search_by_key(&row.id, |known| known.id) {
            Ok(at) => self.all.splice(at..=at, [read]).for_each(drop),
            Err(at) => self.all.insert(at, read),
        }
        self.states.insert(row.id, (row, follow_up));
    }
}

fn telling_ones(subjects: Vec<String>) -> BTreeSet<String> {
    subjects.iter().filter_map(|subject| telling(subject)).collect()
}

#[cfg(test)]
mod tests;
