//! Claims: which approved draft may leave now, and what became of it.
//!
//! | draft | attempt | meaning | next |
//! |---|---|---|---|
//! | prepared | – | written, nobody was asked | asked · withdrawn · lapsed · skipped |
//! | asked | – | a request is out | approved, by `grant` only · withdrawn · lapsed · skipped |
//! | approved | – | the user said yes to these words | claimed, by `claim` only · withdrawn · lapsed · skipped |
//! | claimed | claimed | consumed; no byte of the body is out | handed_over · refused · released |
//! | approved | released | nothing left: the claim never happened | a new claim |
//! | claimed | handed_over | committed before the first byte of the body | sent · refused · in_doubt |
//! | sent | sent | the server took it | bounced |
//! | refused | refused | it did not leave, for good | nothing |
//! | in_doubt | in_doubt | nobody knows; never repeated by us | sent · refused · bounced, when it is known |
//! | sent | bounced | it came back: no attempt (E24) | nothing |
//! | withdrawn, lapsed, skipped | – | it will not leave | nothing |
//! | claimed | none, released, sent, bounced | impossible: both move in one transaction | – |
//! | asked, approved | claimed, handed_over, sent, in_doubt | impossible, as above | – |
//!
//! At a start, `claimed` may be released and `handed_over` becomes `in_doubt`. All but refused,
//! released and bounced count: for the number, for the week (E09) and, bounced ones too, for the
//! day. The triggers of the schema hold the same table.
//!
//! A notice of a competing offer is exempt from the week and goes to an employer once: for it a
//! bounced one counts as well (E26, E28).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::approval::ApprovedDraft;
use crate::domain::draft::{DraftKind, DraftState};
use crate::domain::ids::{AccountId, DraftId, EmployerId, RequestId};

use super::names::{Stored as _, names};
use super::time::Seconds;
use super::{StoreError, Tx};

mod row;
pub use row::{AttemptRow, UnfinishedAttempt};

/// E09: seven full days between two contacts with one employer; fixed, no setting.
const WEEK: TimeDelta = TimeDelta::seconds(604_800);
const DAY: TimeDelta = TimeDelta::seconds(86_400);

/// One claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    Claimed,
    HandedOver,
    Sent,
    Refused,
    InDoubt,
    Released,
    Bounced,
}

names!("attempt state" AttemptState {
    Claimed = "claimed",
    HandedOver = "handed_over",
    Sent = "sent",
    Refused = "refused",
    InDoubt = "in_doubt",
    Released = "released",
    Bounced = "bounced",
});

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    Refused,
    InDoubt,
    /// After `Sent`, or the answer to a doubt.
    Bounced,
}

/// What is to leave, under which approval, to whom.
#[derive(Debug, Clone, Copy)]
pub struct NewClaim<'a> {
    pub approved: &'a ApprovedDraft,
    pub request: RequestId,
    pub employer: EmployerId,
    /// The final message: what is sent, now or after a release, is exactly this.
    pub bytes: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Mails to employers in any 24 hours.
    pub daily_cap: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimResult {
    Claimed(AttemptId),
    /// A contact with this employer is less than seven days old (E09).
    WeekNotOver,
    DailyCap,
    /// This message of this pursuit is taken (E08), or this employer was told of an offer (E28).
    AlreadyAttempted,
    /// The draft is not approved, or not in these words, or not by this request.
    NotApproved,
    Paused,
    /// The provider said that it takes no more today.
    QuotaReached,
}

impl Tx {
    /// Consumes the approval and the attempt, if everything allows it. Commit before the first
    /// byte goes out.
    pub async fn claim(
        &mut self,
        claim: NewClaim<'_>,
        limits: Limits,
        now: DateTime<Utc>,
    ) -> Result<ClaimResult, StoreError> {
        let Some(attempt) = self.insert_claim(claim, limits, now).await? else {
            return self.why_not(claim, now).await;
        };
        let draft = claim.approved.draft().id;
        let moved = self.move_draft(draft, &[DraftState::Approved], DraftState::Claimed).await?;
        if moved {
            Ok(ClaimResult::Claimed(attempt))
        } else {
            Err(StoreError::Refused("no approved draft".to_owned()))
        }
    }

    /// One statement with every guard in it; no row means that one of them said no.
    async fn insert_claim(
        &mut self,
        claim: NewClaim<'_>,
        limits: Limits,
        now: DateTime<Utc>,
    ) -> Result<Option<AttemptId>, StoreError> {
        let draft = claim.approved.draft();
        let id: Option<(i64,)> = sqlx::query_as(
            "INSERT INTO attempts (account_id, application_id, pursuit_id, kind, number,
                 employer_id, draft_id, request_id, state, claimed_at, bytes)
             SELECT d.account_id, d.application_id, d.pursuit_id, d.kind, d.number, ?4, d.id,
                    p.request_id, 'claimed', ?5, ?6
             FROM drafts d JOIN approvals p ON p.draft_id = d.id
             WHERE d.id = ?1 AND d.state = 'approved' AND p.request_id = ?2 AND p.digest = ?3
               AND NOT EXISTS (SELECT 1 FROM attempts t
                   WHERE t.pursuit_id = d.pursuit_id AND t.kind = d.kind
                     AND t.number IS d.number AND t.state NOT IN ('refused', 'released', 'bounced'))
               AND NOT EXISTS (SELECT 1 FROM attempts t
                   WHERE t.employer_id = ?4 AND t.kind = 'offer_notice' AND d.kind = t.kind
                     AND t.state NOT IN ('refused', 'released'))
               AND (d.kind = 'offer_notice' OR NOT EXISTS (SELECT 1 FROM contacts_made c
                   WHERE c.employer_id = ?4 AND c.at > ?7))
               AND (d.kind = 'offer_notice' OR NOT EXISTS (SELECT 1 FROM attempts t
                   WHERE t.employer_id = ?4 AND max(t.claimed_at, ifnull(t.handed_at, 0)) > ?7
                     AND t.state NOT IN ('refused', 'released', 'bounced')))
               AND (SELECT count(*) FROM attempts t
                   WHERE t.account_id = d.account_id AND t.claimed_at > ?8
                     AND t.state NOT IN ('refused', 'released')) < ?9
               AND NOT EXISTS (SELECT 1 FROM pauses z
                   WHERE z.id = (SELECT max(id) FROM pauses WHERE account_id = d.account_id)
                     AND z.resumed = 0 AND (z.until IS NULL OR z.until > ?5))
               AND NOT EXISTS (SELECT 1 FROM quota_stops q JOIN accounts s ON s.id = q.account_id
                   WHERE s.address = d.from_address AND q.until > ?5)
             RETURNING id",
        )
        .bind(draft.id.0)
        .bind(claim.request.0)
        .bind(draft.digest().0.as_slice())
        .bind(claim.employer.0)
        .bind(Seconds::from(now))
        .bind(claim.bytes)
        .bind(Seconds::from(now - WEEK))
        .bind(Seconds::from(now - DAY))
        .bind(limits.daily_cap)
        .fetch_optional(self.conn()?)
        .await?;
        Ok(id.map(|(id,)| AttemptId(id)))
    }

    /// Which guard said no, for the user; the guards themselves are in `insert_claim`.
    async fn why_not(
        &mut self,
        claim: NewClaim<'_>,
        now: DateTime<Utc>,
    ) -> Result<ClaimResult, StoreError> {
        let draft = claim.approved.draft();
        let (account,): (i64,) = sqlx::query_as("SELECT account_id FROM employers WHERE id = ?")
            .bind(claim.employer.0)
            .fetch_one(self.conn()?)
            .await?;
        if self.paused(AccountId(account), now).await?.is_some() {
            return Ok(ClaimResult::Paused);
        }
        if let Some(sender) = self.account_of(&draft.from.address).await?
            && self.quota_until(sender, now).await?.is_some()
        {
            return Ok(ClaimResult::QuotaReached);
        }
        let taken = self
            .attempts_of(draft.pursuit)
            .await?
            .iter()
            .any(|attempt| attempt.kind == draft.kind && attempt.state.counts_as_attempt());
        if taken || self.offer_told_before(draft.kind, claim.employer).await? {
            return Ok(ClaimResult::AlreadyAttempted);
        }
        let state = self.load_draft(draft.id).await?.map(|row| row.state);
        let approval = self.approval_of(draft.id).await?;
        let by_this = approval.is_some_and(|approval| {
            approval.request == claim.request && approval.digest == draft.digest()
        });
        if state != Some(DraftState::Approved) || !by_this {
            return Ok(ClaimResult::NotApproved);
        }
        let recent = self.last_contact(claim.employer).await?.is_some_and(|at| at > now - WEEK);
        Ok(if recent { ClaimResult::WeekNotOver } else { ClaimResult::DailyCap })
    }

    /// E28: a notice of an offer goes to an employer once, whatever became of the thread.
    async fn offer_told_before(
        &mut self,
        kind: DraftKind,
        employer: EmployerId,
    ) -> Result<bool, StoreError> {
        if kind != DraftKind::OfferNotice {
            return Ok(false);
        }
        let told: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM attempts WHERE employer_id = ? AND kind = 'offer_notice'
               AND state NOT IN ('refused', 'released') LIMIT 1",
        )
        .bind(employer.0)
        .fetch_optional(self.conn()?)
        .await?;
        Ok(told.is_some())
    }

    /// From now on bytes of the body may be out. `false` if the attempt is not claimed.
    pub async fn hand_over(
        &mut self,
        attempt: AttemptId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "UPDATE attempts SET state = 'handed_over', handed_at = ?
             WHERE id = ? AND state = 'claimed'",
        )
        .bind(Seconds::from(now))
        .bind(attempt.0)
        .execute(self.conn()?)
        .await?;
        Ok(row.rows_affected() == 1)
    }

    /// Writes an outcome down, for the attempt and its draft. `false` if the attempt stands where
    /// this outcome does not follow. `answer` is the server's; without one the old one stays.
    pub async fn finish(
        &mut self,
        attempt: AttemptId,
        outcome: Outcome,
        answer: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (from, to, draft) = match outcome {
            Outcome::Sent => (r#"["handed_over","in_doubt"]"#, "sent", DraftState::Sent),
            Outcome::Refused => {
                (r#"["claimed","handed_over","in_doubt"]"#, "refused", DraftState::Refused)
            }
            Outcome::InDoubt => (r#"["handed_over"]"#, "in_doubt", DraftState::InDoubt),
            Outcome::Bounced => (r#"["sent","in_doubt"]"#, "bounced", DraftState::Sent),
        };
        let ended: Option<(i64,)> = sqlx::query_as(
            "UPDATE attempts SET state = ?, finished_at = ?, answer = ifnull(?, answer)
             WHERE id = ? AND state IN (SELECT value FROM json_each(?))
             RETURNING draft_id",
        )
        .bind(to)
        .bind(Seconds::from(now))
        .bind(answer)
        .bind(attempt.0)
        .bind(from)
        .fetch_optional(self.conn()?)
        .await?;
        let Some((id,)) = ended else { return Ok(false) };
        // A bounce after `sent` finds the draft where it belongs already.
        self.move_draft(DraftId(id), &[DraftState::Claimed, DraftState::InDoubt], draft).await?;
        Ok(true)
    }

    /// Takes a claim back, from `claimed` only: no byte of the body is out. The approval can be
    /// claimed again.
    pub async fn release(&mut self, attempt: AttemptId) -> Result<bool, StoreError> {
        let released: Option<(i64,)> = sqlx::query_as(
            "UPDATE attempts SET state = 'released' WHERE id = ? AND state = 'claimed'
             RETURNING draft_id",
        )
        .bind(attempt.0)
        .fetch_optional(self.conn()?)
        .await?;
        let Some((id,)) = released else { return Ok(false) };
        self.move_draft(DraftId(id), &[DraftState::Claimed], DraftState::Approved).await?;
        Ok(true)
    }

    /// What is sent for a claim; `None` when its text was removed by age.
    pub async fn load_attempt_bytes(
        &mut self,
        attempt: AttemptId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Option<Vec<u8>>,)> =
            sqlx::query_as("SELECT bytes FROM attempts WHERE id = ?")
                .bind(attempt.0)
                .fetch_optional(self.conn()?)
                .await?;
        Ok(row.and_then(|(bytes,)| bytes))
    }
}

impl fmt::Display for AttemptState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl AttemptState {
    /// Whether it takes up its number and the employer's week.
    #[must_use]
    pub fn counts_as_attempt(self) -> bool {
        match self {
            Self::Claimed | Self::HandedOver | Self::Sent | Self::InDoubt => true,
            Self::Refused | Self::Released | Self::Bounced => false,
        }
    }
}

#[cfg(test)]
mod tests;
