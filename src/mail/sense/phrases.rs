//! The phrases that tell what a message is, with their weights: one text file for each language,
//! read once. `en.txt` opens with how a line is written.
//!
//! A weight of four or more decides alone; three needs company. The tables are tried in every
//! language at once: short mails give a language guesser nothing to go by, and words such as
//! `Absage` occur in one language only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::pattern::{Index, Pattern};
use super::text::Word;

const TABLES: [&str; 5] = [
    include_str!("phrases/en.txt"),
    include_str!("phrases/de.txt"),
    include_str!("phrases/fr.txt"),
    include_str!("phrases/es.txt"),
    include_str!("phrases/noise.txt"),
];

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
    /// Regret, good wishes: company for a rejection, hardly ever one by itself.
    Regret,
    Offer,
    Outreach,
    Alert,
    /// Mail that has nothing to do with an application.
    Noise,
    /// Words of applying, on either side.
    Job,
}

/// What a phrase does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It speaks for a sign, with a weight.
    Vote(Sign, u8),
    /// What follows it is a condition: `if you are not selected`.
    Conditional,
    /// It only looks like a condition: `even if`.
    Despite,
    /// What follows it lies in an uncertain future.
    Someday,
    /// Anywhere in the sentence it undoes a rejection: `until we receive your papers`.
    NotYet,
    /// The interview it holds has been: `thank you for the conversation`.
    Past,
}

/// A phrase ready to be looked for.
pub(super) struct Phrase {
    pub role: Role,
    pub pattern: Pattern,
}

/// The tables of all languages.
#[derive(Default)]
pub(super) struct Phrases {
    all: Vec<Phrase>,
    index: Index,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::default();
    for table in TABLES {
        phrases.add_table(table);
    }
    phrases
});

impl Phrases {
    fn add_table(&mut self, table: &str) {
        let mut classes: BTreeMap<&str, &str> = BTreeMap::new();
        let mut section = None;
        for line in table.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some((name, words)) = line.split_once(" = ") {
                classes.insert(name, words);
            } else if let Some(name) = line.strip_prefix('[') {
                section = section_of(name.trim_end_matches(']'));
            } else if let Some((role, phrase)) = section.and_then(|section| row(section, line)) {
                self.add(role, &with_classes(phrase, &classes));
            }
        }
    }

    fn add(&mut self, role: Role, phrase: &str) {
        let pattern = Pattern::new(phrase);
        self.index.add(self.all.len(), &pattern);
        self.all.push(Phrase { role, pattern });
    }

    /// The phrases that can begin with a word, with their numbers.
    pub(super) fn beginning<'a>(
        &'a self,
        word: &Word,
    ) -> impl Iterator<Item = (usize, &'a Phrase)> + 'a {
        self.index.beginning(word).filter_map(|number| Some((number, self.all.get(number)?)))
    }
}

/// The role every row of a section has; votes still lack their weight.
fn section_of(name: &str) -> Option<Role> {
    Some(match name {
        "receipt" => Role::Vote(Sign::Receipt, 0),
        "interview" => Role::Vote(Sign::Interview, 0),
        "invite" => Role::Vote(Sign::Invite, 0),
        "assessment" => Role::Vote(Sign::Assessment, 0),
        "question" => Role::Vote(Sign::Question, 0),
        "status" => Role::Vote(Sign::Status, 0),
        "rejection" => Role::Vote(Sign::Rejection, 0),
        "refusal" => Role::Vote(Sign::Refusal, 0),
        "regret" => Role::Vote(Sign::Regret, 0),
        "offer" => Role::Vote(Sign::Offer, 0),
        "outreach" => Role::Vote(Sign::Outreach, 0),
        "alert" => Role::Vote(Sign::Alert, 0),
        "noise" => Role::Vote(Sign::Noise, 0),
        "job" => Role::Vote(Sign::Job, 0),
        "conditional" => Role::Conditional,
        "despite" => Role::Despite,
        "someday" => Role::Someday,
        "not yet" => Role::NotYet,
        "past" => Role::Past,
        _ => return None,
    })
}

fn row(section: Role, line: &str) -> Option<(Role, &str)> {
    let Role::Vote(sign, _) = section else { return Some((section, line)) };
    let (weight, phrase) = line.split_once(' ')?;
    Some((Role::Vote(sign, weight.parse().ok()?), phrase))
}

/// `<other> person` with the words of the class in its place.
fn with_classes(phrase: &str, classes: &BTreeMap<&str, &str>) -> String {
    let word =
        |word: &str| classes.get(word).map_or_else(|| word.to_owned(), |it| (*it).to_owned());
    let slot = |slot: &str| slot.split('|').map(word).collect::<Vec<_>>().join("|");
    phrase.split(' ').map(slot).collect::<Vec<_>>().join(" ")
}

pub(super) fn phrases() -> &'static Phrases {
    &PHRASES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_table_is_understood() {
        for line in TABLES.iter().flat_map(|table| table.lines()).map(str::trim) {
            if line.is_empty() || line.starts_with(['#', '<']) {
                continue;
            }
            match line.strip_prefix('[') {
                Some(name) => assert!(section_of(name.trim_end_matches(']')).is_some(), "{line}"),
                None => {
                    let first = line.split(' ').next().unwrap_or_default();
                    let weighted =
                        first.parse::<u8>().is_ok_and(|weight| (1..=20).contains(&weight));
                    assert!(weighted || first.chars().all(|c| !c.is_ascii_digit()), "{line}");
                }
            }
        }
        let unknown =
            phrases().all.iter().find(|it| it.pattern.has_word(|word| word.contains('<')));
        assert!(unknown.is_none());
        assert!(phrases().all.iter().all(|it| it.role != Role::Vote(Sign::Job, 0)));
    }

    #[test]
    fn hardly_a_phrase_has_to_be_tried_at_every_word() {
        assert!(phrases().index.unlisted() < 12, "{}", phrases().index.unlisted());
    }
}
