//! `ref:` codes anywhere in a message: the mark that ties a reply to its request when the
//! thread's headers are lost. Quoted text counts; the code is a secret of the request.

use crate::domain::ref_code::RefCode;

const MAX_CODES: usize = 20;
/// A code with its hyphens.
const SHOWN: usize = 19;

/// Adds the codes of `text` that are not yet in `found`.
pub fn collect(text: &str, found: &mut Vec<RefCode>) {
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.as_str();
    while let Some((_, after)) = rest.split_once("ref:") {
        rest = after;
        let code = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '>'));
        let code: String = code
            .chars()
            .map(|c| if matches!(c, '\u{2010}'..='\u{2015}') { '-' } else { c })
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
            .take(SHOWN + 1)
            .collect();
        if let Some(code) = RefCode::parse(&code)
            && !found.contains(&code)
            && found.len() < MAX_CODES
        {
            found.push(code);
        }
    }
}

/// Whether a line is nothing but `ref: …`: it is no text.
#[must_use]
pub fn is_ref_line(line: &str) -> bool {
    let lower = line.trim().trim_matches('*').to_ascii_lowercase();
    let Some(code) = lower.strip_prefix("ref:") else { return false };
    let code = code.trim();
    let groups = code.split(|c: char| matches!(c, '-' | ' ' | '\u{2010}'..='\u{2015}'));
    code.len() >= 9
        && groups.clone().count() <= 4
        && groups.into_iter().all(|g| g.len() == 4 && g.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_quotes_and_only_once() {
        let mut found = Vec::new();
        collect(
            "yes\n> ref: 7Q2K-4M9P-B3XD-0H5T\nREF: 7q2k-4m9p-b3xd-0h5t. ref: short",
            &mut found,
        );
        assert_eq!(found, [RefCode::parse("7Q2K-4M9P-B3XD-0H5T").unwrap()]);
    }

    #[test]
    fn a_line_with_only_a_code_is_no_text() {
        for line in ["ref: 7Q2K-4M9P-B3XD-0H5T", " Ref: 7q2k-4m9p "] {
            assert!(is_ref_line(line), "{line}");
        }
        for line in ["ref: the one you sent", "approve ref: 7Q2K-4M9P", "ref:"] {
            assert!(!is_ref_line(line), "{line}");
        }
    }
}
