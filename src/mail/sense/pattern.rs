//! A small language for phrases, so that a table of them stays readable:
//!
//! `decided not to ~2 move|proceed* forward?` is `decided`, `not`, `to`, up to two other words,
//! `move` or any word that begins with `proceed`, and perhaps `forward`.
//!
//! A phrase never reaches across sentences. It is no regular expression: there is nothing in it
//! that could make matching slow.

use std::collections::HashMap;

use super::text::{Head, Word, fold};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// One of these words; the flag says that it may also be missing.
    Word(Vec<Spelling>, bool),
    /// Up to so many other words.
    Gap(usize),
}

/// One word as a phrase has it: the whole of it, or only its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spelling {
    text: String,
    head: Head,
    whole: bool,
}

impl Spelling {
    fn new(text: &str, whole: bool) -> Self {
        let text = fold(text);
        Self { head: Head::of(&text), text, whole }
    }

    fn fits(&self, word: &Word) -> bool {
        let length = self.text.len();
        let rest_fits =
            || length <= Head::LENGTH || word.folded.as_bytes().starts_with(self.text.as_bytes());
        word.head.cut(length) == self.head
            && (!self.whole || word.folded.len() == length)
            && rest_fits()
    }
}

/// One of the words a phrase can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First<'p> {
    Word(&'p str),
    Stem(&'p str),
}

/// Numbered patterns by what they can begin with, so that a word is compared with few of them.
#[derive(Default)]
pub(super) struct Index {
    by_word: HashMap<Head, Vec<usize>>,
    /// By the first octets of a stem.
    by_stem: HashMap<Head, Vec<usize>>,
    /// Those that may begin with anything.
    others: Vec<usize>,
}

/// Patterns that begin with a stem are found by so many of its octets.
const STEM: usize = 3;

impl Index {
    pub(super) fn add(&mut self, number: usize, pattern: &Pattern) {
        let Some(beginnings) = pattern.first() else { return self.others.push(number) };
        for first in beginnings {
            let numbers = match first {
                First::Word(word) => self.by_word.entry(Head::of(word)).or_default(),
                First::Stem(stem) if stem.len() >= STEM => {
                    self.by_stem.entry(Head::of(stem).cut(STEM)).or_default()
                }
                First::Stem(_) => &mut self.others,
            };
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }

    /// The numbers of the patterns that may begin with a word.
    pub(super) fn beginning(&self, word: &Word) -> impl Iterator<Item = usize> + '_ {
        let whole = self.by_word.get(&word.head).into_iter().flatten();
        let stem = self.by_stem.get(&word.head.cut(STEM)).into_iter().flatten();
        whole.chain(stem).chain(&self.others).copied()
    }

    #[cfg(test)]
    pub(super) fn unlisted(&self) -> usize {
        self.others.len()
    }
}

/// A phrase ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Slot>);

impl Pattern {
    pub(super) fn new(phrase: &str) -> Self {
        Self(phrase.split_whitespace().map(slot).collect())
    }

    /// What it must begin with, if that can be listed: lets a reader skip it quickly.
    fn first(&self) -> Option<Vec<First<'_>>> {
        let Slot::Word(spellings, false) = self.0.first()? else { return None };
        let first = spellings.iter().map(|spelling| match spelling.whole {
            true => First::Word(&spelling.text),
            false => First::Stem(&spelling.text),
        });
        Some(first.collect())
    }

    #[cfg(test)]
    pub(super) fn has_word(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|slot| match slot {
            Slot::Word(spellings, _) => spellings.iter().any(|spelling| fits(&spelling.text)),
            Slot::Gap(_) => false,
        })
    }

    /// How many of `words` the phrase takes, if it stands at their beginning.
    pub(super) fn length_at(&self, words: &[Word]) -> Option<usize> {
        length(&self.0, words)
    }

    /// First place in `words` as `(start, end)`.
    pub(super) fn find(&self, words: &[Word]) -> Option<(usize, usize)> {
        self.find_all(words).next()
    }

    /// Every place in `words`.
    pub(super) fn find_all<'a>(
        &'a self,
        words: &'a [Word],
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        (0..words.len()).filter_map(move |start| {
            let length = self.length_at(words.get(start..)?)?;
            (length > 0).then_some((start, start + length))
        })
    }
}

fn slot(text: &str) -> Slot {
    if let Some(most) = text.strip_prefix('~').and_then(|most| most.parse().ok()) {
        return Slot::Gap(most);
    }
    let (words, optional) = text.strip_suffix('?').map_or((text, false), |words| (words, true));
    let spelling = |word: &str| match word.strip_suffix('*') {
        Some(beginning) => Spelling::new(beginning, false),
        None => Spelling::new(word, true),
    };
    Slot::Word(words.split('|').map(spelling).collect(), optional)
}

fn length(slots: &[Slot], words: &[Word]) -> Option<usize> {
    let Some((slot, rest)) = slots.split_first() else {
        return Some(0);
    };
    match slot {
        Slot::Gap(most) => (0..=*most).find_map(|skipped| {
            let taken = length(rest, words.get(skipped..)?)?;
            Some(skipped + taken)
        }),
        Slot::Word(spellings, optional) => {
            let here = words.split_first().and_then(|(word, after)| {
                spellings.iter().any(|spelling| spelling.fits(word)).then_some(after)
            });
            let taken = here.and_then(|after| Some(1 + length(rest, after)?));
            if taken.is_none() && *optional { length(rest, words) } else { taken }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::Text;
    use super::*;

    fn found(phrase: &str, text: &str) -> bool {
        let text = Text::new(text);
        text.sentences.iter().any(|sentence| Pattern::new(phrase).find(&sentence.words).is_some())
    }

    #[test]
    fn phrases_are_found_in_one_sentence() {
        for (phrase, text, expected) in [
            ("not to ~2 move|proceed* forward?", "We decided not to go and proceeding.", true),
            ("not to ~2 move|proceed* forward?", "We decided not to. Move on.", false),
            ("für die? Stelle", "Bewerbung fuer STELLE", true),
            ("won t", "We won’t", true),
            ("a ~1 b", "a x y b", false),
            ("", "anything", false),
        ] {
            assert_eq!(found(phrase, text), expected, "{phrase} in {text}");
        }
    }
}
