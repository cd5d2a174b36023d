//! The language of a text, and whether its writer says *Sie* or *du*. Of a short text nothing is
//! said: the thread keeps the tone that was heard before.

use whatlang::{Detector, Info, Lang};

use crate::domain::tone::{Language, Tone};

/// Letters below which a language is a guess.
const SHORTEST: usize = 30;
/// Octets that are enough to tell a language.
const ENOUGH: usize = 1_500;

/// `None` where the text is too short, or in another language than those of the drafts.
pub(super) fn tone(text: &str) -> Option<Tone> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters < SHORTEST {
        return None;
    }
    let beginning = text.get(..text.floor_char_boundary(ENOUGH)).unwrap_or(text);
    let language = language(beginning)?;
    Some(Tone { language, informal: informal(language, text) })
}

/// The language of a text, as far as it tells.
pub(in crate::mail) fn language_of(text: &str) -> Option<Language> {
    tone(text).map(|tone| tone.language)
}

/// Whether a sentence is certainly in another of the languages of the drafts.
pub(in crate::mail) fn is_in_another(text: &str, language: Language) -> bool {
    let found = detector().detect(text);
    found.is_some_and(|found| found.is_reliable() && nearest(&found) != language)
}

fn detector() -> Detector {
    Detector::with_allowlist(vec![Lang::Eng, Lang::Deu, Lang::Fra, Lang::Spa])
}

fn nearest(found: &Info) -> Language {
    match found.lang() {
        Lang::Deu => Language::German,
        Lang::Fra => Language::French,
        Lang::Spa => Language::Spanish,
        _ => Language::English,
    }
}

/// Without the list of languages short English comes out as Afrikaans; with it everything is one
/// of the four, so a text has to have some of the language's own words, too.
fn language(text: &str) -> Option<Language> {
    let found = nearest(&detector().detect(text)?);
    let own: &[&str] = match found {
        Language::English => &["the", "you", "to", "and", "for", "we", "is", "your"],
        Language::German => &[
            "und", "wir", "die", "für", "sie", "ich", "den", "das", "du", "uns", "bei", "bis",
            "ihnen", "mit", "der",
        ],
        Language::French => &["et", "vous", "le", "la", "nous", "de", "pour", "les", "tu"],
        Language::Spanish => &["y", "el", "la", "de", "que", "para", "en", "los", "por"],
    };
    let there = words(text).filter(|word| own.contains(&word.as_str())).count();
    (there >= 2).then_some(found)
}

/// Whether the reader is addressed as a friend. In English only the greeting tells.
fn informal(language: Language, text: &str) -> bool {
    let has = |list: &[&str]| words(text).filter(|word| list.contains(&word.as_str())).count();
    match language {
        Language::English => {
            let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
            ["hi", "hey", "hello", "hallo"].contains(&first.trim_end_matches([',', '!']))
        }
        Language::German => {
            let familiar = has(&["du", "dir", "dich", "dein", "deine", "deinen", "deiner"]);
            let polite = text.matches("Ihnen").count() + text.matches(" Sie ").count();
            familiar > polite
        }
        Language::French => {
            has(&["tu", "te", "toi", "ton", "tes", "t"]) > has(&["vous", "votre", "vos"])
        }
        Language::Spanish => {
            has(&["te", "tu", "tú", "tus", "ti", "contigo", "os", "vuestra"])
                > has(&["usted", "le", "su", "sus", "ustedes"])
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|it| !it.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_in_another_language_is_known_as_one() {
        let english = "I have moved two data warehouses without a day of downtime.";
        let german = "Ich habe zwei Data Warehouses ohne einen Tag Ausfall umgezogen.";
        assert!(is_in_another(english, Language::German));
        assert!(is_in_another(german, Language::English));
        assert!(!is_in_another(english, Language::English));
        assert!(!is_in_another(german, Language::German));
        assert!(!is_in_another("SAP, SQL, Kafka", Language::French), "no sentence, no language");
    }

    #[test]
    fn language_and_address_are_heard() {
        let cases = [
            ("Dear Jane, thank you for the talk. We will let you know by Friday.", "en", false),
            ("Hi Jane, thanks for the talk today, we will get back to you soon.", "en", true),
            ("Sehr geehrte Frau Doe, wir melden uns bis Freitag bei Ihnen.", "de", false),
            ("Hallo Jane, wir melden uns bis Freitag bei dir. Danke für deine Zeit!", "de", true),
            (
                "Bonjour Madame, nous reviendrons vers vous pour la suite de votre dossier.",
                "fr",
                false,
            ),
            ("Salut Jane, merci pour ton temps, nous te dirons la suite vendredi.", "fr", true),
            (
                "Estimada Jane: le informaremos de la decisión en su próxima entrevista.",
                "es",
                false,
            ),
            ("Hola Jane, te contamos la decisión en unos días. Gracias por tu tiempo.", "es", true),
        ];
        for (text, language, informal) in cases {
            let language = Language::parse(language).unwrap();
            assert_eq!(tone(text), Some(Tone { language, informal }), "{text}");
        }
    }

    #[test]
    fn a_short_text_and_another_language_say_nothing() {
        for text in ["OK, thanks!", "", "Beste Jane, dank je wel voor het gesprek van vandaag."] {
            assert_eq!(tone(text), None, "{text}");
        }
    }
}
