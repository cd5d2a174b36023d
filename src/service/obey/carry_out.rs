//! One command, carried out. What it needs to be believed was checked before.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::address::Correspondent;
use crate::domain::approval::Refusal;
use crate::domain::command::{Command, Told};
use crate::domain::event::{ClosedReason, Fact, NewEvent, Source};
use crate::domain::person::first_name;
use crate::domain::reason::plain_day;
use crate::mail::wording;
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::service::record::Case;
use crate::store::{AttemptState, Outcome, QuestionKind, Tx, UnfinishedAttempt};

use super::Reply;
use super::edit::Change;

impl Record {
    /// One command, done. The error is a refusal that changed nothing.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        command: Command,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let case = match reply.application {
            Some(id) => self.case_of(tx, id, reply.now).await?,
            None => None,
        };
        let command = in_context(command, reply, case.as_ref());
        match command {
            Command::Told(told) => self.take_reply(tx, reply, case.as_ref(), &told).await.map(Ok),
            Command::Pause(until) => Ok(Ok(self.pause_all(tx, until, reply.now).await?)),
            Command::StopAll => Ok(Ok(self.stop_all(tx, reply).await?)),
            Command::Hello => Ok(Ok(Receipt::Hello)),
            Command::Resume => {
                tx.resume(self.account, reply.now).await?;
                Ok(Ok(Receipt::Resumed))
            }
            Command::Status => Ok(Ok(Receipt::Status)),
            Command::Help => Ok(Ok(Receipt::Help)),
            Command::Unknown(line) => Ok(Ok(Receipt::NotUnderstood { line })),
            Command::Empty => Ok(Ok(Receipt::NotUnderstood { line: String::new() })),
            command => match case {
                Some(case) => self.carry_out_for(tx, reply, &case, command).await,
                None => Ok(Ok(Receipt::NothingMeant)),
            },
        }
    }

    /// A command about one application.
    async fn carry_out_for(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        command: Command,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        match command {
            Command::Approve { now, notes, rest } => {
                let granted = self.approve(tx, reply, case, now, &rest).await?;
                if granted.is_ok() {
                    for text in notes {
                        self.reply_fact(tx, reply, case, Fact::NoteAdded { text }).await?;
                    }
                }
                Ok(granted)
            }
            Command::Edit(block) => self.edit(tx, reply, case, Change::Text(block.text)).await,
            Command::SendThis(block) => self.send_this(tx, reply, case, block).await,
            Command::Subject(subject) => self.edit(tx, reply, case, Change::Subject(subject)).await,
            Command::Skip => self.let_go(tx, reply, case, Receipt::Skipped).await,
            Command::Cancel => self.let_go(tx, reply, case, Receipt::Cancelled).await,
            Command::Later(day) => self.postpone(tx, reply, case, day).await,
            Command::Stop => {
                if case.follow_up.closed.is_none() {
                    let fact = Fact::Closed { reason: ClosedReason::ByUser };
                    self.reply_fact(tx, reply, case, fact).await?;
                    self.withdraw_outdated_quietly(tx, case.application.id, reply.now).await?;
                }
                Ok(Ok(Receipt::Stopped))
            }
            Command::Reopen => self.reopen(tx, reply, case).await.map(Ok),
            Command::Why => Ok(Ok(Receipt::Why)),
            Command::Draft(_) if case.follow_up.closed.is_some() => Ok(Ok(Receipt::IsClosed)),
            Command::Draft(_) => self.want_draft(tx, reply, case).await.map(Ok),
            Command::ItWasSent => self.end_doubt(tx, reply, case, true).await,
            Command::SendAgain => self.end_doubt(tx, reply, case, false).await,
            Command::Name(name) => self.learn_name(tx, reply, case, name).await,
            Command::Position(position) => {
                let fact = Fact::PositionLearned { position: position.clone() };
                self.learn_words(tx, reply, case, fact, "the position", position).await
            }
            Command::NewAddress(_) | Command::Back(_) | Command::Note(_) => {
                self.learn(tx, reply, case, command).await
            }
            Command::New(_)
            | Command::Pause(_)
            | Command::StopAll
            | Command::Hello
            | Command::Resume
            | Command::Status
            | Command::Help
            | Command::Told(_)
            | Command::Unknown(_)
            | Command::Empty => Ok(Ok(Receipt::NothingMeant)),
        }
    }

    /// The user's word on a message in doubt. If it did not leave, another draft is written, and
    /// that one needs an approval of its own.
    async fn end_doubt(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        left: bool,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let unfinished = tx.unfinished(self.account).await?;
        let doubtful = unfinished.into_iter().find(|it| {
            it.attempt.application == case.application.id
                && it.attempt.state == AttemptState::InDoubt
        });
        let Some(UnfinishedAttempt { attempt, message_id, to }) = doubtful else {
            return Ok(Ok(Receipt::NothingMeant));
        };
        let outcome = if left { Outcome::Sent } else { Outcome::Refused };
        tx.finish(attempt.id, outcome, Some("by the user's word"), reply.now).await?;
        let draft = attempt.draft;
        if left {
            let fact = Fact::MessageSent { draft, kind: attempt.kind, to, message_id };
            self.reply_fact(tx, reply, case, fact).await?;
        } else {
            self.reply_fact(tx, reply, case, Fact::SendRefused { draft, code: 0 }).await?;
            self.reply_fact(tx, reply, case, Fact::DraftWanted).await?;
        }
        let said = if left {
            "Noted: it was sent. It counts as one of the two messages."
        } else {
            "Noted: it did not leave. I write a new draft and ask you before anything is sent."
        };
        Ok(Ok(Receipt::Said(vec![said.to_owned()])))
    }

    /// `draft`: wanted from now on, and written when it may go.
    async fn want_draft(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
    ) -> anyhow::Result<Receipt> {
        let local = |at: DateTime<Utc>| at.with_timezone(&self.settings.zone).date_naive();
        let say = |on: NaiveDate| wording::day(on, self.today());
        let employer = &case.application.employer.name;
        if let Some(asked_at) = case.follow_up.draft.as_ref().and_then(|open| open.asked_at) {
            return Ok(Receipt::Said(vec![format!(
                "A draft for {employer} is with you already: see my mail of {}.",
                say(local(asked_at))
            )]));
        }
        self.reply_fact(tx, reply, case, Fact::DraftWanted).await?;
        let after = self.case_of(tx, case.application.id, reply.now).await?;
        let earliest = after.as_ref().and_then(|case| self.earliest(case, reply.now));
        match earliest.filter(|day| *day > self.today()) {
            Some(day) => Ok(Receipt::Said(vec![format!(
                "Noted. A message to {employer} may go on {} at the earliest; I write the draft \
                 then, and ask you before anything is sent.",
                say(day)
            )])),
            None => Ok(Receipt::DraftWanted),
        }
    }

    /// `name: Anna`: without a first name in it no draft could be written any more.
    async fn learn_name(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        name: String,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let Some(Correspondent { address, .. }) = case.follow_up.contact.clone() else {
            return Ok(Ok(Receipt::NothingMeant));
        };
        if first_name(&name).is_none() {
            return Ok(Ok(Receipt::Said(vec![format!(
                "I find no first name in \"{name}\", so nothing changed. Reply with one, as in \
                 \"name: Anna\"."
            )])));
        }
        let contact = Correspondent { name: Some(name.clone()), address };
        let fact = Fact::ContactLearned { contact };
        self.learn_words(tx, reply, case, fact, "the name", name).await
    }

    /// A fact that stands in the words of a draft: one that waits is written anew.
    async fn learn_words(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        fact: Fact,
        what: &'static str,
        value: String,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let application = case.application.id;
        self.reply_fact(tx, reply, case, fact).await?;
        let Some(version) = self.write_anew(tx, reply, application).await? else {
            self.withdraw_outdated_quietly(tx, application, reply.now).await?;
            return Ok(Ok(Receipt::Noted { what, value }));
        };
        let noted = wording::Noted::Fact { what: what.to_owned(), value };
        Ok(Ok(Receipt::Said(vec![
            wording::noted(&noted, self.today(), None),
            format!(
                "The draft comes back to you as draft {version}, and goes out only if you approve \
                 that one. The one before it can no longer be approved."
            ),
        ])))
    }

    /// A fact the user told us: it may make an open draft wrong.
    async fn learn(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        command: Command,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let known = case.follow_up.contact.clone();
        let noted = |what, value: &str| Receipt::Noted { what, value: value.to_owned() };
        let (fact, receipt) = match command {
            Command::NewAddress(address) => {
                let receipt = noted("the address", address.as_str());
                let name = known.and_then(|known| known.name);
                let contact = Correspondent { name, address };
                (Fact::ContactLearned { contact }, receipt)
            }
            Command::Back(day) => {
                let receipt = noted("the day they are back", &plain_day(day));
                (Fact::OutOfOffice { returns_on: Some(day), message_id: None }, receipt)
            }
            Command::Note(text) => note_or_strength(text),
            Command::Name(_)
            | Command::Position(_)
            | Command::Approve { .. }
            | Command::Edit(_)
            | Command::SendThis(_)
            | Command::Subject(_)
            | Command::StopAll
            | Command::Hello
            | Command::New(_)
            | Command::Skip
            | Command::Stop
            | Command::Reopen
            | Command::Later(_)
            | Command::Cancel
            | Command::ItWasSent
            | Command::SendAgain
            | Command::Draft(_)
            | Command::Pause(_)
            | Command::Resume
            | Command::Why
            | Command::Status
            | Command::Help
            | Command::Told(_)
            | Command::Unknown(_)
            | Command::Empty => return Ok(Ok(Receipt::NothingMeant)),
        };
        self.reply_fact(tx, reply, case, fact).await?;
        self.withdraw_outdated_quietly(tx, case.application.id, reply.now).await?;
        Ok(Ok(receipt))
    }

    pub(super) async fn reply_fact(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        fact: Fact,
    ) -> anyhow::Result<()> {
        let source = Source::Reply(reply.id);
        let application = case.application.id;
        tx.append(&NewEvent { application, at: reply.now, source, fact }, true).await?;
        Ok(())
    }
}

/// A day alone is what they promised where no draft could be put off; and on the question what
/// they said, any words may be a day.
fn in_context(command: Command, reply: &Reply<'_>, case: Option<&Case>) -> Command {
    let evening =
        reply.question.as_ref().is_some_and(|it| it.question.kind == QuestionKind::Evening);
    let no_draft = case.is_some_and(|case| case.follow_up.draft.is_none());
    let first = reply.message.new_text.trim_start().lines().next().unwrap_or_default();
    let words = first.trim().trim_end_matches(['.', '!']).to_lowercase();
    let promise = || Command::Told(Told::Promise { words: words.clone(), channel: None });
    match command {
        Command::Later(Some(_)) if (evening || no_draft) && !words.starts_with("later") => {
            promise()
        }
        Command::Unknown(_) if evening => promise(),
        other => other,
    }
}

/// A note, or under its label what the user is good at.
fn note_or_strength(text: String) -> (Fact, Receipt) {
    match text.strip_prefix("strength:").map(|it| it.trim().to_owned()) {
        Some(sentence) => {
            let receipt = Receipt::Noted { what: "your strength", value: sentence.clone() };
            (Fact::StrengthLearned { sentence }, receipt)
        }
        None => (Fact::NoteAdded { text }, Receipt::NoteKept),
    }
}
