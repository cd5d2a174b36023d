//! How the demo looks: a heading for each day, then time, who, and what, in columns.
//!
//! Nothing here knows the story. Surprising: lines are broken here and not by the terminal, so
//! that the output is the same everywhere.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Berlin;

use crate::cli::output;
use crate::domain::reason::plain_day;

const WIDTH: usize = 92;
/// Where the text of a row begins.
const TEXT: usize = 20;

/// Prints rows under the day they belong to.
#[derive(Debug, Default)]
pub struct Page {
    day: Option<NaiveDate>,
}

impl Page {
    /// One row. `who` has at most ten characters.
    pub fn row(&mut self, at: DateTime<Utc>, who: &str, text: &str) {
        let local = at.with_timezone(&Berlin);
        if self.day != Some(local.date_naive()) {
            self.day = Some(local.date_naive());
            output::line("");
            output::line(&plain_day(local.date_naive()));
        }
        let head = format!("  {}  {who:<11}", local.format("%H:%M"));
        for (number, line) in (0..).zip(wrapped(text, WIDTH - TEXT)) {
            let head = if number == 0 { head.as_str() } else { "" };
            output::line(format!("{head:<TEXT$}{line}").trim_end());
        }
    }

    /// A row that goes on under the last one, with a short word before it.
    pub fn because(&self, rule: &str, text: &str) {
        for (number, line) in (0..).zip(wrapped(text, WIDTH - TEXT - 6)) {
            let rule = if number == 0 { rule } else { "" };
            output::line(format!("{:TEXT$}{rule:<5} {line}", "").trim_end());
        }
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
        output::line(format!("     | {line}").trim_end());
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
