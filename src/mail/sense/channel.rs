//! Whether the writer wants to be called instead of written to (E10).
//!
//! The surprising fact: most "please call me" in mail is a courtesy ("if you have any questions")
//! or an appointment. A wish counts only without a condition, and taken for a courtesy by mistake
//! it costs a polite mail; the other way round it would silence one that is due.

use std::sync::LazyLock;

use super::pattern::Pattern;
use super::text::{Sentence, Text};

const WISHES: &[&str] = &[
    // English
    "please|kindly call|ring|phone me|us",
    "give me|us a call|ring",
    "prefer* ~4 phone|telephone",
    "only|rather by|over the? phone|telephone",
    "phone|telephone only",
    "not ~2 reply|answer|respond ~3 email|mail",
    "instead of ~1 email*|mail*",
    // German
    "rufen sie mich|uns ~4 an|zurueck",
    "rufen sie ~1 bitte ~4 an|zurueck",
    "ruf ~4 an|zurueck",
    "melde* ~3 telefonisch",
    "bitte|nur|lieber ~1 telefonisch",
    "statt per? mail|email",
    // French
    "appelez|rappelez|appelle|rappelle moi|nous",
    "merci de me|m|nous appeler|rappeler",
    "uniquement|plutot par telephone",
    // Spanish
    "llameme|llamame|llamenos|llamanos",
    "solo|mejor|preferi* ~2 por telefono",
];

/// Words that make a courtesy, a condition or an appointment of it.
const UNLESS: &[&str] = &[
    "if",
    "should",
    "questions",
    "question",
    "case",
    "unless",
    "when",
    "anytime",
    "dial",
    "zoom",
    "teams",
    "falls",
    "wenn",
    "sollten",
    "solltest",
    "fragen",
    "rueckfragen",
    "jederzeit",
    "si",
    "cas",
    "dudas",
    "preguntas",
    "caso",
    "n",
];

static COMPILED: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| WISHES.iter().map(|phrase| Pattern::new(phrase)).collect());

/// Whether a sentence says so.
pub(super) fn wants_a_call(text: &Text) -> bool {
    text.sentences.iter().any(is_wish)
}

fn is_wish(sentence: &Sentence) -> bool {
    let words = &sentence.words;
    COMPILED.iter().any(|wish| wish.find(words).is_some())
        && !words.iter().any(|word| UNLESS.contains(&word.folded.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_to_be_called_is_heard_and_a_courtesy_is_not() {
        for (text, expected) in [
            ("Please call me about the next steps: 030 1234567.", true),
            ("Just give me a call tomorrow, I would rather not write.", true),
            ("I prefer to talk over the phone.", true),
            ("Please do not reply to this by email.", true),
            ("Bitte rufen Sie mich unter 030 1234567 an.", true),
            ("Ruf mich bitte kurz zurück.", true),
            ("Melden Sie sich bitte telefonisch bei mir.", true),
            ("Merci de me rappeler au 01 23 45 67 89.", true),
            ("Appelez-moi demain.", true),
            ("Llámeme al 600 123 456, por favor.", true),
            ("If you have any questions, please call me.", false),
            ("Should anything be unclear, please call us.", false),
            ("Bei Fragen rufen Sie mich gern an.", false),
            ("Falls etwas unklar ist, melden Sie sich telefonisch.", false),
            ("Si vous avez des questions, appelez-moi.", false),
            ("Si tiene dudas, llámeme.", false),
            ("We will call you on Friday.", false),
            ("Wir rufen Sie am Freitag an.", false),
            ("Thanks for the call today.", false),
        ] {
            assert_eq!(wants_a_call(&Text::new(text)), expected, "{text}");
        }
    }
}
