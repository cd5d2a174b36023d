//! The answer to every reply: what was understood, what was done, what comes next.

use chrono::{NaiveDate, NaiveDateTime};

use super::noted::{Noted, noted};
use super::refusal::Refusal;
use super::when::{Planned, day, moment};
use super::{About, MARKER, TAG, WIDTH, Words, clean_line, one, one_long, paragraph};
use crate::domain::ids::ReadableId;
use crate::domain::user_mail::UserMailKind;

/// What is confirmed. Times are the user's.
#[derive(Debug, Clone)]
pub enum Receipt<'a> {
    Approved {
        planned: Planned<'a>,
    },
    /// `approve now`.
    ApprovedNow {
        planned: Planned<'a>,
    },
    /// `send this`.
    ApprovedAsWritten {
        planned: Planned<'a>,
        text: String,
    },
    StoppedAll {
        dropped: Vec<String>,
    },
    Hello,
    Skipped,
    Stopped,
    Later {
        until: NaiveDate,
    },
    /// The day asked for is too early.
    LaterThanAsked {
        asked: NaiveDate,
        until: NaiveDate,
        why: String,
    },
    Cancelled,
    /// A new draft follows in a mail of its own.
    Edited {
        version: u32,
    },
    DraftWanted,
    Paused {
        until: Option<NaiveDate>,
        /// Drafts that wait meanwhile.
        held: Vec<String>,
    },
    Resumed,
    Noted(Noted),
    /// Ready lines: `status`, `why`, `help`.
    Told {
        lines: Vec<String>,
    },
    Refused(Refusal),
    NotUnderstood {
        line: String,
    },
    Outcome(Outcome),
}

/// What became of an approved message.
#[derive(Debug, Clone)]
pub enum Outcome {
    Sent {
        at: NaiveDateTime,
        then: AfterSend,
    },
    Answered {
        who: String,
        at: NaiveDateTime,
    },
    /// The mailbox could not be read.
    Blind {
        since: NaiveDateTime,
    },
    /// A reason in one sentence, with its stop.
    NotSent {
        why: String,
    },
    /// Handed over, and nobody knows whether it left.
    InDoubt,
}

/// What follows a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterSend {
    SecondNotBefore(NaiveDate),
    ClosesOn(NaiveDate),
    /// It was none of the two.
    Nothing,
}

/// What `help` says, a line for each purpose.
pub const HELP: [&str; 8] = [
    "Words I know: approve, approve now, edit, send this, subject: ..., later fri, skip, cancel, \
     stop, reopen, draft.",
    "What they said: by friday, in two weeks, no date, replied, they called ..., called: ..., \
     moved to 30 nov 14:00, cancelled, on hold, offer: ..., rejected.",
    "What you did: sent myself, thanks sent, done, accepted, withdrawn.",
    "What I should know: name: ..., to: ..., position: ..., client: ..., with: ..., back: 4 jan, \
     note: ...",
    "What I could not see: new: ..., interview: ..., promise: ..., log: ...",
    "To put something right: wrong, not acme, undo, it was sent, send again. A choice is answered \
     by its number, 0 to 9.",
    "Everything at once: stop all, pause until 4 jan, resume.",
    "To ask me: why, status, help.",
];

/// What is said where a word was meant: `help` would hide among all of them.
const SHORT_HELP: &str = "The words for every day: approve, later fri, skip, cancel, stop; by \
    friday, no date; why, status. Reply \"help\" for all of them.";

const STOPPED_ALL: &str = "Stopped, everything: nothing is asked, and nothing is sent to anybody. \
    I go on reading your mail, and the weekly summary still comes. To undo this, reply \
    \"resume\"; for a draft that was let go, then reply \"draft\" to its mail.";

const HELLO: &str = "Hello. Your reply reached me and lies in Sent, so approving by reply works. I \
    remember what your own mail looks like there.";

const RESUMED: &str = "Going on. What became due in the meantime comes one at a time, on its \
    usual days.";

/// Confirms to the user. `answers` is the subject of the mail that is answered.
#[must_use]
pub fn receipt(answers: &str, about: &About<'_>, receipt: &Receipt<'_>, today: NaiveDate) -> Words {
    let lines = sentences(about, receipt, today);
    let is_list = matches!(
        receipt,
        Receipt::Told { .. }
            | Receipt::Paused { .. }
            | Receipt::StoppedAll { .. }
            | Receipt::NotUnderstood { .. }
    );
    let text =
        if is_list { list(&lines) } else { lines.iter().map(|line| paragraph(line)).collect() };
    let subject = subject(answers);
    Words::new(UserMailKind::Receipt, &subject, format!("{text}{MARKER}\n"))
}

/// Paragraphs that are answers to several lines. Where one ends in so full a line that the next
/// would seem to go on with it, an empty line stands between them.
fn list(lines: &[String]) -> String {
    let mut out = String::new();
    for line in lines {
        let last = out.lines().next_back().map_or(0, |last| last.chars().count());
        let first = line.split(' ').next().map_or(0, |word| word.chars().count());
        if last > 0 && last + first >= WIDTH {
            out.push('\n');
        }
        out.push_str(&paragraph(line));
    }
    out
}

/// Confirms what is about no application: `pause`, `status`, a line that means nothing here.
#[must_use]
pub fn receipt_without_application(
    answers: &str,
    receipt: &Receipt<'_>,
    today: NaiveDate,
) -> Words {
    let nobody = ReadableId::for_employer("none", 1);
    let about = About { id: &nobody, employer: "them", first_name: "your contact" };
    self::receipt(answers, &about, receipt, today)
}

fn subject(answers: &str) -> String {
    match answers.trim() {
        re if re.to_lowercase().starts_with("re:") && re.contains(TAG) => re.to_owned(),
        tagged if tagged.contains(TAG) => format!("Re: {tagged}"),
        other => format!("Re: {TAG} {other}"),
    }
}

/// What a receipt says, a paragraph each.
#[must_use]
pub fn sentences(about: &About<'_>, receipt: &Receipt<'_>, today: NaiveDate) -> Vec<String> {
    let (name, employer) = (about.name(), about.employer());
    let say = |on: &NaiveDate| day(*on, today);
    let line = match receipt {
        Receipt::Approved { planned } => {
            let when = planned.say(today);
            let first = format!("Approved. It goes out {when}. Until then: reply \"cancel\".");
            return vec![first, last_look(&name)];
        }
        Receipt::ApprovedNow { planned } => {
            let when = planned.say(today);
            let first = format!("Approved, and it goes out as soon as I have looked: {when}.");
            return vec![first, last_look(&name)];
        }
        Receipt::ApprovedAsWritten { planned, text } => {
            return as_written(&planned.say(today), text, &name);
        }
        Receipt::Skipped => format!(
            "Skipped. Nothing is sent, and I write no new draft for {employer} until you reply \
             \"draft\". It stays in the weekly summary."
        ),
        Receipt::Stopped => format!(
            "Stopped. I will not write to {employer} again about this application. If you change \
             your mind, reply \"reopen\"."
        ),
        Receipt::Later { until } => {
            format!("Understood. I ask you again on {}. Nothing is sent before.", say(until))
        }
        Receipt::LaterThanAsked { asked, until, why } => format!(
            "Understood: not before {}. I ask you again on {}, because: {} Nothing is sent before.",
            say(asked),
            say(until),
            one(why)
        ),
        Receipt::Cancelled => format!(
            "Cancelled. Nothing is sent to {name}. Reply \"draft\" when you want a new draft."
        ),
        Receipt::Edited { version } => format!(
            "I have your text. It comes back to you as draft {version}, and goes out only if you \
             approve that one. The draft before it can no longer be approved."
        ),
        Receipt::DraftWanted => {
            format!("I write a draft for {employer} and ask you before anything is sent.")
        }
        Receipt::Paused { until, held } => return listed(paused(*until, today), "Held", held),
        Receipt::StoppedAll { dropped } => {
            return listed(STOPPED_ALL.to_owned(), "Let go", dropped);
        }
        Receipt::Hello => HELLO.to_owned(),
        Receipt::Resumed => RESUMED.to_owned(),
        Receipt::Noted(what) => noted(what, today, None),
        Receipt::Told { lines } => return lines.iter().map(|line| told(line)).collect(),
        Receipt::Refused(refusal) => refusal.say(about, today),
        Receipt::NotUnderstood { line } => return not_understood(line),
        Receipt::Outcome(what) => outcome(what, today),
    };
    vec![line]
}

/// A ready line, whatever words of others are in it.
fn told(line: &str) -> String {
    clean_line(line, 600)
}

fn as_written(when: &str, text: &str, name: &str) -> Vec<String> {
    let first = format!(
        "Approved in your words. It goes out {when}. Until then: reply \"cancel\". This is the text:"
    );
    let text = text.lines().map(|line| format!("  {}", one_long(line)));
    [first].into_iter().chain(text).chain([last_look(name)]).collect()
}

fn listed(first: String, label: &str, items: &[String]) -> Vec<String> {
    let items = items.iter().map(|item| format!("{label}: {}", one(item)));
    [first].into_iter().chain(items).collect()
}

fn not_understood(line: &str) -> Vec<String> {
    let line = one(line);
    let first = format!(
        "I did not understand the first line \"{line}\". Nothing was sent, nothing changed."
    );
    vec![first, SHORT_HELP.to_owned()]
}

fn last_look(name: &str) -> String {
    format!("Right before sending I look once more; if {name} writes first, I will not send.")
}

fn paused(until: Option<NaiveDate>, today: NaiveDate) -> String {
    match until {
        Some(until) => format!(
            "Paused until {}. I go on reading; nothing is asked and nothing is sent. Reply \
             \"resume\" to go on sooner.",
            day(until, today)
        ),
        None => "Paused. I go on reading; nothing is asked and nothing is sent until you reply \
            \"resume\"."
            .to_owned(),
    }
}

pub(super) fn outcome(outcome: &Outcome, today: NaiveDate) -> String {
    match outcome {
        Outcome::Sent { at, then } => {
            let at = moment(*at, today);
            match then {
                AfterSend::SecondNotBefore(on) => format!(
                    "Sent {at}. If nothing comes, the earliest second and last message is {}.",
                    day(*on, today)
                ),
                AfterSend::Nothing => format!("Sent {at}."),
                AfterSend::ClosesOn(on) => format!(
                    "Sent {at}. That was the second and last message. If nothing comes until {}, I \
                     close the matter; a late reply re-opens it.",
                    day(*on, today)
                ),
            }
        }
        Outcome::Answered { who, at } => format!(
            "Not sent. {} answered {}; see that mail. The draft is withdrawn.",
            one(who),
            moment(*at, today)
        ),
        Outcome::Blind { since } => format!(
            "Not sent yet: I could not read your mailbox since {}. I try again, and tell you if \
             it becomes too late for it.",
            moment(*since, today)
        ),
        Outcome::NotSent { why } => format!("Not sent: {}", one(why)),
        Outcome::InDoubt => "I cannot tell whether it left: the mail server took it and gave no \
            answer. Please do not send it by hand yet. I look for it in your mailboxes, do not \
            send it again, and ask you if it stays unclear. Until then it counts as sent."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests;
