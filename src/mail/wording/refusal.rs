//! Why a reply was understood and not obeyed. Each reason has its own sentence, and each
//! sentence says what to do.

use chrono::NaiveDate;

use super::when::day;
use super::{About, one};

/// Why nothing was sent, although a reply asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// More than a signature or a note stood under the word.
    Conditional {
        also: String,
    },
    /// Another version of the draft is the current one.
    Outdated {
        current: u32,
    },
    AlreadyApproved,
    Lapsed {
        on: NaiveDate,
    },
    /// The employer wrote, or the user did.
    Withdrawn {
        why: String,
    },
    /// The thread and the `ref:` point to different requests.
    TwoRequests,
    /// The reply went to others, too.
    NotOnlyToYou,
    /// It is not in the user's own Sent mailbox.
    NotInSent,
    /// It lies in Sent, but like mail from outside, or since before the request.
    NotFiledByYou,
    /// `edit` and nothing below it.
    NoText,
    /// The words do not pass: one line for each complaint.
    Lint {
        complaints: Vec<String>,
        /// The version that asks again for the words that were approved before.
        again: Option<u32>,
    },
    Paused {
        until: Option<NaiveDate>,
    },
    SendingOff,
    NoSuchDraft,
}

impl Refusal {
    pub(super) fn say(&self, about: &About<'_>, today: NaiveDate) -> String {
        let (id, name) = (about.id, about.name());
        match self {
            Self::Conditional { also } => format!(
                "You also wrote \"{}\". I did not send, because I cannot tell whether that is a \
                 condition. Please answer the request once more: \"approve\" alone, or \"skip\".",
                one(also)
            ),
            Self::Outdated { current } => format!(
                "That draft is outdated; draft {current} is the current one. Nothing was sent. \
                 Please answer its own mail."
            ),
            Self::AlreadyApproved => format!(
                "You approved this one before, so nothing changed. A message goes to {name} only once."
            ),
            Self::Lapsed { on } => format!(
                "This request lapsed on {}, so nothing was sent. Reply \"draft\" for a new one.",
                day(*on, today)
            ),
            Self::Withdrawn { why } => {
                format!("This draft was withdrawn: {} Nothing was sent.", one(why))
            }
            Self::TwoRequests => "Your reply belongs to one request and carries the ref of \
                another. I did nothing. Please reply once more to the mail you mean."
                .to_owned(),
            Self::NotOnlyToYou => "Your reply went to other people as well. I only obey mail that \
                goes to you alone. Nothing was sent."
                .to_owned(),
            Self::NotInSent => format!(
                "I saw an approval but it is not in your Sent mailbox, so I did not use it. Reply \
                 from a program that keeps a copy in Sent, or run: afterword approve {id}"
            ),
            Self::NotFiledByYou => format!(
                "Your reply lies in Sent, but not like a mail you have just sent, so I did not use \
                 it. Answer my first mail with \"hello\" once, so that I learn what your own mail \
                 looks like, or run: afterword approve {id}"
            ),
            Self::NoText => "I found no text under the word. Reply \"edit\" and put the whole new \
                text below it. Nothing was sent, nothing changed."
                .to_owned(),
            Self::Lint { complaints, again } => not_taken(complaints, *again),
            Self::Paused { until: Some(until) } => format!(
                "Everything is paused until {}. Nothing was sent. Reply \"resume\" to go on.",
                day(*until, today)
            ),
            Self::Paused { until: None } => {
                "Everything is paused. Nothing was sent. Reply \"resume\" to go on.".to_owned()
            }
            Self::SendingOff => "Sending is switched off in the configuration ([sending] enabled). \
                Nothing was sent."
                .to_owned(),
            Self::NoSuchDraft => {
                "There is no draft for this any more. Nothing was sent. Reply \"draft\" for a new one."
                    .to_owned()
            }
        }
    }
}

fn not_taken(complaints: &[String], again: Option<u32>) -> String {
    let what = one(&complaints.join("; "));
    let again = again.map(|version| {
        format!(
            " What you approved before does not go out now: it comes once more as draft {version}, \
             for you to approve or edit."
        )
    });
    let again = again.unwrap_or_default();
    format!("I did not take the new text: {what}. Please mend that and send it once more.{again}")
}
