//! Who signed: the name under a closing, or at the top of the signature.
//!
//! It is reported only if it says more than the From header, and never if it is a team.

use super::text::{fold, squash};

const CLOSINGS: &[&str] = &[
    "best",
    "best regards",
    "kind regards",
    "warm regards",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "sincerely",
    "yours sincerely",
    "yours",
    "cheers",
    "warmly",
    "all the best",
    "best wishes",
    "kindest regards",
    "with kind regards",
    "yours truly",
    "respectfully",
    "mit freundlichen gruessen",
    "mit freundlichem gruss",
    "freundliche gruesse",
    "viele gruesse",
    "beste gruesse",
    "liebe gruesse",
    "herzliche gruesse",
    "schoene gruesse",
    "mit besten gruessen",
    "gruesse",
    "vg",
    "lg",
    "mfg",
    "bg",
    "besten gruss",
    "freundlicher gruss",
    "cordialement",
    "bien cordialement",
    "bien a vous",
    "sinceres salutations",
    "cdlt",
    "salutations",
    "meilleures salutations",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "atentamente",
    "cordialmente",
    "un cordial saludo",
    "muchas gracias",
    "gracias",
];

/// Words that a line with somebody's name does not have.
const NO_NAME: &[&str] = &[
    "team",
    "recruiting",
    "talent",
    "acquisition",
    "manager",
    "hr",
    "human",
    "resources",
    "people",
    "careers",
    "karriere",
    "personal",
    "gmbh",
    "ag",
    "inc",
    "ltd",
    "llc",
    "sa",
    "sl",
    "abteilung",
    "department",
    "phone",
    "tel",
    "mobile",
    "email",
    "mail",
    "www",
    "http",
    "the",
    "your",
    "ihr",
    "from",
    "sent",
    "company",
    "group",
    "equipe",
    "equipo",
    "recruiter",
    "lead",
    "head",
    "you",
    "we",
    "us",
    "for",
    "and",
    "und",
    "again",
    "advance",
    "much",
];

/// The signer's name, if it is more than `shown`, the name in the From header.
pub(super) fn signed_by(text: &str, signature: &str, shown: Option<&str>) -> Option<String> {
    let name = under_closing(text).or_else(|| under_closing(signature)).or_else(|| {
        signature
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !is_rule(line))
            .and_then(name_in)
    })?;
    let more = shown.is_none_or(|shown| !squash(shown).contains(&squash(&name)));
    let words: Vec<String> = name.split(' ').map(squash).collect();
    let turned = shown.is_some_and(|shown| {
        let shown = squash(shown);
        words.iter().all(|word| shown.contains(word.as_str()))
    });
    (more && !turned).then_some(name)
}

fn is_rule(line: &str) -> bool {
    line.chars().all(|c| !c.is_alphanumeric())
}

/// The last closing in a text and the name after it, on its line or the next.
fn under_closing(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let at = lines.iter().rposition(|line| closing(line).is_some())?;
    let rest = lines.get(at).and_then(|line| closing(line)).unwrap_or_default();
    name_in(rest).or_else(|| lines.get(at + 1).and_then(|line| name_in(line)))
}

/// What follows a closing on its line.
fn closing(line: &str) -> Option<&str> {
    let (head, rest) = line.split_once([',', '!']).unwrap_or((line, ""));
    let head = fold(head.trim_matches(|c: char| !c.is_alphanumeric()));
    CLOSINGS.contains(&head.as_str()).then_some(rest)
}

/// A line that is a name: one to four capitalised words.
fn name_in(line: &str) -> Option<String> {
    let head = line.split([',', '|', '(', '/', '·', '•', '<']).next().unwrap_or_default();
    let head = head.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let words: Vec<&str> = head.split_whitespace().collect();
    let fits = |word: &&str| {
        let first = word.chars().next().is_some_and(char::is_uppercase);
        let particle = matches!(*word, "von" | "van" | "de" | "der" | "den" | "del" | "la" | "zu");
        let letters =
            word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
        letters && (first || particle) && !NO_NAME.contains(&fold(word).as_str())
    };
    let named = (1..=4).contains(&words.len()) && words.iter().all(fits) && head.len() > 1;
    named.then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signer_is_read_where_it_says_more() {
        for (text, signature, shown, expected) in [
            (
                "See you.\n\nBest regards,\nAnna Schmidt",
                "",
                Some("Acme Talent Team"),
                "Anna Schmidt",
            ),
            ("Bis dann\nViele Grüße\nAnna", "", None, "Anna"),
            ("Bis dann", "Anna von Berg\nRecruiting", None, "Anna von Berg"),
            ("Thanks, Bob", "", None, "Bob"),
            ("Cordialement,\nMarie Dupont", "", Some("Dupont Marie"), ""),
            ("Best,\nAnna", "", Some("Anna Schmidt"), ""),
            ("Best regards,\nThe Acme Team", "", None, ""),
            ("Kind regards", "", None, ""),
            ("", "", None, ""),
        ] {
            let found = signed_by(text, signature, shown).unwrap_or_default();
            assert_eq!(found, expected, "{text} {signature}");
        }
    }
}
