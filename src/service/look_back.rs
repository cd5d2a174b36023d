//! Older mail of an employer that was recognised, or recorded by hand, after its mail had passed
//! by: searched for by person and domain in bounded windows, and read then.
//!
//! The surprising fact: what is found here tells who wrote what and when, and never closes or
//! re-opens anything; it lies before the application began.

use chrono::{DateTime, Utc};

use crate::domain::mailbox::{Role, UidRange};
use crate::imap::FetchedHeaders;

use super::Service;
use super::ingest::Arrival;
use super::watch::{Batch, Lane, Reader, SEARCH_SPAN};

/// Messages read for one application at the most, the youngest.
const MOST: usize = 200;

impl Service {
    /// Reads the older mail of every application that has not been looked back for.
    pub(super) async fn look_back(
        &self,
        reader: &mut Reader,
        lanes: &mut [Lane],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut tx = self.record.store.snapshot().await?;
        let wanted = tx.to_look_back(self.record.account).await?;
        drop(tx);
        for application in wanted {
            let mut tx = self.record.store.snapshot().await?;
            let case = self.record.load_case(&mut tx, application.clone(), now).await?;
            drop(tx);
            let contact = case.follow_up.contact.as_ref().map(|it| it.address.to_string());
            let Some(who) = application.employer.domain.clone().or(contact) else {
                self.looked_back(&case).await?;
                continue;
            };
            let mut found = Vec::new();
            for (index, lane) in lanes.iter().enumerate() {
                if !matches!(lane.role, Role::Junk | Role::Trash) {
                    let messages = self.search(reader, lane, &who, now).await?;
                    found.extend(messages.into_iter().map(|message| (index, message)));
                }
            }
            found.sort_by_key(|(_, message)| message.arrived_at);
            let too_many = found.len().saturating_sub(MOST);
            for (index, fetched) in found.into_iter().skip(too_many) {
                let Some(lane) = lanes.get(index) else { continue };
                let arrival = Arrival {
                    fetched: &fetched,
                    lane,
                    live: false,
                    looking_back: true,
                    by_headers_only: false,
                };
                self.record.ingest(reader, &arrival, &mut Batch::default()).await?;
            }
            self.looked_back(&case).await?;
        }
        Ok(())
    }

    async fn looked_back(&self, case: &super::record::Case) -> anyhow::Result<()> {
        let mut tx = self.record.store.begin().await?;
        tx.looked_back(case.application.id).await?;
        Ok(tx.commit().await?)
    }

    /// Headers of what was read before, from or to somebody, as far back as the first look goes.
    async fn search(
        &self,
        reader: &mut Reader,
        lane: &Lane,
        who: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<FetchedHeaders>> {
        reader.examine(lane).await?;
        let mut first = self.look_back_from(reader, lane.cursor.next_uid, now).await?;
        let mut found = Vec::new();
        while let Some(range) = UidRange::new(
            first,
            first.saturating_add(SEARCH_SPAN).min(lane.cursor.next_uid).saturating_sub(1),
        ) {
            let uids = reader.session.search_correspondent(range, who).await?;
            let too_many = uids.len().saturating_sub(MOST);
            for uid in uids.into_iter().skip(too_many) {
                if let Some(one) = UidRange::new(uid, uid) {
                    found.extend(reader.headers(lane, one).await?);
                }
            }
            first = range.last().saturating_add(1);
        }
        Ok(found)
    }
}
