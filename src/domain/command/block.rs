//! The text a user sends with `edit` or `send this`: what stands between the two marks of a
//! draft, or else everything below the word.

/// The text of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Lines end with `\n`; empty if there was none.
    pub text: String,
    /// Both marks were there, in the right order and once: these are exactly the words.
    pub exact: bool,
}

/// `----- draft 1, begins -----` as it stands in a request, whatever number and however many
/// hyphens a mail program left.
fn mark(line: &str, word: &str) -> bool {
    let inner = line.trim().trim_matches(|c: char| matches!(c, '-' | '–' | '—' | ' '));
    let hyphens = line.trim().starts_with(['-', '–', '—']);
    let mut words = inner.split_whitespace();
    let is_draft = words.next().is_some_and(|it| it.eq_ignore_ascii_case("draft"));
    let number = words.next().is_some_and(|it| it.trim_end_matches(',').parse::<u32>().is_ok());
    let last = words.next().is_some_and(|it| it.eq_ignore_ascii_case(word));
    hyphens && is_draft && number && last && words.next().is_none()
}

/// Whether a line is one of the two marks.
#[must_use]
pub fn is_mark(line: &str) -> bool {
    mark(line, "begins") || mark(line, "ends")
}

/// How many lines a draft takes that begins with the first of these lines, both marks included.
/// `None` if none begins there, or it does not end.
#[must_use]
pub fn lines_of_draft(lines: &[&str]) -> Option<usize> {
    let (first, below) = lines.split_first()?;
    if !mark(first, "begins") {
        return None;
    }
    let end = below.iter().position(|line| is_mark(line))?;
    below.get(end).is_some_and(|line| mark(line, "ends")).then_some(end + 2)
}

/// The block below the first line that is not empty.
#[must_use]
pub fn block(new_text: &str) -> Block {
    let mut lines = new_text.lines().skip_while(|line| line.trim().is_empty()).skip(1);
    let all: Vec<&str> = lines.by_ref().collect();
    let begins: Vec<usize> = places(&all, "begins");
    let ends: Vec<usize> = places(&all, "ends");
    match (begins.as_slice(), ends.as_slice()) {
        ([from], [to]) if from < to => {
            let inside = all.iter().take(*to).skip(from + 1).copied().collect::<Vec<_>>();
            Block { text: joined(&inside), exact: true }
        }
        _ => {
            let plain = all.iter().filter(|line| !is_mark(line)).copied().collect::<Vec<_>>();
            Block { text: joined(&plain), exact: false }
        }
    }
}

fn places(lines: &[&str], word: &str) -> Vec<usize> {
    lines.iter().enumerate().filter(|(_, line)| mark(line, word)).map(|(at, _)| at).collect()
}

/// Without empty lines around.
fn joined(lines: &[&str]) -> String {
    let text = lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_make_it_exact() {
        let exact = "send this\n\n----- draft 1, begins -----\nDear Anna,\n\nthanks.\n\
                     ----- draft 1, ends -----\n\nJane";
        assert_eq!(block(exact), Block { text: "Dear Anna,\n\nthanks.\n".to_owned(), exact: true });
        for (text, inside) in [
            ("edit\nDear Anna,\nthanks.", "Dear Anna,\nthanks.\n"),
            ("edit\n----- draft 1, begins -----\nDear Anna,\nthanks.", "Dear Anna,\nthanks.\n"),
            ("edit\nthanks.\n----- draft 1, ends -----", "thanks.\n"),
            ("send this\n----- draft 1, ends -----\na\n----- draft 1, begins -----", "a\n"),
            ("edit", ""),
            ("edit\n\n \n", ""),
        ] {
            assert_eq!(block(text), Block { text: inside.to_owned(), exact: false }, "{text}");
        }
    }

    #[test]
    fn a_mark_survives_what_mail_programs_do_to_it() {
        for line in ["----- draft 12, begins -----", "— draft 1, begins —", "-- Draft 1 begins"]
        {
            assert!(mark(line, "begins"), "{line}");
        }
        for line in ["draft 1, begins", "-- draft, begins", "- draft 1 begins today"] {
            assert!(!mark(line, "begins"), "{line}");
        }
    }
}
