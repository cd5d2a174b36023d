//! Corrections by the user: a message that is about something else, and a word taken back. The
//! entries stay in the ledger; a new one says that they do not count, and everything is planned
//! again from what is left.

use chrono::{DateTime, Utc};

use crate::domain::attribution::{Strength, same_name};
use crate::domain::event::{ClosedReason, Correction, Event, Fact, NewEvent, Source};
use crate::domain::follow_up::retracted;
use crate::domain::ids::{ApplicationId, EventId, MessageKey};
use crate::domain::policy::may_be_told;
use crate::store::{Choice, NewQuestion, QuestionKind, Tx};

use super::Record;
use super::record::Case;
use super::told::Taken;

impl Record {
    /// What a message added to an application does not count any more. How many entries that were.
    pub(super) async fn take_back(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        key: MessageKey,
        because: Correction,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<usize> {
        let events = tx.load_events(application).await?;
        let gone = retracted(events.iter());
        let ids: Vec<EventId> = events
            .iter()
            .filter(|event| event.source == Source::Message(key) && !gone.contains(&event.id))
            .map(|event| event.id)
            .collect();
        self.retract(tx, application, ids, because, source, now).await
    }

    async fn retract(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        events: Vec<EventId>,
        because: Correction,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<usize> {
        let count = events.len();
        if count > 0 {
            let fact = Fact::Retracted { events, because };
            tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        }
        Ok(count)
    }

    /// `wrong`, `not acme`: their last message is about something else. The other applications
    /// are offered.
    pub(super) async fn not_this_one(
        &self,
        tx: &mut Tx,
        case: &Case,
        name: Option<&str>,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Taken> {
        if name.is_some_and(|name| !is_called(case, name)) {
            return Ok(Taken::NotRead);
        }
        let gone = retracted(case.events.iter());
        let last = case.events.iter().rev().find_map(|event| match (event.source, &event.fact) {
            (_, Fact::UserWrote { .. }) => None,
            (Source::Message(key), _) if !gone.contains(&event.id) => Some(key),
            (Source::Message(_) | Source::Reply(_) | Source::CommandLine | Source::Service, _) => {
                None
            }
        });
        let Some(key) = last else { return Ok(Taken::NothingMeant) };
        let facts: Vec<Fact> = case
            .events
            .iter()
            .filter(|event| event.source == Source::Message(key) && !gone.contains(&event.id))
            .map(|event| event.fact.clone())
            .filter(|fact| {
                !matches!(fact, Fact::PositionLearned { .. } | Fact::ContactLearned { .. })
            })
            .map(fully)
            .collect();
        let application = case.application.id;
        self.take_back(tx, application, key, Correction::NotThisOne, source, now).await?;
        tx.deny(key, application).await?;
        self.withdraw_outdated_quietly(tx, application, now).await?;
        let others: Vec<Choice> = self
            .load_cases(tx, now)
            .await?
            .iter()
            .filter(|other| other.application.id != application && other.follow_up.closed.is_none())
            .take(9)
            .zip(1..)
            .map(|(other, number)| {
                let (application, facts) = (other.application.id, facts.clone());
                Choice { number, application, facts }
            })
            .collect();
        let mut said = vec![format!(
            "Understood: that mail is not about {}. What rested on it does not count any more.",
            case.application.employer.name
        )];
        if !others.is_empty() {
            let (kind, message) = (QuestionKind::Match, Some(key));
            let new = NewQuestion { kind, application: None, message, choices: others };
            tx.insert_question(self.account, &new, now).await?;
            said.push("I ask in a mail of its own which one it is about.".to_owned());
        }
        Ok(Taken::Said(said))
    }

    /// `undo`: the last thing the user said about this application; said again, the one before it.
    pub(super) async fn undo(
        &self,
        tx: &mut Tx,
        case: &Case,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Taken> {
        let gone = retracted(case.events.iter());
        let counts = |event: &&Event| !gone.contains(&event.id) && is_undoable(event);
        let Some(last) = case.events.iter().rev().find(counts) else {
            return Ok(Taken::NothingMeant);
        };
        let same: Vec<&Event> = case
            .events
            .iter()
            .filter(counts)
            .filter(|event| event.source == last.source && event.at == last.at)
            .collect();
        for event in &same {
            if let Fact::Touched { .. } = event.fact {
                tx.forget_contact(case.application.employer.id, event.at).await?;
            }
            if let Fact::Retracted { events, because: Correction::NotThisOne } = &event.fact {
                self.tie_again(tx, case, events, now).await?;
            }
        }
        let ids: Vec<EventId> = same.iter().map(|event| event.id).collect();
        let application = case.application.id;
        let count = self.retract(tx, application, ids, Correction::Undone, source, now).await?;
        self.withdraw_outdated_quietly(tx, application, now).await?;
        let what = if count == 1 { "the last entry" } else { "the last entries" };
        let were: Vec<String> = same.iter().map(|event| self.taken_back(&event.fact)).collect();
        let head = if count == 1 { "It was" } else { "They were" };
        Ok(Taken::Said(vec![
            format!(
                "Undone: {what} you made about {}. The plan is what it was without.",
                case.application.employer.name
            ),
            format!("{head}: {}.", were.join("; ")),
        ]))
    }

    /// What was taken back, so that nobody takes back more than was meant.
    fn taken_back(&self, fact: &Fact) -> String {
        if let Fact::Retracted { .. } = fact {
            return "a mail is not about this".to_owned();
        }
        self.told(fact).trim_end_matches('.').to_owned()
    }

    /// The messages behind entries that count again are about this application after all, and so
    /// are their threads.
    async fn tie_again(
        &self,
        tx: &mut Tx,
        case: &Case,
        events: &[EventId],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = case.application.id;
        for event in case.events.iter().filter(|event| events.contains(&event.id)) {
            if let Source::Message(key) = event.source {
                tx.allow(key, application).await?;
                tx.link(key, application, Strength::User).await?;
                tx.settle_match(key, now).await?;
            }
        }
        Ok(())
    }

    /// After an offer was accepted: the user is asked whether the others are at an end.
    pub(super) async fn ask_to_close_the_others(
        &self,
        tx: &mut Tx,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let closed = Fact::Closed { reason: ClosedReason::AcceptedElsewhere };
        let choices: Vec<Choice> = self
            .load_cases(tx, now)
            .await?
            .iter()
            .filter(|it| it.application.id != case.application.id && it.follow_up.closed.is_none())
            .filter(|it| !may_be_told(&it.follow_up))
            .map(|it| Choice {
                number: 1,
                application: it.application.id,
                facts: vec![closed.clone()],
            })
            .collect();
        if choices.is_empty() {
            return Ok(());
        }
        let (kind, message) = (QuestionKind::CloseOthers, None);
        let new = NewQuestion { kind, application: None, message, choices };
        tx.insert_question(self.account, &new, now).await?;
        Ok(())
    }
}

/// A weak match becomes a full one where the user says what it is about.
fn fully(fact: Fact) -> Fact {
    match fact {
        Fact::EmployerReplied { from, kind, next_step, message_id, weak: _, offset } => {
            Fact::EmployerReplied { from, kind, next_step, message_id, weak: false, offset }
        }
        other => other,
    }
}

/// Whether the user means this employer: by name, by its first word, or by the id.
fn is_called(case: &Case, name: &str) -> bool {
    let employer = &case.application.employer.name;
    let first = employer.split_whitespace().next().unwrap_or_default();
    same_name(employer, name)
        || first.eq_ignore_ascii_case(name)
        || case.application.readable_id.as_str().eq_ignore_ascii_case(name)
}

/// What the user said and can take back; drafts have words of their own for it. What was taken
/// back stays so: else a second `undo` would bring it back, where the one before it was meant.
fn is_undoable(event: &Event) -> bool {
    let by_user = matches!(event.source, Source::Reply(_) | Source::CommandLine);
    let about_a_draft = matches!(
        event.fact,
        Fact::ApplicationRecorded { .. }
            | Fact::DraftPrepared { .. }
            | Fact::DraftApproved { .. }
            | Fact::DraftWithdrawn { .. }
            | Fact::DraftSkipped { .. }
            | Fact::DraftPostponed { .. }
            | Fact::MessageSent { .. }
            | Fact::SendRefused { .. }
    );
    let is_undo = matches!(event.fact, Fact::Retracted { because: Correction::Undone, events: _ });
    by_user && !about_a_draft && !is_undo
}
