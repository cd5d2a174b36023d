//! The words for a call, where an employer wants no mail (E10). The call itself is the user's.

use super::{About, MARKER, Words, labelled, paragraph};
use crate::domain::user_mail::UserMailKind;

/// What the user is told before a call.
#[derive(Debug, Clone, Copy)]
pub struct CallFacts<'a> {
    pub about: About<'a>,
    /// Sentences to say, in order.
    pub script: &'a [String],
    /// Sentences with their evidence.
    pub why: &'a [String],
}

/// Asks the user to call.
#[must_use]
pub fn call_advice(facts: &CallFacts<'_>) -> Words {
    let (name, employer) = (facts.about.name(), facts.about.employer());
    let script: String = facts.script.iter().map(|line| paragraph(line) + "\n").collect();
    let body = format!(
        "When you have called, reply with one line, as in:\n  \
         called: she expects a decision next week\n\
         {MARKER}\n\n\
         {}\n\
         You could say:\n\n{script}\
         {}\n\
         {}",
        paragraph(&format!(
            "{name} at {employer} asked to be called rather than written to, so there is no draft. \
             Today would be a good day for a call."
        )),
        labelled("Why now:", facts.why),
        paragraph(
            "A call you tell me of counts as the message. If you do not call, nothing happens."
        ),
    );
    let subject = facts.about.subject(&format!("Call {name} at {employer}?"));
    Words::new(UserMailKind::Question, &subject, body)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{id, shown};
    use super::*;

    #[test]
    fn e10_a_call_is_advised_with_the_words_for_it() {
        let id = id();
        let script = ["Hello Anna, this is Jane Doe.".to_owned(), "How is it going?".to_owned()];
        let why = ["They asked for a call, so I write no mail; the call is yours.".to_owned()];
        let words = call_advice(&CallFacts {
            about: About { id: &id, employer: "Acme", first_name: "Anna" },
            script: &script,
            why: &why,
        });
        let text = shown(&words);
        assert!(text.starts_with("Subject: [Afterword] Call Anna at Acme? {ACME-1}\n\n"), "{text}");
        let said =
            "You could say:\n\nHello Anna, this is Jane Doe.\n\nHow is it going?\n\nWhy now:";
        assert!(text.contains(said), "{text}");
        assert!(text.contains("\n  called: she expects a decision next week\n"), "{text}");
    }
}
