//! The service, as the model has it: what is decided is carried out, on a disk that outlasts a
//! crash. Whatever leaves is checked against the truth.

use afterword::domain::address::Address;
use afterword::domain::approval::{ApprovedDraft, PlaceMark, Request, Standing};
use afterword::domain::draft::{Draft, DraftKind};
use afterword::domain::event::{ClosedReason, Fact, MissingFact};
use afterword::domain::ids::{ApplicationId, DraftId, PursuitId, RequestId};
use afterword::domain::policy::{Action, Question, Stop, authorise, decide};
use chrono::{DateTime, TimeDelta, Utc};

use super::super::truth::{Asked, Broken, check, check_moved_on, check_question, check_request};
use super::{SENT, World, message_id, person};

impl World {
    /// One pass of the service: plan, then deliver.
    pub(super) fn pass(&mut self) -> Result<(), Broken> {
        for index in 0..self.cases.len() {
            for _ in 0..3 {
                self.plan(index)?;
            }
            self.deliver(index)?;
        }
        Ok(())
    }

    fn plan(&mut self, index: usize) -> Result<(), Broken> {
        let around = self.around(index);
        let state = &self.cases[index].state;
        let decision = decide(state, &around, &self.settings, self.now);
        self.decisions += 1;
        if decision.because.is_empty() {
            return Err("a decision without a reason".to_owned());
        }
        match decision.action {
            Action::Wait { until } if until <= self.now => {
                return Err("a wait that is over".to_owned());
            }
            Action::Wait { .. } | Action::Nothing | Action::Send { .. } => {}
            Action::Prepare { kind, slot } => {
                let truth = &self.cases[index].truth;
                check_request(truth, &self.outside, self.place, kind, self.now)
                    .map_err(|broken| format!("{broken} ({kind}, at {})", self.now))?;
                self.prepare(index, kind, slot.opens);
            }
            Action::Ask { question } => self.ask(index, question)?,
            Action::Stop { what: Stop::Withdraw(draft, reason) } => {
                self.revoke(index);
                self.append(index, Fact::DraftWithdrawn { draft, reason });
            }
            Action::Stop { what: Stop::Lapse(draft) } => {
                let open = self.cases[index].state.draft.as_ref();
                let notice = open.is_some_and(|open| open.kind == DraftKind::OfferNotice);
                self.cases[index].offer_let_go |= notice;
                self.revoke(index);
                self.append(index, Fact::DraftLapsed { draft });
            }
            Action::Stop { what: Stop::Close(reason) } => {
                if reason == ClosedReason::MovedOn {
                    check_moved_on(&self.cases[index].truth, self.place, self.now)?;
                }
                self.append(index, Fact::Closed { reason });
                self.cases[index].truth.closed = true;
            }
        }
        Ok(())
    }

    fn ask(&mut self, index: usize, question: Question) -> Result<(), Broken> {
        check_question(&self.outside, self.now)?;
        let truth = &mut self.cases[index].truth;
        match question {
            Question::ApprovalAgain(draft) => {
                if !truth.reminded.insert(draft) {
                    return Err("E13: a second reminder".to_owned());
                }
                self.append(index, Fact::ApprovalReminded { draft });
            }
            Question::Call(_) => self.append(index, Fact::CallAdvised),
            Question::Missing(what) => {
                if !truth.asked_for.insert(what) {
                    return Err(format!("asked twice for {what:?}"));
                }
                self.append(index, Fact::FactAsked { what });
                if what == MissingFact::Address {
                    self.learns(index, person());
                }
            }
        }
        Ok(())
    }

    fn prepare(&mut self, index: usize, kind: DraftKind, opens: DateTime<Utc>) {
        let number = self.id();
        let state = &self.cases[index].state;
        let to = state.contact.clone().unwrap_or_else(person);
        let draft = Draft {
            id: DraftId(number),
            application: ApplicationId(index as i64 + 1),
            pursuit: PursuitId(1),
            kind,
            version: 1,
            from: person(),
            to: to.clone(),
            subject: "Re: Interview".to_owned(),
            body: "Dear Anna,\n".to_owned(),
            in_reply_to: None,
            references: vec![],
            message_id: message_id("draft", number),
        };
        let request = Request {
            id: RequestId(number),
            draft: draft.id,
            application: draft.application,
            version: 1,
            digest: draft.digest(),
            secret_hash: [0; 32],
            ref_hash: [0; 32],
            asked_at: self.now,
            expires_at: self.now + TimeDelta::hours(i64::from(self.settings.valid_hours)),
            places: vec![PlaceMark { mailbox: SENT, uid_validity: 7, uid_next: self.uid + 1 }],
            standing: Standing::Live,
        };
        let (id, pursuit) = (draft.id, draft.pursuit);
        let disk = &mut self.cases[index].disk;
        disk.draft = Some(draft);
        disk.requests = vec![request];
        disk.approval = None;
        let truth = &mut self.cases[index].truth;
        truth.news_since_draft = false;
        truth.note_later = truth.note_later.filter(|(of, _)| *of != kind);
        if matches!(kind, DraftKind::Attempt(_)) {
            truth.later = None;
        }
        let (to, send_at, subject) = (to.address, opens, String::new());
        let version = 1;
        let prepared =
            Fact::DraftPrepared { draft: id, pursuit, kind, version, to, subject, send_at };
        self.append(index, prepared);
        let message_id = message_id("request", number);
        self.append(index, Fact::ApprovalRequested { draft: id, message_id });
    }

    /// Sends what is approved and due, with all that can go wrong.
    fn deliver(&mut self, index: usize) -> Result<(), Broken> {
        let around = self.around(index);
        let case = &self.cases[index];
        let Some((draft, approval)) = case.disk.draft.clone().zip(case.disk.approval.clone())
        else {
            return Ok(());
        };
        let Some(approved) = ApprovedDraft::redeem(draft, &approval) else {
            return Err("an approval that does not fit its draft".to_owned());
        };
        let stale = self.now - TimeDelta::minutes(2);
        let (state, settings) = (&case.state, &self.settings);
        if authorise(state, &around, settings, &approved, stale, self.now).is_ok() {
            return Err("sent on an old look at the mailboxes".to_owned());
        }
        if authorise(state, &around, settings, &approved, self.now, self.now).is_err() {
            return Ok(());
        }
        self.hand_over(index, &approved)
    }

    fn hand_over(&mut self, index: usize, approved: &ApprovedDraft) -> Result<(), Broken> {
        let draft = approved.draft();
        let (id, kind) = (draft.id, draft.kind);
        self.cases[index].disk.claimed = Some(false);
        if self.dice.one_in(8) {
            self.crash();
            return Ok(());
        }
        let letter = (id, kind, &draft.to.address);
        check(&self.cases[index].truth, &self.outside, self.place, letter, self.now)
            .map_err(|broken| format!("{broken} (draft {}, {kind}, at {})", id.0, self.now))?;
        self.cases[index].disk.claimed = Some(true);
        let outcome = self.dice.below(10);
        if outcome == 0 {
            self.cases[index].disk.claimed = None;
            self.append(index, Fact::SendRefused { draft: id, code: 550 });
            self.revoke(index);
            self.cases[index].offer_let_go |= kind == DraftKind::OfferNotice;
            return Ok(());
        }
        self.went_out(index, id, kind, &draft.to.address);
        match outcome {
            1 => self.crash(),
            2 => {
                self.doubtful(index);
                self.cases[index].disk.claimed = None;
            }
            _ => {
                let (to, message_id) = (draft.to.address.clone(), draft.message_id.clone());
                self.append(index, Fact::MessageSent { draft: id, kind, to, message_id });
                self.revoke(index);
            }
        }
        Ok(())
    }

    fn went_out(&mut self, index: usize, draft: DraftId, kind: DraftKind, to: &Address) {
        self.sent += 1;
        self.touch();
        self.outside.handed_over.insert(draft);
        let at = self.now;
        let truth = &mut self.cases[index].truth;
        match kind {
            DraftKind::Attempt(_) => {
                truth.asked.push(Asked { at, draft: Some(draft) });
                truth.letters.push((draft, to.clone()));
            }
            DraftKind::OfferNotice => self.outside.told += 1,
            DraftKind::ThankYou => truth.thanked += 1,
            DraftKind::ClosingNote => truth.said_goodbye += 1,
        }
    }
}
