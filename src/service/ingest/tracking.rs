//! What is tracked, kept up to date during a look: a message of the past must not cost a reading
//! of the whole record.
//!
//! The ledger only grows, so it is asked who has news since it was last read. What changes beside
//! it, a subject or a learned domain, is told by whoever changed it.

use std::collections::BTreeSet;

use crate::domain::attribution::Tracked;
use crate::domain::follow_up::FollowUp;
use crate::domain::ids::{AccountId, ApplicationId, EventId};
use crate::domain::subject::telling;
use crate::service::record::tracked;
use crate::store::{StoreError, Tx};

/// The applications for the matching of messages, as they were at one place of the ledger.
#[derive(Default)]
pub(in crate::service) struct Tracking {
    /// Ascending by id.
    all: Vec<Tracked>,
    /// The last event that was read; `None` before the first reading.
    read_to: Option<EventId>,
    changed: BTreeSet<ApplicationId>,
}

impl Tracking {
    /// Every application as it is now.
    pub async fn now(&mut self, tx: &mut Tx, account: AccountId) -> Result<&[Tracked], StoreError> {
        let end = tx.last_event(account).await?;
        match self.read_to {
            None => self.read_all(tx, account).await?,
            Some(read_to) => {
                if end > read_to {
                    self.changed.extend(tx.applications_with_events_after(account, read_to).await?);
                }
                for application in std::mem::take(&mut self.changed) {
                    self.read_again(tx, application).await?;
                }
            }
        }
        self.read_to = Some(end);
        Ok(&self.all)
    }

    /// Their messages or employers changed.
    pub fn changed(&mut self, applications: &[ApplicationId]) {
        self.changed.extend(applications);
    }

    async fn read_all(&mut self, tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
        let mut ledgers = tx.load_all_events(account).await?;
        let mut subjects = tx.subjects(account).await?;
        self.all.clear();
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
