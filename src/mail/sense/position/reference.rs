//! The number an employer gives to an opening: `Ref. 2026-113`, `R-20231`, `Kennziffer 44/26`.
//!
//! A number alone is no reference: it needs a word for one before it, or the build that hiring
//! systems give to their numbers.

use super::super::text::fold;

/// Words a reference follows, folded.
const LABELS: [&str; 22] = [
    "ref",
    "reference",
    "referenz",
    "referenznummer",
    "referenznr",
    "kennziffer",
    "kennnummer",
    "chiffre",
    "req",
    "requisition",
    "vacancy",
    "jobid",
    "job-id",
    "jobnummer",
    "stellennummer",
    "stellen-id",
    "stellen-nr",
    "ausschreibungsnummer",
    "bewerbungsnummer",
    "reference-number",
    "referencia",
    "annonce",
];
/// Small words between a label and its number.
const BETWEEN: [&str; 8] = ["nr", "no", "number", "nummer", "id", "code", "n", "der"];
/// First letters of the numbers of common systems.
const SYSTEMS: [&str; 8] = ["r", "jr", "req", "ref", "j", "job", "p", "vac"];
/// Words looked through.
const MOST_WORDS: usize = 400;

/// The reference of a position in a subject, else in the text below it.
#[must_use]
pub(in super::super) fn reference(subject: &str, text: &str) -> Option<String> {
    labelled(subject).or_else(|| built(subject)).or_else(|| labelled(text)).or_else(|| built(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().take(MOST_WORDS)
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn labelled(text: &str) -> Option<String> {
    let mut waiting = 0;
    for word in words(text) {
        // `Ref:113` and `#113` hold label and number in one.
        let (label, joined) = word.split_once([':', '#']).unwrap_or((word, ""));
        if bare(word).is_empty() {
            continue;
        }
        let named = LABELS.contains(&fold(bare(label)).as_str());
        if named && is_number(bare(joined)) {
            return Some(bare(joined).to_owned());
        }
        if named {
            waiting = 3;
        } else if waiting > 0 && is_number(bare(word)) {
            return Some(bare(word).to_owned());
        } else if waiting > 0 && BETWEEN.contains(&fold(bare(word)).as_str()) {
            waiting -= 1;
        } else {
            waiting = 0;
        }
    }
    None
}

/// Digits, perhaps with letters and `-`, `/`, `.`, `_` among them.
fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let fits = word.chars().all(|c| c.is_ascii_alphanumeric() || "-/._".contains(c));
    fits && digits >= 2 && word.len() <= 24
}

/// `R-20231`, `JR10023`, `REQ_5521`.
fn built(text: &str) -> Option<String> {
    let fits = |word: &&str| {
        let letters: String = word.chars().take_while(char::is_ascii_uppercase).collect();
        let rest = word.get(letters.len()..).unwrap_or_default();
        let number = rest.trim_start_matches(['-', '_']);
        (4..=10).contains(&number.len())
            && number.chars().all(|c| c.is_ascii_digit())
            && SYSTEMS.contains(&letters.to_ascii_lowercase().as_str())
    };
    words(text).map(bare).find(fits).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_where_they_are_called_so_or_built_so() {
        for (subject, text, expected) in [
            ("Your application for R-20231 Data Analyst", "", "R-20231"),
            ("Data Engineer (Ref. 2026-113)", "", "2026-113"),
            ("Ihre Bewerbung, Kennziffer 44/26", "", "44/26"),
            ("Referenznummer: YF-9921", "", "YF-9921"),
            ("Bewerbung Job-ID: 5521", "", "5521"),
            ("Votre candidature réf : DEV42", "", "DEV42"),
            ("Interview", "Meeting ID: 123 456", ""),
            ("Update", "Thanks for applying to JR10023, Analyst.", "JR10023"),
            ("Update", "requisition number 88123 is closed", "88123"),
            ("Interview on 4 December 2026", "Call +49 30 123456", ""),
            ("Your application", "Please refer to our page 12", ""),
        ] {
            assert_eq!(reference(subject, text).unwrap_or_default(), expected, "{subject} {text}");
        }
    }
}
