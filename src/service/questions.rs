//! Questions to the user that are answered by a number or in a line: which application a message
//! is about, what was said in an interview. Asked one by one, within the limits of a day; a
//! number records exactly what was kept with it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::domain::attribution::{Attribution, Strength};
use crate::domain::evening::{Evening, evening_question};
use crate::domain::event::{Correction, Fact, NewEvent, Source};
use crate::domain::ids::{AccountId, ApplicationId, MessageId, MessageKey};
use crate::domain::message::{Direction, MeetingProposal, Message};
use crate::domain::observation::{observe, speaks};
use crate::domain::ref_code::RefCode;
use crate::mail::wording::{self, InterviewQuestion, MatchQuestion, Words};
use crate::store::{Choice, NewQuestion, QuestionKind, QuestionRow, Tx};

use super::Record;
use super::record::Case;
use super::silence::may_be_answered;

/// As many as there are digits for.
const MOST_CHOICES: usize = 9;

impl Record {
    /// What a message that was just recorded leaves open.
    pub(super) async fn question(
        &self,
        tx: &mut Tx,
        message: &Message,
        attribution: &Attribution,
        key: MessageKey,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        if attribution.strength == Strength::Weak {
            return self.question_match(tx, message, attribution, key, at, now).await;
        }
        for application in &attribution.applications {
            self.question_interview(tx, message, *application, key, now).await?;
        }
        Ok(())
    }

    /// A message that could be about several applications, or about none: the user is asked, and
    /// what each answer would record is kept.
    async fn question_match(
        &self,
        tx: &mut Tx,
        message: &Message,
        attribution: &Attribution,
        key: MessageKey,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        if !speaks(message) || tx.is_asked_about(key).await? {
            return Ok(());
        }
        let mut choices = Vec::new();
        for (number, application) in (1..).zip(attribution.applications.iter().take(MOST_CHOICES)) {
            let Some(case) = self.case_of(tx, *application, now).await? else { continue };
            let (direction, strength) = (Direction::Incoming, Strength::Person);
            let facts = observe(
                &self.sighting(tx, case.standing(), message, direction, strength, at).await?,
            );
            choices.push(Choice { number, application: *application, facts });
        }
        let kind = QuestionKind::Match;
        let new = NewQuestion { kind, application: None, message: Some(key), choices };
        tx.insert_question(self.account, &new, now).await?;
        Ok(())
    }

    /// Times named in plain words: the user says which of them is an interview. Words alone never
    /// make one.
    async fn question_interview(
        &self,
        tx: &mut Tx,
        message: &Message,
        application: ApplicationId,
        key: MessageKey,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let ahead: Vec<&MeetingProposal> =
            message.proposals.iter().filter(|it| it.starts_at > now).collect();
        if message.invitation.is_some() || ahead.is_empty() || tx.is_asked_about(key).await? {
            return Ok(());
        }
        let Some(case) = self.case_of(tx, application, now).await? else { return Ok(()) };
        let known = |at: DateTime<Utc>| {
            let mut interviews = case.follow_up.interviews.values();
            interviews.any(|it| !it.cancelled && (it.starts_at - at).abs() < TimeDelta::hours(1))
        };
        let open: Vec<&MeetingProposal> =
            ahead.into_iter().filter(|it| !known(it.starts_at)).take(5).collect();
        if case.follow_up.closed.is_some() || open.is_empty() {
            return Ok(());
        }
        let scheduled = |proposal: &MeetingProposal| Fact::InterviewScheduled {
            key: format!("said:{}", key.0),
            sequence: 0,
            starts_at: proposal.starts_at,
            ends_at: proposal.ends_at.unwrap_or(proposal.starts_at + TimeDelta::hours(1)),
            offset: proposal.zone_said.then(|| proposal.offset.local_minus_utc()),
            round: None,
            summary: proposal.reading.clone(),
            message_id: message.message_id.clone(),
        };
        let choices = (1..)
            .zip(open)
            .map(|(number, it)| Choice { number, application, facts: vec![scheduled(it)] })
            .collect();
        let (kind, message) = (QuestionKind::Interview, Some(key));
        let new = NewQuestion { kind, application: Some(application), message, choices };
        tx.insert_question(self.account, &new, now).await?;
        Ok(())
    }

    /// Puts what waits to be asked into mails, but for what may have been answered in an account
    /// that is `unread`.
    pub(super) async fn ask_questions(&self, unread: &BTreeSet<AccountId>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        let unknown = self.unknown(&mut tx, &cases, unread).await?;
        for case in cases.iter().filter(|case| !unknown.contains(&case.application.id)) {
            let since = case.around.watching_since;
            let evening = evening_question(&case.follow_up, &self.settings, since, now);
            let due = evening.filter(|it| it.ask_at <= now && case.around.paused.is_none());
            if let Some(evening) = due
                && self.may_ask(&mut tx, now).await?
            {
                self.ask_evening(&mut tx, case, &evening, now).await?;
            }
        }
        let paused = tx.paused(self.account, now).await?.is_some();
        for row in tx.questions_to_ask(self.account).await? {
            let waits = paused || may_be_answered(&row, &unknown);
            if !waits && self.may_ask(&mut tx, now).await? {
                self.ask_question(&mut tx, &row, &cases, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// The earliest moment at which an evening question comes.
    pub(super) fn next_evening(&self, cases: &[Case], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let asked = cases.iter().filter_map(|case| {
            let since = case.around.watching_since;
            evening_question(&case.follow_up, &self.settings, since, now)
        });
        asked.map(|it| it.ask_at).filter(|at| *at > now).min()
    }

    async fn ask_evening(
        &self,
        tx: &mut Tx,
        case: &Case,
        evening: &Evening<'_>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = Some(case.application.id);
        let (kind, message) = (QuestionKind::Evening, None);
        let new = NewQuestion { kind, application, message, choices: Vec::new() };
        let id = tx.insert_question(self.account, &new, now).await?;
        let local = |at: DateTime<Utc>| at.with_timezone(&self.settings.zone).date_naive();
        let reference = self.new_code()?;
        let words = wording::interview_question(&InterviewQuestion {
            id: &case.application.readable_id,
            employer: &case.application.employer.name,
            held_on: local(evening.interview.ends_at),
            otherwise: self.earliest(case, now),
            again: evening.again,
            reference,
            today: self.today(),
        });
        let mail = self.queue_question(tx, id.0, words, application, now).await?;
        tx.question_asked(id, &mail, &reference.hash(), now).await?;
        let (key, again) = (evening.key.to_owned(), evening.again);
        self.note(tx, case.application.id, Fact::InterviewAskedAbout { key, again }, now).await
    }

    async fn ask_question(
        &self,
        tx: &mut Tx,
        row: &QuestionRow,
        cases: &[Case],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let reference = self.new_code()?;
        let Some(words) = self.question_words(tx, row, cases, reference).await? else {
            tx.question_answered(row.id, now).await?;
            return Ok(());
        };
        let application = row.question.application;
        let mail = self.queue_question(tx, row.id.0, words, application, now).await?;
        tx.question_asked(row.id, &mail, &reference.hash(), now).await?;
        Ok(())
    }

    async fn question_words(
        &self,
        tx: &mut Tx,
        row: &QuestionRow,
        cases: &[Case],
        reference: RefCode,
    ) -> anyhow::Result<Option<Words>> {
        let today = self.today();
        let named = |application: ApplicationId| {
            cases
                .iter()
                .find(|case| case.application.id == application)
                .map(|case| self.named(case))
        };
        let question = &row.question;
        let choices: Vec<String> =
            question.choices.iter().filter_map(|choice| named(choice.application)).collect();
        match question.kind {
            QuestionKind::Match => {
                let Some(key) = question.message else { return Ok(None) };
                let Some(stored) = tx.load_message(key).await? else { return Ok(None) };
                if choices.is_empty() {
                    return Ok(None);
                }
                let from = stored
                    .message
                    .from
                    .map_or_else(|| "somebody".to_owned(), |from| from.address.to_string());
                let arrived = stored.message.arrived_at.unwrap_or(row.created_at);
                Ok(Some(wording::match_question(&MatchQuestion {
                    quote: &stored.message.subject,
                    from: &from,
                    at: arrived.with_timezone(&self.settings.zone).naive_local(),
                    choices: &choices,
                    reference,
                    today,
                })))
            }
            QuestionKind::CloseOthers => {
                Ok((!choices.is_empty()).then(|| wording::close_question(&choices, reference)))
            }
            QuestionKind::Interview => {
                let facts = question.choices.iter().flat_map(|choice| &choice.facts);
                let times: Vec<NaiveDateTime> = facts
                    .filter_map(|fact| match fact {
                        Fact::InterviewScheduled { starts_at, .. } => {
                            Some(starts_at.with_timezone(&self.settings.zone).naive_local())
                        }
                        _ => None,
                    })
                    .collect();
                Ok(choices.first().map(|application| {
                    wording::date_question(application, &times, reference, today)
                }))
            }
            QuestionKind::Evening | QuestionKind::Summary => Ok(None),
        }
    }

    /// `Acme, Data Engineer (interview 24 Nov)`
    fn named(&self, case: &Case) -> String {
        let state = &case.follow_up;
        let local = |at: DateTime<Utc>| at.with_timezone(&self.settings.zone).format("%-d %b");
        let interview = state.interviews.values().filter(|it| !it.cancelled).map(|it| it.starts_at);
        let what = match (interview.max(), state.recorded_at) {
            (Some(at), _) => format!(" (interview {})", local(at)),
            (None, Some(at)) => format!(" (since {})", local(at)),
            (None, None) => String::new(),
        };
        let position = state.position.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
        let id = &case.application.readable_id;
        format!("{}{position}{what} {{{id}}}", case.application.employer.name)
    }

    pub(super) fn new_code(&self) -> anyhow::Result<RefCode> {
        let mut random = [0u8; 10];
        getrandom::fill(&mut random)?;
        Ok(RefCode::new(random))
    }

    async fn queue_question(
        &self,
        tx: &mut Tx,
        number: i64,
        words: Words,
        application: Option<ApplicationId>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<MessageId> {
        let message_id = self.new_message_id()?;
        let mail = words.into_mail(format!("asked:{number}"), message_id.clone(), None);
        tx.queue(self.account, &mail, application, now).await?;
        Ok(message_id)
    }

    /// The question that a reply answers: by its thread, else by a code in its text.
    pub(super) async fn question_of(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<Option<QuestionRow>> {
        for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
            if let Some(found) = tx.question_of_mail(self.account, id).await? {
                return Ok(Some(found));
            }
        }
        for code in &message.ref_codes {
            if let Some(found) = tx.question_of_code(self.account, &code.hash()).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A message that went elsewhere since the question was asked does not stay there.
    async fn take_from_the_rest(
        &self,
        tx: &mut Tx,
        key: MessageKey,
        choices: &[Choice],
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        for application in tx.applications_of_message(key).await? {
            if choices.iter().all(|choice| choice.application != application) {
                let wrong = Correction::NotThisOne;
                self.take_back(tx, application, key, wrong, source, now).await?;
                tx.deny(key, application).await?;
                self.withdraw_outdated_quietly(tx, application, now).await?;
            }
        }
        Ok(())
    }

    /// A number, carried out. `None` if there is no such choice.
    pub(super) async fn choose(
        &self,
        tx: &mut Tx,
        row: &QuestionRow,
        number: u8,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Vec<String>>> {
        let question = &row.question;
        let (chosen, others): (Vec<&Choice>, Vec<&Choice>) =
            question.choices.iter().partition(|choice| choice.number == number);
        if chosen.is_empty() && number != 0 {
            return Ok(None);
        }
        let mut said = Vec::new();
        let mut at = now;
        if let (QuestionKind::Match, Some(key)) = (question.kind, question.message) {
            at = tx.message_time(key).await?.unwrap_or(now);
            for choice in &question.choices {
                let application = choice.application;
                self.take_back(tx, application, key, Correction::NotThisOne, source, now).await?;
            }
            for choice in others {
                tx.deny(key, choice.application).await?;
            }
            if !chosen.is_empty() {
                self.take_from_the_rest(tx, key, &question.choices, source, now).await?;
            }
            for choice in &chosen {
                tx.allow(key, choice.application).await?;
                tx.link(key, choice.application, Strength::User).await?;
            }
        }
        for choice in chosen {
            for fact in &choice.facts {
                let (application, fact) = (choice.application, fact.clone());
                let source = question.message.map_or(source, Source::Message);
                tx.append(&NewEvent { application, at, source, fact }, true).await?;
            }
            if let Some(case) = self.case_of(tx, choice.application, now).await? {
                said.push(format!("Noted: {}.", self.named(&case)));
            }
        }
        if number == 0
            && question.kind == QuestionKind::Interview
            && let Some(choice) = question.choices.first()
            && let Some(Fact::InterviewScheduled { key, sequence, .. }) = choice.facts.first()
        {
            let fact = Fact::InterviewCancelled { key: key.clone(), sequence: *sequence };
            let application = choice.application;
            tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        }
        for choice in &question.choices {
            self.withdraw_outdated_quietly(tx, choice.application, now).await?;
        }
        tx.question_answered(row.id, now).await?;
        if said.is_empty() {
            said.push("Noted: none of them. Nothing rests on it any more.".to_owned());
        }
        said.push("Wrong? Reply to the question with another number.".to_owned());
        Ok(Some(said))
    }
}
