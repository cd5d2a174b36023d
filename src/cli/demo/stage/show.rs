//! What is printed of a pass: what was read, the plans, what left, and the mails to the user.
//!
//! Nothing is worked out here. Surprising: a plan is shown at the end of a day only, so that one
//! which a mail of the same day overtakes is not shown at all.

use anyhow::anyhow;

use crate::cli::failure::Failure;
use crate::domain::reason::Reason;
use crate::domain::user_mail::UserMailKind;
use crate::service::view::{ApplicationView, Local, TimelineEntry};

use super::{Stage, TO_FILE_COPY};
use crate::cli::demo::letter::{Letter, opening};
use crate::cli::demo::page;

/// What happens next, when, and why.
pub(super) type Plan = (&'static str, Option<Local>, Vec<Reason>);

impl Stage {
    /// What was read in the mails of others.
    pub(super) fn show_read(&mut self, view: &ApplicationView, history: &[TimelineEntry]) {
        let seen = self.seen.events.insert(view.id.to_string(), history.len()).unwrap_or(0);
        for entry in history.iter().skip(seen).filter(|entry| says_something_new(entry)) {
            self.page.row(self.now, &view.employer, &entry.what);
        }
    }

    /// At the end of a day: every plan that is another one than before, with the rules behind it.
    pub(super) async fn show_plans(&mut self) -> Result<(), Failure> {
        for (view, _) in self.applications().await? {
            let plan = plan_of(&view);
            let known = self.plans.insert(view.id.to_string(), plan.clone());
            if known.as_ref() != Some(&plan) && !is_told_otherwise(&view) {
                self.show_plan(&view);
            }
        }
        Ok(())
    }

    pub(super) async fn show_plan_of(&mut self, employer: &str) -> Result<(), Failure> {
        for (view, _) in self.applications().await? {
            if view.employer == employer {
                self.show_plan(&view);
            }
        }
        Ok(())
    }

    fn show_plan(&mut self, view: &ApplicationView) {
        let (action, at, why) = plan_of(view);
        let next = match (action, at) {
            ("wait", Some(at)) => format!("next: wait until {}", at.format("%a %-d %b, %H:%M")),
            ("nothing", _) => "next: nothing by itself".to_owned(),
            (action, _) => format!("next: {action}"),
        };
        self.page.row_of_the_day(self.now, &view.employer, &next);
        let mut said = String::new();
        for reason in &why {
            if !repeats(reason, &said) {
                said = reason.to_string();
                page::because(reason.rule(), &said);
            }
        }
    }

    /// What left for an employer; it must be what was approved.
    pub(super) fn show_sent(&mut self) -> Result<(), Failure> {
        for delivered in self.sandbox.delivered().iter().skip(self.seen.outbox) {
            self.seen.outbox += 1;
            let letter = Letter::read(&delivered.bytes);
            let approved = self.approved.get(&delivered.to).map(String::as_str);
            if approved != Some(letter.text.trim()) || letter.to != delivered.to {
                return Err(anyhow!("What was sent is not what was approved").into());
            }
            let Letter { subject, to, text, .. } = &letter;
            let told = format!("\"{subject}\" to {to}, word for word as approved.");
            self.page.row(self.now, "sent", &told);
            // Whoever approves has seen the words; with --yes one example is enough.
            if self.yes && !std::mem::replace(&mut self.shown, true) {
                page::mail(text);
            }
            self.look_again = Some(self.now + TO_FILE_COPY);
        }
        Ok(())
    }

    /// Mails to the user.
    pub(super) async fn show_mails(&mut self) -> Result<(), Failure> {
        let inbox = self.sandbox.messages("INBOX");
        for bytes in inbox.iter().skip(self.seen.inbox) {
            let letter = Letter::read(bytes);
            if let Some(kind) = letter.kind {
                self.show_mail(kind, letter).await?;
            }
        }
        self.seen.inbox = inbox.len();
        Ok(())
    }

    async fn show_mail(&mut self, kind: UserMailKind, letter: Letter) -> Result<(), Failure> {
        let told = letter.told();
        let told = if self.yes { opening(&told, page::ROOM) } else { told };
        self.page.row(self.now, "mail", &told);
        match kind {
            UserMailKind::ApprovalRequest => {
                if !self.yes {
                    page::mail(&letter.without_code());
                }
                self.requests.push_back(letter);
            }
            UserMailKind::Question => self.questions.push_back(letter),
            UserMailKind::Summary => self.keep_week(letter).await?,
            UserMailKind::Receipt | UserMailKind::Alert | UserMailKind::Welcome => {}
        }
        Ok(())
    }

    async fn keep_week(&mut self, letter: Letter) -> Result<(), Failure> {
        let lines = letter.text.lines().count();
        self.weekly.last = Some(letter);
        let record = self.service.record();
        if lines > self.weekly.most_lines
            && let Some(week) = record.summary(None).await?
        {
            self.weekly.most_lines = lines;
            self.weekly.fullest_page = Some(record.summary_page(&week));
        }
        Ok(())
    }
}

/// That somebody wrote is told by the story; what the service did, by its mails.
fn says_something_new(entry: &TimelineEntry) -> bool {
    entry.source == "mail"
        && !entry.what.ends_with(" wrote")
        && !entry.what.starts_with("they write ")
}

/// The window of a day that was just named says nothing new about the day.
fn repeats(reason: &Reason, said: &str) -> bool {
    let Reason::Window { day, .. } = reason else { return false };
    said.contains(&day.format("%a %-d %b").to_string())
}

fn plan_of(view: &ApplicationView) -> Plan {
    (view.next.action, view.next.at, view.next.why.clone())
}

/// Where a mail or what was read says already how it goes on.
fn is_told_otherwise(view: &ApplicationView) -> bool {
    let ahead = |reason: &Reason| matches!(reason, Reason::InterviewAhead { .. });
    view.closed.is_some() || view.draft.is_some() || view.next.why.iter().any(ahead)
}
