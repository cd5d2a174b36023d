//! `afterword explain`: how messages are read, one JSON object a line or as short text. It needs
//! no configuration and no mailbox; a file that is no message does not stop the others.

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::address::{Address, OwnAddresses};
use crate::domain::command::explain_first_line;
use crate::domain::message::{Direction, Message};
use crate::mail::read::{ReadContext, is_message, read};

mod json;
mod words;

/// Largest file that is looked at.
const MAX_FILE: u64 = 64 * 1024 * 1024;
const MAX_DEPTH: usize = 16;

/// What to explain, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// Messages to read; `-` is standard input, a directory is walked.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
    /// Whose mail this is.
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub account: Option<Address>,
    /// When the messages arrived; default: each message's Date.
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub received: Option<DateTime<FixedOffset>>,
    /// The reader's time zone.
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    pub time_zone: Option<Tz>,
}

fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text).ok_or_else(|| "this is no mail address".to_owned())
}

fn parse_time(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text)
        .map_err(|_| "write it like 2026-11-24T15:02:00+01:00".to_owned())
}

fn parse_zone(text: &str) -> Result<Tz, String> {
    Tz::from_str(text).map_err(|_| "write it like Europe/Berlin".to_owned())
}

/// Explains every message; the exit code is 1 if one of the files was no message.
///
/// # Errors
/// Only if the output cannot be written.
pub fn run(args: &ExplainArgs, out: &mut impl Write, err: &mut impl Write) -> io::Result<u8> {
    let own = args
        .account
        .clone()
        .map_or_else(OwnAddresses::none, |address| OwnAddresses::new(address, Vec::new()));
    let context = ReadContext {
        own: &own,
        received: args.received.map(|at| at.with_timezone(&Utc)),
        zone: args.time_zone.unwrap_or_else(computer_zone),
    };
    let mut files = Vec::new();
    for path in &args.files {
        walk(path, 0, &mut files);
    }
    let mut code = 0;
    for file in files {
        let explained = load(&file).and_then(|bytes| {
            if is_message(&bytes) {
                Ok(read(&bytes, &context))
            } else {
                Err("not a message".into())
            }
        });
        match explained {
            Ok(message) => {
                let direction = direction_of(&message, &own);
                if args.json {
                    writeln!(out, "{}", json::of(&shown(&file), &message, direction))?;
                } else {
                    words::write(out, &shown(&file), &message, direction)?;
                }
            }
            Err(why) => {
                code = 1;
                writeln!(err, "{}: {why}", plain(&shown(&file)))?;
            }
        }
    }
    out.flush()?;
    Ok(code)
}

fn computer_zone() -> Tz {
    iana_time_zone::get_timezone().ok().and_then(|name| Tz::from_str(&name).ok()).unwrap_or(Tz::UTC)
}

/// The files below a path, sorted; a path that does not exist is kept and reported later.
fn walk(path: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    if path.as_os_str() == "-" || !path.is_dir() {
        files.push(path.to_owned());
        return;
    }
    let Ok(entries) = fs::read_dir(path) else {
        files.push(path.to_owned());
        return;
    };
    let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    below.sort();
    for entry in below {
        // A link to a directory may lead in a circle.
        if depth < MAX_DEPTH && !(entry.is_symlink() && entry.is_dir()) {
            walk(&entry, depth + 1, files);
        }
    }
}

fn load(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let result = if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_FILE).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes))
    };
    result.map(|_| bytes).map_err(|error| error.to_string())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Without a mailbox, the service's own mail is known by its header and the account.
fn direction_of(message: &Message, own: &OwnAddresses) -> Direction {
    let by_user = message.author().is_some_and(|author| own.contains(&author.address));
    let marked = message.mark.is_some() || message.service_kind.is_some();
    match (by_user, marked) {
        (true, true) => Direction::Own,
        (true, false) => Direction::Outgoing,
        (false, _) => Direction::Incoming,
    }
}

/// Text for a terminal: no control, escape or direction-changing characters.
fn plain(text: &str) -> String {
    let direction = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !direction(c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What the first line of a reply would mean to the service: word, rest, why it is refused.
fn command_of(message: &Message, today: NaiveDate) -> Option<(String, String, Option<String>)> {
    let name = message.author().and_then(|author| author.name.as_deref());
    let (word, rest, refused) =
        explain_first_line(&message.new_text, today, &name.into_iter().collect::<Vec<_>>())?;
    Some((word, rest, refused.map(str::to_owned)))
}

/// The day a reply speaks from: that of its Date.
fn day_of(message: &Message) -> NaiveDate {
    message.date.map_or(NaiveDate::default(), |date| date.date_naive())
}

#[cfg(test)]
mod tests;
