//! The words of every mail to the user: short, calm, exact, and never a reproach.
//!
//! Pure functions from plain facts to a subject and a text. Nothing is decided here, and nobody
//! is written to: key, ids and address are given by the caller. All times are passed in.
//!
//! The surprising fact: a mail begins with what can be answered. Everything from `MARKER` on is
//! reference, and a reply's first line of new text is all that counts.

use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::user_mail::{UserMail, UserMailKind};

use super::compose::{clean_line, clean_subject};

mod call;
mod changes;
mod html;
mod noted;
mod notice;
mod question;
mod receipt;
mod refusal;
mod report;
mod request;
mod steps;
mod summary;
mod welcome;
mod when;

pub use call::{CallFacts, call_advice};
pub(super) use html::pieces;
pub use html::twin;
pub use noted::{Noted, noted};
pub use notice::{Notice, alerts, another_installation, blind, notice};
pub use question::{
    FactQuestion, InterviewQuestion, MatchQuestion, Unknown, close_question, date_question,
    doubt_question, fact_question, interview_question, match_question,
};
pub use receipt::{
    AfterSend, HELP, Outcome, Receipt, receipt, receipt_without_application, sentences,
};
pub use refusal::Refusal;
pub use report::{Table, report};
pub use request::{RequestFacts, approval_request, reminder};
pub use steps::{LEGEND, mark, step_name, step_words, word_line};
pub use summary::{
    Closed, Health, Item, MOST_NUMBERS, Meeting, Need, News, Record, Sent, SummaryFacts, Wait,
    came_back, weekly_summary,
};
pub use welcome::{Overdue, WelcomeFacts, welcome};
pub use when::{Planned, day, moment};

/// What one filter can catch all our mails by.
pub const TAG: &str = "[Afterword]";
/// A reply ends here.
pub const MARKER: &str = "------ reply above this line ------";

const WIDTH: usize = 76;

/// Subject and text of a mail to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub kind: UserMailKind,
    pub subject: String,
    /// Lines end with `\n`.
    pub body: String,
    /// A piece of HTML for the twin, of our own making; empty for most mails.
    pub pictures: String,
}

impl Words {
    fn new(kind: UserMailKind, subject: &str, body: String) -> Self {
        Self { kind, subject: clean_subject(subject), body, pictures: String::new() }
    }

    /// Makes a mail of the words.
    #[must_use]
    pub fn into_mail(
        self,
        key: String,
        message_id: MessageId,
        in_reply_to: Option<MessageId>,
    ) -> UserMail {
        let Self { kind, subject, body, pictures } = self;
        UserMail { key, kind, subject, body, pictures, message_id, in_reply_to }
    }
}

/// Whom and what a mail is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub id: &'a ReadableId,
    pub employer: &'a str,
    /// First name of the person written to.
    pub first_name: &'a str,
}

impl About<'_> {
    fn employer(&self) -> String {
        one(self.employer)
    }

    fn name(&self) -> String {
        one(self.first_name)
    }

    /// `[Afterword] … {ACME-1}`
    fn subject(&self, text: &str) -> String {
        format!("{TAG} {text} {{{}}}", self.id)
    }
}

/// A fact of somebody else's mail as part of one line.
fn one(text: &str) -> String {
    clean_line(text, 200)
}

/// A line of a draft.
fn one_long(text: &str) -> String {
    clean_line(text, 2000)
}

/// `Why now:  first line` with the lines after it below its text. Where one goes on it is set in
/// deeper, or two that follow each other could not be told apart.
fn labelled(label: &str, lines: &[String]) -> String {
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let head = if index == 0 { label } else { "" };
        out.push_str(&wrapped(&format!("{head:<10}"), "            ", &clean_line(line, 600)));
    }
    out
}

/// Breaks a text at its spaces so that no line is wider than a mail window.
fn wrapped(first: &str, next: &str, text: &str) -> String {
    let mut lines = vec![first.to_owned()];
    let mut fresh = true;
    for word in text.split(' ') {
        let used = lines.last().map_or(0, |line| line.chars().count());
        if !fresh && used + 1 + word.chars().count() > WIDTH {
            lines.push(next.to_owned());
            fresh = true;
        }
        if let Some(line) = lines.last_mut() {
            if !fresh {
                line.push(' ');
            }
            line.push_str(word);
        }
        fresh = false;
    }
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A paragraph.
fn paragraph(text: &str) -> String {
    wrapped("", "", text)
}

#[cfg(test)]
mod testing {
    use super::*;

    pub(super) fn id() -> ReadableId {
        ReadableId::for_employer("Acme", 1)
    }

    pub(super) fn date(text: &str) -> chrono::NaiveDate {
        text.parse().unwrap()
    }

    pub(super) fn time(text: &str) -> chrono::NaiveDateTime {
        chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    /// The subject of a request.
    pub(super) const ASKED: &str = "[Afterword] Send to Anna at Acme? (1 of 2) {ACME-1}";

    pub(super) fn planned() -> Planned<'static> {
        Planned {
            at: "2026-12-08T08:10:00Z".parse().unwrap(),
            user_zone: chrono_tz::Tz::Europe__Berlin,
            recipient: chrono::FixedOffset::east_opt(3600).unwrap(),
            first_name: "Anna",
        }
    }

    /// Subject and text as one, and what holds for all of them.
    pub(super) fn shown(words: &Words) -> String {
        assert!(words.subject.contains(TAG), "{}", words.subject);
        assert!(words.body.contains(MARKER) && words.body.ends_with('\n'), "{}", words.body);
        let wide = words.body.lines().find(|line| line.chars().count() > 100);
        let in_draft = words.kind == UserMailKind::ApprovalRequest;
        assert!(in_draft || wide.is_none(), "{wide:?}");
        for word in ["ignored you", "failed to", "you forgot", "overdue!"] {
            assert!(!words.body.contains(word), "{word}");
        }
        html::tests::checked_twin(words.kind, &words.body);
        format!("Subject: {}\n\n{}", words.subject, words.body)
    }
}
