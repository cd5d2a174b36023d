//! The answer to every reply: what was understood, what was done, what comes next.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::approval::Refusal;
use crate::domain::event::{Fact, Source};
use crate::domain::policy::{self, Action};
use crate::domain::reason::Reason;
use crate::mail::wording::{self, Noted};
use crate::service::Record;
use crate::service::obey::Reply;
use crate::service::record::Case;
use crate::store::Tx;

/// Answers to lines that were not understood, in one day.
const CONFUSED_A_DAY: u32 = 5;

/// Answers to anything, in one day: more is a loop, not a person.
const RECEIPTS_A_DAY: u32 = 60;

const SENDING_OFF: &str = "Approved. But sending is switched off (in the configuration, or by the \
    stop file), so it waits until you switch it on.";
const APPROVED_IN_A_PAUSE: &str = "Approved. But everything is paused, so it waits until the pause \
    ends; reply \"resume\" to go on.";

/// What became of a reply.
pub(in crate::service) enum Receipt {
    Approved {
        send_at: DateTime<Utc>,
    },
    ApprovedNow {
        send_at: DateTime<Utc>,
    },
    /// `send this`: approved in the user's own words.
    SentAsWritten {
        send_at: DateTime<Utc>,
        text: String,
    },
    /// A new version follows in a mail of its own.
    Edited {
        version: u32,
    },
    /// The linter stops the new text.
    NotTaken {
        complaints: Vec<String>,
        /// The version that asks again for what was approved before.
        again: Option<u32>,
    },
    /// `edit` without a text.
    NoText,
    StoppedAll {
        dropped: Vec<String>,
    },
    /// The way back works.
    Hello,
    Skipped,
    Stopped,
    Postponed,
    Cancelled,
    /// The draft is already on its way.
    TooLate,
    DraftWanted,
    /// A draft was asked for, but the application is closed.
    IsClosed,
    Noted {
        what: &'static str,
        value: String,
    },
    NoteKept,
    /// What was told and understood, ready to be said.
    Said(Vec<String>),
    Paused {
        until: Option<NaiveDate>,
        /// Drafts that wait meanwhile.
        held: Vec<String>,
    },
    Resumed,
    Why,
    Status,
    Help,
    NotUnderstood {
        line: String,
    },
    /// A good word, but there is nothing it could mean here.
    NothingMeant,
    Refused(Refusal),
}

impl Record {
    /// The receipt of a reply, into its own thread.
    pub(in crate::service) async fn answer_reply(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        receipt: Receipt,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let confused = matches!(receipt, Receipt::NotUnderstood { .. });
        if confused && self.confused_today(tx, now).await? >= CONFUSED_A_DAY {
            return Ok(());
        }
        if self.receipts_today(tx, now).await? >= RECEIPTS_A_DAY {
            return Ok(());
        }
        let case = match reply.application {
            Some(application) => self.case_of(tx, application, now).await?,
            None => None,
        };
        let lines = self.told_lines(tx, &receipt, case.as_ref(), now).await?;
        let subject = &reply.message.subject;
        let today = self.today();
        let words = match &case {
            Some(case) => {
                let first_name = case.first_name();
                let about = case.about(&first_name);
                let text = &reply.message.new_text;
                let said = self.said(receipt, case, &first_name, text, lines, now);
                wording::receipt(subject, &about, &said, today)
            }
            None => {
                let said = general(receipt, lines);
                wording::receipt_without_application(subject, &said, today)
            }
        };
        let kind = if confused { "confused" } else { "receipt" };
        let key = format!("{kind}:{}", reply.id.0);
        let answers = reply.message.message_id.clone();
        self.queue_words(tx, key, words, reply.application, answers, now).await
    }

    /// What a receipt says about one application, as sentences.
    pub(in crate::service) async fn in_sentences(
        &self,
        tx: &mut Tx,
        receipt: Receipt,
        case: &Case,
        text: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<String>> {
        let lines = self.told_lines(tx, &receipt, Some(case), now).await?;
        let first_name = case.first_name();
        let said = self.said(receipt, case, &first_name, text, lines, now);
        Ok(wording::sentences(&case.about(&first_name), &said, self.today()))
    }

    async fn receipts_today(&self, tx: &mut Tx, now: DateTime<Utc>) -> anyhow::Result<u32> {
        let since = now - TimeDelta::days(1);
        Ok(tx.count_user_mails_since(self.account, "receipt:", since).await?)
    }

    async fn confused_today(&self, tx: &mut Tx, now: DateTime<Utc>) -> anyhow::Result<u32> {
        let since = now - TimeDelta::days(1);
        Ok(tx.count_user_mails_since(self.account, "confused:", since).await?)
    }

    /// Lines of `why` and `status`.
    async fn told_lines(
        &self,
        tx: &mut Tx,
        receipt: &Receipt,
        case: Option<&Case>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<String>> {
        match (receipt, case) {
            (Receipt::Why, Some(case)) => Ok(self.why_lines(case, now)),
            (Receipt::Status | Receipt::Why, _) => {
                let cases = self.load_cases(tx, now).await?;
                let open = cases.iter().filter(|case| case.follow_up.closed.is_none());
                let lines: Vec<String> = open.map(|case| self.status_line(case, now)).collect();
                Ok(if lines.is_empty() { vec!["Nothing is open.".to_owned()] } else { lines })
            }
            _ => Ok(Vec::new()),
        }
    }

    fn status_line(&self, case: &Case, now: DateTime<Utc>) -> String {
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        let until = match decision.action {
            Action::Wait { until } => {
                let day = self.clock_of_user(until).date();
                format!(" I look again {}.", wording::day(day, self.today()))
            }
            Action::Ask { .. }
            | Action::Prepare { .. }
            | Action::Send { .. }
            | Action::Stop { .. }
            | Action::Nothing => String::new(),
        };
        // The hours of a day, and the days of grace before it, do not say what is waited for.
        let says_what = |it: &&Reason| !matches!(it, Reason::Window { .. } | Reason::Grace { .. });
        let because = &decision.because;
        let why = because.iter().rev().find(says_what).or(because.last());
        let why = why.map(ToString::to_string).unwrap_or_default();
        let id = &case.application.readable_id;
        format!("{id}, {}: {why}{until}", case.application.employer.name)
    }

    /// Why an approved message waits, whatever its date.
    fn why_held(&self, case: &Case) -> Option<&'static str> {
        if !self.may_send() {
            return Some(SENDING_OFF);
        }
        case.around.paused.is_some().then_some(APPROVED_IN_A_PAUSE)
    }

    fn said<'a>(
        &self,
        receipt: Receipt,
        case: &Case,
        first_name: &'a str,
        text: &str,
        lines: Vec<String>,
        now: DateTime<Utc>,
    ) -> wording::Receipt<'a> {
        let approved = matches!(
            receipt,
            Receipt::Approved { .. } | Receipt::ApprovedNow { .. } | Receipt::SentAsWritten { .. }
        );
        if approved && let Some(why) = self.why_held(case) {
            return wording::Receipt::Told { lines: vec![why.to_owned()] };
        }
        match receipt {
            Receipt::Approved { send_at } => {
                wording::Receipt::Approved { planned: self.planned(case, send_at, first_name) }
            }
            Receipt::ApprovedNow { send_at } => {
                wording::Receipt::ApprovedNow { planned: self.planned(case, send_at, first_name) }
            }
            Receipt::SentAsWritten { send_at, text } => wording::Receipt::ApprovedAsWritten {
                planned: self.planned(case, send_at, first_name),
                text,
            },
            Receipt::Edited { version } => wording::Receipt::Edited { version },
            Receipt::NotTaken { complaints, again } => {
                wording::Receipt::Refused(wording::Refusal::Lint { complaints, again })
            }
            Receipt::NoText => wording::Receipt::Refused(wording::Refusal::NoText),
            Receipt::Skipped => wording::Receipt::Skipped,
            Receipt::Stopped => wording::Receipt::Stopped,
            Receipt::Cancelled => wording::Receipt::Cancelled,
            Receipt::DraftWanted => wording::Receipt::DraftWanted,
            Receipt::Postponed => self.postponed(case, now),
            Receipt::Noted { what, value } => {
                wording::Receipt::Noted(Noted::Fact { what: what.to_owned(), value })
            }
            Receipt::NoteKept => wording::Receipt::Noted(Noted::Note),
            Receipt::Refused(refusal) => {
                let also = under_the_word(text);
                wording::Receipt::Refused(self.refused(refusal, also, case, now))
            }
            Receipt::IsClosed => wording::Receipt::Told {
                lines: vec![
                    "This application is closed, so no draft is written. To take it up again, \
                     reply \"reopen\"."
                        .to_owned(),
                ],
            },
            Receipt::TooLate
            | Receipt::Said(_)
            | Receipt::Paused { .. }
            | Receipt::StoppedAll { .. }
            | Receipt::Hello
            | Receipt::Resumed
            | Receipt::Why
            | Receipt::Status
            | Receipt::Help
            | Receipt::NotUnderstood { .. }
            | Receipt::NothingMeant => general(receipt, lines),
        }
    }

    /// The day of the next request, which may be later than the one asked for (E01).
    fn postponed(&self, case: &Case, now: DateTime<Utc>) -> wording::Receipt<'static> {
        let asked = case.events.iter().rev().find_map(|event| match &event.fact {
            Fact::DraftPostponed { until, .. } | Fact::LaterWanted { until } => Some(*until),
            _ => None,
        });
        let asked = asked.map(|at| self.clock_of_user(at).date());
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        let until = match decision.action {
            Action::Wait { until } => Some(self.clock_of_user(until).date()),
            Action::Ask { .. }
            | Action::Prepare { .. }
            | Action::Send { .. }
            | Action::Stop { .. }
            | Action::Nothing => None,
        };
        let asked = asked.unwrap_or_else(|| self.today());
        match until {
            Some(until) if until > asked => {
                let why = decision.because.last().map(ToString::to_string).unwrap_or_default();
                wording::Receipt::LaterThanAsked { asked, until, why }
            }
            Some(until) => wording::Receipt::Later { until },
            None => wording::Receipt::Later { until: asked },
        }
    }

    fn refused(
        &self,
        refusal: Refusal,
        also: String,
        case: &Case,
        now: DateTime<Utc>,
    ) -> wording::Refusal {
        match refusal {
            Refusal::Condition => wording::Refusal::Conditional { also },
            Refusal::Used => wording::Refusal::AlreadyApproved,
            Refusal::Expired => {
                let asked = case.follow_up.draft.as_ref().and_then(|open| open.asked_at);
                let hours = TimeDelta::hours(i64::from(self.settings.valid_hours));
                let on = self.clock_of_user(asked.unwrap_or(now) + hours).date();
                wording::Refusal::Lapsed { on }
            }
            Refusal::Outdated => self.outdated(case),
            Refusal::Contradictory => wording::Refusal::TwoRequests,
            Refusal::OtherRecipients => wording::Refusal::NotOnlyToYou,
            Refusal::NotInSent => wording::Refusal::NotInSent,
            Refusal::CameFromOutside | Refusal::OlderThanRequest => wording::Refusal::NotFiledByYou,
            Refusal::NotTheUser
            | Refusal::OtherSender
            | Refusal::Automatic
            | Refusal::Forwarded => wording::Refusal::NoSuchDraft,
        }
    }

    /// Why the draft that was approved is not the current one any more.
    fn outdated(&self, case: &Case) -> wording::Refusal {
        if let Some(open) = &case.follow_up.draft {
            return wording::Refusal::Outdated { current: open.version };
        }
        let ended = case.events.iter().rev().find_map(|event| match (&event.fact, event.source) {
            (Fact::DraftWithdrawn { reason, .. }, Source::Service) => {
                let why = Reason::Outdated(*reason).to_string();
                Some(wording::Refusal::Withdrawn { why })
            }
            (Fact::DraftLapsed { .. }, _) => {
                Some(wording::Refusal::Lapsed { on: self.clock_of_user(event.at).date() })
            }
            (Fact::DraftSkipped { .. } | Fact::DraftPostponed { .. }, _) => {
                Some(wording::Refusal::NoSuchDraft)
            }
            _ => None,
        });
        ended.unwrap_or(wording::Refusal::NoSuchDraft)
    }
}

/// What stands under the first line of a reply.
fn under_the_word(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.nth(1).unwrap_or_default().to_owned()
}

/// What can be said without knowing an application.
fn general(receipt: Receipt, lines: Vec<String>) -> wording::Receipt<'static> {
    let told = |line: &str| wording::Receipt::Told { lines: vec![line.to_owned()] };
    match receipt {
        Receipt::Resumed => wording::Receipt::Resumed,
        Receipt::Paused { until, held } => wording::Receipt::Paused { until, held },
        Receipt::StoppedAll { dropped } => wording::Receipt::StoppedAll { dropped },
        Receipt::Hello => wording::Receipt::Hello,
        Receipt::Why | Receipt::Status => wording::Receipt::Told { lines },
        Receipt::Said(lines) => wording::Receipt::Told { lines },
        Receipt::Help => wording::Receipt::Told { lines: wording::HELP.map(str::to_owned).into() },
        Receipt::NotUnderstood { line } => wording::Receipt::NotUnderstood { line },
        Receipt::TooLate => told("It is already on its way and cannot be taken back."),
        Receipt::Refused(Refusal::Contradictory) => {
            wording::Receipt::Refused(wording::Refusal::TwoRequests)
        }
        Receipt::Approved { .. }
        | Receipt::ApprovedNow { .. }
        | Receipt::SentAsWritten { .. }
        | Receipt::Edited { .. }
        | Receipt::NotTaken { .. }
        | Receipt::NoText
        | Receipt::Skipped
        | Receipt::Stopped
        | Receipt::Postponed
        | Receipt::Cancelled
        | Receipt::DraftWanted
        | Receipt::IsClosed
        | Receipt::Noted { .. }
        | Receipt::NoteKept
        | Receipt::NothingMeant
        | Receipt::Refused(_) => told(
            "I know the word, but in answer to that mail there is nothing it could be about. \
             Nothing was sent, nothing changed.",
        ),
    }
}
