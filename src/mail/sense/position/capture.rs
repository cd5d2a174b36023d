//! Cutting a position out of the words around it.

use super::super::text::{Sentence, Text, even, fold, squash};
use super::titles::is_title;

const MOST_WORDS: usize = 10;

/// Words a position never goes on after.
const STOPS: &str = " at with bei chez in im am an for dear hi hello has have is was will which that \
     we you your our their and_we position role job opening vacancy stelle opportunity team wird haben \
     ist sind zu erhalten eingegangen received submitted please thank thanks on as has been dans sur \
     en au via from und_wir oder_wir hier here if when interesse interest geehrte geehrter hallo guten \
     bonjour hola estimado estimada within wurde wir dass que nous vous ha hemos ont a_ete status \
     confirmation confirmed update ihre your ihnen vielen danke application interview ";

/// The words after `end` that can be a position.
pub(super) fn after(text: &Text, sentence: &Sentence, end: usize, heading: bool) -> String {
    let Some(words) = sentence.words.get(end..) else { return String::new() };
    let mut taken = 0;
    let before = end.checked_sub(1).and_then(|last| sentence.words.get(last));
    let mut last_end = before.map_or(0, |word| word.end);
    for word in words.iter().take(MOST_WORDS) {
        let between = text.between(last_end, word.start);
        let next = text.between(word.start, word.end);
        let so_far = text.quote(words.get(..taken).unwrap_or_default());
        if STOPS.contains(&format!(" {} ", word.folded)) || stops(between, next, &so_far, heading) {
            break;
        }
        taken += 1;
        last_end = word.end;
    }
    // What stands directly behind belongs to the last word: `C++`, `C#`.
    let kept = words.get(..taken).unwrap_or_default();
    let mut found = text.quote(kept);
    let rest = text.between(last_end, text.raw().len());
    found.extend(rest.chars().take_while(|c| matches!(c, '+' | '#' | ')')));
    found
}

fn stops(between: &str, next: &str, so_far: &str, heading: bool) -> bool {
    if so_far.is_empty() {
        return between.contains(['!', '?', '.']);
    }
    if between.contains(['!', '?', ';', ':', '|', '"', '”', '“', '\n', '•']) {
        return true;
    }
    if between.contains('.') && between.chars().any(char::is_whitespace) {
        return true;
    }
    if between.contains('(') && between.starts_with(char::is_whitespace) {
        return true;
    }
    if between.contains(',') {
        return !(heading && is_title(so_far) && next.starts_with(char::is_uppercase));
    }
    !heading && between.contains([' ', '\t']) && between.contains(['-', '–', '—'])
}

const GENDER_MARKS: [&str; 16] = [
    "(m/w/d",
    "(w/m/d",
    "(d/m/w",
    "(m/f/d",
    "(f/m/d",
    "(m/w/x",
    "(w/m/x",
    "(f/m/x",
    "(m/f/x",
    "(m/w)",
    "(w/m)",
    "(all genders",
    "(gn",
    "(h/f",
    "(f/h",
    "(m|w|d",
];

/// `Softwareentwickler (m/w/d)`: the words before the mark, back to where a title can begin.
pub(super) fn before_gender_mark(text: &Text) -> Option<String> {
    let raw = text.raw();
    let lower = raw.to_ascii_lowercase();
    let at = GENDER_MARKS.iter().filter_map(|mark| lower.find(mark)).min()?;
    let head = raw.get(..at)?;
    let line = head.rsplit(['\n', '.', ':', '"', '„', '“', '!', '?', '|']).next()?;
    let words: Vec<&str> = line.split_whitespace().collect();
    const BEGINS: &str = " als zum zur position stelle for as of the bewerbung um auf fuer die den der \
         eine einen application interview einladung vorstellungsgespraech - – poste de our a role ";
    let begin = words
        .iter()
        .rposition(|word| BEGINS.contains(&format!(" {} ", fold(word))))
        .map_or(0, |at| at + 1);
    let title = words.get(begin..)?.join(" ");
    (words.len() - begin <= MOST_WORDS && !title.is_empty()).then_some(title)
}

/// `the Customer Advisor position`: titles that stand before the word for them.
pub(super) fn until_marker(text: &Text) -> Vec<String> {
    const MARKERS: [&str; 6] = ["position", "role", "vacancy", "opening", "opportunity", "job"];
    const BEGINS: [&str; 13] =
        ["the", "our", "a", "an", "for", "this", "your", "open", "about", "re", "new", "of", "in"];
    let mut found = Vec::new();
    for sentence in &text.sentences {
        for (at, word) in sentence.words.iter().enumerate() {
            if !MARKERS.contains(&word.folded.as_str()) {
                continue;
            }
            let from = at.saturating_sub(MOST_WORDS);
            let near = sentence.words.get(from..at).unwrap_or_default();
            let begin = near
                .iter()
                .rposition(|word| BEGINS.contains(&word.folded.as_str()) && word.folded != "of")
                .map_or(near.len(), |at| at + 1);
            found.push(text.quote(near.get(begin..).unwrap_or_default()));
        }
    }
    found
}

/// `Ref: 125033 - Security Analyst`.
pub(super) fn after_reference(text: &Text) -> Option<String> {
    text.sentences.iter().find_map(|sentence| {
        let at = sentence.words.iter().position(|word| is_reference(&word.folded))?;
        let found = after(text, sentence, at + 1, true);
        is_title(&found).then_some(found)
    })
}

/// `124720`, `R6521`, `JR-10023`, `2024-113`.
fn is_reference(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    digits >= 4 && letters <= 4
}

/// Without reference numbers, marks and the employer; `None` if nothing sensible is left.
pub(super) fn clean(raw: &str, employer: Option<&str>) -> Option<String> {
    let even = even(raw);
    let words: Vec<&str> = even
        .split(' ')
        .filter(|word| !is_reference(&squash(word)))
        .filter(|word| {
            !matches!(fold(word).as_str(), "h/f" | "f/h" | "m/w/d" | "w/m/d" | "(m/w/d)")
        })
        .collect();
    let joined = words.join(" ");
    let segments: Vec<&str> = joined
        .split(" - ")
        .flat_map(|part| part.split(['–', '—']))
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric() && !"+#)".contains(c)))
        .filter(|part| !part.is_empty() && employer != Some(squash(part).as_str()))
        .filter(|part| !is_when(part))
        .collect();
    let kept = segments.join(" - ");
    let bare = kept.trim_start_matches("the ").trim_start_matches("a ").trim();
    let open = bare.matches('(').count() < bare.matches(')').count();
    let bare = if open { bare.trim_end_matches(')') } else { bare };
    let count = bare.split_whitespace().count();
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    (count > 0 && count <= MOST_WORDS + 2 && letters >= 2).then(|| bare.to_owned())
}

/// A time or date that follows the position in a subject.
fn is_when(part: &str) -> bool {
    part.contains(':') || part.chars().filter(char::is_ascii_digit).count() > 3
}

/// Whether words without a known title can be one: they are written as a name, or are few.
pub(super) fn is_name(found: &str) -> bool {
    let words: Vec<&str> = found.split_whitespace().collect();
    let capital = words.first().is_some_and(|word| word.starts_with(char::is_uppercase));
    capital && words.len() <= 8
}
