//! What a reply to one of our mails asks for: the first line of its new text, and nothing else,
//! is the command. A word that is part of a longer line is no command.

mod block;
mod new_one;
mod numbered;
mod other_words;
mod told;

use chrono::NaiveDate;

pub use block::{Block, is_mark, lines_of_draft};
pub use new_one::NewOne;
pub use numbered::{NumberedLine, asks_to_send, numbered};
pub use other_words::in_our_words;
pub use told::{Told, below};

use super::address::Address;
use super::date_words;
use super::ids::ReadableId;

/// A reply, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `rest` is whatever was written below besides a sign-off and notes: a condition (E20).
    Approve {
        /// `approve now`: without the undo window, the preferred days and the window.
        now: bool,
        notes: Vec<String>,
        rest: String,
    },
    /// Another text, which comes back as a new draft.
    Edit(Block),
    /// Exactly this text; it counts as approved where nothing is to be mended in it.
    SendThis(Block),
    /// Another subject.
    Subject(String),
    Skip,
    Stop,
    /// Take a closed application up again.
    Reopen,
    /// An application that the mailbox does not show.
    New(NewOne),
    /// Everything, until `resume`; what is open is let go.
    StopAll,
    /// Answers the welcome mail: do replies arrive, and where?
    Hello,
    /// `None` where no day was named: the next allowed one.
    Later(Option<NaiveDate>),
    /// Take back an approval within the undo window.
    Cancel,
    /// A message in doubt went out.
    ItWasSent,
    /// A message in doubt did not go out; another draft may be written.
    SendAgain,
    /// Ask for a draft now; the code says of which application, if the mail does not.
    Draft(Option<ReadableId>),
    Pause(Option<NaiveDate>),
    Resume,
    Name(String),
    Position(String),
    NewAddress(Address),
    /// The first day on which somebody who is out of office is back.
    Back(NaiveDate),
    Note(String),
    /// Something the user tells about an application.
    Told(Told),
    Why,
    Status,
    Help,
    Unknown(String),
    Empty,
}

/// Words that approve, alone on their line.
const APPROVE: [&str; 7] = ["approve", "approved", "yes", "ok", "send", "send it", "go"];
const SKIP: [&str; 3] = ["skip", "no", "not now"];
const STOP: [&str; 4] = ["stop", "close", "never", "drop it"];
/// Lines that close a letter and mean nothing.
const SIGN_OFFS: [&str; 20] = [
    "best",
    "best regards",
    "kind regards",
    "regards",
    "cheers",
    "thanks",
    "thank you",
    "br",
    "kr",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "mit freundlichen grüßen",
    "vg",
    "lg",
    "mfg",
    "cordialement",
    "merci",
    "saludos",
    "gracias",
];

/// Reads new text (quotes and signature already cut) as a command.
/// `today` is the user's day; `names` are the user's own names, for the sign-off.
#[must_use]
pub fn parse(new_text: &str, today: NaiveDate, names: &[&str]) -> Command {
    let mut lines = new_text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return Command::Empty };
    let word = normalised(first);
    if APPROVE.contains(&word.as_str()) {
        return approve(false, lines, names);
    }
    if word == "approve now" {
        return approve(true, lines, names);
    }
    if SKIP.contains(&word.as_str()) {
        return Command::Skip;
    }
    if STOP.contains(&word.as_str()) {
        return Command::Stop;
    }
    match word.as_str() {
        "edit" => Command::Edit(block::block(new_text)),
        "send this" => Command::SendThis(block::block(new_text)),
        "stop all" => Command::StopAll,
        "hello" => Command::Hello,
        "later" | "snooze" => Command::Later(None),
        "cancel" => Command::Cancel,
        "it was sent" => Command::ItWasSent,
        "send again" => Command::SendAgain,
        "draft" => Command::Draft(None),
        "reopen" => Command::Reopen,
        "pause" => Command::Pause(None),
        "resume" => Command::Resume,
        "why" => Command::Why,
        "status" | "show" | "list" => Command::Status,
        "help" => Command::Help,
        _ => with_argument(first, &word, today),
    }
}

fn with_argument(first: &str, word: &str, today: NaiveDate) -> Command {
    let unknown = || Command::Unknown(first.to_owned());
    let label = |label: &str| {
        let (head, value) = first.split_once(':')?;
        let value = value.trim();
        (head.trim().eq_ignore_ascii_case(label) && !value.is_empty()).then(|| value.to_owned())
    };
    if let Some(new) = label("new") {
        return new_one::read(&new).map_or_else(unknown, Command::New);
    }
    if let Some(name) = label("name") {
        return Command::Name(name);
    }
    if let Some(position) = label("position") {
        return Command::Position(position);
    }
    if let Some(note) = label("note") {
        return Command::Note(note);
    }
    if let Some(when) = label("back") {
        return date_words::parse(&when, today).map_or_else(unknown, Command::Back);
    }
    if let Some(subject) = label("subject") {
        return Command::Subject(subject);
    }
    if let Some(to) = label("to") {
        return Address::parse(&to)
            .filter(Address::is_sendable)
            .map_or_else(unknown, Command::NewAddress);
    }
    if let Some(code) = word.strip_prefix("draft ") {
        let code = code.split(" (").next().unwrap_or(code);
        return ReadableId::parse(code).map_or_else(unknown, |id| Command::Draft(Some(id)));
    }
    if let Some(until) = word.strip_prefix("pause until ").or(word.strip_prefix("pause ")) {
        return date_words::parse(until, today)
            .map_or_else(unknown, |day| Command::Pause(Some(day)));
    }
    let when = word.strip_prefix("later ").or(word.strip_prefix("snooze ")).unwrap_or(word);
    if let Some(day) = date_words::parse(when, today) {
        return Command::Later(Some(day));
    }
    if let Some(told) = told::read(first, word) {
        return Command::Told(told);
    }
    unknown()
}

fn approve<'a>(now: bool, lines: impl Iterator<Item = &'a str>, names: &[&str]) -> Command {
    let mut notes = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    for line in lines {
        if let Some((head, note)) = line.split_once(':')
            && head.trim().eq_ignore_ascii_case("note")
        {
            notes.push(note.trim().to_owned());
        } else if !is_sign_off(line, names) {
            rest.push(line);
        }
    }
    Command::Approve { now, notes, rest: rest.join("\n") }
}

fn is_sign_off(line: &str, names: &[&str]) -> bool {
    let line = normalised(line);
    let own_name = names.iter().any(|name| {
        let name = name.to_lowercase();
        line == name || name.split_whitespace().next() == Some(line.as_str())
    });
    SIGN_OFFS.contains(&line.as_str()) || own_name
}

/// Lower case, single spaces, without the punctuation that ends a line.
fn normalised(line: &str) -> String {
    line.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '!' | ',' | ';' | ':' | ')' | '…')
    })
    .split_whitespace()
    .collect::<Vec<_>>()
    .join(" ")
    .to_lowercase()
}

/// What `explain` shows of a reply: the word, what stands below, and why it would not be obeyed.
/// `None` where the first line is no known command.
#[must_use]
pub fn explain_first_line(
    new_text: &str,
    today: NaiveDate,
    names: &[&str],
) -> Option<(String, String, Option<&'static str>)> {
    let first = new_text.lines().map(str::trim).find(|line| !line.is_empty())?;
    match parse(new_text, today, names) {
        Command::Approve { now, rest, .. } => {
            let refused = (!rest.is_empty()).then_some("condition");
            let word = if now { "approve now" } else { "approve" };
            Some((word.to_owned(), rest, refused))
        }
        Command::Edit(block) => Some(("edit".to_owned(), block.text, None)),
        Command::SendThis(block) => {
            let word = if block.exact { "send this" } else { "edit" };
            Some((word.to_owned(), block.text, None))
        }
        Command::StopAll => Some(("stop all".to_owned(), String::new(), None)),
        Command::Unknown(_) | Command::Empty => None,
        Command::Skip => Some(("skip".to_owned(), String::new(), None)),
        Command::Stop => Some(("stop".to_owned(), String::new(), None)),
        Command::Later(_) => Some(("later".to_owned(), String::new(), None)),
        Command::ItWasSent => Some(("it was sent".to_owned(), String::new(), None)),
        Command::SendAgain => Some(("send again".to_owned(), String::new(), None)),
        Command::Told(_) => {
            let (word, rest) = told::word_and_rest(first);
            Some((word, rest, None))
        }
        Command::Cancel
        | Command::New(_)
        | Command::Reopen
        | Command::Draft(_)
        | Command::Pause(_)
        | Command::Resume
        | Command::Hello
        | Command::Subject(_)
        | Command::Name(_)
        | Command::Position(_)
        | Command::NewAddress(_)
        | Command::Back(_)
        | Command::Note(_)
        | Command::Why
        | Command::Status
        | Command::Help => {
            let word = first.split([' ', ':']).next().unwrap_or_default().to_lowercase();
            let word = word.trim_end_matches(['.', '!', ',', ';']).to_owned();
            Some((word, String::new(), None))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-12-08".parse().unwrap()
    }

    fn read(text: &str) -> Command {
        parse(text, today(), &["Jane Doe"])
    }

    fn plain_approval() -> Command {
        Command::Approve { now: false, notes: vec![], rest: String::new() }
    }

    #[test]
    fn e20_only_the_exact_words_approve() {
        for text in
            ["approve", "Approve.", " APPROVED! ", "yes", "Ok", "send it", "go", "\n\nyes\n"]
        {
            assert_eq!(read(text), plain_approval(), "{text}");
        }
        for text in [
            "don't send",
            "please approve",
            "approve it tomorrow",
            "yes but later",
            "I approve",
            "send?",
            "ok then",
        ] {
            assert!(!matches!(read(text), Command::Approve { .. }), "{text}");
        }
    }

    #[test]
    fn e20_anything_under_approve_but_a_note_or_a_sign_off_is_a_condition() {
        for text in ["approve\n\nBest,\nJane", "approve\nJane Doe", "yes\nThanks!"] {
            assert_eq!(read(text), plain_approval(), "{text}");
        }
        assert_eq!(
            read("approve\nnote: she likes Kafka"),
            Command::Approve {
                now: false,
                notes: vec!["she likes Kafka".to_owned()],
                rest: String::new()
            }
        );
        let Command::Approve { rest, .. } = read("approve\nbut change the date") else {
            panic!("not an approval")
        };
        assert_eq!(rest, "but change the date");
    }

    #[test]
    fn other_words_do_what_they_say() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let cases = [
            (
                "New: Acme",
                Command::New(NewOne { employer: "Acme".to_owned(), position: None, contact: None }),
            ),
            ("reopen", Command::Reopen),
            ("skip", Command::Skip),
            ("No.", Command::Skip),
            ("stop", Command::Stop),
            ("later", Command::Later(None)),
            ("later fri", Command::Later(Some(day("2026-12-11")))),
            ("tomorrow", Command::Later(Some(day("2026-12-09")))),
            ("later 3d", Command::Later(Some(day("2026-12-11")))),
            ("12 jan", Command::Later(Some(day("2027-01-12")))),
            ("pause until 4 jan", Command::Pause(Some(day("2027-01-04")))),
            ("draft acme-1", Command::Draft(ReadableId::parse("ACME-1"))),
            ("draft ACME-1   (Acme: due since Tue)", Command::Draft(ReadableId::parse("ACME-1"))),
            ("name: Anna", Command::Name("Anna".to_owned())),
            ("Position: Data Engineer", Command::Position("Data Engineer".to_owned())),
            ("back: 4 jan", Command::Back(day("2027-01-04"))),
            ("It was sent.", Command::ItWasSent),
            ("send again", Command::SendAgain),
            ("edit", Command::Edit(Block { text: String::new(), exact: false })),
            ("approve now", Command::Approve { now: true, notes: vec![], rest: String::new() }),
            ("stop all", Command::StopAll),
            ("Hello!", Command::Hello),
            ("subject: Re: Our talk", Command::Subject("Re: Our talk".to_owned())),
            ("2", Command::Told(Told::Choice(2))),
            ("no date", Command::Told(Told::NoPromise)),
            ("thanks for this", Command::Unknown("thanks for this".to_owned())),
            ("", Command::Empty),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
