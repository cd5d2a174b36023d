//! The weekly summary in words. It comes in quiet weeks, too: three lines, so that a summary that
//! does not come means that something broke.
//!
//! Lines that need the user and lines that wait are numbered through, in the order given.

use chrono::{NaiveDate, NaiveDateTime};

use super::steps::word_line;
use super::when::{day, moment};
use super::{MARKER, TAG, Words, one, paragraph, wrapped};
use crate::domain::event::ClosedReason;
use crate::domain::kept_word::KeptWord;
use crate::domain::ref_code::RefCode;
use crate::domain::story::Story;
use crate::domain::user_mail::UserMailKind;
use lines::{closed_line, need_line, news_line, record, title, wait_day, wait_line};

mod lines;
mod pictures;

/// One application and what is to be said about it. An empty position is left out.
#[derive(Debug, Clone)]
pub struct Item<T> {
    pub employer: String,
    pub position: String,
    pub what: T,
}

/// Why the user is needed.
#[derive(Debug, Clone)]
pub enum Need {
    DraftWaits {
        first_name: String,
        since: NaiveDate,
    },
    /// `references`
    TheyAsked {
        for_what: String,
        on: NaiveDate,
    },
    DraftLapsed {
        on: NaiveDate,
    },
    DraftSkipped {
        on: NaiveDate,
    },
    /// The mail server did not take an approved message.
    NotTaken {
        on: NaiveDate,
    },
    InDoubt {
        on: NaiveDate,
    },
    /// `the first name`
    FactMissing {
        what: String,
    },
    /// They want no mail, and the call is not logged yet.
    PleaseCall,
    /// The last day of an offer of theirs.
    AnswerBy {
        on: NaiveDate,
    },
}

/// What is waited for.
#[derive(Debug, Clone)]
pub enum Wait {
    /// `mid December`
    Promised {
        words: String,
        look_again: NaiveDate,
    },
    NoDate {
        look_again: NaiveDate,
    },
    Approved {
        goes_out: NaiveDate,
    },
    FirstSent {
        on: NaiveDate,
        second_not_before: NaiveDate,
    },
    SecondSent {
        on: NaiveDate,
        closes_on: NaiveDate,
    },
    OutOfOffice {
        until: NaiveDate,
    },
    InterviewAhead,
    Applied {
        on: NaiveDate,
    },
}

#[derive(Debug, Clone)]
pub enum News {
    Invited { starts: NaiveDateTime },
    Rejected,
    Answered { who: String, on: NaiveDate },
    Offer { on: NaiveDate },
    Receipt,
}

/// A message that went out.
#[derive(Debug, Clone)]
pub struct Sent {
    pub at: NaiveDateTime,
    pub approved: NaiveDateTime,
}

#[derive(Debug, Clone)]
pub struct Closed {
    pub reason: ClosedReason,
}

/// An interview of the coming days.
#[derive(Debug, Clone)]
pub struct Meeting {
    pub starts: NaiveDateTime,
}

/// Figures over everything.
#[derive(Debug, Clone)]
pub struct Record {
    pub active: usize,
    /// Days until an answer; `None` before the first.
    pub median_answer_days: Option<u32>,
    pub promises_kept: usize,
    pub promises: usize,
}

/// Whether anything was missed.
#[derive(Debug, Clone)]
pub struct Health {
    /// `None` before the first look.
    pub last_read: Option<NaiveDateTime>,
    /// One sentence for each gap or error.
    pub troubles: Vec<String>,
}

/// Everything the summary says. Times are the user's.
#[derive(Debug, Clone)]
pub struct SummaryFacts {
    /// ISO week that is reported.
    pub week: u32,
    pub needs_you: Vec<Item<Need>>,
    pub waiting: Vec<Item<Wait>>,
    pub news: Vec<Item<News>>,
    pub interviews: Vec<Item<Meeting>>,
    pub sent: Vec<Item<Sent>>,
    pub closed: Vec<Item<Closed>>,
    /// Dates that employers named and that fell due, or were answered, in this week.
    pub words: Vec<Item<KeptWord>>,
    /// Every application, for the pictures.
    pub stories: Vec<Story>,
    pub record: Record,
    pub health: Health,
    pub today: NaiveDate,
}

/// Lines up to this one have a number; what stands further below is listed without.
pub const MOST_NUMBERS: u8 = 99;

/// Headings of what is numbered through.
pub(super) const LISTS: [&str; 2] = ["NEEDS YOU", "WAITING (nothing to do)"];
/// Headings that stand in the line of their first entry.
pub(super) const BLOCKS: [&str; 7] =
    ["NEWS", "COMING", "SENT", "CLOSED", "DATES", "RECORD", "HEALTH"];

/// The weekly summary; `reference` is the code that a reply may name it by.
#[must_use]
pub fn weekly_summary(facts: &SummaryFacts, reference: Option<RefCode>) -> Words {
    let quiet = facts.needs_you.is_empty()
        && facts.news.is_empty()
        && facts.interviews.is_empty()
        && facts.sent.is_empty()
        && facts.closed.is_empty()
        && facts.words.is_empty();
    let mut body = if quiet { quiet_week(facts) } else { full_week(facts) };
    if let Some(reference) = reference {
        body.push_str(&format!("ref: {reference}\n"));
    }
    let pictures = pictures::draw(facts);
    Words { pictures, ..Words::new(UserMailKind::Summary, &subject(facts, quiet), body) }
}

fn subject(facts: &SummaryFacts, quiet: bool) -> String {
    let counts = [
        (facts.needs_you.len(), "needs you", "need you"),
        (facts.waiting.len(), "waiting", "waiting"),
        (facts.news.len(), "answer", "answers"),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let said = match (quiet, said.is_empty()) {
        (true, true) => "all quiet".to_owned(),
        (true, false) => format!("all quiet, {}", said.join(", ")),
        (false, true) => "what happened".to_owned(),
        (false, false) => said.join(", "),
    };
    format!("{TAG} Week {}: {said}", facts.week)
}

fn quiet_week(facts: &SummaryFacts) -> String {
    let dated = facts.waiting.iter().filter_map(|item| Some((wait_day(&item.what)?, item)));
    let next = dated.min_by_key(|(on, _)| *on).map_or_else(
        || format!("{} waiting.", facts.waiting.len()),
        |(on, item)| {
            let on = day(on, facts.today);
            format!("{} waiting; next is {} on {on}.", facts.waiting.len(), one(&item.employer))
        },
    );
    format!(
        "Reply \"status\", \"pause until 4 jan\" or \"help\".\n{MARKER}\n\n\
         Nothing happened this week, and nothing is needed from you.\n{next}\n{}",
        health(facts)
    )
}

fn full_week(facts: &SummaryFacts) -> String {
    let today = facts.today;
    let mut body = format!("{}{MARKER}\n\n", paragraph(&answers(facts)));
    let needs: Vec<String> = facts.needs_you.iter().map(|item| need_line(item, today)).collect();
    let waits: Vec<String> = facts.waiting.iter().map(|item| wait_line(item, today)).collect();
    let [needing, waiting] = LISTS;
    body.push_str(&numbered(needing, &needs, 1));
    body.push_str(&numbered(waiting, &waits, needs.len() + 1));
    let news: Vec<String> = facts.news.iter().map(|item| news_line(item, today)).collect();
    let coming = facts.interviews.iter();
    let coming = coming.map(|i| format!("{}: {}", title(i), moment(i.what.starts, today)));
    let sent = facts.sent.iter().map(|item| {
        let Sent { at, approved } = item.what;
        format!(
            "{}, {} (approved by you {})",
            title(item),
            moment(at, today),
            moment(approved, today)
        )
    });
    let closed: Vec<String> = facts.closed.iter().map(closed_line).collect();
    body.push_str(&block("NEWS", &news));
    body.push_str(&block("COMING", &coming.collect::<Vec<_>>()));
    body.push_str(&block("SENT", &sent.collect::<Vec<_>>()));
    body.push_str(&block("CLOSED", &closed));
    let words = facts.words.iter();
    let words = words.map(|it| format!("{} {}", title(it), word_line(&it.what, today)));
    body.push_str(&block("DATES", &words.collect::<Vec<_>>()));
    body.push_str(&block("RECORD", &[record(&facts.record)]));
    body.push_str(&health(facts));
    body.push_str("\nSending is only approved in its own mail, one at a time.\n");
    body
}

/// What can be answered, with numbers of lines that are there.
fn answers(facts: &SummaryFacts) -> String {
    let (needs, waits) = (facts.needs_you.len(), facts.waiting.len());
    let mut words = Vec::new();
    if needs > 0 {
        words.push("\"1 done\" (you answered them)".to_owned());
    }
    if waits > 0 {
        let first = needs + 1;
        words.push(format!("\"{first} later 1 week\""));
        words.push(format!("\"{} stop\"", needs + waits.min(2)));
    }
    if needs + waits > 0 {
        words.push("\"note 1: ...\"".to_owned());
    }
    words.push("\"pause until 4 jan\"".to_owned());
    format!("Reply e.g. {}.", words.join(", "))
}

fn numbered(heading: &str, lines: &[String], first: usize) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let list: String = lines
        .iter()
        .enumerate()
        .map(|(index, line)| match u8::try_from(first + index) {
            Ok(number) if number <= MOST_NUMBERS => {
                wrapped(&format!("{number:>2}  "), "    ", line)
            }
            Ok(_) | Err(_) => wrapped(" -  ", "    ", line),
        })
        .collect();
    format!("{heading}\n{list}\n")
}

/// Where an entry goes on it is set in deeper than a new one, or the two could not be told apart.
fn block(label: &str, lines: &[String]) -> String {
    let head = |index: usize| if index == 0 { label } else { "" };
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| wrapped(&format!("{:<9}", head(index)), "           ", line))
        .collect()
}

fn health(facts: &SummaryFacts) -> String {
    let Health { last_read, troubles } = &facts.health;
    let read = match last_read {
        None => "the mailboxes have not been read yet".to_owned(),
        Some(at) if at.date() == facts.today => {
            format!("mailboxes last read {}", at.format("%H:%M"))
        }
        Some(at) => format!("mailboxes last read {}", moment(*at, facts.today)),
    };
    if troubles.is_empty() {
        let well = if last_read.is_some() { "; no gaps, no errors." } else { "." };
        return block("HEALTH", &[format!("{read}{well}")]);
    }
    let mut lines = vec![format!("{read}.")];
    lines.extend(troubles.iter().map(|line| one(line)));
    block("HEALTH", &lines)
}

/// Mails to the user that did not arrive, in a sentence. `last` is a moment in words.
#[must_use]
pub fn came_back(count: u32, last: &str) -> String {
    let mails = match count {
        1 => format!("A mail to you came back on {last}"),
        _ => format!("{count} mails to you came back, the last on {last}"),
    };
    format!("{mails}; see notify in the configuration.")
}

/// `2,014`
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
pub(super) mod tests;
