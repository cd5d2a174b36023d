//! The one way to an employer. A message goes out only if, after a fresh look at every mailbox of
//! every account, the same rules still say so, the approval is for exactly these words, and the
//! claim in the database is the first one. It leaves from the account whose address was approved
//! as its sender.
//!
//! | step | durable before the next | if the machine dies here |
//! |---|---|---|
//! | look, `authorise` | the cursors | nothing happened |
//! | claim | the final bytes, attempt `claimed` | released at the next start |
//! | open: greeting to `DATA` | | released |
//! | glance: has a mailbox grown since the look? | | released |
//! | hand over | attempt `handed_over` | in doubt: never sent again by itself |
//! | body, final answer | `sent`, `refused` or `in_doubt` | in doubt |
//!
//! The surprising fact: what is not taken before the body goes back to `approved`, with a fact in
//! the ledger that says when and why. How long to wait then is for the policy to say.

mod outcome;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::approval::ApprovedDraft;
use crate::domain::draft::{DraftKind, DraftState};
use crate::domain::event::Fact;
use crate::domain::ids::{AccountId, DraftId};
use crate::domain::policy::{self, Action};
use crate::mail::compose;
use crate::smtp::{Outcome, Phase, Ready, ToEmployer};
use crate::store::{AttemptId, Check, ClaimResult, Limits, LoginAt, NewClaim};

use super::last_look::LastLook;
use super::letters::Unsent;
use super::obey::OPEN;
use super::record::Case;
use super::run::NotTaken;
use super::{Record, Service};

/// Looks for one message in one pass; where mail keeps coming in between, the next pass goes on.
const LOOKS: usize = 3;
/// How long nothing is handed in after the provider said that it was enough.
pub(super) const QUOTA: TimeDelta = TimeDelta::hours(24);

/// Everything that is needed to hand one message in.
struct Parcel {
    /// From which account it leaves: the one whose address was approved as its sender.
    sender: AccountId,
    attempt: AttemptId,
    approved: ApprovedDraft,
    bytes: Vec<u8>,
}

/// What became of one try.
enum Tried {
    /// Nothing more is to be done in this pass.
    Done,
    /// Something came in after the look.
    LookAgain,
    /// The submission server cannot be used now; others have no better chance.
    NotNow,
}

impl Service {
    /// Sends what is approved and due from an account, one after the other.
    pub(super) async fn deliver(&mut self, account: AccountId) -> anyhow::Result<()> {
        if self.is_dry() || !self.record.may_send() {
            return Ok(());
        }
        for draft in self.record.due_from(account).await? {
            for _ in 0..LOOKS {
                match self.try_one(draft).await? {
                    Tried::Done => break,
                    Tried::LookAgain => {}
                    Tried::NotNow => return Ok(()),
                }
            }
        }
        Ok(())
    }

    async fn try_one(&mut self, draft: DraftId) -> anyhow::Result<Tried> {
        super::passed("look begins");
        let mut look = match self.look_before_sending(draft).await {
            Ok(look) => look,
            // The service ends; that is no blindness, and the next one looks again.
            Err(_) if self.stop.is_cancelled() => return Ok(Tried::NotNow),
            Err(error) => {
                tracing::warn!("the mailboxes cannot be read; nothing is sent: {error:#}");
                self.record.tell_blind(draft).await?;
                return Ok(Tried::NotNow);
            }
        };
        let tried = self.deliver_one(draft, &mut look).await;
        look.end().await;
        tried
    }

    /// Every mailbox has been read since the look began.
    async fn deliver_one(&mut self, draft: DraftId, look: &mut LastLook) -> anyhow::Result<Tried> {
        if let Some(address) = self.record.account_gone(draft).await? {
            self.record.let_go_without_account(draft, address).await?;
            return Ok(Tried::Done);
        }
        let Some(sender) = self.record.sender_of(draft).await? else { return Ok(Tried::Done) };
        let way = self.way(sender)?;
        let Some(outlet) = &way.outlet else { return Ok(Tried::NotNow) };
        let Some((parcel, case)) = self.record.claim(draft, sender, look).await? else {
            return Ok(Tried::Done);
        };
        super::passed("claimed");
        let envelope = match ToEmployer::new(&parcel.approved, parcel.bytes.clone()) {
            Ok(envelope) => envelope,
            Err(error) => {
                let outcome =
                    Outcome::Refused { phase: Phase::Mail, code: 0, answer: error.to_string() };
                return self.settle(&parcel, &case, outcome).await;
            }
        };
        let opened = self.submit(way, outlet, async |smtp| smtp.open(&envelope).await).await;
        let ready = match opened {
            Ok(ready) => ready,
            Err(outcome) => return self.settle(&parcel, &case, outcome).await,
        };
        super::passed("the server waits for the body");
        match look.still_true().await {
            Ok(true) => {}
            Ok(false) => {
                tracing::info!("mail came in meanwhile; the mailboxes are read again first");
                self.record.release(&parcel).await?;
                return Ok(Tried::LookAgain);
            }
            Err(error) => {
                tracing::warn!("the mailboxes cannot be read; nothing is sent: {error:#}");
                self.record.release(&parcel).await?;
                self.record.tell_blind(draft).await?;
                return Ok(Tried::NotNow);
            }
        }
        super::passed("nothing has come since");
        self.hand_over(parcel, &case, ready).await
    }

    /// From here on the message counts as sent unless the server says that it is not.
    async fn hand_over(
        &mut self,
        parcel: Parcel,
        case: &Case,
        ready: Ready,
    ) -> anyhow::Result<Tried> {
        let now = self.record.clock.now();
        let mut tx = self.record.store.begin().await?;
        let paused = tx.paused(self.record.account, now).await?.is_some();
        let kind = parcel.approved.draft().kind;
        if paused || !self.record.may_send() || !self.record.window_is_open(case, kind, now) {
            tx.release(parcel.attempt).await?;
            tx.commit().await?;
            return Ok(Tried::Done);
        }
        let first = tx.hand_over(parcel.attempt, now).await?;
        tx.login_accepted(parcel.sender, LoginAt::Sending).await?;
        let what = "looked once more: no watched mailbox has grown".to_owned();
        tx.note_checks(parcel.attempt, &[Check { at: now, what }]).await?;
        super::passed("about to be handed over");
        tx.commit().await?;
        if !first {
            return Ok(Tried::Done);
        }
        super::passed("handed over");
        let outcome = ready.hand_over().await;
        super::passed("answered");
        self.settle(&parcel, case, outcome).await
    }

    async fn settle(
        &mut self,
        parcel: &Parcel,
        case: &Case,
        outcome: Outcome,
    ) -> anyhow::Result<Tried> {
        self.record.settle(parcel, case, &outcome).await?;
        super::passed("settled");
        match outcome {
            Outcome::Deferred { login_refused: true, .. } => Err(NotTaken(outcome).into()),
            Outcome::Deferred { .. } => Ok(Tried::NotNow),
            Outcome::Accepted { .. } | Outcome::Refused { .. } | Outcome::Unknown { .. } => {
                Ok(Tried::Done)
            }
        }
    }
}

impl Record {
    /// `sending.enabled` and the stop file.
    pub(super) fn may_send(&self) -> bool {
        let stopped = self.config.sending.stop_file.exists();
        self.config.sending.enabled && !stopped
    }

    /// Whether a message may leave at this moment of the recipient's day.
    fn window_is_open(&self, case: &Case, kind: DraftKind, now: DateTime<Utc>) -> bool {
        let place = case.around.place(&case.follow_up, &self.settings);
        let open = case.follow_up.draft.as_ref();
        let hours = open.map(|draft| policy::hours_of(draft, &self.settings));
        let settings = hours.as_deref().unwrap_or(&self.settings);
        policy::slot_for(kind, now, place, settings).is_some_and(|slot| slot.opens <= now)
    }

    /// What a pass would send now: messages to employers, then mails to the user.
    pub async fn unsent(&self) -> anyhow::Result<Vec<String>> {
        let now = self.clock.now();
        let due = if self.may_send() { self.due_drafts(now).await? } else { Vec::new() };
        let mut tx = self.store.snapshot().await?;
        let mut lines = Vec::new();
        for draft in due {
            if let Some(row) = tx.load_draft(draft).await? {
                lines.push(format!("would send to {}: {}", row.draft.to, row.draft.subject));
            }
        }
        for mail in tx.waiting(self.account).await? {
            lines.push(format!("would mail you: {}", mail.mail.subject));
        }
        Ok(lines)
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

    /// What is due and leaves from an account. What was to leave from an account that is not in the
    /// configuration any more falls to the first, which lets it go.
    pub(super) async fn due_from(&self, account: AccountId) -> anyhow::Result<Vec<DraftId>> {
        let mut due = Vec::new();
        for draft in self.due_drafts(self.clock.now()).await? {
            let sender = self.sender_of(draft).await?;
            if sender.unwrap_or(self.accounts.first().id) == account {
                due.push(draft);
            }
        }
        Ok(due)
    }

    /// The account from whose address the user approved a draft to leave.
    async fn sender_of(&self, draft: DraftId) -> anyhow::Result<Option<AccountId>> {
        let row = self.store.snapshot().await?.load_draft(draft).await?;
        let sender = row.and_then(|row| self.accounts.sender(&row.draft.from.address));
        Ok(sender.map(|account| account.id))
    }

    /// The address of an account that a draft needs and that is not in the configuration any more:
    /// the sender's, from another one it would be another message; or one that has a part of the
    /// conversation, an answer may lie there and nobody sees it.
    async fn account_gone(&self, draft: DraftId) -> anyhow::Result<Option<String>> {
        let mut tx = self.store.snapshot().await?;
        let Some(row) = tx.load_draft(draft).await? else { return Ok(None) };
        let from = &row.draft.from.address;
        if self.accounts.sender(from).is_none() {
            return Ok(Some(from.to_string()));
        }
        let here = self.accounts.ids();
        let holding = tx.accounts_holding(row.draft.application).await?;
        match holding.into_iter().find(|account| !here.contains(account)) {
            Some(gone) => Ok(Some(tx.address_of(gone).await?)),
            None => Ok(None),
        }
    }

    /// An account is gone without which a draft must not leave.
    async fn let_go_without_account(&self, draft: DraftId, address: String) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.load_draft(draft).await? else { return Ok(()) };
        if !tx.move_draft(draft, &OPEN, DraftState::Skipped).await? {
            return Ok(());
        }
        tx.revoke_requests(row.draft.application).await?;
        self.note(&mut tx, row.draft.application, Fact::DraftSkipped { draft }, now).await?;
        if let Some(case) = self.case_of(&mut tx, row.draft.application, now).await? {
            let unsent = Unsent::NoAccount { address };
            self.tell_unsent(&mut tx, &case, &row.draft, unsent, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Decides once more and takes the attempt. `None` if anything says no.
    async fn claim(
        &self,
        id: DraftId,
        sender: AccountId,
        look: &LastLook,
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
            policy::authorise(&case.follow_up, &case.around, settings, &approved, look.at, now);
        let authorised = match authorised {
            Ok(authorised) => authorised,
            Err(decided) => {
                tracing::info!(?decided.action, "after the last look nothing is sent");
                return Ok(None);
            }
        };
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
            | ClaimResult::Paused
            | ClaimResult::QuotaReached) => {
                tracing::warn!(?refused, "an approved message may not be sent now");
                return Ok(None);
            }
        };
        let decided = authorised.because.iter();
        let rules = decided.map(|it| Check { at: now, what: format!("{}: {it}", it.rule()) });
        let checks: Vec<Check> = look.checks.iter().cloned().chain(rules).collect();
        tx.note_checks(attempt, &checks).await?;
        super::passed("about to be claimed");
        tx.commit().await?;
        Ok(Some((Parcel { sender, attempt, approved, bytes }, case)))
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
