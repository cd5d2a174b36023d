//! Reads a message before the user does, and names what E14 to E18 miss in it. The user's own
//! words are read in the same way.
//!
//! It knows words, not meaning: it is made to let every decent wording pass, the user's own
//! included, and to stop what must never be sent (placeholders, links, pressure). What is only
//! incomplete is shown and not stopped: a person may know better.

mod complaint;
mod de;
mod en;
mod es;
mod fr;

use chrono::Datelike as _;

use super::days::{days_in_words, names_day};
use super::{DraftFacts, MOST_WORDS, SIMILARITY_LIMIT, similarity, words};
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::tone::Language;
use crate::mail::read::of_another_mail;

pub use complaint::Complaint;

/// What a text is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// Texts that went to this person before.
    pub earlier: &'a [String],
    /// The other employers the user deals with.
    pub other_employers: &'a [String],
}

/// The words of one language, in lower case. A phrase is found as part of the text.
struct Lexicon {
    /// Pressure, reproach and empty phrases (E15, E25), as whole words.
    banned: &'static [&'static str],
    /// Beginnings of unfriendly words.
    negative: &'static [&'static str],
    interest: &'static [&'static str],
    qualification: &'static [&'static str],
    asking: &'static [&'static str],
    forward: &'static [&'static str],
    thanks: &'static [&'static str],
    positive: &'static [&'static str],
    status: &'static [&'static str],
    last: &'static [&'static str],
}

fn lexicon(language: Language) -> &'static Lexicon {
    match language {
        Language::English => &en::WORDS,
        Language::German => &de::WORDS,
        Language::French => &fr::WORDS,
        Language::Spanish => &es::WORDS,
    }
}

/// Everything there is to mend; empty for a good text.
#[must_use]
pub fn lint(text: &str, facts: &DraftFacts<'_>, around: &Around<'_>) -> Vec<Complaint> {
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    let written = without_facts(text, facts);
    let mut found = missing(&plain, facts);
    let count = before_signature(text, facts.signature).split_whitespace().count();
    if count > MOST_WORDS {
        found.push(Complaint::TooLong { words: count });
    }
    found.extend(banned(&written.to_lowercase().replace('\u{2019}', "'"), facts.tone.language));
    if ["://", "www.", "mailto:"].iter().any(|sign| plain.contains(sign)) {
        found.push(Complaint::Link);
    }
    if is_playful(text) {
        found.push(Complaint::Emoji);
    }
    found.extend(placeholders(&written).into_iter().map(|text| Complaint::Placeholder { text }));
    found.extend(quotes(text));
    found.extend(wrong(text, &plain, facts, around));
    let copy = around
        .earlier
        .iter()
        .any(|earlier| similarity(&without_facts(earlier, facts), &written) >= SIMILARITY_LIMIT);
    if copy {
        found.push(Complaint::Copy);
    }
    found
}

fn missing(plain: &str, facts: &DraftFacts<'_>) -> Vec<Complaint> {
    let lexicon = lexicon(facts.tone.language);
    let has = |list: &[&str]| list.iter().any(|word| plain.contains(word));
    let position = facts.position.trim().to_lowercase();
    let offer_day = facts.offer.map(|offer| offer.expires_on);
    let second = facts.kind.number() == Some(AttemptNumber::Second);
    let checks = [
        (!position.is_empty() && plain.contains(&position), Complaint::NoPosition),
        (facts.interview_day.is_none_or(|day| names_day(plain, day)), Complaint::NoInterviewDay),
        (has(lexicon.interest), Complaint::NoInterest),
        (qualified(plain, facts.strength, lexicon), Complaint::NoQualification),
        (plain.contains('?') || has(lexicon.asking), Complaint::NoQuestion),
        (has(lexicon.forward), Complaint::NotLookingForward),
        (has(lexicon.thanks), Complaint::NoThanks),
        (has(lexicon.positive) && plain.matches('!').count() < 3, Complaint::NotPositive),
        (has(lexicon.status), Complaint::NoStatus),
        (has_words(greeting(plain), facts.first_name), Complaint::NoFirstName),
        (!second || has(lexicon.last), Complaint::NotSaidToBeLast),
        (facts.promise_by.is_none_or(|day| names_day(plain, day)), Complaint::PromiseNotCited),
        (offer_day.is_none_or(|day| names_day(plain, day)), Complaint::NoOfferDay),
    ];
    let missing = checks.into_iter().filter(|(there, _)| !there).map(|(_, complaint)| complaint);
    missing.filter(|complaint| is_asked_of(facts.kind, complaint)).collect()
}

/// The seven components are those of a follow-up; a note needs fewer.
fn is_asked_of(kind: DraftKind, complaint: &Complaint) -> bool {
    use Complaint as C;
    match kind {
        DraftKind::Attempt(_) => *complaint != C::NoOfferDay,
        DraftKind::OfferNotice => true,
        DraftKind::ThankYou => matches!(
            complaint,
            C::NoPosition
                | C::NoInterviewDay
                | C::NoInterest
                | C::NoThanks
                | C::NotPositive
                | C::NoFirstName
        ),
        DraftKind::ClosingNote => {
            matches!(complaint, C::NoPosition | C::NoThanks | C::NotPositive | C::NoFirstName)
        }
    }
}

fn greeting(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// The user's sentence, mostly, or other words about what the user can do.
fn qualified(plain: &str, strength: Option<&str>, lexicon: &Lexicon) -> bool {
    let general = lexicon.qualification.iter().any(|word| plain.contains(word));
    let Some(strength) = strength else { return general };
    let there = words(plain);
    let telling: Vec<String> = words(strength).into_iter().filter(|word| word.len() > 3).collect();
    let kept = telling.iter().filter(|word| there.contains(word)).count();
    general || (kept > 0 && kept * 2 >= telling.len())
}

/// Pressure is looked for in English, too: people mix.
fn banned(plain: &str, language: Language) -> Vec<Complaint> {
    let spaced = format!(" {} ", words(plain).join(" "));
    let mut lexicons = vec![lexicon(language)];
    if language != Language::English {
        lexicons.push(&en::WORDS);
    }
    let phrases = lexicons.iter().flat_map(|it| {
        let whole = it.banned.iter().map(|phrase| (phrase, format!(" {phrase} ")));
        whole.chain(it.negative.iter().map(|stem| (stem, format!(" {stem}"))))
    });
    phrases
        .filter(|(_, pattern)| spaced.contains(pattern))
        .map(|(phrase, _)| Complaint::Banned { phrase: (*phrase).to_owned() })
        .collect()
}

/// Another person, another company, a day nobody knows.
fn wrong(text: &str, plain: &str, facts: &DraftFacts<'_>, around: &Around<'_>) -> Vec<Complaint> {
    let mut found = Vec::new();
    let line = greeting(text);
    if !has_words(line, facts.first_name)
        && let Some(name) = words_of(line).into_iter().skip(1).rfind(|word| is_capital(word))
    {
        found.push(Complaint::WrongName { name: name.to_owned() });
    }
    let own = facts.employer.to_lowercase();
    for other in around.other_employers {
        let said = has_words(text, other) && !own.contains(&other.to_lowercase());
        let offered = facts.offer.and_then(|offer| offer.company);
        let in_facts = offered.is_some_and(|it| has_words(it, other))
            || facts.strength.is_some_and(|it| has_words(it, other))
            || has_words(facts.position, other)
            || has_words(facts.signature, other);
        if said && !in_facts {
            found.push(Complaint::WrongCompany { name: other.clone() });
        }
    }
    let offer = facts.offer.map(|offer| offer.expires_on);
    let known: Vec<(u32, u32)> = [facts.interview_day, facts.promise_by, offer]
        .into_iter()
        .flatten()
        .map(|day| (day.day(), day.month()))
        .collect();
    let stray = days_in_words(plain).into_iter().find(|day| !known.contains(day));
    if let Some((day, month)) = stray.filter(|_| !known.is_empty()) {
        found.push(Complaint::UnknownDay { day: format!("{day}.{month}.") });
    }
    found
}

fn words_of(line: &str) -> Vec<&str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|it| !it.is_empty()).collect()
}

fn is_capital(word: &str) -> bool {
    const TITLES: [&str; 8] = ["Frau", "Herr", "Ms", "Mr", "Mrs", "Dr", "Tag", "Madame"];
    word.chars().next().is_some_and(char::is_uppercase) && !TITLES.contains(&word)
}

fn has_words(line: &str, name: &str) -> bool {
    let (there, name) = (words(line), words(name));
    !name.is_empty() && there.windows(name.len()).any(|run| run == name.as_slice())
}

/// What is left when the facts are taken out: a position may have brackets, and the user's own
/// sentence may stand in both messages.
fn without_facts(text: &str, facts: &DraftFacts<'_>) -> String {
    let strength = facts.strength.map(super::sentence).unwrap_or_default();
    let facts = [facts.position, facts.employer, facts.name, facts.signature.trim(), &strength];
    facts
        .into_iter()
        .filter(|fact| fact.chars().count() > 2)
        .fold(text.to_owned(), |text, fact| text.replace(fact, " "))
}

/// The text up to the signature, which is the last place where it stands.
fn before_signature<'t>(text: &'t str, signature: &str) -> &'t str {
    let signature = signature.trim();
    if signature.is_empty() {
        return text;
    }
    text.rsplit_once(signature).map_or(text, |(before, _)| before)
}

/// Emoji, and the faces people type.
fn is_playful(text: &str) -> bool {
    let emoji = |c: char| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{2b50}');
    let spaced = format!(" {} ", text.to_lowercase());
    let faces = [":)", ":-)", ";)", ";-)", " :d ", " xd ", "haha", " lol ", "^^"];
    text.chars().any(emoji) || faces.iter().any(|face| spaced.contains(face))
}

/// A line of somebody else's mail that an edit left behind.
fn quotes(text: &str) -> Option<Complaint> {
    let debris = |line: &&str| {
        line.starts_with('>') || line.starts_with("-----") || line.starts_with("ref: ")
    };
    let line = text.lines().map(str::trim).find(debris).or_else(|| of_another_mail(text))?;
    Some(Complaint::Quote { line: line.to_owned() })
}

/// `[name]`, `{date}`, `<company>`, `XXX`, `____`, `TODO`, `TBD`.
fn placeholders(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, close) in [('[', ']'), ('{', '}'), ('<', '>')] {
        let inside = text.split(open).skip(1).filter_map(|rest| rest.split_once(close));
        found.extend(inside.map(|(gap, _)| format!("{open}{gap}{close}")));
    }
    let is_gap = |word: &&str| {
        let letters = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        matches!(letters, "XX" | "XXX" | "XXXX" | "TODO" | "TBD" | "TBC") || letters.contains("__")
    };
    found.extend(text.split_whitespace().filter(is_gap).map(str::to_owned));
    found
}
