//! Bounces in free text: the words mail servers use, and the codes among them.

use super::phrases::{DELAYS, FAILURES, GIVEN_UP, PASSING, SUBJECTS, UNKNOWN};

/// The server's own words: what stands above the copy of the message it returns.
#[must_use]
pub fn own_words(text: &str) -> &str {
    const COPIES: [&str; 10] = [
        "--- Below this line is a copy",
        "------ This is a copy of",
        "----- Original message",
        "--- Original message follows",
        "----- Unsent message follows",
        "Message headers follow",
        "Below is a copy of the original",
        "------- Returned Message",
        "----- Message header follows",
        "Original message headers",
    ];
    let end = COPIES.iter().filter_map(|copy| text.find(copy)).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Who sent what may be a bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A mail system, by its name.
    Daemon,
    /// No one to answer to.
    Quiet,
    Other,
}

/// Whether subject and text together say that something was not delivered. `copied`: the
/// message in question is inside.
#[must_use]
pub fn is_failure(subject: &str, reason: &str, sender: Sender, copied: bool) -> bool {
    let subject = subject.to_lowercase();
    let named = SUBJECTS.iter().any(|start| subject.starts_with(start));
    let said = has(reason, &FAILURES) || has(reason, &DELAYS);
    let coded = status_in(reason).is_some();
    // A bare number may count applicants; three with dots are a code.
    let shown = copied || words_of(reason).any(|word| enhanced(word).is_some());
    let answer = is_answer(&subject);
    match sender {
        Sender::Daemon => named || (said && (copied || coded || !answer)),
        Sender::Quiet => said && (named || (shown && !answer)),
        Sender::Other => named && said && coded,
    }
}

/// Automatic answers also come without a sender.
fn is_answer(subject: &str) -> bool {
    ["auto", "out of", "abwesen", "réponse", "respuesta", "risposta", "re:", "aw:", "sv:"]
        .iter()
        .any(|start| subject.starts_with(start))
}

/// What happened, where no field says so.
#[must_use]
pub fn action(subject: &str, reason: &str, status: Option<&str>) -> &'static str {
    let subject = subject.to_lowercase();
    if let Some(status) = status {
        return if status.starts_with('4') { "delayed" } else { "failed" };
    }
    let delayed =
        has(&subject, &["delay", "warning", "verzögert", "retard"]) || has(reason, &DELAYS);
    if delayed && !has(reason, &GIVEN_UP) { "delayed" } else { "failed" }
}

/// Whether the address will never take mail, as far as the report says.
#[must_use]
pub fn is_hard(status: Option<&str>, explained: &str) -> bool {
    let (unknown, passing) = (has(explained, &UNKNOWN), has(explained, &PASSING));
    match status {
        Some("5.1.7" | "5.1.8") => false,
        Some("5.4.4") => true,
        Some(status) if status.starts_with("5.1.") => unknown || !passing,
        _ => unknown && !passing,
    }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// An enhanced status code (RFC 3463) of class 2, 4 or 5.
#[must_use]
pub fn enhanced(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let mut parts = word.split('.');
    let class = parts.next().filter(|class| matches!(*class, "2" | "4" | "5"))?;
    let number = |part: Option<&str>| {
        part.filter(|p| (1..=3).contains(&p.len()) && p.chars().all(|c| c.is_ascii_digit()))
            .map(str::to_owned)
    };
    let (subject, detail) = (number(parts.next())?, number(parts.next())?);
    parts.next().is_none().then(|| format!("{class}.{subject}.{detail}"))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '-' | '#'))
}

/// The first code in a text: an enhanced one, else an SMTP reply code.
#[must_use]
pub fn status_in(text: &str) -> Option<String> {
    let code = || {
        words_of(text).map(|word| word.trim_end_matches(':')).find_map(|word| {
            let mut digits = word.chars();
            let class = digits.next().filter(|c| matches!(c, '4' | '5'))?;
            let middle = digits.next().filter(|c| ('0'..='7').contains(c))?;
            let last = digits.next().filter(char::is_ascii_digit)?;
            (digits.next().is_none() && (middle, last) != ('0', '0'))
                .then(|| format!("{class}.0.0"))
        })
    };
    words_of(text).find_map(enhanced).filter(|code| !code.starts_with('2')).or_else(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_words() {
        let cases = [
            ("550 5.1.1 <a@b>: unknown", Some("5.1.1")),
            ("Sorry. (#5.4.4)", Some("5.4.4")),
            ("550-5.7.26 not accepted", Some("5.7.26")),
            ("said: 554 no", Some("5.0.0")),
            ("host 192.0.2.5 and 5 days", None),
            ("version 5.5.1960.3", None),
        ];
        for (text, expected) in cases {
            assert_eq!(status_in(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_full_mailbox_is_no_wrong_address() {
        assert!(is_hard(Some("5.1.1"), ""));
        assert!(is_hard(Some("5.0.0"), "user unknown"));
        assert!(!is_hard(Some("5.2.2"), "mailbox full"));
        assert!(!is_hard(Some("5.7.26"), "dmarc policy"));
        assert!(!is_hard(None, ""));
    }
}
