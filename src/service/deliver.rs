//! The one way to an employer. A message goes out only if, after a fresh look at every mailbox,
//! the same rules still say so, the approval is for exactly these words, and the claim in the
//! database is the first one.
//!
//! | step | durable before the next | if the machine dies here |
//! |---|---|---|
//! | look, `authorise` | the cursors | nothing happened |
//! | claim | the final bytes, attempt `claimed` | released at the next start |
//! | open: greeting to `DATA` | | released |
//! | hand over | attempt `handed_over` | in doubt: never sent again by itself |
//! | body, final answer | `sent`, `refused` or `in_doubt` | in doubt |

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::approval::ApprovedDraft;
use crate::domain::calendar::next_slot;
use crate::domain::draft::{Draft, DraftState};
use crate::domain::event::Fact;
use crate::domain::ids::DraftId;
use crate::domain::mailbox::Role;
use crate::domain::message::Message;
use crate::domain::policy::{self, Action};
use crate::mail::compose;
use crate::smtp::{Outcome, Phase, Ready, ToEmployer};
use crate::store;
use crate::store::{AttemptId, AttemptState, ClaimResult, Limits, NewClaim};

use super::letters::Unsent;
use super::record::Case;
use super::run::NotTaken;
use super::watch::Batch;
use super::{Record, Service};

/// How long a message that could not be handed in waits.
const RETRY_AFTER: TimeDelta = TimeDelta::minutes(15);

/// Everything that is needed to hand one message in.
struct Parcel {
    attempt: AttemptId,
    approved: ApprovedDraft,
    bytes: Vec<u8>,
}

impl Service {
    /// Sends what is approved and due, one after the other.
    pub(super) async fn deliver(&mut self) -> anyhow::Result<()> {
        let now = self.record.clock.now();
        if !self.record.may_send() || self.retry_after.is_some_and(|at| now < at) {
            return Ok(());
        }
        for draft in self.record.due_drafts(now).await? {
            let looked_at = self.record.clock.now();
            let blind = match self.watch().await {
                Ok(watched) => watched.blind.into_iter().next(),
                Err(error) => Some(format!("{error:#}")),
            };
            let blind = match blind {
                None => self.look_elsewhere(draft).await.err().map(|error| format!("{error:#}")),
                Some(_) => blind,
            };
            if let Some(cause) = blind {
                tracing::warn!("the mailboxes cannot be read; nothing is sent: {cause}");
                return self.record.tell_blind(draft).await;
            }
            self.deliver_one(draft, looked_at).await?;
        }
        Ok(())
    }

    /// Every mailbox has been read since `looked_at`.
    async fn deliver_one(
        &mut self,
        draft: DraftId,
        looked_at: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some((parcel, case)) = self.record.claim(draft, looked_at).await? else {
            return Ok(());
        };
        let envelope = match ToEmployer::new(&parcel.approved, parcel.bytes.clone()) {
            Ok(envelope) => envelope,
            Err(error) => {
                let outcome =
                    Outcome::Refused { phase: Phase::Mail, code: 0, answer: error.to_string() };
                return self.settle(&parcel, &case, outcome).await;
            }
        };
        let ready = match self.smtp.open(&envelope).await {
            Ok(ready) => ready,
            Err(outcome) => return self.settle(&parcel, &case, outcome).await,
        };
        self.hand_over(parcel, &case, ready).await
    }

    /// From here on the message counts as sent unless the server says that it is not.
    async fn hand_over(&mut self, parcel: Parcel, case: &Case, ready: Ready) -> anyhow::Result<()> {
        let now = self.record.clock.now();
        let mut tx = self.record.store.begin().await?;
        let paused = tx.paused(self.record.account, now).await?.is_some();
        if paused || !self.record.may_send() || !self.record.window_is_open(case, now) {
            tx.release(parcel.attempt).await?;
            return Ok(tx.commit().await?);
        }
        let first = tx.hand_over(parcel.attempt, now).await?;
        tx.commit().await?;
        if !first {
            return Ok(());
        }
        let outcome = ready.hand_over().await;
        self.settle(&parcel, case, outcome).await
    }

    async fn settle(
        &mut self,
        parcel: &Parcel,
        case: &Case,
        outcome: Outcome,
    ) -> anyhow::Result<()> {
        let refused = matches!(outcome, Outcome::Deferred { login_refused: true, .. });
        if self.record.settle(parcel, case, &outcome).await? {
            self.retry_after = Some(self.record.clock.now() + RETRY_AFTER);
        }
        if refused { Err(NotTaken(outcome).into()) } else { Ok(()) }
    }
}

impl Record {
    /// `sending.enabled` and the stop file.
    pub(super) fn may_send(&self) -> bool {
        let stopped = self.config.sending.stop_file.exists();
        self.config.sending.enabled && !stopped
    }

    /// Whether a message may leave at this moment of the recipient's day.
    fn window_is_open(&self, case: &Case, now: DateTime<Utc>) -> bool {
        let zone = case.follow_up.recipient_zone(self.settings.zone);
        next_slot(now, zone, &self.settings).is_some_and(|slot| slot.opens <= now)
    }

    async fn due_drafts(&self, now: DateTime<Utc>) -> anyhow::Result<Vec<DraftId>> {
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        Ok(cases
            .iter()
            .filter_map(|case| {
                let settings = &self.settings;
                match policy::decide(&case.follow_up, &case.around, settings, now).action {
                    Action::Send { draft } => Some(draft),
                    Action::Wait { .. }
                    | Action::Ask { .. }
                    | Action::Prepare { .. }
                    | Action::Stop { .. }
                    | Action::Nothing => None,
                }
            })
            .collect())
    }

    /// Decides once more and takes the attempt. `None` if anything says no.
    async fn claim(
        &self,
        id: DraftId,
        looked_at: DateTime<Utc>,
    ) -> anyhow::Result<Option<(Parcel, Case)>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.load_draft(id).await? else { return Ok(None) };
        let Some(case) = self.case_of(&mut tx, row.draft.application, now).await? else {
            return Ok(None);
        };
        let approval = tx.approval_of(id).await?.context("An approved draft has its approval")?;
        let Some(approved) = ApprovedDraft::redeem(row.draft, &approval) else {
            tracing::error!("an approval does not fit its draft; nothing is sent");
            return Ok(None);
        };
        let settings = &self.settings;
        let authorised =
            policy::authorise(&case.follow_up, &case.around, settings, &approved, looked_at, now);
        if let Err(decided) = authorised {
            tracing::info!(?decided.action, "after the last look nothing is sent");
            return Ok(None);
        }
        let date = now.with_timezone(&settings.zone).fixed_offset();
        let bytes = compose::employer_mail(approved.draft(), date)?;
        let claim = NewClaim {
            approved: &approved,
            request: approval.request,
            employer: case.application.employer.id,
            bytes: &bytes,
        };
        let limits = Limits { daily_cap: settings.daily_cap };
        let attempt = match tx.claim(claim, limits, now).await? {
            ClaimResult::Claimed(attempt) => attempt,
            refused @ (ClaimResult::WeekNotOver
            | ClaimResult::DailyCap
            | ClaimResult::AlreadyAttempted
            | ClaimResult::NotApproved
            | ClaimResult::Paused) => {
                tracing::warn!(?refused, "an approved message may not be sent now");
                return Ok(None);
            }
        };
        tx.commit().await?;
        Ok(Some((Parcel { attempt, approved, bytes }, case)))
    }

    /// Records what became of an attempt and tells the user. `true` if it is to be tried again.
    async fn settle(
        &self,
        parcel: &Parcel,
        case: &Case,
        outcome: &Outcome,
    ) -> anyhow::Result<bool> {
        let now = self.clock.now();
        let mut again = false;
        let draft = parcel.approved.draft();
        let application = draft.application;
        let mut tx = self.store.begin().await?;
        match outcome {
            Outcome::Accepted { answer } => {
                tx.finish(parcel.attempt, store::Outcome::Sent, Some(answer), now).await?;
                self.note(&mut tx, application, sent(draft), now).await?;
                self.tell_sent(&mut tx, case, draft, now).await?;
            }
            Outcome::Refused { code, answer, .. } => {
                tx.finish(parcel.attempt, store::Outcome::Refused, Some(answer), now).await?;
                let fact = Fact::SendRefused { draft: draft.id, code: *code };
                self.note(&mut tx, application, fact, now).await?;
                self.tell_unsent(
                    &mut tx,
                    case,
                    draft,
                    Unsent::Refused { answer: answer.clone() },
                    now,
                )
                .await?;
            }
            Outcome::Deferred { phase: Phase::Body, answer, .. } => {
                self.doubt(&mut tx, parcel, case, answer, now).await?;
            }
            Outcome::Deferred { .. } => {
                tracing::warn!("the message could not be handed in, it is tried again: {outcome}");
                tx.release(parcel.attempt).await?;
                again = true;
            }
            Outcome::Unknown { cause, .. } => {
                self.doubt(&mut tx, parcel, case, cause, now).await?;
            }
        }
        tx.commit().await?;
        Ok(again)
    }

    async fn doubt(
        &self,
        tx: &mut store::Tx,
        parcel: &Parcel,
        case: &Case,
        cause: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        tx.finish(parcel.attempt, store::Outcome::InDoubt, Some(cause), now).await?;
        let draft = parcel.approved.draft();
        let fact = Fact::SendInDoubt {
            draft: draft.id,
            kind: draft.kind,
            to: draft.to.address.clone(),
            message_id: draft.message_id.clone(),
        };
        self.note(tx, draft.application, fact, now).await?;
        self.tell_unsent(tx, case, draft, Unsent::InDoubt, now).await
    }

    /// After a start: what was claimed but not handed over is free again, what was handed over
    /// is in doubt. Nothing is ever sent again by itself.
    pub(super) async fn recover(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for unfinished in tx.unfinished(self.account).await? {
            let attempt = unfinished.attempt;
            match attempt.state {
                AttemptState::Claimed => {
                    tx.release(attempt.id).await?;
                }
                AttemptState::HandedOver => {
                    let fact = Fact::SendInDoubt {
                        draft: attempt.draft,
                        kind: attempt.kind,
                        to: unfinished.to,
                        message_id: unfinished.message_id,
                    };
                    let cause = Some("the service stopped before the server's answer");
                    tx.finish(attempt.id, store::Outcome::InDoubt, cause, now).await?;
                    self.note(&mut tx, attempt.application, fact, now).await?;
                    self.tell_doubt_after_start(&mut tx, attempt.draft, now).await?;
                }
                AttemptState::Sent
                | AttemptState::Refused
                | AttemptState::InDoubt
                | AttemptState::Released
                | AttemptState::Bounced => {}
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn tell_doubt_after_start(
        &self,
        tx: &mut store::Tx,
        draft: DraftId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(row) = tx.load_draft(draft).await? else { return Ok(()) };
        let Some(case) = self.case_of(tx, row.draft.application, now).await? else {
            return Ok(());
        };
        self.tell_unsent(tx, &case, &row.draft, Unsent::InDoubt, now).await
    }

    /// A message of ours lies in a mailbox: a mail to the user has arrived, a doubtful message
    /// to an employer has left.
    pub(super) async fn arrived_back(
        &self,
        head: &Message,
        role: Role,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let ids: Vec<_> = head.message_id.iter().chain(&head.former_ids).cloned().collect();
        let mut tx = self.store.begin().await?;
        for id in &ids {
            if let Some(mail) = tx.find_user_mail(self.account, id).await? {
                tx.user_mail_sent(mail.id, now).await?;
            }
            let Some(attempt) = tx.attempt_of_message_id(self.account, id).await? else { continue };
            if role == Role::Sent {
                tx.copy_seen(attempt.id, now).await?;
            }
            if matches!(attempt.state, AttemptState::InDoubt | AttemptState::HandedOver) {
                let seen = Some("found in the mailbox");
                tx.finish(attempt.id, store::Outcome::Sent, seen, now).await?;
                if let Some(row) = tx.load_draft(attempt.draft).await? {
                    self.note(&mut tx, attempt.application, sent(&row.draft), now).await?;
                }
            }
        }
        self.put_batch(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Approved and due, but the mailboxes could not be read.
    async fn tell_blind(&self, draft: DraftId) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.load_draft(draft).await? else { return Ok(()) };
        if row.state != DraftState::Approved {
            return Ok(());
        }
        if let Some(case) = self.case_of(&mut tx, row.draft.application, now).await? {
            self.tell_unsent(&mut tx, &case, &row.draft, Unsent::Blind, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn sent(draft: &Draft) -> Fact {
    Fact::MessageSent {
        draft: draft.id,
        kind: draft.kind,
        to: draft.to.address.clone(),
        message_id: draft.message_id.clone(),
    }
}
