//! What an edit left of another mail in a text that is to be the user's own: a header block, the
//! line that introduces a quote, a line that separates one.
//!
//! It is stricter than the reading of a reply, because it only names what it finds: there a word
//! of the user must not get lost, here a line of somebody else must not go out. The surprising
//! fact: `On 24 November you wrote:` is the user's own, who cites them; no mail program says so.

use super::{attribution, header_block, separator};

/// Who speaks, or is spoken to, in a sentence of the user's own.
const OWN: [&str; 15] = [
    "i", "we", "you", "ich", "wir", "du", "sie", "je", "nous", "tu", "vous", "yo", "tú", "usted",
    "ustedes",
];

/// The first line of a text that belongs to another mail, without blanks around.
#[must_use]
pub fn of_another_mail(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let found = (0..lines.len()).find(|at| is_leftover(&lines, *at))?;
    lines.get(found).map(|line| line.trim())
}

fn is_leftover(lines: &[&str], at: usize) -> bool {
    let line = lines.get(at).copied().unwrap_or_default();
    header_block::at(lines, at).is_some()
        || half_a_header(lines, at)
        || separator::at(lines, at).is_some()
        || attribution::behind_text(line).is_some()
        || attribution::before_quote(line)
        || introduces(lines, at)
}

/// A subject above or below another field: too little to cut a reply there, enough to ask.
fn half_a_header(lines: &[&str], at: usize) -> bool {
    let pair = lines.get(at..at + 2).map(header_block::fields).unwrap_or_default();
    match pair.as_slice() {
        [(one, _), (other, _)] => one != other && [*one, *other].contains(&"Subject"),
        _ => false,
    }
}

/// The line above a quote. Mail programs name an author, and nearly always a time or an address.
fn introduces(lines: &[&str], at: usize) -> bool {
    let Some(taken) = attribution::at(lines, at) else { return false };
    let said = lines.iter().skip(at).take(taken).copied().collect::<Vec<_>>().join(" ");
    let mut words = said.split(|c: char| !c.is_alphanumeric());
    attribution::has_time(&said)
        || attribution::has_address(&said)
        || !words.any(|word| OWN.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let whole = format!("Dear Anna,\n\n{text}\n\nKind regards\nJane Doe\n+49 30 1234567\n");
        assert_eq!(of_another_mail(&whole), expected, "{text}");
    }

    #[test]
    fn a_header_block_is_of_another_mail() {
        for (text, named) in [
            ("From: Anna\nDate: 7 December 2026\nTo: Jane\nSubject: Interview", "From: Anna"),
            ("Von: Anna\nGesendet: Montag, 7. Dezember 2026 10:00\nAn: Jane", "Von: Anna"),
            ("De : Anna\nEnvoyé : lundi 7 décembre 2026 10:00\nObjet : Entretien", "De : Anna"),
            ("De: Anna\nEnviado el: lunes, 7 de diciembre de 2026\nPara: Jane", "De: Anna"),
            ("  Asunto: Entrevista\nPara: Jane Doe", "Asunto: Entrevista"),
            ("To: Jane Doe\nSubject: Re: Interview", "To: Jane Doe"),
        ] {
            check(text, Some(named));
        }
    }

    #[test]
    fn the_line_above_a_quote_is_of_another_mail() {
        for text in [
            "On Mon, 7 Dec 2026 at 10:00, Anna Schmidt <anna@acme.example> wrote:",
            "On 7 December 2026, Anna Schmidt wrote:",
            "Am 07.12.26 um 10:00 schrieb Anna Schmidt:",
            "Le lun. 7 déc. 2026 à 10:00, Anna Schmidt <anna@acme.example> a écrit :",
            "El lun, 7 dic 2026 a las 10:00, Anna (<anna@acme.example>) escribió:",
            "I look forward to it. On Wed, Apr 4, 2026 at 3:59 PM, anna@acme.example wrote:",
            "-----Original Message-----",
            "Begin forwarded message:",
        ] {
            check(text, Some(text));
        }
        let wrapped = "On Mon, Dec 7, 2026 at 10:00 AM Anna Schmidt <\nanna@acme.example> wrote:";
        check(wrapped, Some("On Mon, Dec 7, 2026 at 10:00 AM Anna Schmidt <"));
    }

    #[test]
    fn a_line_of_the_users_own_is_not() {
        for text in [
            "Date: Tuesday 8 December",
            "Date: Tuesday 8 December\nTime: 10:00",
            "From: Monday on I could begin at once.",
            "From Monday to Friday: 10:00 to 12:00",
            "Subject of our talk: the migration",
            "On 24 November you wrote:\nyou would decide by 4 December.",
            "Am 24. November schrieben Sie:\nSie entscheiden bis zum 4. Dezember.",
            "Le 24 novembre, vous avez écrit :\nune réponse le 4 décembre.",
            "El 24 de noviembre usted me escribió:\nuna respuesta el 4 de diciembre.",
            "On Monday 7 December at 10:00 I am free.",
        ] {
            check(text, None);
        }
    }
}
