//! The last look before a message goes, in every mailbox that is not watched: an answer that a
//! filter filed away, a message that the user moved, an unsent draft to the same person. What is found goes through the same door as all mail.

use chrono::{DateTime, Utc};

use crate::domain::draft::DraftState;
use crate::domain::event::Fact;
use crate::domain::ids::DraftId;
use crate::domain::mailbox::{Cursor, Opened, Role, UidRange};
use crate::imap::Listed;

use super::Service;
use super::ingest::Arrival;
use super::letters::Unsent;
use super::obey::OPEN;
use super::record::Case;
use super::watch::{Batch, Lane, Reader};

/// The youngest messages of a mailbox that are searched.
const YOUNGEST: u32 = 2_000;
/// Messages of one mailbox that are read at the most, the youngest.
const MOST: usize = 20;

impl Service {
    /// Looks everywhere else for mail with the employer of a draft. An error means that some
    /// mailbox could not be searched: then nothing may be sent.
    pub(super) async fn look_elsewhere(&self, draft: DraftId) -> anyhow::Result<()> {
        let now = self.record.clock.now();
        let mut tx = self.record.store.snapshot().await?;
        let Some(row) = tx.load_draft(draft).await? else { return Ok(()) };
        let Some(case) = self.record.case_of(&mut tx, row.draft.application, now).await? else {
            return Ok(());
        };
        drop(tx);
        let domain = case.application.employer.domain.clone();
        let who = domain.unwrap_or_else(|| row.draft.to.address.to_string());
        let mut reader = Reader::connect(&self.imap).await?;
        let listed = reader.session.list().await?;
        for mailbox in self.mailboxes_elsewhere(&listed, reader.is_gmail()) {
            self.search_in(&mut reader, mailbox, &who, &case, now).await?;
        }
        reader.session.logout().await;
        Ok(())
    }

    async fn search_in(
        &self,
        reader: &mut Reader,
        mailbox: &Listed,
        who: &str,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let lane = self.passing_lane(reader, mailbox).await?;
        let first = lane.uid_next.saturating_sub(YOUNGEST).max(1);
        let Some(range) = UidRange::new(first, lane.uid_next.saturating_sub(1)) else {
            return Ok(());
        };
        let uids = reader.session.search_correspondents(range, &[who]).await?;
        let first_run = self.record.first_run().await?;
        for uid in uids.iter().rev().take(MOST).rev() {
            let Some(one) = UidRange::new(*uid, *uid) else { continue };
            for fetched in reader.headers(&lane, one).await? {
                if lane.role == Role::Drafts || fetched.draft {
                    self.hold_for_own_draft(case, mailbox, now).await?;
                    continue;
                }
                let live = first_run.is_some_and(|first| self.record.came_after(&fetched, first));
                let arrival = Arrival {
                    fetched: &fetched,
                    lane: &lane,
                    live,
                    looking_back: !live,
                    by_headers_only: false,
                };
                self.record.ingest(reader, &arrival, &mut Batch::default()).await?;
            }
        }
        Ok(())
    }

    /// A mailbox that is only searched: its cursor is not kept.
    async fn passing_lane(&self, reader: &mut Reader, mailbox: &Listed) -> anyhow::Result<Lane> {
        let opened: Opened = reader.session.examine(&mailbox.raw_name).await?;
        let role = self.role_of(mailbox);
        let record = &self.record;
        let mut tx = record.store.begin().await?;
        let id = tx
            .ensure_mailbox(record.account, &mailbox.raw_name, &mailbox.display_name, role)
            .await?;
        tx.commit().await?;
        reader.open = Some(id);
        let uid_validity = opened.uid_validity;
        let cursor = Cursor { uid_validity, next_uid: 1, live_from: 1, past: None, in_hand: None };
        Ok(Lane::new(id, &mailbox.raw_name, role, cursor, opened))
    }

    async fn hold_for_own_draft(
        &self,
        case: &Case,
        mailbox: &Listed,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(open) = &case.follow_up.draft else { return Ok(()) };
        let mut tx = self.record.store.begin().await?;
        if tx.move_draft(open.id, &OPEN, DraftState::Skipped).await? {
            tx.revoke_requests(case.application.id).await?;
            let fact = Fact::DraftSkipped { draft: open.id };
            self.record.note(&mut tx, case.application.id, fact, now).await?;
            if let Some(row) = tx.load_draft(open.id).await? {
                let unsent = Unsent::OwnDraft { mailbox: mailbox.display_name.clone() };
                self.record.tell_unsent(&mut tx, case, &row.draft, unsent, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
