//! What a display name says about the organisation: `Acme Recruiting`, `Anna Schmidt | Acme`.

use super::super::position::is_title;
use super::super::text::{even, fold};

/// An organisation as shown; not `sure` if it may be a person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub name: String,
    pub sure: bool,
}

/// Words that say `recruiting` and name nobody.
const PLAIN: &str = " recruiting recruitment recruiter recruiters talent acquisition team careers career \
     karriere jobs job hr human resources people noreply no-reply donotreply do-not-reply \
     notifications notification hiring bewerbung bewerbungen bewerbermanagement personal \
     personalabteilung workday workday-no-reply workdaysystemdonotreply greenhouse lever ashby \
     workable personio teamtailor smartrecruiters successfactors hrms system support mailer admin \
     applications application candidate candidates experience operations partner ats do not reply \
     no the from your das die der recrutement candidatures empleo seleccion rrhh equipe equipo de \
     talento global early info kontakt contact office service ";

/// Words in front of the organisation.
const BEFORE: [&str; 9] =
    [" | ", " @ ", " from ", " at ", " bei ", " von ", " der ", " chez ", " de la "];

/// The organisation in a display name.
pub(super) fn organisation(display: &str) -> Option<Shown> {
    let display = even(display.trim_matches(['"', '\'', ' ']));
    if let Some((_, host)) = display.rsplit_once('@').filter(|_| !display.contains(' ')) {
        let domain = psl::domain_str(host).unwrap_or(host);
        let label = domain.split('.').next().filter(|label| !label.is_empty())?;
        return Some(Shown { name: super::tenant::pretty(label), sure: true });
    }
    if let Some((name, _)) = display.split_once(" via ") {
        return Some(Shown { sure: true, ..plain_words(name)? });
    }
    for mark in BEFORE {
        // `Careers at Acme` as well as `Anna at Acme`.
        if let Some((_, tail)) = display.split_once(mark)
            && let Some(found) = plain_words(tail)
        {
            return Some(Shown { sure: true, ..found });
        }
    }
    if let Some((head, tail)) = display.split_once(" - ").or_else(|| display.split_once(" – ")) {
        let role = |part: &str| is_title(part) || plain_words(part).is_none();
        let part = if role(tail) {
            head
        } else if role(head) {
            tail
        } else {
            head
        };
        let sure = role(tail) || role(head);
        return plain_words(part).map(|found| Shown { sure: sure || found.sure, ..found });
    }
    if let Some((head, tail)) = display.split_once('(') {
        let inside = plain_words(tail.trim_end_matches(')'));
        return inside.map(|found| Shown { sure: true, ..found }).or_else(|| plain_words(head));
    }
    plain_words(&display)
}

/// The words that are no plain recruiting words; sure if there were any such, or one name only.
fn plain_words(text: &str) -> Option<Shown> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_plain = |word: &str| {
        let bare = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        bare.is_empty() && word != "&" || PLAIN.contains(&format!(" {bare} "))
    };
    let kept: Vec<&str> = words.iter().copied().filter(|word| !is_plain(word)).collect();
    let name = kept.join(" ").trim_matches([',', ':', '-', '|', ' ', '&']).to_owned();
    let company = kept.iter().any(|word| is_legal_form(word));
    let sure = kept.len() < words.len() || kept.len() == 1 || company;
    (name.chars().filter(|c| c.is_alphanumeric()).count() > 1).then_some(Shown { name, sure })
}

fn is_legal_form(word: &str) -> bool {
    matches!(
        fold(word.trim_matches(['.', ','])).as_str(),
        "gmbh"
            | "ag"
            | "se"
            | "kg"
            | "inc"
            | "ltd"
            | "llc"
            | "plc"
            | "sa"
            | "sas"
            | "sl"
            | "bv"
            | "group"
    )
}
