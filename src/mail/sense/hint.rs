//! Whether the header fields of a message are worth a closer look at all. It is asked of every
//! message of a long past, so it looks for beginnings of words and nothing more.
//!
//! The surprising fact: it may be wrong in one direction only. What it lets through is read with
//! care, by its header fields first; what it holds back has neither a job word in its subject nor
//! a sender of such mail.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::domain::message::Message;

use super::is_recruiting;
use super::relays::Sender;
use super::text::fold;

/// Beginnings of words about jobs, in the languages that are read; folded.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    "appli", "apply", "interview", "candida", "position", "role", "job", "career", "recruit", "hiring", "hire",
    "offer", "vacanc", "opening", "opportun", "assessment", "resume", "cv", "onboard", "screening", "phone screen",
    "coding", "challenge", "call", "meeting", "schedul", "availab", "next step", "next round", "talent", "intern",
    "trainee", "take-home", "take home", "your interest in",
    "bewerb", "stelle", "vorstellung", "gespraech", "karriere", "einladung", "termin", "absage", "zusage",
    "angebot", "lebenslauf", "prakti", "ausbildung", "werkstud", "unterlagen", "rueckmeldung", "eignung",
    "naechste schritt", "naechsten schritt", "naechster schritt", "auswahlverfahren", "kennenlern", "telefonat",
    "testaufgabe", "eingangsbestaetigung",
    "entretien", "poste", "emploi", "recrut", "embauche", "stage", "alternance", "offre", "rendez-vous", "carriere",
    "convocation", "prochaine etape", "prochaines etapes", "accuse de reception",
    "entrevista", "empleo", "puesto", "oferta", "proceso", "selecci", "vacante", "trabajo", "practica",
    "contrat", "postul", "siguiente fase", "siguiente paso", "inscripcion",
];

/// Subjects that tell nothing and yet stand over such mail; folded. Only as the whole of a
/// subject: shops and newsletters use the same words among others.
const WHOLE: [&str; 12] = [
    "bonne nouvelle",
    "chat",
    "coffee",
    "confirmacion",
    "confirmation",
    "enhorabuena",
    "good news",
    "gracias",
    "recibido",
    "test",
    "thank you",
    "welcome",
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
    known_sender || has_a_job_word(&message.subject) || message.from.iter().any(is_recruiting)
}

fn has_a_job_word(subject: &str) -> bool {
    let subject = fold(subject);
    let whole = subject.trim_matches(|c: char| !c.is_alphanumeric());
    WHOLE.contains(&whole)
        || BEGINNINGS.as_ref().is_none_or(|beginnings| beginnings.is_match(&subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::{Address, Correspondent};

    fn message(from: &str, subject: &str) -> Message {
        let (name, address) = from.rsplit_once(' ').unwrap_or(("", from));
        let author = Correspondent {
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            address: Address::parse(address).unwrap(),
        };
        Message { from: vec![author], subject: subject.to_owned(), ..Message::default() }
    }

    #[test]
    fn a_job_word_in_any_of_the_languages_deserves_a_look_and_a_letter_does_not() {
        for (subject, expected) in [
            ("Your application as Data Engineer", true),
            ("Ihre Bewerbung", true),
            ("Unser Gespraech", true),
            ("RÜCKMELDUNG", true),
            ("Votre candidature", true),
            ("Entrevista el martes", true),
            ("Coffee?", true),
            ("Re: the photos", false),
            ("Invoice 2291", false),
        ] {
            let message = Message { subject: subject.to_owned(), ..Message::default() };
            assert_eq!(deserves_a_look(&message), expected, "{subject}");
        }
    }

    #[test]
    fn every_word_is_folded_as_the_subjects_are() {
        for word in STEMS.iter().chain(&WHOLE) {
            assert_eq!(fold(word), *word);
        }
    }

    #[test]
    fn whatever_opens_an_application_deserves_a_look_by_its_header_fields() {
        let tables = [
            include_str!("cases/en.txt"),
            include_str!("cases/de.txt"),
            include_str!("cases/fr.txt"),
            include_str!("cases/es.txt"),
        ];
        let mut held_back = Vec::new();
        let cases = tables.iter().flat_map(|table| table.lines());
        for case in cases.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut parts = case.splitn(4, " | ");
            let (kind, from, subject) =
                (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            let opens = matches!(kind, "receipt" | "interview" | "assessment" | "offer");
            if opens && !deserves_a_look(&message(from, subject)) {
                held_back.push(format!("{kind}: {subject} ({from})"));
            }
        }
        assert!(held_back.is_empty(), "{}", held_back.join("\n"));
    }

    #[test]
    fn newsletters_shops_and_friends_deserve_none() {
        for (from, subject) in [
            ("Weekly news@a.example", "This week in AI"),
            ("The Daily news@paper.example", "Thank you for reading us this year"),
            ("Shop hello@shop.example", "Good news! Your favourites are 20% off"),
            ("Shop hello@shop.example", "Welcome to the club"),
            ("Roasters hello@beans.example", "Coffee of the month"),
            ("Orders order-update@shop.example", "Confirmation of your order 4711"),
            ("Magazin post@magazin.example", "Die besten Bücher im Herbst"),
            ("Bank service@bank.example", "Ihre Rechnung"),
            ("SNCF noreply@sncf.example", "Confirmation de votre commande"),
            ("Boutique info@boutique.example", "Bonne nouvelle : soldes dès demain"),
            ("Tienda info@tienda.example", "¡Gracias por tu compra!"),
            ("Tom tom@pals.example", "Sunday"),
        ] {
            assert!(!deserves_a_look(&message(from, subject)), "{from}: {subject}");
        }
    }
}
