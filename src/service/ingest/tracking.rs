//! What is tracked, kept up to date during a look and from one look to the next: a message must
//! not cost a reading of the whole record.
//!
//! The ledger only grows, so it is asked who has news since it was last read. What a look changes
//! beside it, a subject or a learned domain, it tells; what somebody else changes there shows in
//! the edge of the record, and everything is read anew.

use std::collections::BTreeSet;

use crate::domain::attribution::Tracked;
use crate::domain::follow_up::FollowUp;
use crate::domain::ids::{AccountId, ApplicationId};
use crate::domain::subject::telling;
use crate::service::record::tracked;
use crate::store::{Edge, StoreError, Tx};

/// The applications for the matching of messages, as they were at one place of the ledger.
#[derive(Default)]
pub(in crate::service) struct Tracking {
    /// Ascending by id.
    all: Vec<Tracked>,
    /// Where the record stood when it was read; `None` before the first reading.
    read_at: Option<Edge>,
    changed: BTreeSet<ApplicationId>,
}

impl Tracking {
    /// Every application as it is now.
    pub async fn now(&mut self, tx: &mut Tx, account: AccountId) -> Result<&[Tracked], StoreError> {
        let edge = tx.edge(account).await?;
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
        self.changed.clear();
        for row in tx.load_applications(account).await? {
            let events = ledgers.remove(&row.id).unwrap_or_default();
            let mut read = tracked(&row, &FollowUp::replay(&events));
            read.subjects = telling_ones(subjects.remove(&row.id).unwrap_or_default());
            self.all.push(read);
        }
        Ok(())
    }

    /// Reads one again, with every other application to the same employer: a domain that was
    /// learned holds for them all.
    async fn read_again(&mut self, tx: &mut Tx, id: ApplicationId) -> Result<(), StoreError> {
        let rows = tx.load_applications_beside(id).await?;
        if rows.is_empty() {
            self.all.retain(|known| known.id != id);
        }
        for row in rows {
            let events = tx.load_events(row.id).await?;
            let mut read = tracked(&row, &FollowUp::replay(&events));
            read.subjects = telling_ones(tx.subjects_of(row.id).await?);
            match self.all.binary_search_by_key(&row.id, |known| known.id) {
                Ok(at) => self.all.splice(at..=at, [read]).for_each(drop),
                Err(at) => self.all.insert(at, read),
            }
        }
        Ok(())
    }
}

fn telling_ones(subjects: Vec<String>) -> BTreeSet<String> {
    subjects.iter().filter_map(|subject| telling(subject)).collect()
}
