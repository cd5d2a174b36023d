//! Decides about every application and carries out what needs no employer: a draft is written
//! and asked for, a fact is asked for, a request is brought up again, a draft is let go, an
//! application is closed.

mod facts;
mod words;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};

use crate::domain::approval::PlaceMark;
use crate::domain::calendar::{Slot, moment};
use crate::domain::draft::{Draft, DraftKind, DraftState};
use crate::domain::event::{ClosedReason, Fact};
use crate::domain::ids::{AccountId, DraftId};
use crate::domain::mailbox::Role;
use crate::domain::policy::{self, Action, Decision, Question, Stop};
use crate::store::{ApplicationRow, Tx};

use super::Record;
use super::letters::Request;
use super::obey::{OPEN, prepared};
use super::record::Case;

/// Mails to the user that nobody asked for, in one day.
const UNSOLICITED_A_DAY: u32 = 3;

impl Record {
    /// One decision for each application, carried out at once. Where there is something to do, it
    /// is decided once more on the record as it is then. Nothing is decided about a conversation in
    /// an account that is `unread`: what was not seen there would count as silence.
    pub(super) async fn plan(&self, unread: &BTreeSet<AccountId>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let mut cases = self.load_cases(&mut tx, now).await?;
        let unknown = self.unknown(&mut tx, &cases, unread).await?;
        cases.retain(|case| !unknown.contains(&case.application.id));
        drop(tx);
        let mut first_error = None;
        for application in self.by_need(cases, now) {
            let id = application.readable_id.clone();
            if let Err(error) = self.plan_one(application, now).await {
                tracing::error!(%id, "nothing could be decided about this application: {error:#}");
                first_error = first_error.or(Some(error));
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Those with something to do. Not all of it may be asked on one day: what cannot wait comes
    /// first, then what has waited longest.
    fn by_need(&self, cases: Vec<Case>, now: DateTime<Utc>) -> Vec<ApplicationRow> {
        let mut needing = Vec::new();
        for case in cases {
            let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
            if let Some(rank) = decision.action.rank() {
                needing.push((rank, case.due(self, now).unwrap_or(now), case.application));
            }
        }
        needing.sort_by_key(|(rank, due, _)| (*rank, *due));
        needing.into_iter().map(|(.., application)| application).collect()
    }

    async fn plan_one(
        &self,
        application: ApplicationRow,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let case = self.load_case(&mut tx, application, now).await?;
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        self.carry_out_decision(&mut tx, &case, decision, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn carry_out_decision(
        &self,
        tx: &mut Tx,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = case.application.id;
        match decision.action {
            Action::Wait { .. } | Action::Send { .. } | Action::Nothing => Ok(()),
            Action::Prepare { kind, slot } => {
                // The user asked for it by telling of the offer, and an offer does not wait.
                if kind == DraftKind::OfferNotice || self.may_ask(tx, now).await? {
                    self.prepare(tx, case, kind, slot, &decision, now).await?;
                }
                Ok(())
            }
            Action::Ask { question } => {
                if self.may_ask(tx, now).await? {
                    self.ask(tx, case, question, &decision, now).await?;
                }
                Ok(())
            }
            Action::Stop { what: Stop::Withdraw(draft, reason) } => {
                if self.let_draft_go(tx, case, draft, DraftState::Withdrawn).await? {
                    let fact = Fact::DraftWithdrawn { draft, reason };
                    self.note(tx, application, fact, now).await?;
                    self.tell_withdrawn(tx, case, reason, now).await?;
                }
                Ok(())
            }
            Action::Stop { what: Stop::Lapse(draft) } => {
                if self.let_draft_go(tx, case, draft, DraftState::Lapsed).await? {
                    self.note(tx, application, Fact::DraftLapsed { draft }, now).await?;
                    self.tell_lapsed(tx, case, now).await?;
                }
                Ok(())
            }
            Action::Stop { what: Stop::Close(ClosedReason::MovedOn) }
                if self.in_quiet_hours(now) =>
            {
                Ok(())
            }
            Action::Stop { what: Stop::Close(reason) } => {
                self.note(tx, application, Fact::Closed { reason }, now).await?;
                if reason == ClosedReason::MovedOn {
                    self.tell_moved_on(tx, case, now).await?;
                }
                Ok(())
            }
        }
    }

    /// At most three unsolicited mails a day, those included that come in any case; none in quiet
    /// hours.
    pub(super) async fn may_ask(&self, tx: &mut Tx, now: DateTime<Utc>) -> anyhow::Result<bool> {
        if self.in_quiet_hours(now) {
            return Ok(false);
        }
        let local = now.with_timezone(&self.settings.zone);
        let midnight = moment(self.settings.zone, local.date_naive().and_time(NaiveTime::MIN));
        let sent = tx.count_unsolicited_since(self.account, midnight).await?;
        Ok(sent + self.still_to_come(tx, now).await? < UNSOLICITED_A_DAY)
    }

    fn in_quiet_hours(&self, now: DateTime<Utc>) -> bool {
        self.settings.quiet_hours.contains(now.with_timezone(&self.settings.zone).time())
    }

    async fn let_draft_go(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: DraftId,
        to: DraftState,
    ) -> anyhow::Result<bool> {
        tx.revoke_requests(case.application.id).await?;
        Ok(tx.move_draft(draft, &OPEN, to).await?)
    }

    /// Writes the draft and the request for it, together.
    async fn prepare(
        &self,
        tx: &mut Tx,
        case: &Case,
        kind: DraftKind,
        slot: Slot,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (draft, notes) = self.write_draft(tx, case, kind, now).await?;
        let send_at =
            policy::planned_send(&case.follow_up, &case.around, &self.settings, kind, now)
                .map_or(slot.opens, |(_, send_at)| send_at);
        let id = tx.insert_draft(&draft, send_at, now).await?;
        let draft = Draft { id, ..draft };
        self.note(tx, case.application.id, prepared(&draft, send_at), now).await?;
        let because = decision.because.iter().map(ToString::to_string).collect();
        let request =
            Request { draft: &draft, before: None, notes, because, send_at, again: false };
        let message_id = self.ask_approval(tx, case, &request, now).await?;
        self.asked(tx, case, id, message_id, now).await
    }

    /// How far each mailbox with sent mail reaches now in the account in which the user is asked: a
    /// reply can only lie above.
    pub(super) async fn sent_places(&self, tx: &mut Tx) -> anyhow::Result<Vec<PlaceMark>> {
        let mailboxes = tx.load_mailboxes(self.accounts.first().id).await?;
        Ok(mailboxes
            .into_iter()
            .filter(|mailbox| matches!(mailbox.role, Role::Sent | Role::All))
            .filter_map(|mailbox| {
                let cursor = mailbox.cursor?;
                Some(PlaceMark {
                    mailbox: mailbox.id,
                    uid_validity: cursor.uid_validity,
                    uid_next: cursor.next_uid,
                })
            })
            .collect())
    }

    async fn ask(
        &self,
        tx: &mut Tx,
        case: &Case,
        question: Question,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = case.application.id;
        match question {
            Question::Missing(what) => {
                self.ask_missing(tx, case, what, now).await?;
                self.note(tx, application, Fact::FactAsked { what }, now).await
            }
            Question::Call(number) => {
                self.advise_call(tx, case, number, decision, now).await?;
                self.note(tx, application, Fact::CallAdvised, now).await
            }
            Question::ApprovalAgain(draft) => {
                self.ask_again(tx, case, draft, now).await?;
                self.note(tx, application, Fact::ApprovalReminded { draft }, now).await
            }
        }
    }

    /// The earliest moment at which any application has something to do; `None` if nothing is
    /// planned. What is due already is not told: a pass does it.
    pub async fn next_planned(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        Ok(cases
            .iter()
            .filter_map(|case| {
                match policy::decide(&case.follow_up, &case.around, &self.settings, now).action {
                    Action::Wait { until } => Some(until),
                    Action::Ask { .. }
                    | Action::Prepare { .. }
                    | Action::Send { .. }
                    | Action::Stop { .. }
                    | Action::Nothing => None,
                }
            })
            .chain(self.next_evening(&cases, now))
            .min())
    }
}
