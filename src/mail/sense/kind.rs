//! What a message is, from its subject and new text: phrases vote with their weights.
//!
//! Two mistakes are worse than all others: a rejection where there was none, and employer mail
//! taken for noise. So a rejection needs an explicit phrase outside any condition, and an
//! invitation further down takes it back.

mod decide;

use std::collections::BTreeSet;

use super::phrases::{Phrases, Role, Sign, phrases};
use super::text::{Sentence, Text};
use crate::domain::message::Evidence;

pub(super) use decide::{Surroundings, Verdict, decide};

/// One phrase that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vote {
    pub sign: Sign,
    pub weight: f32,
    pub words: String,
    /// Number of the sentence; the subject is 0.
    pub sentence: usize,
}

/// All votes of one message.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Votes(Vec<Vote>);

/// Subjects of answers repeat what was written before; they count half.
const REPLY_MARKS: [&str; 9] = ["re", "aw", "antw", "fwd", "fw", "wg", "tr", "rv", "sv"];

impl Votes {
    pub(super) fn count(subject: &Text, text: &Text) -> Self {
        let table = phrases();
        let mut counted: Vec<(usize, usize)> = Vec::new();
        let mut votes = Vec::new();
        let answer = is_answer(subject);
        let subject_sentences = subject.sentences.iter().map(|sentence| (subject, sentence, 0));
        let text_sentences =
            text.sentences.iter().enumerate().map(|(n, sentence)| (text, sentence, n + 1));
        for (whole, sentence, number) in subject_sentences.chain(text_sentences) {
            for (phrase_number, vote) in in_sentence(table, whole, sentence, number) {
                let share = if number == 0 && answer { 0.5 } else { 1.0 };
                let vote = Vote { weight: vote.weight * share, ..vote };
                match counted.iter().find(|(phrase, _)| *phrase == phrase_number) {
                    Some((_, at)) => keep_heavier(&mut votes, *at, vote),
                    None => {
                        counted.push((phrase_number, votes.len()));
                        votes.push(vote);
                    }
                }
            }
        }
        Self(votes)
    }

    pub(super) fn sum(&self, sign: Sign) -> f32 {
        self.of(sign).map(|vote| vote.weight).sum()
    }

    pub(super) fn heaviest(&self, sign: Sign) -> f32 {
        self.of(sign).map(|vote| vote.weight).fold(0.0, f32::max)
    }

    pub(super) fn of(&self, sign: Sign) -> impl Iterator<Item = &Vote> {
        self.0.iter().filter(move |vote| vote.sign == sign)
    }

    /// The words that decided, heaviest first, at most three.
    pub(super) fn evidence(&self, signs: &[Sign], rule: &str) -> Vec<Evidence> {
        let mut votes: Vec<&Vote> =
            self.0.iter().filter(|vote| signs.contains(&vote.sign) && vote.weight > 0.0).collect();
        votes.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut named = BTreeSet::new();
        votes.retain(|vote| named.insert(vote.words.as_str()));
        let text = |vote: &&Vote| Evidence { rule: rule.to_owned(), text: vote.words.clone() };
        votes.iter().take(3).map(text).collect()
    }
}

fn keep_heavier(votes: &mut [Vote], at: usize, vote: Vote) {
    if let Some(kept) = votes.get_mut(at).filter(|kept| kept.weight < vote.weight) {
        *kept = vote;
    }
}

fn is_answer(subject: &Text) -> bool {
    let first = subject.sentences.first().and_then(|sentence| sentence.words.first());
    first.is_some_and(|word| {
        REPLY_MARKS.contains(&word.folded.as_str())
            && subject.raw().get(word.end..).is_some_and(|rest| rest.starts_with([':', '[', '(']))
    })
}

/// A phrase found in a sentence: its number, its role, and the words it takes.
struct Match {
    number: usize,
    role: Role,
    start: usize,
    end: usize,
}

fn in_sentence(
    table: &'static Phrases,
    text: &Text,
    sentence: &Sentence,
    number: usize,
) -> Vec<(usize, Vote)> {
    let words = &sentence.words;
    let mut matches = Vec::new();
    for (start, first) in words.iter().enumerate() {
        let rest = words.get(start..).unwrap_or_default();
        for (phrase_number, phrase) in table.beginning(first) {
            let taken = phrase.pattern.length_at(rest).filter(|taken| *taken > 0);
            matches.extend(taken.map(|taken| Match {
                number: phrase_number,
                role: phrase.role,
                start,
                end: start + taken,
            }));
        }
    }
    let guards = Guards::of(&matches);
    let vote = |found: &Match| {
        let (sign, weight) = guards.reading(found)?;
        let words = text.quote(words.get(found.start..found.end).unwrap_or_default());
        Some((found.number, Vote { sign, weight, words, sentence: number }))
    };
    matches.iter().filter_map(vote).collect()
}

/// The words of one sentence that change what stands in it.
#[derive(Default)]
struct Guards {
    condition: Option<usize>,
    someday: Option<usize>,
    not_yet: bool,
    /// The words of what has been.
    past: Vec<(usize, usize)>,
}

impl Guards {
    fn of(matches: &[Match]) -> Self {
        let mut guards = Self::default();
        let mut despite = false;
        for found in matches {
            let first =
                |known: Option<usize>| Some(known.map_or(found.start, |at| at.min(found.start)));
            match found.role {
                Role::Vote(..) => {}
                Role::Conditional => guards.condition = first(guards.condition),
                Role::Despite => despite = true,
                Role::Someday => guards.someday = first(guards.someday),
                Role::NotYet => guards.not_yet = true,
                Role::Past => guards.past.push((found.start, found.end)),
            }
        }
        if despite {
            guards.condition = None;
        }
        guards
    }

    /// The sign and weight a phrase has in this sentence; `None` for a guard.
    fn reading(&self, found: &Match) -> Option<(Sign, f32)> {
        let Role::Vote(sign, weight) = found.role else { return None };
        let has_been = self.past.iter().any(|(from, to)| (*from..*to).contains(&found.start));
        match sign {
            Sign::Interview | Sign::Invite if has_been => Some((Sign::Job, 2.0)),
            _ => Some((sign, self.weight(sign, f32::from(weight), found.start))),
        }
    }

    fn weight(&self, sign: Sign, weight: f32, at: usize) -> f32 {
        let conditional = self.condition.is_some_and(|condition| condition <= at);
        let someday = self.someday.is_some_and(|someday| someday <= at);
        match sign {
            Sign::Rejection | Sign::Refusal | Sign::Regret if conditional || self.not_yet => 0.0,
            Sign::Offer | Sign::Interview | Sign::Assessment if conditional => 0.0,
            Sign::Invite if conditional && someday => 0.0,
            Sign::Invite | Sign::Question if conditional => weight / 2.0,
            Sign::Invite | Sign::Interview | Sign::Offer | Sign::Assessment if someday => {
                weight / 2.0
            }
            Sign::Receipt
            | Sign::Interview
            | Sign::Invite
            | Sign::Assessment
            | Sign::Question
            | Sign::Status
            | Sign::Rejection
            | Sign::Refusal
            | Sign::Regret
            | Sign::Offer
            | Sign::Outreach
            | Sign::Alert
            | Sign::Noise
            | Sign::Job => weight,
        }
    }
}

#[cfg(test)]
mod tests;
