//! The HTML twin of a mail to the user, made from its text: it cannot say anything else.
//!
//! It has no remote part and no link to a server. The buttons of a request open a new mail to the
//! user's own address, with the command and the code of the request in it; nothing happens until
//! that mail is sent.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::MARKER;
use crate::domain::command::is_mark;
use crate::domain::user_mail::{UserMail, UserMailKind};

const PAGE: &str = include_str!("html/mail.html");
const BUTTONS: [(&str, &str); 4] =
    [("approve", "Approve"), ("later", "Later"), ("skip", "Skip"), ("stop", "Stop")];

/// A piece of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Piece {
    /// Lines that belong together.
    Text {
        lines: Vec<String>,
    },
    /// A word and what it does, or a label and what stands there.
    Row {
        label: String,
        text: String,
    },
    Heading {
        text: String,
    },
    /// The words of a draft, as they would be sent.
    Draft {
        title: String,
        lines: Vec<String>,
    },
    /// A sentence that went or came.
    Changed {
        added: bool,
        text: String,
    },
}

#[derive(Debug, Serialize)]
struct Button {
    word: &'static str,
    label: &'static str,
    href: String,
}

/// The page. `to` is the user's address, where the buttons write to.
#[must_use]
pub fn twin(mail: &UserMail, to: &str) -> Option<String> {
    let (answers, reference) = match mail.body.split_once(MARKER) {
        Some((answers, reference)) => (answers, reference),
        None => (mail.body.as_str(), ""),
    };
    let code = reference.lines().rev().find_map(|line| line.strip_prefix("ref: "));
    let buttons: Vec<Button> = match (mail.kind, code) {
        (UserMailKind::ApprovalRequest, Some(code)) => BUTTONS
            .map(|(word, label)| Button {
                word,
                label,
                href: mailto(to, &mail.subject, word, code),
            })
            .into(),
        _ => Vec::new(),
    };
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .render_named_str(
            "mail.html",
            PAGE,
            context! {
                subject => mail.subject.as_str(),
                answers => Serde(pieces(answers)),
                marker => MARKER,
                buttons => Serde(buttons),
                reference => Serde(pieces(reference)),
                pictures => Value::from_safe_string(mail.pictures.clone()),
            },
        )
        .ok()
}

/// RFC 6068: the command on the first line, the code below.
fn mailto(to: &str, subject: &str, word: &str, code: &str) -> String {
    let subject = escaped(&format!("Re: {subject}"));
    let body = escaped(&format!("{word}\r\n\r\nref: {code}\r\n"));
    format!("mailto:{to}?subject={subject}&body={body}")
}

fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Takes the text apart the way it was put together.
fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    let mut fresh = true;
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            fresh = true;
            continue;
        }
        if is_mark(line) {
            let inside = lines.by_ref().take_while(|line| !is_mark(line)).map(str::to_owned);
            let title = line.trim_matches(['-', ' ']).trim_end_matches(", begins").to_owned();
            found.push(Piece::Draft { title, lines: inside.collect() });
            fresh = true;
            continue;
        }
        add(&mut found, line, std::mem::take(&mut fresh));
    }
    found
}

fn add(found: &mut Vec<Piece>, line: &str, fresh: bool) {
    if let Some((label, text)) = row(line) {
        found.push(Piece::Row { label: label.to_owned(), text: text.to_owned() });
    } else if let Some(changed) = changed(line) {
        found.push(changed);
    } else if let Some((heading, text)) = heading(line) {
        found.push(Piece::Heading { text: heading.to_owned() });
        if !text.is_empty() {
            found.push(Piece::Text { lines: vec![text.to_owned()] });
        }
    } else if let (Some(Piece::Row { text, .. }), true) =
        (found.last_mut(), line.starts_with("    "))
    {
        text.push(' ');
        text.push_str(line.trim());
    } else if let (Some(Piece::Text { lines }), false) =
        (found.last_mut(), fresh || line.starts_with("ref: "))
    {
        continue_or_add(lines, line);
    } else {
        found.push(Piece::Text { lines: vec![line.trim_end().to_owned()] });
    }
}

/// Lines were broken at the width of a mail window; where one is full, or the next one is set in,
/// it goes on.
fn continue_or_add(lines: &mut Vec<String>, line: &str) {
    let first = line.split(' ').next().unwrap_or_default().chars().count();
    match lines.last_mut() {
        Some(last) if line.starts_with("    ") => {
            last.push(' ');
            last.push_str(line.trim());
        }
        Some(last) if !line.starts_with(' ') && last.chars().count() + first >= super::WIDTH => {
            last.push(' ');
            last.push_str(line);
        }
        _ => lines.push(line.trim_end().to_owned()),
    }
}

/// `  approve       send exactly the text below`, `Why now:  In her mail …`.
fn row(line: &str) -> Option<(&str, &str)> {
    if let Some(command) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
        let (word, meaning) = command.split_once("  ")?;
        return Some((word.trim(), meaning.trim()));
    }
    let (label, text) = line.split_once(':')?;
    let padded = line.chars().nth(10).is_some_and(|c| c != ' ') && line.get(..10)?.ends_with(' ');
    let word = label.len() <= 8 && label.starts_with(|c: char| c.is_ascii_uppercase());
    (padded && word).then(|| (label, text.trim()))
}

fn changed(line: &str) -> Option<Piece> {
    let (added, text) = match (line.strip_prefix("+ "), line.strip_prefix("- ")) {
        (Some(text), _) => (true, text),
        (None, Some(text)) => (false, text),
        (None, None) => return None,
    };
    Some(Piece::Changed { added, text: text.to_owned() })
}

/// `WAITING (nothing to do)`, `NEWS     Hooli invited you`.
fn heading(line: &str) -> Option<(&str, &str)> {
    let word = line.split([' ', ':']).next().unwrap_or_default();
    let loud = word.len() >= 4 && word.chars().all(|c| c.is_ascii_uppercase());
    if !loud {
        return None;
    }
    match line.split_once("  ") {
        Some((heading, text)) => Some((heading.trim(), text.trim())),
        None => Some((line.trim(), "")),
    }
}

#[cfg(test)]
pub(super) mod tests;
