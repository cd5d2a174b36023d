//! A text as sentences of folded words, which is what every rule in `sense` looks at.
//!
//! It is no linguistics: a sentence ends where a reader would pause, and a word is letters and
//! digits. The surprising fact: umlauts become two letters (`für` and `fuer` are one word) and
//! an apostrophe parts words (`won't` is `won t`, `d'ici` is `d ici`).

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Longer texts are read up to here; a decision stands at the top of a message.
const MOST_BYTES: usize = 24_000;
/// A sentence longer than this is cut: no person writes one, and matching stays cheap.
const MOST_WORDS: usize = 120;
/// A line shorter than this was ended on purpose, not by wrapping.
const SHORT_LINE: usize = 45;

const ABBREVIATIONS: &str = " approx ca bzw ggf usw inc ltd corp co sr jr st no nr vs inkl evtl \
     tel dr mr ms mrs prof hr fr jan feb mar apr jun jul aug sep sept oct nov dec okt dez mon tue \
     tues wed thu thur thurs fri mo di mi do sa so janv fevr avr juil dept ene abr ago dic ref \
     max min std mio bspw vsl vorauss herr sra etc ";

const MONTH_STARTS: &str = " jan feb fev mar mae avr apr mai may jun jul jui aug aou ago sep okt \
     oct nov dez dec ene abr dic ";

/// Nouns that no German sentence begins with, behind an ordinal or a date with a dot.
const NO_START: &str = " zeit bescheid rueckmeldung feedback antwort kontakt nachricht uhr kalenderwoche kw \
     woche stelle runde ";

/// One folded word and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub folded: String,
    /// Its first letters as a number, so that most comparisons are one of numbers.
    pub head: Head,
    pub start: usize,
    pub end: usize,
}

impl Word {
    pub(super) fn new(folded: String, start: usize, end: usize) -> Self {
        Self { head: Head::of(&folded), folded, start, end }
    }
}

/// The first eight octets of a word, filled up with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Head(u64);

impl Head {
    /// Octets it holds.
    pub(super) const LENGTH: usize = 8;

    pub(super) fn of(word: &str) -> Self {
        let mut octets = [0; Self::LENGTH];
        for (place, octet) in octets.iter_mut().zip(word.bytes()) {
            *place = octet;
        }
        Self(u64::from_be_bytes(octets))
    }

    /// The first `length` octets alone.
    pub(super) fn cut(self, length: usize) -> Self {
        let dropped = 8 * Self::LENGTH.saturating_sub(length);
        let mask = u32::try_from(dropped).ok().and_then(|bits| u64::MAX.checked_shl(bits));
        Self(self.0 & mask.unwrap_or(0))
    }
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sentence {
    pub words: Vec<Word>,
}

/// A text with its sentences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    raw: String,
    pub sentences: Vec<Sentence>,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut end = text.len().min(MOST_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default();
        let raw = if is_nfc_quick(text.chars()) == IsNormalized::Yes {
            text.to_owned()
        } else {
            text.nfc().collect()
        };
        let sentences = split(&raw);
        Self { raw, sentences }
    }

    pub(super) fn raw(&self) -> &str {
        &self.raw
    }

    /// The text as it was written between two places.
    pub(super) fn between(&self, start: usize, end: usize) -> &str {
        self.raw.get(start..end).unwrap_or_default()
    }

    /// The text from the first to the last of `words`, white space evened out.
    pub(super) fn quote(&self, words: &[Word]) -> String {
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => even(self.between(first.start, last.end)),
            _ => String::new(),
        }
    }

    /// A sentence with the mark that ends it.
    pub(super) fn sentence(&self, sentence: &Sentence) -> String {
        let mut quoted = self.quote(&sentence.words);
        let after = sentence.words.last().map_or(0, |word| word.end);
        let rest = self.raw.get(after..).unwrap_or_default();
        quoted.extend(rest.chars().next().filter(|c| matches!(c, '.' | '!' | '?')));
        quoted
    }
}

/// White space evened out.
pub(super) fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower case without accents; `ä ö ü ß` as two letters.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            ascii if ascii.is_ascii() => folded.push(ascii),
            other => {
                folded.extend(std::iter::once(other).nfd().filter(|c| c.is_alphanumeric()));
            }
        }
    }
    folded
}

/// Letters and digits only, folded: how names are compared.
pub(super) fn squash(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn joins_digits(c: char) -> bool {
    matches!(c, '.' | ',' | '/' | ':' | '-' | '–')
}

/// The words of `raw`; digits keep what stands between them (`4.12`, `2-3`, `8:45`).
fn words(raw: &str) -> Vec<Word> {
    let chars: Vec<(usize, char)> = raw.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let digit = |i: usize| at(i).is_some_and(|c| c.is_ascii_digit());
    let mut found = Vec::new();
    let mut i = 0;
    while let Some(&(start, c)) = chars.get(i) {
        if !c.is_alphanumeric() {
            i += 1;
            continue;
        }
        while at(i).is_some_and(char::is_alphanumeric)
            || (at(i).is_some_and(joins_digits) && digit(i.wrapping_sub(1)) && digit(i + 1))
        {
            i += 1;
        }
        let stem = chars.get(i).map_or(raw.len(), |(offset, _)| *offset);
        let folded = fold_keeping_joints(raw.get(start..stem).unwrap_or_default());
        let ending = raw.get(stem..).map_or(0, gender_ending);
        let end = stem + ending;
        while chars.get(i).is_some_and(|(offset, _)| *offset < end) {
            i += 1;
        }
        found.push(Word::new(folded, start, end));
    }
    found
}

/// Length of a second ending for the other gender, which tells nothing more: `Bewerber:innen`,
/// `retenu(e)`, `sélectionné·e·s`, `seleccionado/a`.
fn gender_ending(rest: &str) -> usize {
    const ENDINGS: [&str; 30] = [
        ":innen", "*innen", "_innen", "/innen", "/-innen", "(innen)", ":in", "*in", "_in", "/in",
        "/-in", "(in)", "(ne)", "(e)s", "(e)", "(es)", ".e.s", "·e·s", "·es", "•e•s", ".e", "·e",
        "•e", "-e-s", "/e", "/as", "/a", "(as)", "(a)", "/-r",
    ];
    let fits = |ending: &&&str| {
        rest.strip_prefix(**ending).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    ENDINGS.iter().filter(fits).map(|ending| ending.len()).max().unwrap_or(0)
}

fn fold_keeping_joints(word: &str) -> String {
    if word.contains('–') { fold(&word.replace('–', "-")) } else { fold(word) }
}

/// Whether a sentence ends in what stands between two words.
fn parts(before: &Word, between: &str, after: &str, line_length: usize) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    if between.contains(['!', '?', '•', '|', '\u{2022}']) || between.matches('\n').count() > 1 {
        return true;
    }
    let new_line = between.contains('\n');
    if new_line && (between.contains(['*', '·']) || between.trim_end().ends_with(['-', '–'])) {
        return true;
    }
    if new_line && line_length < SHORT_LINE && (next.is_uppercase() || next.is_ascii_digit()) {
        return true;
    }
    let dot = between.starts_with('.') || between.contains(").") || between.contains("\".");
    if !dot || between == "." {
        return false;
    }
    let word = before.folded.as_str();
    let number = word.chars().all(|c| c.is_ascii_digit());
    let month = || {
        let start: String = fold(after).chars().take(3).collect();
        MONTH_STARTS.contains(&format!(" {start} "))
    };
    let goes_on = || {
        word.starts_with(|c: char| c.is_ascii_digit())
            && NO_START.contains(&format!(" {} ", fold(after)))
    };
    let shortened = goes_on()
        || word.chars().count() == 1 && !number
        || ABBREVIATIONS.contains(&format!(" {word} "))
        || (number && word.len() < 3 && month());
    !shortened && (new_line || !next.is_lowercase())
}

/// Length of the line that ends at `end`.
fn line_before(raw: &str, end: usize) -> usize {
    let line = raw.get(..end).unwrap_or_default();
    line.len() - line.rfind('\n').map_or(0, |at| at + 1)
}

fn split(raw: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut current: Vec<Word> = Vec::new();
    for word in words(raw) {
        let ends = current.last().is_some_and(|before| {
            let between = raw.get(before.end..word.start).unwrap_or_default();
            let line_length = if between.contains('\n') { line_before(raw, before.end) } else { 0 };
            let after = raw.get(word.start..word.end).unwrap_or_default();
            parts(before, between, after, line_length) || current.len() >= MOST_WORDS
        });
        if ends {
            sentences.push(Sentence { words: std::mem::take(&mut current) });
        }
        current.push(word);
    }
    if !current.is_empty() {
        sentences.push(Sentence { words: current });
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let text = Text::new(text);
        text.sentences.iter().map(|sentence| text.quote(&sentence.words)).collect()
    }

    #[test]
    fn words_are_compared_without_case_accents_and_spelling_of_umlauts() {
        assert_eq!(fold("Für Émilie, Straße"), "fuer emilie, strasse");
        assert_eq!(fold("fu\u{308}r"), "fuer");
        assert_eq!(squash("F.5 Networks"), "f5networks");
    }

    #[test]
    fn the_head_of_a_word_is_its_first_letters() {
        assert_eq!(Head::of("application"), Head::of("applications"));
        assert_ne!(Head::of("apply"), Head::of("applied"));
        assert_eq!(Head::of("apply").cut(4), Head::of("applied").cut(4));
        assert_eq!(Head::of("apply").cut(9), Head::of("apply"));
        assert_eq!(Head::of("apply").cut(0), Head::of(""));
    }

    #[test]
    fn sentences_end_where_a_reader_pauses() {
        let cases: [(&str, &[&str]); 9] = [
            ("One. Two! Three?", &["One", "Two", "Three"]),
            ("Bis zum 4. Dezember. Danke", &["Bis zum 4. Dezember", "Danke"]),
            ("Bis zum 4.12. Wir melden uns", &["Bis zum 4.12", "Wir melden uns"]),
            ("In der 49. Kalenderwoche", &["In der 49. Kalenderwoche"]),
            ("bis zum 30.11. Zeit geben", &["bis zum 30.11. Zeit geben"]),
            ("By Dec. 4 at 5 p.m. we decide", &["By Dec. 4 at 5 p.m. we decide"]),
            ("Hi Sam,\nWe are glad", &["Hi Sam", "We are glad"]),
            (
                "This line is long enough to be wrapped by a mail client\nFriday it is",
                &["This line is long enough to be wrapped by a mail client Friday it is"],
            ),
            ("approx. two weeks", &["approx. two weeks"]),
        ];
        for (text, expected) in cases {
            assert_eq!(sentences(text), expected, "{text}");
        }
    }

    #[test]
    fn digits_keep_what_joins_them() {
        let text = Text::new("in 2–3 weeks, 12/04/2026, 8:45");
        let words: Vec<&str> =
            text.sentences.iter().flat_map(|s| &s.words).map(|w| w.folded.as_str()).collect();
        assert_eq!(words, ["in", "2-3", "weeks", "12/04/2026", "8:45"]);
    }
}
