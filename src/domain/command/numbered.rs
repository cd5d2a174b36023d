//! A reply to the weekly summary: each line names a line there by its number. `2 done`,
//! `4 later 1 week`, `note 1: she likes Kafka`.
//!
//! Only taken apart here: what stands behind the number is read like a reply of its own. No number
//! makes an approval; who sends asks in a mail that shows the words.

use super::{APPROVE, is_sign_off, normalised};

/// One line of such a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberedLine {
    About {
        /// 1 to 99.
        number: u8,
        /// What is said about it, as if it stood alone.
        text: String,
    },
    /// A line without a number.
    Other(String),
}

/// The lines of a reply to the summary. `None` if the first line names no number and asks for no
/// sending: it is a command for everything then.
#[must_use]
pub fn numbered(new_text: &str, names: &[&str]) -> Option<Vec<NumberedLine>> {
    let lines: Vec<NumberedLine> = new_text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_sign_off(line, names))
        .map(read)
        .collect();
    match lines.first()? {
        NumberedLine::About { .. } => Some(lines),
        NumberedLine::Other(line) => asks_to_send(line).then_some(lines),
    }
}

/// Whether a line would have something sent: `approve`, `approve 1 and 2`, `send all`, `send this`.
#[must_use]
pub fn asks_to_send(line: &str) -> bool {
    let line = normalised(line);
    let opens = ["approve ", "approved ", "send ", "yes ", "ok ", "go ", "edit "];
    let alone = APPROVE.contains(&line.as_str()) || line == "edit";
    alone || opens.iter().any(|word| line.starts_with(word)) && line != "send again"
}

fn read(line: &str) -> NumberedLine {
    let found = note(line).or_else(|| about(line));
    found.map_or_else(
        || NumberedLine::Other(line.to_owned()),
        |(number, text)| NumberedLine::About { number, text },
    )
}

/// `note 1: she likes Kafka`
fn note(line: &str) -> Option<(u8, String)> {
    let (head, text) = line.split_once(':')?;
    let (word, number) = head.trim().split_once(' ')?;
    let note = word.eq_ignore_ascii_case("note") && !text.trim().is_empty();
    Some((digits(number)?, format!("note: {}", text.trim()))).filter(|_| note)
}

/// `2 done`, `2. done`, `#2: done`
fn about(line: &str) -> Option<(u8, String)> {
    let line = line.strip_prefix('#').unwrap_or(line);
    let end = line.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = line.split_at_checked(end)?;
    let text = rest.trim_start_matches(['.', ':', ')', ' ', '\u{a0}', '\t', '-']);
    let apart = rest.len() > text.len() && !text.is_empty();
    Some((digits(number)?, text.to_owned())).filter(|_| apart)
}

fn digits(number: &str) -> Option<u8> {
    number.trim().trim_start_matches('#').parse().ok().filter(|number| (1..=99).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(number: u8, text: &str) -> NumberedLine {
        NumberedLine::About { number, text: text.to_owned() }
    }

    #[test]
    fn each_line_names_a_line_of_the_summary() {
        let other = |text: &str| NumberedLine::Other(text.to_owned());
        for (text, expected) in [
            ("2 done", Some(vec![about(2, "done")])),
            ("4 later 1 week\n5 stop", Some(vec![about(4, "later 1 week"), about(5, "stop")])),
            ("#2: done\n3. stop", Some(vec![about(2, "done"), about(3, "stop")])),
            ("Note 1: she likes Kafka", Some(vec![about(1, "note: she likes Kafka")])),
            ("12 later fri\n\nBest,\nJane", Some(vec![about(12, "later fri")])),
            (
                "2 done\nthank you for this",
                Some(vec![about(2, "done"), other("thank you for this")]),
            ),
            ("approve", Some(vec![other("approve")])),
            ("approve 1 and 2", Some(vec![other("approve 1 and 2")])),
            ("pause until 4 jan", None),
            ("status", None),
            ("2", None),
            ("2026-12-12", None),
            ("0 done", None),
            ("100 done", None),
            ("", None),
        ] {
            assert_eq!(numbered(text, &["Jane Doe"]), expected, "{text}");
        }
    }

    #[test]
    fn what_would_send_is_told_from_what_would_not() {
        for text in ["approve", "Approve all!", "yes", "send it", "send all", "send this", "edit"] {
            assert!(asks_to_send(text), "{text}");
        }
        for text in ["done", "stop", "skip", "send again", "note: yes", "approval"] {
            assert!(!asks_to_send(text), "{text}");
        }
    }
}
