//! The search in every mailbox that is not watched, before a message goes: an answer that a filter
//! filed away, a message that the user moved, an unsent draft to the same person. What is found
//! goes through the same door as all mail.
//!
//! Surprising: it searches for people as well as for the employer's domain. Who answers for a
//! company often writes from an agency's address.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::address::Address;
use crate::domain::draft::DraftState;
use crate::domain::event::Fact;
use crate::domain::ids::DraftId;
use crate::domain::mailbox::{Cursor, Opened, Role, UidRange};
use crate::imap::{Listed, MOST_CORRESPONDENTS};

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

/// A mailbox that was searched, as the audit shows it.
pub(super) struct Searched {
    pub mailbox: String,
    /// Messages that were found there.
    pub found: usize,
}

impl Service {
    /// Looks everywhere else for mail with the employer of a draft. An error means that some
    /// mailbox could not be searched: then nothing may be sent.
    pub(super) async fn look_elsewhere(
        &self,
        reader: &mut Reader,
        listed: &[Listed],
        draft: DraftId,
    ) -> anyhow::Result<Vec<Searched>> {
        let now = self.record.clock.now();
        let mut tx = self.record.store.snapshot().await?;
        let Some(row) = tx.load_draft(draft).await? else { return Ok(Vec::new()) };
        let Some(case) = self.record.case_of(&mut tx, row.draft.application, now).await? else {
            return Ok(Vec::new());
        };
        drop(tx);
        let who = correspondents(&case, &row.draft.to.address);
        let mut searched = Vec::new();
        let account = self.record.accounts.get(reader.account)?;
        for mailbox in account.mailboxes_elsewhere(listed, reader.is_gmail()) {
            let found = self.search_in(reader, mailbox, &who, &case, now).await?;
            let mailbox = self.record.accounts.mailbox(reader.account, &mailbox.display_name);
            searched.push(Searched { mailbox, found });
        }
        Ok(searched)
    }

    async fn search_in(
        &self,
        reader: &mut Reader,
        mailbox: &Listed,
        who: &BTreeSet<String>,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<usize> {
        let lane = self.passing_lane(reader, mailbox).await?;
        let first = lane.uid_next.saturating_sub(YOUNGEST).max(1);
        let Some(range) = UidRange::new(first, lane.uid_next.saturating_sub(1)) else {
            return Ok(0);
        };
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        let mut uids = BTreeSet::new();
        for some in who.chunks(MOST_CORRESPONDENTS) {
            uids.extend(reader.session.search_correspondents(range, some).await?);
        }
        let first_run = self.record.first_run(reader.account).await?;
        for uid in uids.iter().rev().take(MOST).rev() {
            let Some(one) = UidRange::new(*uid, *uid) else { continue };
            for fetched in reader.headers(&lane, one).await? {
                if lane.role == Role::Drafts || fetched.draft {
                    let name = &mailbox.display_name;
                    let mailbox = self.record.accounts.mailbox(reader.account, name);
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
        Ok(uids.len())
    }

    /// A mailbox that is only searched: its cursor is not kept.
    async fn passing_lane(&self, reader: &mut Reader, mailbox: &Listed) -> anyhow::Result<Lane> {
        let opened: Opened = reader.session.examine(&mailbox.raw_name).await?;
        let record = &self.record;
        let account = record.accounts.get(reader.account)?;
        let role = account.role_of(mailbox);
        let mut tx = record.store.begin().await?;
        let id =
            tx.ensure_mailbox(account.id, &mailbox.raw_name, &mailbox.display_name, role).await?;
        tx.commit().await?;
        reader.open = Some(id);
        let uid_validity = opened.uid_validity;
        let cursor = Cursor { uid_validity, next_uid: 1, live_from: 1, past: None, in_hand: None };
        Ok(Lane::new((account.id, id), &mailbox.raw_name, role, cursor, opened))
    }

    async fn hold_for_own_draft(
        &self,
        case: &Case,
        mailbox: String,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(open) = &case.follow_up.draft else { return Ok(()) };
        let mut tx = self.record.store.begin().await?;
        if tx.move_draft(open.id, &OPEN, DraftState::Skipped).await? {
            tx.revoke_requests(case.application.id).await?;
            let fact = Fact::DraftSkipped { draft: open.id };
            self.record.note(&mut tx, case.application.id, fact, now).await?;
            if let Some(row) = tx.load_draft(open.id).await? {
                let unsent = Unsent::OwnDraft { mailbox };
                self.record.tell_unsent(&mut tx, case, &row.draft, unsent, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The employer's domain, and everybody of theirs whose address does not end with it.
fn correspondents(case: &Case, to: &Address) -> BTreeSet<String> {
    let tracked = case.tracked();
    let domain = tracked.domain.clone();
    let covered = |person: &Address| person.registrable_domain() == domain.as_deref();
    let people = tracked.people.iter().chain([to]);
    let apart = people.filter(|it| domain.is_none() || !covered(it)).map(ToString::to_string);
    apart.chain(domain.clone()).collect()
}
