//! What changed between two versions of a draft, a sentence to a line: `- ` went, `+ ` came.

use similar::{ChangeTag, TextDiff};

use crate::mail::compose::clean_line;

const SINCE: &str = "Changed since draft ";
const NO_LONGER: &str = ", which can no longer be approved:";

/// What stands above the lines.
pub(super) fn heading(version: u32) -> String {
    format!("{SINCE}{version}{NO_LONGER}")
}

/// Whether the lines below, up to an empty one, are changes.
pub(super) fn is_heading(line: &str) -> bool {
    let version = line.strip_prefix(SINCE).and_then(|rest| rest.strip_suffix(NO_LONGER));
    version.is_some_and(|it| it.parse::<u32>().is_ok())
}

/// Lines for the request; sentences that stayed are left out.
pub(super) fn changes(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (sentences(before), sentences(after));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    TextDiff::from_slices(&before, &after)
        .iter_all_changes()
        .filter_map(|change| match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(format!("- {}", change.value())),
            ChangeTag::Insert => Some(format!("+ {}", change.value())),
        })
        .collect()
}

/// Breaks behind the end of a sentence and at every line.
fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(at) = [". ", "? ", "! "].iter().filter_map(|end| rest.find(end)).min() {
            let Some((head, tail)) = rest.split_at_checked(at + 1) else { break };
            found.push(clean_line(head, 600));
            rest = tail;
        }
        found.push(clean_line(rest, 600));
    }
    found.retain(|sentence| !sentence.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_shown() {
        let before = "Dear Anna,\n\nThanks for the talk. Is there any news? I look forward.\n";
        let after = "Dear Anna,\n\nThanks for the talk. How is it going? I look forward.\nJane\n";
        assert_eq!(
            changes(before, after),
            ["- Is there any news?", "+ How is it going?", "+ Jane"]
        );
        assert_eq!(changes(before, before), Vec::<String>::new());
    }
}
