//! What the user tells in a reply, line by line, and what needs no draft: an application that is
//! new, one that is open again. What the words mean is decided in `told`.

use crate::domain::attribution::same_name;
use crate::domain::command::{NewOne, Told, below};
use crate::domain::event::{Fact, Source};
use crate::mail::wording;
use crate::service::Record;
use crate::service::by_hand::NewApplication;
use crate::service::letters::Receipt;
use crate::service::record::Case;
use crate::service::told::Taken;
use crate::store::{QuestionKind, Tx};

use super::Reply;

impl Record {
    /// Something told in the first line, and what the lines below add to it.
    pub(super) async fn take_reply(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: Option<&Case>,
        told: &Told,
    ) -> anyhow::Result<Receipt> {
        let source = Source::Reply(reply.id);
        if let Told::Choice(number) = told {
            let Some(question) = &reply.question else { return Ok(Receipt::NothingMeant) };
            let chosen = self.choose(tx, question, *number, source, reply.now).await?;
            return Ok(chosen.map_or_else(
                || Receipt::NotUnderstood { line: number.to_string() },
                Receipt::Said,
            ));
        }
        let Some(case) = case else { return Ok(belongs_to_none(reply, told)) };
        let mut said = match self.take_told(tx, case, told, source, reply.now).await? {
            Taken::Said(said) => said,
            Taken::NothingMeant => return Ok(Receipt::NothingMeant),
            Taken::NotRead => {
                let text = reply.message.new_text.trim_start();
                let line = text.lines().next().unwrap_or_default().trim().to_owned();
                return Ok(Receipt::NotUnderstood { line });
            }
        };
        said.extend(self.take_below(tx, reply, case).await?);
        if let Some(question) = &reply.question {
            tx.question_answered(question.id, reply.now).await?;
        }
        Ok(Receipt::Said(said))
    }

    /// What the lines below the first one add.
    async fn take_below(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
    ) -> anyhow::Result<Vec<String>> {
        let source = Source::Reply(reply.id);
        let names = [self.config.account.name.as_str()];
        let (more, unread) = below(&reply.message.new_text, &names);
        let mut said = Vec::new();
        for told in more {
            if let Taken::Said(lines) = self.take_told(tx, case, &told, source, reply.now).await? {
                said.extend(lines);
            }
        }
        if let Some(line) = unread.first() {
            said.push(format!("I made nothing of the line \"{line}\" and what follows."));
        }
        Ok(said)
    }

    /// `new: Acme, Data Engineer`. The receipt is about it, so that a reply to the receipt is, too.
    pub(super) async fn record_new(
        &self,
        tx: &mut Tx,
        reply: &mut Reply<'_>,
        new: &NewOne,
    ) -> anyhow::Result<Receipt> {
        let position = new.position.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
        let name = format!("{}{position}", new.employer);
        let cases = self.load_cases(tx, reply.now).await?;
        if let Some(known) = cases.iter().find(|case| is_known_as(case, new)) {
            reply.application = Some(known.application.id);
            let id = &known.application.readable_id;
            return Ok(Receipt::Said(vec![format!(
                "I have {name} already, as {id}. Nothing was recorded."
            )]));
        }
        let wanted = NewApplication {
            employer: new.employer.clone(),
            domain: None,
            position: new.position.clone(),
            contact: new.contact.clone(),
            interview: None,
            promise: None,
            strength: None,
        };
        let source = Source::Reply(reply.id);
        let (application, id) = self.add_application(tx, wanted, source, reply.now).await?;
        reply.application = Some(application);
        let mut said = vec![format!("Recorded as {id}: {name}.")];
        if let Some(case) = self.case_of(tx, application, reply.now).await? {
            said.extend(self.take_below(tx, reply, &case).await?);
        }
        said.push(
            "To add to it, reply to this mail, like \"interview: 30 nov 14:00\", \"by friday\", \
             \"to: anna@acme.example\" or \"note: ...\"."
                .to_owned(),
        );
        Ok(Receipt::Said(said))
    }

    /// `reopen`: a closed application is taken up again.
    pub(super) async fn reopen(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
    ) -> anyhow::Result<Receipt> {
        let employer = &case.application.employer.name;
        if case.follow_up.closed.is_none() {
            let said = format!("{employer} is open already; nothing changed.");
            return Ok(Receipt::Said(vec![said]));
        }
        self.reply_fact(tx, reply, case, Fact::Reopened).await?;
        let after = self.case_of(tx, case.application.id, reply.now).await?;
        let earliest = after.as_ref().and_then(|case| self.earliest(case, reply.now));
        let then = earliest
            .map(|day| format!(" Earliest follow-up: {}.", wording::day(day, self.today())))
            .unwrap_or_default();
        Ok(Receipt::Said(vec![format!("Open again: {employer}.{then}")]))
    }
}

/// The same employer and, as far as the user says one, the same position.
fn is_known_as(case: &Case, new: &NewOne) -> bool {
    let known = case.follow_up.position.as_deref();
    let same_position = new
        .position
        .as_deref()
        .is_none_or(|new| known.is_some_and(|it| it.eq_ignore_ascii_case(new)));
    case.follow_up.closed.is_none()
        && same_name(&case.application.employer.name, &new.employer)
        && same_position
}

/// `wrong` in answer to the question which one it is about: there, a number says it.
fn belongs_to_none(reply: &Reply<'_>, told: &Told) -> Receipt {
    let kind = reply.question.as_ref().map(|it| it.question.kind);
    match (told, kind) {
        (Told::NotThisOne(_), Some(QuestionKind::Match)) => Receipt::Said(vec![
            "Nothing changed. If the mail is about none of them, reply to the question with \"0\"; \
             else with the number of the right one."
                .to_owned(),
        ]),
        _ => Receipt::NothingMeant,
    }
}
