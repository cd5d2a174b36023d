//! Whether the header fields of a message are worth a closer look at all. It is asked of every
//! message of a long past, so it looks for beginnings of words and nothing more.
//!
//! The surprising fact: it may be wrong in one direction only. What it lets through is read with
//! care; what it holds back has neither a job word in its subject nor a known sender of such mail.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::domain::message::Message;

use super::relays::Sender;

/// Beginnings of words about jobs, in the languages that are read.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    "appli", "apply", "interview", "candida", "position", "role", "job", "career", "recruit", "hiring", "hire",
    "offer", "vacanc", "opening", "opportun", "assessment", "resume", "résumé", "cv", "onboard", "screening",
    "coding", "challenge", "call", "meeting", "schedul", "availab", "next step", "talent", "intern", "trainee",
    "bewerb", "stelle", "vorstellung", "gespräch", "gespraech", "karriere", "einladung", "termin", "absage",
    "zusage", "angebot", "lebenslauf", "prakti", "ausbildung", "werkstud", "unterlagen", "rückmeldung", "eignung",
    "entretien", "poste", "emploi", "recrut", "embauche", "stage", "alternance", "offre", "rendez-vous", "carrière",
    "entrevista", "empleo", "puesto", "oferta", "proceso", "selecci", "vacante", "trabajo", "práctica", "practica",
    "contrat", "postul",
];

/// All of them in one look; `None` means that everything deserves one.
static BEGINNINGS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(STEMS).ok());

/// Whether the phrases should be run over a message of which only header fields are known.
#[must_use]
pub fn deserves_a_look(message: &Message) -> bool {
    let known_sender =
        message.from.iter().chain(&message.reply_to).any(|person| {
            !matches!(Sender::of(&person.address), Sender::Direct | Sender::Freemail)
        });
    known_sender
        || BEGINNINGS
            .as_ref()
            .is_none_or(|beginnings| beginnings.is_match(&message.subject.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_word_in_any_of_the_languages_deserves_a_look_and_a_letter_does_not() {
        for (subject, expected) in [
            ("Your application as Data Engineer", true),
            ("Ihre Bewerbung", true),
            ("Votre candidature", true),
            ("Entrevista el martes", true),
            ("Re: the photos", false),
            ("Invoice 2291", false),
        ] {
            let message = Message { subject: subject.to_owned(), ..Message::default() };
            assert_eq!(deserves_a_look(&message), expected, "{subject}");
        }
    }
}
