//! A reply to the weekly summary, line by line: each number is one application, and what stands
//! behind it is obeyed as if it were a reply about that one, by the same rules.
//!
//! Nothing is ever approved here, neither one nor several: the summary shows no words of a draft.

use crate::domain::command::{Command, NumberedLine, asks_to_send, numbered};
use crate::domain::ids::ApplicationId;
use crate::domain::message::Message;
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::store::{QuestionKind, Tx};

use super::Reply;

const ONE_AT_A_TIME: &str = "Sending is only approved in its own mail, one at a time, where the \
    words stand. Nothing was sent.";

impl Record {
    /// The lines of a reply to a summary, if it speaks of numbers.
    pub(super) fn summary_lines(&self, reply: &Reply<'_>) -> Option<Vec<NumberedLine>> {
        let question = reply.question.as_ref()?;
        let names = [self.config.account.name.as_str()];
        let of_summary = question.question.kind == QuestionKind::Summary;
        of_summary.then(|| numbered(&reply.message.new_text, &names)).flatten()
    }

    /// Obeys each line by itself; one that says nothing does not stop the others.
    pub(super) async fn by_number(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        lines: Vec<NumberedLine>,
    ) -> anyhow::Result<Receipt> {
        let mut said = Vec::new();
        for line in lines {
            match line {
                NumberedLine::Other(line) if asks_to_send(&line) => {
                    said.push(ONE_AT_A_TIME.to_owned());
                }
                NumberedLine::Other(line) => {
                    said.push(format!("I made nothing of the line \"{line}\"."));
                }
                NumberedLine::About { number, text } => {
                    match choice(reply, number) {
                        Some(application) => {
                            said.extend(self.one_line(tx, reply, number, application, text).await?);
                        }
                        None => said.push(format!("{number}: there is no such line there.")),
                    };
                }
            }
        }
        Ok(Receipt::Said(said))
    }

    async fn one_line(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        number: u8,
        application: ApplicationId,
        text: String,
    ) -> anyhow::Result<Vec<String>> {
        let message = Message { new_text: text, ..reply.message.clone() };
        let command = self.command_in(&message, self.today());
        let one = Reply {
            id: reply.id,
            message: &message,
            found_at: reply.found_at.clone(),
            request: None,
            application: Some(application),
            question: None,
            now: reply.now,
        };
        let receipt = if would_send(&command) || asks_to_send(&message.new_text) {
            Receipt::Said(vec![ONE_AT_A_TIME.to_owned()])
        } else if about_everything(&command) {
            Receipt::NotUnderstood { line: message.new_text.clone() }
        } else {
            self.carry_out(tx, &one, command).await?.unwrap_or_else(Receipt::Refused)
        };
        let Some(case) = self.case_of(tx, application, reply.now).await? else {
            return Ok(Vec::new());
        };
        let lines = self.in_sentences(tx, receipt, &case, &message.new_text, reply.now).await?;
        let name = &case.application.employer.name;
        let head =
            |index: usize| if index == 0 { format!("{number} {name}: ") } else { String::new() };
        Ok(lines.iter().enumerate().map(|(index, line)| head(index) + line).collect())
    }
}

fn choice(reply: &Reply<'_>, number: u8) -> Option<ApplicationId> {
    let choices = &reply.question.as_ref()?.question.choices;
    choices.iter().find(|choice| choice.number == number).map(|choice| choice.application)
}

fn would_send(command: &Command) -> bool {
    matches!(command, Command::Approve { .. } | Command::SendThis(_) | Command::Edit(_))
}

fn about_everything(command: &Command) -> bool {
    matches!(
        command,
        Command::New(_)
            | Command::Pause(_)
            | Command::Resume
            | Command::StopAll
            | Command::Hello
            | Command::Status
    )
}
