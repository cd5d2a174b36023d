//! The text of a mail, taken apart the way it was put together.
//!
//! Lines were broken at the width of a mail window. A line goes on with the one before if it is
//! set in deeper than a new one is, or, in a paragraph, if the one before had no room for its
//! first word.

use serde::Serialize;

use super::super::summary::{BLOCKS, LISTS};
use super::super::{WIDTH, changes};
use crate::domain::command::is_mark;
use crate::domain::tone::Language;
use crate::mail::sense::language_of;

/// A piece of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::mail) enum Piece {
    /// Lines that belong together.
    Text {
        lines: Vec<String>,
    },
    /// A word and what it does, or a label and what stands there.
    Row {
        label: String,
        lines: Vec<String>,
    },
    Heading {
        text: String,
    },
    /// What stands below a heading.
    List {
        entries: Vec<Entry>,
    },
    /// The words of a draft, as they would be sent, and the marks around them.
    Draft {
        begins: String,
        lines: Vec<String>,
        ends: String,
        /// `de`; `None` if the words do not tell.
        language: Option<&'static str>,
    },
    /// A sentence that went or came.
    Changed {
        added: bool,
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::mail) struct Entry {
    /// Empty where entries have none.
    pub number: String,
    pub text: String,
}

/// What the lines up to the next empty one are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Prose,
    /// ` 1  Acme - …`, set in by four where an entry goes on.
    Numbered,
    /// Set in by nine, and deeper where an entry goes on.
    Block,
    Changed,
}

pub(in crate::mail) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut part = Part::Prose;
    let mut before = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            (part, before) = (Part::Prose, "");
        } else if is_mark(line) {
            found.push(draft(line, &mut lines));
            (part, before) = (Part::Prose, "");
        } else {
            part = add(&mut found, part, before, line);
            before = line;
        }
    }
    found
}

fn draft<'a>(begins: &str, lines: &mut impl Iterator<Item = &'a str>) -> Piece {
    let mut inside = Vec::new();
    let mut ends = "";
    for line in lines {
        if is_mark(line) {
            ends = line;
            break;
        }
        inside.push(line.to_owned());
    }
    let language = language_of(&inside.join("\n")).map(Language::as_str);
    Piece::Draft { begins: begins.to_owned(), lines: inside, ends: ends.to_owned(), language }
}

/// Adds a line, and says what the next one is part of.
fn add(found: &mut Vec<Piece>, part: Part, before: &str, line: &str) -> Part {
    if let Some((heading, text)) = heading(line) {
        found.push(Piece::Heading { text: heading.to_owned() });
        let first = Entry { number: String::new(), text: text.to_owned() };
        let entries = if text.is_empty() { vec![] } else { vec![first] };
        let part = if text.is_empty() { Part::Numbered } else { Part::Block };
        found.push(Piece::List { entries });
        return part;
    }
    let taken = match part {
        Part::Prose => false,
        Part::Numbered | Part::Block => add_entry(found, part, line),
        Part::Changed => add_changed(found, line),
    };
    if taken {
        return part;
    }
    add_prose(found, before, line);
    if changes::is_heading(line) { Part::Changed } else { Part::Prose }
}

/// `NEEDS YOU`, `NEWS     Hooli invited you`.
fn heading(line: &str) -> Option<(&str, &str)> {
    if LISTS.contains(&line) {
        return Some((line, ""));
    }
    let (head, text) = line.split_at_checked(9)?;
    let known = head.ends_with(' ') && BLOCKS.contains(&head.trim_end());
    (known && !text.starts_with(' ')).then(|| (head.trim_end(), text))
}

fn add_entry(found: &mut [Piece], part: Part, line: &str) -> bool {
    let Some(Piece::List { entries }) = found.last_mut() else { return false };
    let new = match part {
        Part::Numbered => line.split_at_checked(4),
        Part::Prose | Part::Block | Part::Changed => line.split_at_checked(9),
    };
    let Some((head, text)) = new else { return false };
    let is_new = match part {
        Part::Numbered => head.ends_with("  ") && !head.trim().is_empty(),
        Part::Prose | Part::Block | Part::Changed => !text.starts_with(' '),
    };
    let set_in = head.trim().is_empty();
    match entries.last_mut() {
        _ if is_new && (set_in || part == Part::Numbered) => {
            entries.push(Entry { number: head.trim().to_owned(), text: text.to_owned() });
        }
        Some(last) if set_in => {
            last.text.push(' ');
            last.text.push_str(text.trim());
        }
        Some(_) | None => return false,
    }
    true
}

fn add_changed(found: &mut Vec<Piece>, line: &str) -> bool {
    let (added, text) = match (line.strip_prefix("+ "), line.strip_prefix("- ")) {
        (Some(text), _) => (true, text),
        (None, Some(text)) => (false, text),
        (None, None) => return false,
    };
    found.push(Piece::Changed { added, text: text.to_owned() });
    true
}

fn add_prose(found: &mut Vec<Piece>, before: &str, line: &str) {
    let first = line.trim_start().split(' ').next().unwrap_or_default();
    let no_room = before.chars().count() + first.chars().count() >= WIDTH;
    let depth = line.len() - line.trim_start().len();
    if let Some((label, text)) = row(line) {
        found.push(Piece::Row { label: label.to_owned(), lines: vec![text.to_owned()] });
        return;
    }
    match found.last_mut().filter(|_| !before.is_empty()) {
        Some(Piece::Row { lines, .. }) if depth >= 4 => {
            extend(lines, line.trim(), depth == 10);
        }
        Some(Piece::Text { lines }) if !line.starts_with("ref: ") => {
            let goes_on = depth >= 4 || (depth == 0 && no_room);
            extend(lines, line.trim_end(), !goes_on);
        }
        _ => found.push(Piece::Text { lines: vec![line.trim_end().to_owned()] }),
    }
}

fn extend(lines: &mut Vec<String>, text: &str, as_new: bool) {
    match lines.last_mut().filter(|_| !as_new) {
        Some(last) => {
            last.push(' ');
            last.push_str(text.trim_start());
        }
        None => lines.push(text.to_owned()),
    }
}

/// `  approve       send exactly the text below`, `Why now:  In her mail …`.
fn row(line: &str) -> Option<(&str, &str)> {
    if let Some(command) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
        let (word, meaning) = command.split_once("  ")?;
        return Some((word.trim(), meaning.trim()));
    }
    let (head, text) = line.split_at_checked(10)?;
    let label = head.trim_end();
    let one = label.find(':').is_some_and(|at| at + 1 == label.len());
    let word = head.ends_with(' ') && label.starts_with(|c: char| c.is_ascii_uppercase());
    (one && word && !text.starts_with(' ')).then(|| (label, text.trim()))
}
