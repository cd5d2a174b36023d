//! Reads a follow-up before the user does, and names what E14 to E17 miss in it. English only.
//!
//! It knows words, not meaning: it is made to let every decent wording pass, the user's own
//! included, and to stop what must never be sent (placeholders, links, pressure).

use std::fmt;

use chrono::NaiveDate;

use super::{DraftFacts, MOST_WORDS, words};
use crate::domain::draft::AttemptNumber;

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// E14 (1)
    NoPosition,
    NoInterviewDay,
    /// E14 (2)
    NoInterest,
    NoQualification,
    /// E14 (3)
    NoQuestion,
    NotLookingForward,
    /// E14 (4)
    NoThanks,
    /// E14 (5)
    NotPositive,
    /// E14 (6)
    NoStatus,
    /// E14 (7)
    NoFirstName,
    /// E16
    NotSaidToBeLast,
    /// E18
    PromiseNotCited,
    TooLong {
        words: usize,
    },
    Banned {
        phrase: String,
    },
    Link,
    Emoji,
    Placeholder {
        text: String,
    },
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoPosition => "the position is not named",
            Self::NoInterviewDay => "the day of the interview is not named",
            Self::NoInterest => "it does not say that you are interested",
            Self::NoQualification => "it does not say what you bring along",
            Self::NoQuestion => "it asks nothing",
            Self::NotLookingForward => "it does not look forward to an answer",
            Self::NoThanks => "it does not say thank you",
            Self::NotPositive => "its tone is not friendly",
            Self::NoStatus => "it does not say that it is about your application",
            Self::NoFirstName => "the first name is missing",
            Self::NotSaidToBeLast => "it does not say that it is the last message",
            Self::PromiseNotCited => "it does not name the date they gave",
            Self::TooLong { words } => {
                return write!(f, "it has {words} words; {MOST_WORDS} are the most");
            }
            Self::Banned { phrase } => return write!(f, "it says \"{phrase}\""),
            Self::Link => "it has a link",
            Self::Emoji => "it has an emoji",
            Self::Placeholder { text } => {
                return write!(f, "\"{text}\" looks like a gap to fill in");
            }
        };
        f.write_str(text)
    }
}

/// Pressure, reproach and empty phrases (E15, E25).
const BANNED: [&str; 34] = [
    "just checking",
    "checking in",
    "check in with you",
    "touching base",
    "touch base",
    "circling back",
    "circle back",
    "just wanted to follow up",
    "just following up",
    "bumping this",
    "friendly reminder",
    "gentle reminder",
    "urgent",
    "asap",
    "as soon as possible",
    "immediately",
    "still waiting",
    "waiting for your",
    "as i already wrote",
    "as i wrote",
    "as already mentioned",
    "per my last",
    "my previous mail",
    "my previous email",
    "my last email",
    "have not heard",
    "haven't heard",
    "not answered",
    "you promised",
    "no response",
    "ignored",
    "to whom it may concern",
    "at your earliest convenience",
    "i demand",
];

const NEGATIVE: [&str; 10] = [
    "disappointed",
    "disappointing",
    "frustrat",
    "annoy",
    "unprofessional",
    "unacceptable",
    "impolite",
    "rude",
    "desperate",
    "unfair",
];

const INTEREST: [&str; 10] = [
    "interest",
    "enthusias",
    "excited",
    "keen",
    "glad to join",
    "glad to work",
    "would love",
    "like to join",
    "like to work",
    "motivated",
];

const QUALIFICATION: [&str; 12] = [
    "confident",
    "experience",
    "i bring",
    "i have worked",
    "i worked",
    "i have led",
    "i led",
    "skill",
    "suit me",
    "of real use",
    "convinced",
    "background",
];

const ASKING: [&str; 6] =
    ["would like to ask", "ask about", "let me know", "could you", "tell me", "may i ask"];

const FORWARD: [&str; 7] = [
    "look forward",
    "looking forward",
    "hear from you",
    "glad to hear",
    "happy to hear",
    "your reply would",
    "grateful for an answer",
];

const THANKS: [&str; 4] = ["thank", "grateful", "gratitude", "appreciate"];

const POSITIVE: [&str; 9] =
    ["enjoy", "pleasure", "glad", "happy", "forward", "pleased", "welcome", "good", "great"];

const STATUS: [&str; 9] = [
    "status",
    "application",
    "candidacy",
    "candidate",
    "process",
    "decision",
    "next step",
    "how things stand",
    "considered",
];

const LAST: [&str; 10] = [
    "last note",
    "last time",
    "last message",
    "last question",
    "last mail",
    "final question",
    "final message",
    "final note",
    "leave the matter",
    "not write again",
];

/// Everything there is to mend; empty for a good text.
#[must_use]
pub fn lint(text: &str, facts: &DraftFacts<'_>) -> Vec<Complaint> {
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    let mut found = missing(&plain, facts);
    let count = before_signature(text, facts.signature).split_whitespace().count();
    if count > MOST_WORDS {
        found.push(Complaint::TooLong { words: count });
    }
    let spaced = format!(" {} ", words(&plain).join(" "));
    for phrase in BANNED.into_iter().chain(NEGATIVE) {
        let stem = NEGATIVE.contains(&phrase);
        let pattern = if stem { format!(" {phrase}") } else { format!(" {phrase} ") };
        if spaced.contains(&pattern) {
            found.push(Complaint::Banned { phrase: phrase.to_owned() });
        }
    }
    if plain.contains("://") || plain.contains("www.") || plain.contains("mailto:") {
        found.push(Complaint::Link);
    }
    if text.chars().any(is_emoji)
        || [":)", ":-)", ";)", ";-)", ":d "].iter().any(|s| plain.contains(s))
    {
        found.push(Complaint::Emoji);
    }
    found.extend(placeholders(text).into_iter().map(|text| Complaint::Placeholder { text }));
    found
}

fn missing(plain: &str, facts: &DraftFacts<'_>) -> Vec<Complaint> {
    let has = |list: &[&str]| list.iter().any(|word| plain.contains(word));
    let position = facts.position.to_lowercase();
    let greeting = plain.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let second = facts.number == AttemptNumber::Second;
    let checks = [
        (!position.trim().is_empty() && plain.contains(position.trim()), Complaint::NoPosition),
        (facts.interview_day.is_none_or(|day| names_day(plain, day)), Complaint::NoInterviewDay),
        (has(&INTEREST), Complaint::NoInterest),
        (qualified(plain, facts.strength), Complaint::NoQualification),
        (plain.contains('?') || has(&ASKING), Complaint::NoQuestion),
        (has(&FORWARD), Complaint::NotLookingForward),
        (has(&THANKS), Complaint::NoThanks),
        (has(&POSITIVE) && plain.matches('!').count() < 2, Complaint::NotPositive),
        (has(&STATUS), Complaint::NoStatus),
        (has_words(greeting, facts.first_name), Complaint::NoFirstName),
        (!second || has(&LAST), Complaint::NotSaidToBeLast),
        (facts.promise_by.is_none_or(|day| names_day(plain, day)), Complaint::PromiseNotCited),
    ];
    checks.into_iter().filter(|(there, _)| !there).map(|(_, complaint)| complaint).collect()
}

/// The user's sentence, mostly, or other words about what the user can do.
fn qualified(plain: &str, strength: Option<&str>) -> bool {
    let general = QUALIFICATION.iter().any(|word| plain.contains(word));
    let Some(strength) = strength else { return general };
    let there = words(plain);
    let telling: Vec<String> = words(strength).into_iter().filter(|word| word.len() > 3).collect();
    let kept = telling.iter().filter(|word| there.contains(word)).count();
    general || (kept > 0 && kept * 2 >= telling.len())
}

/// `24 November`, `24 Nov`, `November 24`, `24th of November`, `24.11.`, `2026-11-24`.
fn names_day(plain: &str, day: NaiveDate) -> bool {
    let words = words(plain);
    let number = day.format("%-d").to_string();
    let months =
        [day.format("%B").to_string(), day.format("%b").to_string()].map(|m| m.to_lowercase());
    let is_number = |word: &String| {
        word.strip_suffix(|c: char| c.is_ascii_alphabetic())
            .map_or(word.as_str(), |w| w.trim_end_matches(|c: char| c.is_ascii_alphabetic()))
            == number
    };
    let near = |index: usize| {
        let from = index.saturating_sub(2);
        words.iter().skip(from).take(index + 2 - from).any(is_number)
    };
    let in_words = words.iter().enumerate().any(|(index, word)| {
        (months.contains(word) || (word == "sept" && months.contains(&"sep".to_owned())))
            && near(index)
    });
    let digits = ["%-d.%-m.", "%d.%m.", "%-d/%-m", "%-m/%-d", "%Y-%m-%d"];
    in_words || digits.iter().any(|form| plain.contains(&day.format(form).to_string()))
}

fn has_words(line: &str, name: &str) -> bool {
    let (there, name) = (words(line), words(name));
    !name.is_empty() && there.windows(name.len()).any(|run| run == name.as_slice())
}

/// The text up to the signature, which is the last place where it stands.
fn before_signature<'t>(text: &'t str, signature: &str) -> &'t str {
    let signature = signature.trim();
    if signature.is_empty() {
        return text;
    }
    text.rsplit_once(signature).map_or(text, |(before, _)| before)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{2b50}')
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
