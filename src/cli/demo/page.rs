//! How the demo looks: a heading for each day, then time, who, and what, in columns.
//!
//! Nothing here knows the story. Surprising: lines are broken here and not by the terminal, so
//! that the output is the same everywhere.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Berlin;

use crate::cli::output;
use crate::domain::reason::plain_day;

const WIDTH: usize = 80;
/// Where the text of a row begins.
const TEXT: usize = 18;
/// Characters of a row's text in one line.
pub const ROOM: usize = WIDTH - TEXT;
/// Before each line of a mail.
const SIDE: &str = "  | ";

/// Prints rows under the day they belong to.
#[derive(Debug, Default)]
pub struct Page {
    day: Option<NaiveDate>,
    /// The time that was printed last on that day.
    time: Option<DateTime<Utc>>,
}

impl Page {
    /// One row; a time is printed once. `who` has at most eight characters.
    pub fn row(&mut self, at: DateTime<Utc>, who: &str, text: &str) {
        self.begin_day(at);
        let time = match self.time.replace(at) {
            Some(last) if last == at => String::new(),
            Some(_) | None => at.with_timezone(&Berlin).format("%H:%M").to_string(),
        };
        columns(&time, who, text);
    }

    /// A row about the day as a whole.
    pub fn row_of_the_day(&mut self, at: DateTime<Utc>, who: &str, text: &str) {
        self.begin_day(at);
        columns("", who, text);
    }

    fn begin_day(&mut self, at: DateTime<Utc>) {
        let day = day_of(at);
        if self.day.replace(day) != Some(day) {
            self.time = None;
            output::line("");
            output::line(&plain_day(day));
        }
    }
}

/// What goes on under the last row, with a short word before it.
pub fn because(rule: &str, text: &str) {
    under(&format!("{rule:>16}"), text);
}

/// The day it is in the story.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Berlin).date_naive()
}

fn columns(time: &str, who: &str, text: &str) {
    under(&format!("  {time:<5}  {who}"), text);
}

/// A text in its column, with what stands before its first line.
fn under(head: &str, text: &str) {
    for (number, line) in (0..).zip(wrapped(text, ROOM)) {
        let head = if number == 0 { head } else { "" };
        output::line(format!("{head:<TEXT$}{line}").trim_end());
    }
}

/// Text by itself, as wide as the page.
pub fn paragraph(text: &str) {
    output::line("");
    for line in wrapped(text, WIDTH) {
        output::line(&line);
    }
}

/// A mail as its reader sees it, with a line at its side.
pub fn mail(text: &str) {
    output::line("");
    for line in text.trim_end().lines() {
        let narrow = line.chars().count() <= WIDTH - SIDE.len();
        let lines = if narrow { vec![line.to_owned()] } else { wrapped(line, WIDTH - SIDE.len()) };
        for line in lines {
            output::line(format!("{SIDE}{line}").trim_end());
        }
    }
    output::line("");
}

/// Breaks at blanks; a word that is wider than the column has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            word.clone_into(line);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensible to me", 5), ["incomprehensible", "to me"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
