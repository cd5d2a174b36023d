//! The words of a message to an employer, from facts alone (E14 to E18), in the language of the thread.
//!
//! It fills the facts into one of a few finished wordings; a sentence whose fact is missing is
//! left out, and nothing stands in for it. It does not decide whether to write. The wordings are
//! files, ours in `templates/`, the user's beside the configuration; `lint` reads what comes out.
//!
//! The surprising fact: no sentence about the user is needed. A plain true one takes its place,
//! and it also does where the user's own makes the text too long.

use chrono::NaiveDate;

use super::compose::clean_line;
use super::sense::is_in_another;
use crate::domain::draft::DraftKind;
use crate::domain::tone::Tone;

mod alike;
mod call;
mod days;
mod lint;
mod templates;

pub use alike::similarity;
pub use call::call_script;
pub use lint::{Around, Complaint, lint};
pub use templates::{TemplateError, TemplateFile, Templates, built_in, file_name};

/// Most words before the signature (E15).
pub const MOST_WORDS: usize = 120;
/// From here on two texts are copies of each other (E16).
pub const SIMILARITY_LIMIT: f64 = 0.4;

const LONGEST_SENTENCE: usize = 250;

/// A competing offer (E26): who made it only if the user says so (E27).
#[derive(Debug, Clone, Copy)]
pub struct OfferFacts<'a> {
    pub company: Option<&'a str>,
    /// Last day for the user's answer.
    pub expires_on: NaiveDate,
}

/// What is known; a draft says nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DraftFacts<'a> {
    /// Of the person who spoke to the user, as they show themselves.
    pub name: &'a str,
    pub first_name: &'a str,
    pub position: &'a str,
    pub employer: &'a str,
    pub interview_day: Option<NaiveDate>,
    /// Last day of what was promised.
    pub promise_by: Option<NaiveDate>,
    /// They were out of office when the message would have been due.
    pub was_away: bool,
    /// One true sentence about the user.
    pub strength: Option<&'a str>,
    pub signature: &'a str,
    pub kind: DraftKind,
    /// Of another employer, for the note that tells of it.
    pub offer: Option<OfferFacts<'a>>,
    pub tone: Tone,
    /// Picks the wording; the same seed gives the same words.
    pub seed: u64,
}

/// A text and what there is to mend in it; empty for a good one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    pub complaints: Vec<Complaint>,
}

/// The text of a message: the first wording, from the seed's on, of which nothing is to be
/// mended, with the user's sentence, if it is in their language, before one without it. If every
/// one has a flaw, the one of the
/// seed; the user is shown the flaw.
#[must_use]
pub fn write(facts: &DraftFacts<'_>, templates: &Templates, around: &Around<'_>) -> Written {
    let count = templates.count(facts.tone.language, facts.kind);
    let mut first = None;
    let language = facts.tone.language;
    let fitting = facts.strength.filter(|text| !is_in_another(text, language));
    for strength in [fitting, None] {
        for turn in 0..count {
            let facts = DraftFacts { strength, seed: facts.seed.wrapping_add(turn), ..*facts };
            let text = templates.write(&facts);
            let complaints = lint(&text, &facts, around);
            if complaints.is_empty() {
                return Written { text, complaints };
            }
            first = first.or(Some(Written { text, complaints }));
        }
    }
    first.unwrap_or_else(|| Written { text: String::new(), complaints: Vec::new() })
}

/// Begins with a capital and ends with a stop. What is too long to be one sentence is left out
/// whole rather than cut off.
fn sentence(text: &str) -> String {
    if text.chars().count() > LONGEST_SENTENCE {
        return String::new();
    }
    let text = clean_line(text, LONGEST_SENTENCE);
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{stop}", first.to_uppercase(), chars.as_str())
}

/// The words in lower case, without punctuation.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
