//! What the user tells in one line about an application: what was promised, who called, how it
//! ended, and that something was wrong. Words only; what they mean for the record is decided
//! where the record is known.

use crate::domain::event::{Channel, Purpose};

/// One thing told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A day, in the user's words; with the way they announced.
    Promise {
        words: String,
        channel: Option<Channel>,
    },
    NoPromise,
    /// An interview, on a day and at a time in the user's words.
    Interview(String),
    /// The interview was moved to a day and a time, in the user's words.
    Moved(String),
    Cancelled,
    Met(Vec<String>),
    /// Whom an agency works for.
    Client(String),
    /// They answered by another way than a mail that can be seen.
    HeardBack {
        channel: Channel,
        text: String,
    },
    /// The user got in touch by hand.
    Contacted {
        channel: Channel,
        purpose: Purpose,
        text: String,
    },
    Rejected,
    Withdrawn,
    Accepted,
    OnHold,
    Offer(String),
    Note(String),
    /// Their last message is not about this application; perhaps with the name it is not.
    NotThisOne(Option<String>),
    Undo,
    /// The number of a choice.
    Choice(u8),
}

/// Openings of a promise as people type it.
const PROMISES: [&str; 12] = [
    "by ",
    "within ",
    "until ",
    "before ",
    "end of ",
    "early ",
    "mid ",
    "middle of ",
    "late ",
    "around ",
    "sometime ",
    "beginning of ",
];
/// Openings after which the promise follows.
const THEY_SAID: [&str; 4] = ["they said ", "they say ", "they will say ", "they decide "];
const THEY_CALL: [&str; 5] =
    ["they call ", "they will call ", "they'll call ", "they call me ", "she calls "];
const THEY_CALLED: [&str; 3] = ["they called", "he called", "she called"];
const HEARD_BACK: [&str; 4] = ["replied", "heard back", "they replied", "they answered"];
/// A call that reached nobody is no answer.
const REACHED_NOBODY: [&str; 4] = ["voicemail", "voice mail", "no answer", "nobody"];

/// Reads the first line. `word` is the line in lower case without its last punctuation.
pub(super) fn read(line: &str, word: &str) -> Option<Told> {
    whole_line(word).or_else(|| labelled(line)).or_else(|| opened(line, word))
}

/// Reads a line below the first one: only what adds to it.
fn read_below(line: &str, word: &str) -> Option<Told> {
    let told = whole_line(word).or_else(|| labelled(line))?;
    let adds = match &told {
        Told::Met(_)
        | Told::Note(_)
        | Told::Client(_)
        | Told::Contacted { .. }
        | Told::Interview(_)
        | Told::Promise { .. } => true,
        Told::NoPromise
        | Told::Moved(_)
        | Told::Cancelled
        | Told::HeardBack { .. }
        | Told::Rejected
        | Told::Withdrawn
        | Told::Accepted
        | Told::OnHold
        | Told::Offer(_)
        | Told::NotThisOne(_)
        | Told::Undo
        | Told::Choice(_) => false,
    };
    adds.then_some(told)
}

/// What the lines below the first one add, and the lines that could not be read.
#[must_use]
pub fn below(new_text: &str, names: &[&str]) -> (Vec<Told>, Vec<String>) {
    let mut told = Vec::new();
    let mut unread = Vec::new();
    for line in new_text.lines().map(str::trim).filter(|line| !line.is_empty()).skip(1) {
        match read_below(line, &super::normalised(line)) {
            Some(more) => told.push(more),
            None if super::is_sign_off(line, names) => {}
            None => unread.push(line.to_owned()),
        }
    }
    (told, unread)
}

/// The word that decides and what follows it, for `explain`.
pub(super) fn word_and_rest(line: &str) -> (String, String) {
    let word = super::normalised(line);
    if whole_line(&word).is_some() {
        return (word, String::new());
    }
    let parts = line.split_once(':').or_else(|| line.split_once(' '));
    parts.map_or((word, String::new()), |(head, rest)| {
        (head.trim().to_lowercase(), rest.trim().to_owned())
    })
}

fn whole_line(word: &str) -> Option<Told> {
    let contacted =
        |purpose| Some(Told::Contacted { channel: Channel::Mail, purpose, text: String::new() });
    let heard = |channel| Some(Told::HeardBack { channel, text: String::new() });
    match word {
        "no date" | "no date given" | "none" | "nothing" => Some(Told::NoPromise),
        "cancelled" | "canceled" | "it was cancelled" => Some(Told::Cancelled),
        "sent myself" | "i wrote myself" => contacted(Purpose::Attempt),
        "thanks sent" | "thank you sent" => contacted(Purpose::ThankYou),
        "done" => contacted(Purpose::Answer),
        "rejected" => Some(Told::Rejected),
        "withdrawn" | "i withdrew" => Some(Told::Withdrawn),
        "accepted" => Some(Told::Accepted),
        "on hold" => Some(Told::OnHold),
        "wrong" => Some(Told::NotThisOne(None)),
        "undo" => Some(Told::Undo),
        _ if HEARD_BACK.contains(&word) => heard(Channel::Mail),
        _ if THEY_CALLED.contains(&word) => heard(Channel::Call),
        _ => match word.as_bytes() {
            [digit @ b'0'..=b'9'] => Some(Told::Choice(digit - b'0')),
            _ => None,
        },
    }
}

/// `with: …`, `note: …`, `offer: …`, `called: …`, and the commands of the program by their names.
fn labelled(line: &str) -> Option<Told> {
    let (label, value) = line.split_once(':')?;
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    match label.trim().to_lowercase().as_str() {
        "with" => {
            let names = value.split([',', ';', '&']).flat_map(|part| part.split(" and "));
            let names: Vec<String> =
                names.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            (!names.is_empty()).then_some(Told::Met(names))
        }
        "note" => Some(Told::Note(value.to_owned())),
        "client" => Some(Told::Client(value.to_owned())),
        "offer" => Some(Told::Offer(value.to_owned())),
        "called" | "they called" => Some(called(value)),
        "interview" => Some(Told::Interview(value.to_owned())),
        "promise" if whole_line(&value.to_lowercase()) == Some(Told::NoPromise) => {
            Some(Told::NoPromise)
        }
        "promise" => Some(Told::Promise { words: value.to_lowercase(), channel: None }),
        "log" => Some(logged(value)),
        _ => None,
    }
}

fn called(text: &str) -> Told {
    let plain = text.to_lowercase();
    let text = text.to_owned();
    if REACHED_NOBODY.iter().any(|words| plain.contains(words)) {
        return Told::Contacted { channel: Channel::Voicemail, purpose: Purpose::Attempt, text };
    }
    Told::HeardBack { channel: Channel::Call, text }
}

/// A contact of the user's: a call, if the words name no other way.
fn logged(text: &str) -> Told {
    let plain = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let channel = if says(&["voicemail", "voice mail", "answering machine"]) {
        Channel::Voicemail
    } else if says(&["linkedin"]) {
        Channel::LinkedIn
    } else if says(&["in person", "i met "]) {
        Channel::InPerson
    } else {
        Channel::Call
    };
    let purpose = if says(&["asked", "status"]) { Purpose::Attempt } else { Purpose::Other };
    Told::Contacted { channel, purpose, text: text.to_owned() }
}

fn opened(line: &str, word: &str) -> Option<Told> {
    let promise = |words: &str, channel| Told::Promise { words: words.trim().to_owned(), channel };
    let after = |openings: &[&str]| openings.iter().find_map(|it| word.strip_prefix(it));
    if let Some(when) = after(&THEY_CALL) {
        return Some(promise(when, Some(Channel::Call)));
    }
    if let Some(when) = after(&THEY_SAID) {
        return Some(promise(when, None));
    }
    if let Some(when) = word.strip_prefix("moved to ") {
        return Some(Told::Moved(when.to_owned()));
    }
    if let Some(employer) = word.strip_prefix("not ") {
        return Some(Told::NotThisOne(Some(employer.to_owned())));
    }
    for opening in THEY_CALLED.iter().chain(&HEARD_BACK) {
        let channel = if HEARD_BACK.contains(opening) { Channel::Mail } else { Channel::Call };
        let ends = word.strip_prefix(opening).is_some_and(|rest| rest.starts_with([' ', ',']));
        if ends && let Some(text) = line.get(opening.len()..) {
            let text = text.trim_matches([' ', ',', ':']).to_owned();
            return Some(Told::HeardBack { channel, text });
        }
    }
    PROMISES.iter().any(|it| word.starts_with(it)).then(|| promise(word, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Option<Told> {
        read(line, &super::super::normalised(line))
    }

    fn promise(words: &str, channel: Option<Channel>) -> Option<Told> {
        Some(Told::Promise { words: words.to_owned(), channel })
    }

    #[test]
    fn one_line_tells_one_thing() {
        let met = |names: &[&str]| Some(Told::Met(names.iter().map(|&it| it.to_owned()).collect()));
        let heard = |channel, text: &str| Some(Told::HeardBack { channel, text: text.to_owned() });
        let contacted = |channel, purpose, text: &str| {
            Some(Told::Contacted { channel, purpose, text: text.to_owned() })
        };
        let cases = [
            ("by next Friday", promise("by next friday", None)),
            ("End of the month.", promise("end of the month", None)),
            ("They said 2 weeks", promise("2 weeks", None)),
            ("they call Tuesday", promise("tuesday", Some(Channel::Call))),
            ("No date.", Some(Told::NoPromise)),
            ("Cancelled", Some(Told::Cancelled)),
            ("moved to 30 Nov 14:00", Some(Told::Moved("30 nov 14:00".to_owned()))),
            ("with: Anna Schmidt, Tom Weber", met(&["Anna Schmidt", "Tom Weber"])),
            ("With: Anna and Tom", met(&["Anna", "Tom"])),
            ("they called", heard(Channel::Call, "")),
            (
                "They called, Tom will write next week",
                heard(Channel::Call, "Tom will write next week"),
            ),
            ("called: Anna says two more weeks", heard(Channel::Call, "Anna says two more weeks")),
            (
                "called: left a voicemail",
                contacted(Channel::Voicemail, Purpose::Attempt, "left a voicemail"),
            ),
            ("interview: 30 nov 14:00", Some(Told::Interview("30 nov 14:00".to_owned()))),
            ("promise: By Friday", promise("by friday", None)),
            ("promise: no date", Some(Told::NoPromise)),
            ("log: sent the papers", contacted(Channel::Call, Purpose::Other, "sent the papers")),
            (
                "log: asked on LinkedIn",
                contacted(Channel::LinkedIn, Purpose::Attempt, "asked on LinkedIn"),
            ),
            ("heard back", heard(Channel::Mail, "")),
            ("sent myself", contacted(Channel::Mail, Purpose::Attempt, "")),
            ("thanks sent", contacted(Channel::Mail, Purpose::ThankYou, "")),
            ("rejected", Some(Told::Rejected)),
            ("wrong", Some(Told::NotThisOne(None))),
            ("not Acme", Some(Told::NotThisOne(Some("acme".to_owned())))),
            ("2", Some(Told::Choice(2))),
            ("22", None),
            (
                "offer: Globex, expires 10 Dec",
                Some(Told::Offer("Globex, expires 10 Dec".to_owned())),
            ),
            ("byzantine", None),
            ("they", None),
        ];
        for (line, expected) in cases {
            assert_eq!(check(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_below_add_and_never_decide() {
        let text =
            "no date\nwith: Anna\nnote: asked about Kafka\nrejected\nthanks sent\nBest,\nJane";
        let (told, unread) = below(text, &["Jane Doe"]);
        assert_eq!(
            told,
            [
                Told::Met(vec!["Anna".to_owned()]),
                Told::Note("asked about Kafka".to_owned()),
                Told::Contacted {
                    channel: Channel::Mail,
                    purpose: Purpose::ThankYou,
                    text: String::new()
                },
            ]
        );
        assert_eq!(unread, ["rejected"]);
    }
}
