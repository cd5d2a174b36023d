//! Plays the story: moves both clocks to the next moment at which anything happens, lets the
//! service do one pass, and prints what came of it.
//!
//! Which moment is next is taken from the service's own plan, the story and the calendar.
//! Surprising: the message to the employer is compared with the words that were shown for
//! approval; the demo fails if they differ.

use std::collections::VecDeque;
use std::io::IsTerminal as _;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use mail_parser::MessageParser;

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::clock::Clock;
use crate::domain::calendar::moment;
use crate::domain::draft::DraftState;
use crate::sandbox::Sandbox;
use crate::service::Service;
use crate::service::view::{ApplicationView, TimelineEntry};

use super::page::{self, Page};
use super::story::{self, Incident};

/// A story that has not ended by then never will.
const MOST_PASSES: usize = 200;
/// The viewer takes this long to answer.
const TO_ANSWER: TimeDelta = TimeDelta::minutes(2);
/// After sending, the service looks for the copy in Sent.
const TO_FILE_COPY: TimeDelta = TimeDelta::minutes(15);
/// A plan further away than this is no part of the story.
const TOO_FAR: TimeDelta = TimeDelta::days(30);

pub struct Stage {
    service: Service,
    sandbox: Sandbox,
    yes: bool,
    now: DateTime<Utc>,
    page: Page,
    incidents: VecDeque<(DateTime<Utc>, Incident)>,
    seen: Seen,
    /// The request that can be answered.
    open_request: Option<Letter>,
    /// The words of the request that was answered last.
    approved: String,
    /// Whether a request has been shown as a whole.
    shown: bool,
    /// What was shown last of the plan.
    plan: String,
    look_again: Option<DateTime<Utc>>,
    last_monday: bool,
}

/// How much of each list has been shown.
#[derive(Default)]
struct Seen {
    inbox: usize,
    outbox: usize,
    events: usize,
}

/// A mail as its reader sees it.
pub struct Letter {
    pub subject: String,
    pub kind: String,
    message_id: String,
    to: String,
    text: String,
}

impl Letter {
    pub fn read(bytes: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(bytes);
        let message = parsed.as_ref();
        let text = |found: Option<&str>| found.unwrap_or_default().trim().to_owned();
        let kind = message.and_then(|it| it.header("X-Afterword-Kind")?.as_text());
        let to = message.and_then(|it| it.to()?.first()?.address());
        let body = message.and_then(|it| it.body_text(0)).unwrap_or_default();
        Self {
            subject: text(message.and_then(|it| it.subject())),
            kind: text(kind),
            message_id: text(message.and_then(|it| it.message_id())),
            to: text(to),
            text: body.replace("\r\n", "\n"),
        }
    }

    /// The words between the markers of a request.
    fn proposed(&self) -> Option<&str> {
        let (_, after) = self.text.split_once("begins -----\n")?;
        after.split_once("\n----- draft").map(|(words, _)| words.trim())
    }

    /// Without its one-time code: that is new every time, and the key to sending.
    fn without_code(&self) -> String {
        let hidden = |line: &str| {
            if line.starts_with("ref: ") {
                "ref: (a one-time code)".to_owned()
            } else {
                line.to_owned()
            }
        };
        self.text.lines().map(hidden).collect::<Vec<_>>().join("\n")
    }
}

impl Stage {
    pub fn new(service: Service, sandbox: Sandbox, yes: bool) -> Self {
        Self {
            service,
            sandbox,
            yes,
            now: story::begins(),
            page: Page::default(),
            incidents: story::incidents().collect(),
            seen: Seen::default(),
            open_request: None,
            approved: String::new(),
            shown: false,
            plan: String::new(),
            look_again: None,
            last_monday: false,
        }
    }

    /// Ends the service and hands out what is left.
    pub fn leave(self) -> (Sandbox, DateTime<Utc>) {
        (self.sandbox, self.now)
    }

    pub async fn play(&mut self) -> Result<(), Failure> {
        page::paragraph(
            "A whole follow-up, from the invitation to its end. The mail server is inside this \
             program and the clock is moved by hand; the service is the real one. No account is \
             needed, and nothing leaves this computer.",
        );
        for _ in 0..MOST_PASSES {
            let Some((at, incident)) = self.next_moment().await? else { break };
            self.now = at;
            if let Some(incident) = incident {
                self.happen(incident);
            }
            self.pass(incident).await?;
            self.answer().await?;
        }
        self.end().await
    }

    /// The earliest of: the story, what the service has planned, a look after sending, Monday.
    /// When only Mondays are left, the next one is the last.
    async fn next_moment(&mut self) -> Result<Option<(DateTime<Utc>, Option<Incident>)>, Failure> {
        let now = self.now;
        let planned = match self.application().await? {
            Some((view, _)) => view.next.at.map(|at| at.to_utc()),
            None => None,
        };
        let planned = planned.filter(|at| *at > now && *at - now < TOO_FAR);
        let again = self.look_again.filter(|at| *at > now);
        let told = self.incidents.front().copied();
        if told.is_none() && planned.is_none() && again.is_none() {
            if self.last_monday {
                return Ok(None);
            }
            self.last_monday = true;
        }
        let other = [planned, again, Some(next_monday(now))].into_iter().flatten().min();
        Ok(match (told, other) {
            (Some((at, incident)), Some(other)) if at <= other => {
                self.incidents.pop_front();
                Some((at, Some(incident)))
            }
            (_, other) => other.map(|at| (at, None)),
        })
    }

    async fn application(&self) -> Result<Option<(ApplicationView, Vec<TimelineEntry>)>, Failure> {
        let record = self.service.record();
        let Some(view) = record.overview().await?.applications.into_iter().next() else {
            return Ok(None);
        };
        Ok(record.application(&view.id).await?)
    }

    /// What somebody else does.
    fn happen(&mut self, incident: Incident) {
        let (who, what) = match incident {
            Incident::Start => ("you", "start Afterword on an empty mailbox."),
            Incident::Invitation => {
                ("Anna", "invites you to an interview on Tuesday, 24 November, at 14:00.")
            }
            Incident::Held => ("you", "come home from the interview."),
            Incident::Promise => ("Anna", story::PROMISE),
            Incident::Quiet(what) => ("", what),
        };
        self.page.row(self.now, who, what);
        if let Some(bytes) = story::mail(incident, self.now) {
            self.sandbox.deliver("INBOX", &bytes, self.now);
        }
    }

    /// One pass of the service, and everything that came of it.
    async fn pass(&mut self, incident: Option<Incident>) -> Result<(), Failure> {
        self.sandbox.set_clock(Clock::Fixed(self.now));
        self.service.set_clock(Clock::Fixed(self.now));
        self.service.pass().await?;
        let application = self.application().await?;
        if let Some((view, timeline)) = &application {
            self.show_noted(timeline);
            self.show_plan(view, matches!(incident, Some(Incident::Quiet(_))));
        }
        self.show_sent()?;
        self.show_mails();
        Ok(())
    }

    fn show_noted(&mut self, timeline: &[TimelineEntry]) {
        for entry in timeline.iter().skip(self.seen.events) {
            self.page.row(self.now, "noted", &entry.what);
        }
        self.seen.events = timeline.len();
    }

    /// The plan, where it is another one than before, with the rules behind it.
    fn show_plan(&mut self, view: &ApplicationView, quiet: bool) {
        let when = view.next.at.map(|at| at.format(" until %a %-d %b, %H:%M").to_string());
        let plan = format!("{}{}", view.next.action, when.unwrap_or_default());
        if quiet {
            let text = format!("Nothing is asked and nothing is sent: {plan}.");
            self.page.row(self.now, "plan", &text);
        } else if plan != self.plan {
            self.page.row(self.now, "plan", &plan);
            for reason in &view.next.why {
                self.page.because(reason.rule(), &reason.to_string());
            }
        }
        self.plan = plan;
    }

    /// What left for the employer; it must be what was approved.
    fn show_sent(&mut self) -> Result<(), Failure> {
        for delivered in self.sandbox.delivered().iter().skip(self.seen.outbox) {
            self.seen.outbox += 1;
            let letter = Letter::read(&delivered.bytes);
            if letter.text.trim() != self.approved || letter.to != delivered.to {
                return Err(anyhow!("What was sent is not what was approved").into());
            }
            let text =
                format!("to {}: \"{}\", word for word as approved.", letter.to, letter.subject);
            self.page.row(self.now, "sent", &text);
            self.look_again = Some(self.now + TO_FILE_COPY);
        }
        Ok(())
    }

    /// Mails to the user; requests are shown as a whole.
    fn show_mails(&mut self) {
        for bytes in self.sandbox.messages("INBOX").iter().skip(self.seen.inbox) {
            self.seen.inbox += 1;
            let letter = Letter::read(bytes);
            if letter.kind.is_empty() {
                continue;
            }
            self.page.row(self.now, "mail", &letter.subject);
            if letter.kind == "approval-request" {
                // Whoever is asked has to see the words; with --yes one example is enough.
                if !std::mem::replace(&mut self.shown, true) || !self.yes {
                    page::mail(&letter.without_code());
                }
                self.open_request = Some(letter);
            }
        }
    }

    /// The viewer's replies to a request, until it is settled or left alone.
    async fn answer(&mut self) -> Result<(), Failure> {
        while let Some(request) = self.open_request.take() {
            let word = if self.yes { Some("approve".to_owned()) } else { ask_viewer().await };
            let Some(word) = word else {
                self.page.row(self.now, "you", "do not reply; time goes on.");
                return Ok(());
            };
            self.now += TO_ANSWER;
            self.page.row(self.now, "you", &format!("reply \"{word}\"."));
            let (subject, id) = (&request.subject, &request.message_id);
            let reply = story::reply(self.now, subject, id, &word, &request.text);
            self.sandbox.deliver("Sent", &reply, self.now);
            request.proposed().context("A request shows the words")?.clone_into(&mut self.approved);
            self.pass(None).await?;
            let open = self.application().await?.and_then(|(view, _)| view.draft);
            if open.is_some_and(|draft| draft.state == DraftState::Asked)
                && self.open_request.is_none()
            {
                if self.yes {
                    return Err(anyhow!("The approval was not obeyed").into());
                }
                self.open_request = Some(request);
            }
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Failure> {
        let messages = self.sandbox.delivered().len();
        let read: usize = ["INBOX", "Sent"].iter().map(|it| self.sandbox.messages(it).len()).sum();
        page::paragraph(&format!(
            "Messages to the employer: {messages}, each approved word for word. Mails in the \
             mailbox: {read}."
        ));
        Ok(())
    }
}

/// One line of the viewer. A thread reads it, which nobody has to wait for when the demo ends.
async fn ask_viewer() -> Option<String> {
    output::prompt("     Your reply (approve, skip, later fri, stop; or nothing): ");
    let (sender, line) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        // Nobody waits for it any more if this fails.
        let _ = sender.send(read.map(|_| line));
    });
    let line = line.await.ok()?.ok()?;
    if !std::io::stdin().is_terminal() {
        output::line("");
    }
    let line = output::plain(line.trim());
    (!line.is_empty()).then_some(line)
}

fn next_monday(now: DateTime<Utc>) -> DateTime<Utc> {
    let local = now.with_timezone(&Berlin);
    let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
    let days = 7 - u64::from(local.weekday().num_days_from_monday());
    let today = local.date_naive();
    let monday = today.checked_add_days(Days::new(days)).unwrap_or(today);
    let this = moment(Berlin, today.and_time(eight));
    if days == 7 && now < this { this } else { moment(Berlin, monday.and_time(eight)) }
}
