//! Questions: one at a time, answered by one line of a plain reply.

use chrono::{NaiveDate, NaiveDateTime};

use super::when::{day, moment};
use super::{About, MARKER, TAG, Words, one, paragraph};
use crate::domain::ids::ReadableId;
use crate::domain::ref_code::RefCode;
use crate::domain::user_mail::UserMailKind;

/// What a draft cannot be written without, and why (E17).
#[derive(Debug, Clone)]
pub enum Unknown {
    /// The sentence says where the name was looked for.
    Name {
        from: String,
    },
    Position,
    /// The address that cannot be used, and why: `came back: no such person`.
    Address {
        useless: String,
        because: String,
    },
    /// `long` if they named a day that is more than thirty days away.
    ReturnDate {
        who: String,
        long: Option<NaiveDate>,
    },
}

/// A question for a missing fact.
#[derive(Debug, Clone)]
pub struct FactQuestion<'a> {
    pub id: &'a ReadableId,
    pub employer: &'a str,
    pub unknown: Unknown,
    pub today: NaiveDate,
}

/// Asks for a fact; nothing is ever put in its place.
#[must_use]
pub fn fact_question(facts: &FactQuestion<'_>) -> Words {
    let about = About { id: facts.id, employer: facts.employer, first_name: "" };
    let employer = about.employer();
    let otherwise = match &facts.unknown {
        Unknown::ReturnDate { long: None, .. } => {
            "If you do not answer, I wait a week and go on from there."
        }
        Unknown::Name { .. }
        | Unknown::Position
        | Unknown::Address { .. }
        | Unknown::ReturnDate { long: Some(_), .. } => {
            "Until you answer, nothing is drafted and nothing is sent to them."
        }
    };
    let (subject, answer, why) = match &facts.unknown {
        Unknown::Name { from } => (
            format!("Who spoke to you at {employer}?"),
            "name: Anna",
            format!(
                "A follow-up greets the person you spoke to by the first name, and I do not know \
                 it. {}",
                one(from)
            ),
        ),
        Unknown::Position => (
            format!("Which position is it at {employer}?"),
            "position: Data Engineer",
            "A follow-up names the position, and I found none in your mail.".to_owned(),
        ),
        Unknown::Address { useless, because } => (
            format!("Which address at {employer}?"),
            "to: anna.schmidt@acme.example",
            format!(
                "I cannot write to {} ({}). Who else reads mail there?",
                one(useless),
                one(because)
            ),
        ),
        Unknown::ReturnDate { who, long } => {
            let why = match long {
                None => format!("{} is out of office and names no day.", one(who)),
                Some(on) => format!(
                    "{} is out of office until {}. Shall I wait that long, or less?",
                    one(who),
                    day(*on, facts.today)
                ),
            };
            (format!("When is {} back at {employer}?", one(who)), "back: 4 jan", why)
        }
    };
    let body = format!(
        "Reply with one line, as in:\n  {answer}\n{MARKER}\n\n{}{}",
        paragraph(&why),
        paragraph(otherwise),
    );
    Words::new(UserMailKind::Question, &about.subject(&subject), body)
}

/// A question on the evening of an interview (E29).
#[derive(Debug, Clone)]
pub struct InterviewQuestion<'a> {
    pub id: &'a ReadableId,
    pub employer: &'a str,
    pub held_on: NaiveDate,
    /// First day of a follow-up if there is no answer.
    pub otherwise: Option<NaiveDate>,
    /// It was asked before.
    pub again: bool,
    pub reference: RefCode,
    pub today: NaiveDate,
}

/// Asks when the employer said the user would hear.
#[must_use]
pub fn interview_question(facts: &InterviewQuestion<'_>) -> Words {
    let about = About { id: facts.id, employer: facts.employer, first_name: "" };
    let employer = about.employer();
    let when = if facts.held_on == facts.today {
        "today".to_owned()
    } else {
        format!("on {}", day(facts.held_on, facts.today))
    };
    let subject = format!("{employer} {when}: when did they say you would hear?");
    let body = format!(
        "Just reply with one line, for example:\n  \
         by next friday | in two weeks | 4 dec | they call tuesday | no date\n  \
         cancelled | moved to 30 nov 14:00\n\
         You may add lines:\n  \
         with: Anna Schmidt, Tom Weber\n  \
         note: liked the migration story, asked about Kafka\n  \
         thanks sent (if you already wrote a thank-you)\n\
         {MARKER}\n\n\
         {}ref: {}\n",
        paragraph(&unanswered(facts)),
        facts.reference,
    );
    Words::new(UserMailKind::Question, &about.subject(&subject), body)
}

fn unanswered(facts: &InterviewQuestion<'_>) -> String {
    let first = if facts.again { "I" } else { "I ask once more in 2 days, then I" };
    let until = facts
        .otherwise
        .map(|otherwise| format!(" (no follow-up before {})", day(otherwise, facts.today)));
    format!("If you do not answer: {first} count it as \"no date\"{}.", until.unwrap_or_default())
}

/// Asks whether the other applications are at an end, after one offer was accepted.
#[must_use]
pub fn close_question(others: &[String], reference: RefCode) -> Words {
    let listed: String = others.iter().map(|other| format!("  - {}\n", one(other))).collect();
    let body = format!(
        "Reply with the number.\n  1  yes, close all of these\n  0  no, leave them open\n\
         {MARKER}\n\n{listed}{}ref: {reference}\n",
        paragraph("Closing means that I write nothing more to them. Nobody is told."),
    );
    let subject = format!("{TAG} You accepted an offer: close the others?");
    Words::new(UserMailKind::Question, &subject, body)
}

/// Asks which of the times that a message names is an interview. `application` is named as in a
/// choice: `Acme, Data Engineer {ACME-1}`.
#[must_use]
pub fn date_question(
    application: &str,
    times: &[NaiveDateTime],
    reference: RefCode,
    today: NaiveDate,
) -> Words {
    let application = one(application);
    let numbered: String = (1..)
        .zip(times)
        .map(|(number, at)| format!("  {number}  {}\n", moment(*at, today)))
        .collect();
    let body = format!(
        "Reply with the number.\n{numbered}  0  no interview\n\
         Another time? Give a number first, then reply \"moved to 30 nov 14:00\".\n\
         {MARKER}\n\n{}ref: {reference}\n",
        paragraph(&format!(
            "A mail about {application} names this without a calendar entry. Until you answer, I \
             take it for no interview."
        )),
    );
    let subject = format!("{TAG} Is this an interview? {application}");
    Words::new(UserMailKind::Question, &subject, body)
}

/// A message that could belong to several applications.
#[derive(Debug, Clone)]
pub struct MatchQuestion<'a> {
    /// First words of the message.
    pub quote: &'a str,
    pub from: &'a str,
    pub at: NaiveDateTime,
    /// `Acme, Data Engineer (interview 24 Nov)`; at most nine are shown.
    pub choices: &'a [String],
    pub reference: RefCode,
    pub today: NaiveDate,
}

/// Asks which application a message is about.
#[must_use]
pub fn match_question(facts: &MatchQuestion<'_>) -> Words {
    let numbered: String = facts
        .choices
        .iter()
        .take(9)
        .enumerate()
        .map(|(index, choice)| format!("  {}  {}\n", index + 1, one(choice)))
        .collect();
    let body = format!(
        "Reply with the number.\n{numbered}  0  none of them\n{MARKER}\n\n{}ref: {}\n",
        paragraph(&format!(
            "\"{}\" - from {}, {}. Until you answer, nothing is sent to any of them.",
            one(facts.quote),
            one(facts.from),
            moment(facts.at, facts.today)
        )),
        facts.reference,
    );
    let subject = format!("{TAG} Which one is the mail from {} about?", one(facts.from));
    Words::new(UserMailKind::Question, &subject, body)
}

/// Asks whether a message went out whose fate is not known. It is never sent again by itself.
#[must_use]
pub fn doubt_question(about: &About<'_>, at: NaiveDateTime, today: NaiveDate) -> Words {
    let (name, employer) = (about.name(), about.employer());
    let body = format!(
        "Reply with one line:\n  \
         it was sent   {name} has it, or it is in your Sent mailbox\n  \
         send again    it did not go out; I write a draft for you to approve\n\
         {MARKER}\n\n\
         {}{}",
        paragraph(&format!(
            "On {} the connection broke after I had handed over the message to {name}. I cannot \
             see whether it left.",
            moment(at, today)
        )),
        paragraph(
            "I do not send it again by myself. Until you answer it counts as sent, and I keep \
             looking in your mailbox."
        ),
    );
    let subject = format!("Did the message to {name} at {employer} go out?");
    Words::new(UserMailKind::Question, &about.subject(&subject), body)
}

#[cfg(test)]
mod tests;
