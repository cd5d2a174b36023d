//! The phrases that tell what a message is, per language, with their weights.
//!
//! A weight of four or more decides alone; three needs company. The tables are tried in every
//! language at once: short mails give a language guesser nothing to go by, and words such as
//! `Absage` occur in one language only.

mod de;
mod en;
mod es;
mod fr;
mod noise;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::pattern::Pattern;

/// What a phrase speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    Receipt,
    /// Speaks of an interview; in a receipt that describes the process it means little.
    Interview,
    /// Asks to an interview, now.
    Invite,
    Assessment,
    Question,
    Status,
    Rejection,
    /// A refusal that insurers and schools word in the same way: counts beside words of applying.
    Refusal,
    /// Regret, good wishes: company for a rejection, never one by itself.
    Regret,
    Offer,
    Outreach,
    Alert,
    /// Mail that has nothing to do with an application.
    Noise,
    /// Words of applying, on either side.
    Job,
}

/// One row of a table: sign, weight, phrase.
pub(super) type Row = (Sign, u8, &'static str);

/// Words that change what a sentence means.
pub(super) struct Guards {
    /// Before a phrase they make it a condition: `if you are not selected`.
    pub conditional: &'static [&'static str],
    /// These only look like conditions: `even if`.
    pub despite: &'static [&'static str],
    /// Before a soft phrase they move it into an uncertain future.
    pub someday: &'static [&'static str],
    /// Anywhere in the sentence they undo a rejection: `until we receive your papers`.
    pub not_yet: &'static [&'static str],
}

/// A phrase ready to be looked for.
pub(super) struct Phrase {
    pub sign: Sign,
    pub weight: u8,
    pub pattern: Pattern,
}

/// The tables of all languages.
pub(super) struct Phrases {
    all: Vec<Phrase>,
    /// Numbers of the phrases that begin with a word.
    by_first_word: BTreeMap<String, Vec<usize>>,
    /// Numbers of the phrases that may begin with many words.
    others: Vec<usize>,
    pub conditional: Vec<Pattern>,
    pub despite: Vec<Pattern>,
    pub someday: Vec<Pattern>,
    pub not_yet: Vec<Pattern>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let tables = [en::ROWS, de::ROWS, fr::ROWS, es::ROWS, noise::ROWS];
    let phrase = |(sign, weight, words): &Row| Phrase {
        sign: *sign,
        weight: *weight,
        pattern: Pattern::new(words),
    };
    let guards = [&en::GUARDS, &de::GUARDS, &fr::GUARDS, &es::GUARDS];
    let join = |pick: fn(&Guards) -> &'static [&'static str]| {
        guards.iter().flat_map(|guards| pick(guards)).map(|words| Pattern::new(words)).collect()
    };
    let all: Vec<Phrase> = tables.iter().flat_map(|table| table.iter()).map(phrase).collect();
    let mut by_first_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut others = Vec::new();
    for (number, phrase) in all.iter().enumerate() {
        match phrase.pattern.first_words() {
            Some(words) => {
                for word in words {
                    by_first_word.entry(word.to_owned()).or_default().push(number);
                }
            }
            None => others.push(number),
        }
    }
    Phrases {
        all,
        by_first_word,
        others,
        conditional: join(|guards| guards.conditional),
        despite: join(|guards| guards.despite),
        someday: join(|guards| guards.someday),
        not_yet: join(|guards| guards.not_yet),
    }
});

impl Phrases {
    /// The phrases that can begin with a word, with their numbers.
    pub(super) fn beginning<'a>(
        &'a self,
        word: &str,
    ) -> impl Iterator<Item = (usize, &'a Phrase)> + 'a {
        let listed = self.by_first_word.get(word).map_or(&[][..], Vec::as_slice);
        let numbers = listed.iter().chain(&self.others).copied();
        numbers.filter_map(|number| Some((number, self.all.get(number)?)))
    }
}

pub(super) fn phrases() -> &'static Phrases {
    &PHRASES
}
