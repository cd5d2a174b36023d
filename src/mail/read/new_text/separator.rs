//! Lines such as `-----Original Message-----` that stand above a message quoted whole.

use super::header_block;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    Original,
    Forwarded,
}

/// "Message" as mail programs call it.
const MESSAGE: [&str; 30] = [
    "message",
    "messages",
    "mail",
    "email",
    "nachricht",
    "mensaje",
    "correo",
    "messaggio",
    "bericht",
    "mensagem",
    "meddelande",
    "meddelelse",
    "melding",
    "wiadomość",
    "wiadomosc",
    "сообщение",
    "письмо",
    "повідомлення",
    "zpráva",
    "správa",
    "viesti",
    "üzenet",
    "ileti",
    "mesaj",
    "邮件",
    "郵件",
    "メッセージ",
    "메시지",
    "courriel",
    "e-mail",
];
const ORIGINAL: [&str; 30] = [
    "original",
    "originalnachricht",
    "reply",
    "ursprüngliche",
    "urspruengliche",
    "antwort",
    "origine",
    "originel",
    "réponse",
    "originale",
    "oorspronkelijk",
    "oorspronkelijke",
    "ursprungligt",
    "ursprungligt",
    "oprindelig",
    "opprinnelig",
    "oryginalna",
    "исходное",
    "оригинальное",
    "původní",
    "pôvodná",
    "alkuperäinen",
    "eredeti",
    "özgün",
    "orijinal",
    "原始",
    "元の",
    "원본",
    "originalmeddelelse",
    "originale",
];
const FORWARDED: [&str; 24] = [
    "forwarded",
    "weitergeleitete",
    "weitergeleiteten",
    "transféré",
    "transmis",
    "réexpédié",
    "reenviado",
    "reenviada",
    "inoltrato",
    "doorgestuurd",
    "doorgestuurde",
    "encaminhada",
    "reencaminhada",
    "vidarebefordrat",
    "vidarebefordrade",
    "videresendt",
    "videresendte",
    "przekazana",
    "пересылаемое",
    "edelleenlähetetty",
    "továbbított",
    "iletilmiş",
    "転送",
    "转发",
];
/// Whole lines, in lower case and without dashes, that need no dashes.
const PLAIN: [&str; 13] = [
    "begin forwarded message",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "début du message réexpédié",
    "début du message transféré",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "begin doorgestuurd bericht",
    "início da mensagem reencaminhada",
    "início da mensagem encaminhada",
    "vidarebefordrat brev",
    "videresendt melding",
    "start på videresendt besked",
];

fn is_rule(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | '─' | ' ' | ':' | '：')
}

/// What the line at `at` separates, if it is a separator.
pub fn at(lines: &[&str], at: usize) -> Option<Separator> {
    let line = lines.get(at)?.trim();
    if line.len() > 120 {
        return None;
    }
    let inner = line.trim_matches(is_rule).to_lowercase();
    if PLAIN.contains(&inner.as_str()) {
        return Some(Separator::Forwarded);
    }
    if inner.is_empty() {
        return rule_above_header(lines, at, line);
    }
    let rule = |c: char| matches!(c, '-' | '_' | '=' | '—' | '–' | '─');
    if line.chars().take_while(|c| rule(*c)).count() < 2 {
        return None;
    }
    let words: Vec<&str> = inner.split([' ', '\'', '’', '-']).filter(|w| !w.is_empty()).collect();
    let any = |list: &[&str]| {
        words.iter().any(|word| list.contains(word))
            || list.iter().any(|known| !known.is_ascii() && inner.contains(known))
    };
    if words.len() > 6 || !(any(&MESSAGE) || any(&ORIGINAL)) {
        return None;
    }
    if any(&FORWARDED) {
        return Some(Separator::Forwarded);
    }
    any(&ORIGINAL).then_some(Separator::Original)
}

/// Outlook's long rule counts only where the header of the quoted message follows.
fn rule_above_header(lines: &[&str], at: usize, line: &str) -> Option<Separator> {
    let long = line.chars().filter(|c| is_rule(*c) && *c != ' ').count() >= 5;
    let next = (at + 1..at + 4).find(|i| lines.get(*i).is_some_and(|l| !l.trim().is_empty()))?;
    (long && header_block::at(lines, next).is_some()).then_some(Separator::Original)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_known_in_many_languages() {
        let cases = [
            ("-----Original Message-----", Some(Separator::Original)),
            ("-----Ursprüngliche Nachricht-----", Some(Separator::Original)),
            ("----- Message d'origine -----", Some(Separator::Original)),
            ("-----Message d’origine-----", Some(Separator::Original)),
            ("-------- Message original --------", Some(Separator::Original)),
            ("-----Mensaje original-----", Some(Separator::Original)),
            ("-----Messaggio originale-----", Some(Separator::Original)),
            ("-----Oorspronkelijk bericht-----", Some(Separator::Original)),
            ("-----Ursprungligt meddelande-----", Some(Separator::Original)),
            ("-----Oryginalna wiadomość-----", Some(Separator::Original)),
            ("-----元のメッセージ-----", Some(Separator::Original)),
            ("---------- Forwarded message ---------", Some(Separator::Forwarded)),
            ("-------- Weitergeleitete Nachricht --------", Some(Separator::Forwarded)),
            ("Begin forwarded message:", Some(Separator::Forwarded)),
            ("Anfang der weitergeleiteten Nachricht:", Some(Separator::Forwarded)),
            ("------- Enter your message below -------", None),
            ("------------------------------", None),
            ("original message", None),
        ];
        for (line, expected) in cases {
            assert_eq!(at(&[line], 0), expected, "{line}");
        }
    }

    #[test]
    fn a_bare_rule_needs_a_header_below() {
        let outlook =
            ["________________________________", "From: A <a@x.example>", "Sent: 7 December"];
        assert_eq!(at(&outlook, 0), Some(Separator::Original));
        assert_eq!(at(&["_______", "Some words"], 0), None);
    }
}
