//! One message as a person at a terminal likes to read it: what it is, why, what follows from
//! it, and the words themselves. Lines without a finding are left out.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::json::{Command, direction_name};
use super::plain;
use crate::domain::message::{
    Automatic, AutomaticClass, Bounce, Direction, EmployerHint, Invitation, InvitationMethod, Kind,
    MeetingProposal, Message, PromiseReading,
};

/// Longest quotation of evidence shown.
const MOST_QUOTED: usize = 90;

/// Writes what was read of one message.
///
/// # Errors
/// If the output cannot be written.
pub fn write(
    out: &mut impl Write,
    file: &str,
    message: &Message,
    direction: Direction,
    command: Option<Command>,
) -> io::Result<()> {
    writeln!(out, "{}", plain(file))?;
    head(out, message)?;
    writeln!(out)?;
    verdict(out, message, direction)?;
    let mut line = |name: &str, value: String| {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {name:<11}{}", plain(&value)) }
    };
    line("employer", message.employer.as_ref().map(employer).unwrap_or_default())?;
    line("position", message.position.clone().unwrap_or_default())?;
    line("reference", message.reference.clone().unwrap_or_default())?;
    line("signed", message.signed_by.clone().unwrap_or_default())?;
    for one in &message.promises {
        line("promise", promise(one))?;
    }
    line("meeting", message.invitation.as_ref().map(invitation).unwrap_or_default())?;
    for one in &message.proposals {
        line("meeting", proposal(one))?;
    }
    line("bounce", message.bounce.as_ref().map(bounce).unwrap_or_default())?;
    line("command", command.map(in_words).unwrap_or_default())?;
    line("odd", message.defects.join("; "))?;
    if !message.new_text.is_empty() {
        writeln!(out)?;
    }
    for text in message.new_text.lines() {
        writeln!(out, "  | {}", plain(text))?;
    }
    writeln!(out)
}

fn head(out: &mut impl Write, message: &Message) -> io::Result<()> {
    let from = message.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let from = if from.is_empty() { "nobody named".to_owned() } else { from };
    let date = message.date.map(|date| format!(", {}", moment(date))).unwrap_or_default();
    writeln!(out, "  from {}", plain(&format!("{from}{date}")))?;
    writeln!(out, "  \"{}\"", plain(&message.subject))
}

/// What it is, how sure that is, and the words that decided.
fn verdict(out: &mut impl Write, message: &Message, direction: Direction) -> io::Result<()> {
    match direction {
        Direction::Outgoing => writeln!(out, "  Written by the account's owner.")?,
        Direction::Own => writeln!(out, "  Made by this service; it is never read as an answer.")?,
        Direction::Incoming => {
            if let Some(automatic) = &message.automatic {
                writeln!(out, "  {}", plain(&machine(automatic)))?;
            }
            let sure = sureness(message.confidence);
            let percent = message.confidence * 100.0;
            writeln!(out, "  {} ({sure}, {percent:.0} %).", what(message.kind))?;
            for evidence in message.evidence.iter().filter(|evidence| !evidence.text.is_empty()) {
                writeln!(out, "    because of \"{}\"", shortened(&plain(&evidence.text)))?;
            }
        }
    }
    let tracked = match (message.about_a_job, direction) {
        (_, Direction::Own) => return Ok(()),
        (true, _) => "It belongs to a job application.",
        (false, _) => "By itself it belongs to no job application, and would not be kept.",
    };
    writeln!(out, "  {tracked}")
}

fn shortened(text: &str) -> String {
    let mut kept: String = text.chars().take(MOST_QUOTED).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Receipt => "They confirm that an application arrived",
        Kind::Interview => "It is about an interview",
        Kind::Assessment => "They set a test or a task",
        Kind::Question => "They want something from you",
        Kind::Status => "They are still deciding",
        Kind::Rejection => "It is a rejection",
        Kind::Offer => "It looks like an offer; only you can tell",
        Kind::Outreach => "Somebody offers a job you did not apply for",
        Kind::Alert => "It advertises jobs",
        Kind::Other => "It is none of the things that move an application",
    }
}

fn sureness(confidence: f32) -> &'static str {
    match confidence {
        sure if sure >= 0.85 => "quite sure",
        likely if likely >= 0.6 => "likely",
        _ => "a guess",
    }
}

fn machine(automatic: &Automatic) -> String {
    let sent = match automatic.class {
        AutomaticClass::OutOfOffice => "An out-of-office answer",
        AutomaticClass::Receipt => "An automatic acknowledgement",
        AutomaticClass::Bounce => "A mail server's report",
        AutomaticClass::Bulk => "Mail to many",
        AutomaticClass::Other => "Sent by a machine",
    };
    let back = automatic.returns_on.map(|it| format!("; back on {}", day(it))).unwrap_or_default();
    format!("{sent}, known by {}{back}.", automatic.rule.replace('-', " "))
}

fn employer(hint: &EmployerHint) -> String {
    let facts = [hint.domain.clone(), hint.via.as_ref().map(|via| format!("through {via}"))];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if facts.is_empty() {
        hint.name.clone()
    } else {
        format!("{} ({})", hint.name, facts.join(", "))
    }
}

fn promise(one: &PromiseReading) -> String {
    match one.not_before {
        Some(last) => format!("until {}, from \"{}\"", day(last), one.reading),
        None => format!("without a date, from \"{}\"", one.reading),
    }
}

fn invitation(event: &Invitation) -> String {
    let method = match event.method {
        Some(InvitationMethod::Cancel) => "cancelled: ",
        Some(InvitationMethod::Reply) => "answered: ",
        Some(InvitationMethod::Counter) => "another time proposed: ",
        Some(InvitationMethod::DeclineCounter) => "proposal declined: ",
        Some(InvitationMethod::Request | InvitationMethod::Publish | InvitationMethod::Other)
        | None => "",
    };
    let start = local(event.starts_at, event.offset).unwrap_or_else(|| "no time".to_owned());
    format!("{method}{start}, \"{}\"", event.summary)
}

fn proposal(one: &MeetingProposal) -> String {
    let start = local(Some(one.starts_at), Some(one.offset)).unwrap_or_default();
    let said = if one.agreed { "agreed in words" } else { "proposed in words" };
    let zone = if one.zone_said { "" } else { ", your time zone" };
    format!("{start}, {said}, to confirm: \"{}\"{zone}", one.reading)
}

fn bounce(report: &Bounce) -> String {
    let status = report.status.as_deref().unwrap_or("no code");
    let lasting = if report.hard { "for good" } else { "for now" };
    let to = report.recipient.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
    format!("{}{to}, {status}, {lasting}", report.action)
}

fn in_words(command: Command) -> String {
    let Command { word, refused, .. } = command;
    let refused = refused.map(|why| format!(", refused: {why}")).unwrap_or_default();
    format!("\"{word}\"{refused}")
}

fn local(at: Option<DateTime<Utc>>, offset: Option<FixedOffset>) -> Option<String> {
    let offset = offset.or_else(|| FixedOffset::east_opt(0))?;
    Some(moment(at?.with_timezone(&offset)))
}

fn moment(at: DateTime<FixedOffset>) -> String {
    at.format("%a %-d %b %Y, %H:%M %:z").to_string()
}

fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// What a walk over many messages found.
#[derive(Debug, Default)]
pub struct Tally {
    messages: usize,
    tracked: usize,
    kinds: BTreeMap<&'static str, usize>,
    pub unreadable: usize,
}

impl Tally {
    pub fn add(&mut self, message: &Message, direction: Direction) {
        self.messages += 1;
        if message.about_a_job {
            self.tracked += 1;
            let kind = match direction {
                Direction::Incoming => message.kind.as_str(),
                Direction::Outgoing | Direction::Own => direction_name(direction),
            };
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// Messages and files so far.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.messages + self.unreadable
    }

    /// One line below everything else, where there was more than one message.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.messages + self.unreadable < 2 {
            return Ok(());
        }
        let kinds: Vec<String> =
            self.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let kinds =
            if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
        let unreadable = match self.unreadable {
            0 => String::new(),
            1 => " One file was no message.".to_owned(),
            many => format!(" {many} files were no messages."),
        };
        let (read, about) = (self.messages, self.tracked);
        writeln!(out, "{read} messages read, {about} about applications{kinds}.{unreadable}")
    }
}
