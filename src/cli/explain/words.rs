//! One message in short plain text, for a person at a terminal.

use std::io::{self, Write};

use super::json::{class_name, direction_name};
use super::plain;
use crate::domain::message::{Direction, Message};

/// Writes what was read; lines without a finding are left out.
///
/// # Errors
/// If the output cannot be written.
pub fn write(
    out: &mut impl Write,
    file: &str,
    message: &Message,
    direction: Direction,
) -> io::Result<()> {
    let mut line = |name: &str, value: String| {
        if value.is_empty() { Ok(()) } else { writeln!(out, "{name:<11}{}", plain(&value)) }
    };
    line("file", file.to_owned())?;
    line("from", message.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))?;
    line("subject", message.subject.clone())?;
    line("date", message.date.map(|date| date.to_rfc3339()).unwrap_or_default())?;
    line("direction", direction_name(direction).to_owned())?;
    line("automatic", automatic(message))?;
    line("kind", format!("{} ({:.0} %)", message.kind.as_str(), message.confidence * 100.0))?;
    for evidence in &message.evidence {
        line("", format!("{}: {}", evidence.rule, evidence.text))?;
    }
    line("employer", message.employer.as_ref().map(|hint| hint.name.clone()).unwrap_or_default())?;
    line("position", message.position.clone().unwrap_or_default())?;
    for promise in &message.promises {
        let by = promise.not_before.map_or("no date".to_owned(), |day| day.to_string());
        line("promise", format!("{by}, from \"{}\"", promise.reading))?;
    }
    line("interview", meeting(message))?;
    line("bounce", bounce(message))?;
    line("command", command(message))?;
    line("defects", message.defects.join("; "))?;
    for text in message.new_text.lines() {
        writeln!(out, "  | {}", plain(text))?;
    }
    writeln!(out)
}

fn automatic(message: &Message) -> String {
    let Some(automatic) = &message.automatic else { return String::new() };
    let back = automatic.returns_on.map(|day| format!(", back on {day}")).unwrap_or_default();
    format!("{} (by {}){back}", class_name(automatic.class), automatic.rule)
}

fn meeting(message: &Message) -> String {
    let Some(event) = &message.invitation else { return String::new() };
    let start = event.starts_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    format!("{} {start}", event.summary)
}

fn bounce(message: &Message) -> String {
    let Some(bounce) = &message.bounce else { return String::new() };
    let status = bounce.status.as_deref().unwrap_or("no code");
    format!("{}, {status}, {}", bounce.action, if bounce.hard { "hard" } else { "soft" })
}

fn command(message: &Message) -> String {
    match super::command_of(message, super::day_of(message)) {
        Some((word, _, Some(refused))) => format!("{word}, refused: {refused}"),
        Some((word, _, None)) => word,
        None => String::new(),
    }
}
