//! What the user could say in a call, in the language of the conversation (E10). It is read by the
//! user and sent to nobody, so the linter does not read it.

use super::DraftFacts;
use super::templates::render;
use crate::domain::tone::Language;

/// One sentence or two for each step of the call, in order.
#[must_use]
pub fn call_script(facts: &DraftFacts<'_>) -> Vec<String> {
    let script = match facts.tone.language {
        Language::English => include_str!("templates/en/call.txt"),
        Language::German => include_str!("templates/de/call.txt"),
        Language::French => include_str!("templates/fr/call.txt"),
        Language::Spanish => include_str!("templates/es/call.txt"),
    };
    // Every language is rendered by the test below, so this one can be, too.
    let text = render(facts, script).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, tones};
    use super::*;
    use crate::domain::draft::AttemptNumber;

    #[test]
    fn e10_a_call_has_an_opening_a_question_and_an_end_in_every_language() {
        for tone in tones() {
            let full = DraftFacts { tone, ..facts(AttemptNumber::First, 0) };
            let first = call_script(&full);
            assert_eq!(first.len(), 4, "{first:#?}");
            assert!(first[0].contains("Jane Doe"), "{}", first[0]);
            assert!(!first[0].contains("+49"), "{}", first[0]);
            let bare = DraftFacts {
                promise_by: None,
                interview_day: None,
                ..DraftFacts { tone, ..facts(AttemptNumber::Second, 0) }
            };
            let second = call_script(&bare);
            assert_eq!(second.len(), 3, "{second:#?}");
            assert_ne!(first.last(), second.last(), "the second says that it is the last");
            let form = if tone.informal { "informal" } else { "formal" };
            let name = format!("call_{}_{form}", tone.language.as_str());
            insta::assert_snapshot!(name, format!("{}\n\n{}", first.join("\n"), second.join("\n")));
        }
    }
}
