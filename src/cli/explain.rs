//! `afterword explain`: how messages are read, one JSON object a line or as short text. It needs
//! no configuration and no mailbox; a file that is no message does not stop the others.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::config::{self, ConfigError};
use crate::domain::address::{Address, OwnAddresses};
use crate::domain::command::{explain_first_line, in_our_words};
use crate::domain::message::{Direction, Message};
use crate::mail::read::{ReadContext, is_message, read};
use words::Tally;

mod json;
mod progress;
mod source;
mod words;

/// What to explain, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// Messages to read; `-` is standard input, a directory is walked, an mbox is taken apart.
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

/// The user's own words for commands; none without a configuration.
pub type OwnWords = BTreeMap<String, Vec<String>>;

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

/// The user's own words for commands. Nobody needs a configuration to have mail explained: one that
/// was not named may be missing, or wrong.
///
/// # Errors
/// If the configuration that was named is missing or wrong.
pub fn own_words(named: Option<&Path>) -> Result<OwnWords, ConfigError> {
    let config = config::find(named).and_then(|path| config::load(&path));
    match config {
        Ok(config) => Ok(config.approval.words),
        Err(error) if named.is_some() => Err(error),
        Err(ConfigError::NotFound { .. }) => Ok(OwnWords::new()),
        Err(error) => {
            tracing::warn!("your own words for commands are left out: {error}");
            Ok(OwnWords::new())
        }
    }
}

/// Explains every message; the exit code is 1 if one of the files was no message.
///
/// # Errors
/// Only if the output cannot be written.
pub fn run(
    args: &ExplainArgs,
    words: &OwnWords,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let own = args
        .account
        .clone()
        .map_or_else(OwnAddresses::none, |address| OwnAddresses::new(address, Vec::new()));
    let context = ReadContext {
        own: &own,
        received: args.received.map(|at| at.with_timezone(&Utc)),
        zone: args.time_zone.unwrap_or_else(computer_zone),
    };
    let sources = source::walk(&args.files);
    let bar = progress::bar(sources.len(), sources.iter().map(|source| source.size).sum());
    let mut tally = Tally::default();
    for source in &sources {
        let name = source.path.to_string_lossy();
        let result = source::messages(&source.path, &mut |number, bytes| {
            let name = if number == 0 { name.to_string() } else { format!("{name}#{number}") };
            bar.inc(u64::try_from(bytes.len()).unwrap_or_default());
            bar.set_message(tally.seen().to_string());
            if !is_message(bytes) {
                tally.unreadable += 1;
                return bar.suspend(|| writeln!(err, "{}: not a message", plain(&name)));
            }
            let message = read(bytes, &context);
            let command = command_of(&message, words);
            let direction = direction_of(&message, &own);
            tally.add(&message, direction);
            bar.suspend(|| match args.json {
                true => writeln!(out, "{}", json::of(&name, &message, direction, command)),
                false => words::write(out, &name, &message, direction, command),
            })
        });
        if let Err(error) = result {
            // A reader that went away is no fault of a file.
            if error.kind() == io::ErrorKind::BrokenPipe {
                return Err(error);
            }
            tally.unreadable += 1;
            bar.suspend(|| writeln!(err, "{}: {error}", plain(&name)))?;
        }
    }
    bar.finish_and_clear();
    if !args.json {
        tally.write(out)?;
    }
    out.flush()?;
    Ok(u8::from(tally.unreadable > 0))
}

fn computer_zone() -> Tz {
    iana_time_zone::get_timezone().ok().and_then(|name| Tz::from_str(&name).ok()).unwrap_or(Tz::UTC)
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

/// What the first line of a reply would mean to the service.
fn command_of(message: &Message, words: &OwnWords) -> Option<json::Command> {
    let name = message.author().and_then(|author| author.name.as_deref());
    let text = in_our_words(&message.new_text, words);
    let (word, rest, refused) =
        explain_first_line(&text, day_of(message), &name.into_iter().collect::<Vec<_>>())?;
    Some(json::Command { word, rest, refused })
}

/// The day a reply speaks from: that of its Date.
fn day_of(message: &Message) -> NaiveDate {
    message.date.map_or(NaiveDate::default(), |date| date.date_naive())
}

#[cfg(test)]
mod tests;
