//! Decides about every application and carries out what needs no employer: a draft is written
//! and asked for, a fact is asked for, a request is brought up again, a draft is let go, an
//! application is closed.

use anyhow::Context as _;
use chrono::{DateTime, NaiveTime, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::approval::PlaceMark;
use crate::domain::calendar::{Slot, moment};
use crate::domain::draft::{AttemptNumber, Draft, DraftKind, DraftState};
use crate::domain::event::{ClosedReason, Fact, Source};
use crate::domain::ids::{DraftId, MessageId};
use crate::domain::mailbox::Role;
use crate::domain::message::Direction;
use crate::domain::person::first_name;
use crate::domain::policy::due::applicable_promise;
use crate::domain::policy::{self, Action, Decision, Question, Stop};
use crate::mail::compose;
use crate::mail::draft_text::{DraftFacts, follow_up};
use crate::store::{ApplicationRow, Tx};

use super::Record;
use super::obey::OPEN;
use super::record::Case;

/// Mails to the user that nobody asked for, in one day.
const UNSOLICITED_A_DAY: u32 = 3;

impl Record {
    /// One decision for each application, carried out at once.
    pub(super) async fn plan(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let applications = tx.load_applications(self.account).await?;
        drop(tx);
        let mut first_error = None;
        for application in applications {
            let id = application.readable_id.clone();
            if let Err(error) = self.plan_one(application, now).await {
                tracing::error!(%id, "nothing could be decided about this application: {error:#}");
                first_error = first_error.or(Some(error));
            }
        }
        first_error.map_or(Ok(()), Err)
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
            Action::Prepare { number, slot } => {
                if self.may_ask(tx, now).await? {
                    self.prepare(tx, case, number, slot, &decision, now).await?;
                }
                Ok(())
            }
            Action::Ask { question } => {
                if self.may_ask(tx, now).await? {
                    self.ask(tx, case, question, now).await?;
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

    /// At most three unsolicited mails a day, and none in quiet hours.
    async fn may_ask(&self, tx: &mut Tx, now: DateTime<Utc>) -> anyhow::Result<bool> {
        if self.in_quiet_hours(now) {
            return Ok(false);
        }
        let local = now.with_timezone(&self.settings.zone);
        let midnight = moment(self.settings.zone, local.date_naive().and_time(NaiveTime::MIN));
        let sent = tx.count_unsolicited_since(self.account, midnight).await?;
        Ok(sent < UNSOLICITED_A_DAY)
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
        number: AttemptNumber,
        slot: Slot,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let draft = self.write_draft(tx, case, number, now).await?;
        let send_at = policy::planned_send(&case.follow_up, &case.around, &self.settings, now)
            .map_or(slot.opens, |(_, send_at)| send_at);
        let id = tx.insert_draft(&draft, send_at, now).await?;
        let draft = Draft { id, ..draft };
        let prepared = Fact::DraftPrepared {
            draft: id,
            pursuit: draft.pursuit,
            kind: draft.kind,
            version: draft.version,
            to: draft.to.address.clone(),
            subject: draft.subject.clone(),
            send_at,
        };
        self.note(tx, case.application.id, prepared, now).await?;
        let message_id = self.ask_approval(tx, case, &draft, decision, send_at, now).await?;
        tx.move_draft(id, &[DraftState::Prepared], DraftState::Asked).await?;
        let asked = Fact::ApprovalRequested { draft: id, message_id };
        self.note(tx, case.application.id, asked, now).await
    }

    /// How far each mailbox with sent mail reaches now: a reply can only lie above.
    pub(super) async fn sent_places(&self, tx: &mut Tx) -> anyhow::Result<Vec<PlaceMark>> {
        let mailboxes = tx.load_mailboxes(self.account).await?;
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

    /// The words, from the record only (E14, E17), in the thread of the person who spoke to the
    /// user (E19).
    async fn write_draft(
        &self,
        tx: &mut Tx,
        case: &Case,
        number: AttemptNumber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Draft> {
        let state = &case.follow_up;
        let known = state.contact.clone().context("A draft has a person to go to")?;
        let shown = known.name.as_deref().map(|name| name.replace(['<', '>', '@', '"'], " "));
        let to = Correspondent {
            name: shown.map(|name| compose::clean_line(&name, 80)),
            address: known.address,
        };
        let name = to.name.as_deref().and_then(first_name).context("The person has a name")?;
        let position = state.position.as_deref().context("A draft names the position")?;
        let zone = state.recipient_zone(self.settings.zone);
        let pursuit = state.pursuit(now).context("A draft belongs to a pursuit")?;
        let profile = &self.config.profile;
        let promise_by = applicable_promise(state, &pursuit, zone)
            .and_then(|promise| promise.reading.not_before)
            .filter(|day| *day < zone.day_of(now));
        let facts = DraftFacts {
            first_name: &name,
            position,
            employer: &case.application.employer.name,
            interview_day: state.held_interview(now).map(|(_, it)| zone.day_of(it.starts_at)),
            promise_by,
            strength: state.strength.as_deref().or(profile.strength.as_deref()),
            signature: &profile.signature,
            number,
            seed: u64::try_from(case.application.id.0).unwrap_or_default(),
        };
        let body = follow_up(&facts);
        let thread = self.thread(tx, case, &to.address).await?;
        let new_subject = format!("Interview {position}");
        Ok(Draft {
            id: DraftId(0),
            application: case.application.id,
            pursuit: tx.ensure_pursuit(case.application.id, &pursuit.basis, now).await?,
            kind: DraftKind::Attempt(number),
            version: 1,
            from: self.user.clone(),
            to,
            subject: compose::clean_subject(&thread.subject.unwrap_or(new_subject)),
            body,
            in_reply_to: thread.parent,
            references: thread.references,
            message_id: self.new_message_id()?,
        })
    }

    /// The conversation with one person, in the ledger's order: its last message, the way there,
    /// and the subject.
    async fn thread(&self, tx: &mut Tx, case: &Case, person: &Address) -> anyhow::Result<Thread> {
        let stored = tx.load_messages(case.application.id).await?;
        let mut ids: Vec<MessageId> = Vec::new();
        let mut subject = None;
        for event in &case.events {
            match (&event.fact, event.source) {
                (Fact::MessageSent { message_id, .. }, _) => ids.push(message_id.clone()),
                (_, Source::Message(key)) => {
                    let Some(row) = stored.iter().find(|row| row.key == key) else { continue };
                    let message = &row.message;
                    let from = message.from.as_ref().map(|from| &from.address);
                    let theirs = message.automatic.is_none() && from == Some(person);
                    if theirs || message.direction == Direction::Outgoing {
                        ids.extend(message.message_id.clone());
                        subject = Some(message.subject.clone());
                    }
                }
                (_, Source::Reply(_) | Source::CommandLine | Source::Service) => {}
            }
        }
        ids.dedup();
        let parent = ids.pop();
        let references = parent
            .as_ref()
            .map(|parent| compose::reference_chain(&ids, parent))
            .unwrap_or_default();
        let subject = subject.map(|subject| format!("Re: {}", bare_subject(&subject)));
        Ok(Thread { parent, references, subject })
    }

    async fn ask(
        &self,
        tx: &mut Tx,
        case: &Case,
        question: Question,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = case.application.id;
        match question {
            Question::Missing(what) => {
                self.ask_missing(tx, case, what, now).await?;
                self.note(tx, application, Fact::FactAsked { what }, now).await
            }
            Question::ApprovalAgain(draft) => {
                self.ask_again(tx, case, draft, now).await?;
                self.note(tx, application, Fact::ApprovalReminded { draft }, now).await
            }
        }
    }

    /// The earliest moment at which any application has something to do.
    pub(super) async fn next_planned(&self) -> anyhow::Result<DateTime<Utc>> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        cases
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
            .min()
            .context("Nothing is planned")
    }
}

struct Thread {
    parent: Option<MessageId>,
    references: Vec<MessageId>,
    subject: Option<String>,
}

/// A subject without the prefixes of replies in the languages of the drafts.
fn bare_subject(subject: &str) -> &str {
    let mut subject = subject.trim();
    while let Some((prefix, rest)) = subject.split_once(':')
        && ["re", "aw", "antw", "sv", "tr", "rv", "ref"]
            .contains(&prefix.trim().to_lowercase().as_str())
    {
        subject = rest.trim();
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::bare_subject;

    #[test]
    fn reply_prefixes_are_not_stacked() {
        assert_eq!(
            bare_subject("Re: AW: re: Interview: Data Engineer"),
            "Interview: Data Engineer"
        );
        assert_eq!(bare_subject("Interview"), "Interview");
    }
}
