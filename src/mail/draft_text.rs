//! The English words of the two follow-ups, from facts alone (E14 to E18).
//!
//! It chooses among a few finished wordings and fills in what is known; a sentence whose fact is
//! missing is left out, and nothing stands in for it. It does not decide whether to write.
//!
//! The second message is another message, not a copy: `similarity` measures that, and the tests
//! hold every pair of wordings to `SIMILARITY_LIMIT`.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::compose::clean_line;
use crate::domain::draft::AttemptNumber;

mod lint;

pub use lint::{Complaint, lint};

/// Most words before the signature (E15).
pub const MOST_WORDS: usize = 120;
/// From here on two texts are copies of each other (E16).
pub const SIMILARITY_LIMIT: f64 = 0.4;

/// What is known; a draft says nothing else.
#[derive(Debug, Clone, Copy)]
pub struct DraftFacts<'a> {
    /// Of the person who spoke to the user.
    pub first_name: &'a str,
    pub position: &'a str,
    pub employer: &'a str,
    pub interview_day: Option<NaiveDate>,
    /// Last day of what was promised.
    pub promise_by: Option<NaiveDate>,
    /// One true sentence about the user.
    pub strength: Option<&'a str>,
    pub signature: &'a str,
    pub number: AttemptNumber,
    /// Picks the wording; the same seed gives the same words.
    pub seed: u64,
}

/// The text of a follow-up; lines end with `\n`.
#[must_use]
pub fn follow_up(facts: &DraftFacts<'_>) -> String {
    let parts = Parts::new(facts);
    let body = match (facts.number, facts.seed % 3) {
        (AttemptNumber::First, 0) => first_with_thanks(&parts),
        (AttemptNumber::First, 1) => first_with_interest(&parts),
        (AttemptNumber::First, _) => first_with_the_talk(&parts),
        (AttemptNumber::Second, 0) => second_with_a_wish(&parts),
        (AttemptNumber::Second, 1) => second_with_a_question(&parts),
        (AttemptNumber::Second, _) => second_with_a_goodbye(&parts),
    };
    format!("Dear {},\n\n{body}\n\nKind regards,\n{}\n", parts.name, facts.signature.trim())
}

/// The facts as pieces of sentences; a missing one is empty.
struct Parts {
    name: String,
    position: String,
    employer: String,
    /// ` on Tuesday 24 November`
    on_day: String,
    /// `Friday 4 December`
    promise: Option<String>,
    strength: Option<String>,
}

impl Parts {
    fn new(facts: &DraftFacts<'_>) -> Self {
        Self {
            name: clean_line(facts.first_name, 60),
            position: clean_line(facts.position, 100),
            employer: clean_line(facts.employer, 100),
            on_day: facts
                .interview_day
                .map(|day| format!(" on {}", long_day(day)))
                .unwrap_or_default(),
            promise: facts.promise_by.map(long_day),
            strength: facts
                .strength
                .map(|text| sentence(&clean_line(text, 250)))
                .filter(|s| !s.is_empty()),
        }
    }

    /// The user's own sentence, or a plain one in its place.
    fn strength(&self, plain: &str) -> String {
        self.strength.clone().unwrap_or_else(|| plain.to_owned())
    }

    /// A sentence that cites their date, with the blank after it.
    fn promise(&self, say: impl FnOnce(&str) -> String) -> String {
        self.promise.as_deref().map(|day| format!("{} ", say(day))).unwrap_or_default()
    }
}

fn first_with_thanks(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength = p.strength(&format!(
        "From what we discussed I am confident that I can contribute a good deal as {position}."
    ));
    let promise = p.promise(|day| format!("You mentioned that I could expect news by {day}."));
    format!(
        "Thank you again for the conversation about the {position} position{on_day}. I enjoyed it \
         very much, and I would be glad to join {employer}. {strength}\n\n\
         {promise}May I ask how my application is progressing, and what the next step would be? If \
         anything else would help your decision, I will gladly send it.\n\n\
         I look forward to your answer."
    )
}

fn first_with_interest(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength =
        p.strength("What I learned about the work makes me confident that I can do it well.");
    let promise = p.promise(|day| format!("You expected to have news by {day}."));
    format!(
        "Our conversation about the {position} position{on_day} was a pleasure; thank you for the \
         time you took. My interest in working with {employer} is as strong as it was then. \
         {strength}\n\n\
         I am writing to ask about the status of my application. {promise}Could you tell me where \
         the process stands, or whether there is something I can add? Whatever the news is, I \
         look forward to hearing from you."
    )
}

fn first_with_the_talk(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength =
        p.strength("Having heard more about it, I am confident that this is work I can do well.");
    let promise = p.promise(|day| {
        format!("You named {day} as the date by which I could expect to hear more.")
    });
    format!(
        "I was happy to meet you{on_day} and to talk about the {position} position; thank you for \
         that. The more I think about it, the more I am interested in being part of {employer}. \
         {strength}\n\n\
         {promise}Could you let me know how things stand with my application? I would be happy to \
         answer any further question, and I look forward to hearing from you."
    )
}

fn second_with_a_wish(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength = p.strength("I am sure that the work would suit me.");
    let promise = p.promise(|day| format!("I know that a date like {day} can move."));
    format!(
        "I hope you are well. I would like to ask one last time about the {position} position, \
         which we discussed{on_day}: {employer} is where I would be glad to work. {strength}\n\n\
         {promise}If a decision has been made, one line is enough, and I look forward to it \
         either way. Thank you for your time."
    )
}

fn second_with_a_question(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength = p.strength("I could be of real use in it, I believe.");
    let promise = p.promise(|day| format!("The date you had in mind, {day}, may well have moved."));
    format!(
        "This is my last message about the {position} role: is my candidacy still open? {promise}\
         My interest in {employer} has not changed since our talk{on_day}. {strength}\n\n\
         A short reply would be kind, and I look forward to it; after that I leave the matter in \
         your hands. Many thanks."
    )
}

fn second_with_a_goodbye(p: &Parts) -> String {
    let Parts { position, employer, on_day, .. } = p;
    let strength = p.strength("I am convinced that it is a job I would do well.");
    let promise = p.promise(|day| format!("I understand if {day} came too early for it."));
    format!(
        "Before I leave the matter in your hands, one final question: has a decision about the \
         {position} opening been made since we spoke{on_day}? {promise}I am as keen on {employer} \
         as I was then. {strength}\n\n\
         I look forward to a word from you, and I appreciate the time you gave me."
    )
}

/// `Tuesday 24 November`.
fn long_day(day: NaiveDate) -> String {
    day.format("%A %-d %B").to_string()
}

/// Begins with a capital and ends with a stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{stop}", first.to_uppercase(), chars.as_str())
}

/// How much of the shorter text is in the longer one, 0 to 1: the share of its runs of three
/// words that both have.
#[must_use]
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (runs(a), runs(b));
    let shorter = a.len().min(b.len());
    if shorter == 0 {
        return 0.0;
    }
    let shared = u32::try_from(a.intersection(&b).count()).unwrap_or(u32::MAX);
    f64::from(shared) / f64::from(u32::try_from(shorter).unwrap_or(u32::MAX))
}

fn runs(text: &str) -> BTreeSet<Vec<String>> {
    let words = words(text);
    words.windows(3).map(<[String]>::to_vec).collect()
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
