//! Plays the story: moves both clocks to the next moment at which anything happens, lets the
//! service do one pass, and prints what came of it.
//!
//! Which moment is next is taken from the service's own plan, the story and the calendar.
//! Surprising: a message to an employer is compared with the words that were shown for approval;
//! the demo fails if they differ.

mod show;

use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Europe::Berlin;

use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::domain::calendar::moment;
use crate::domain::draft::DraftState;
use crate::sandbox::Sandbox;
use crate::service::Service;
use crate::service::view::{ApplicationView, TimelineEntry};

use super::letter::Letter;
use super::page::{self, Page};
use super::story::{self, Incident};
use super::{mails, viewer};
use show::Plan;

/// The viewer takes this long to answer.
const TO_ANSWER: TimeDelta = TimeDelta::minutes(2);
/// After sending, the service looks for the copy in Sent.
const TO_FILE_COPY: TimeDelta = TimeDelta::minutes(15);
/// On Mondays the weekly mail comes at this hour; before it nobody is written to.
const MORNING: u32 = 8;

pub struct Stage {
    service: Service,
    sandbox: Sandbox,
    yes: bool,
    now: DateTime<Utc>,
    page: Page,
    incidents: VecDeque<(DateTime<Utc>, Incident)>,
    seen: Seen,
    /// What was shown last of each plan.
    plans: BTreeMap<String, Plan>,
    questions: VecDeque<Letter>,
    /// Those that can be answered.
    requests: VecDeque<Letter>,
    /// The words of the request that was answered last, by the address they are for.
    approved: BTreeMap<String, String>,
    /// Whether a message to an employer has been shown as a whole.
    shown: bool,
    look_again: Option<DateTime<Utc>>,
    weekly: Weekly,
}

/// How much of each list has been shown.
#[derive(Default)]
struct Seen {
    inbox: usize,
    outbox: usize,
    /// Of the history of each application.
    events: BTreeMap<String, usize>,
}

/// Of the weekly mails, the last one, and the one that says most.
#[derive(Default)]
struct Weekly {
    last: Option<Letter>,
    most_lines: usize,
    fullest_page: Option<String>,
}

/// What is left when the story is over.
pub struct Left {
    pub sandbox: Sandbox,
    pub ended_at: DateTime<Utc>,
    /// The page of the fullest week.
    pub page: Option<String>,
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
            plans: BTreeMap::new(),
            questions: VecDeque::new(),
            requests: VecDeque::new(),
            approved: BTreeMap::new(),
            shown: false,
            look_again: None,
            weekly: Weekly::default(),
        }
    }

    /// Ends the service and hands out what is left.
    pub fn leave(self) -> Left {
        Left { sandbox: self.sandbox, ended_at: self.now, page: self.weekly.fullest_page }
    }

    pub async fn play(&mut self) -> Result<(), Failure> {
        page::paragraph(
            "Seven weeks of a job search at five employers. The mail server is inside this \
             program and the clock is moved by hand; the service is the real one. No account is \
             needed, and nothing leaves this computer.",
        );
        while let Some((at, incident)) = self.next_moment().await? {
            if page::day_of(at) != page::day_of(self.now) {
                self.show_plans().await?;
            }
            self.now = at;
            if let Some(incident) = incident {
                self.happen(incident);
            }
            self.pass().await?;
            if let Some(Incident::Wonder { employer, .. }) = incident {
                self.show_plan_of(employer).await?;
            }
            self.answer().await?;
        }
        self.end().await
    }

    /// The earliest of: the story, what the service would wake up for, a look after sending, the
    /// next morning that counts. `None` after the end.
    async fn next_moment(&mut self) -> Result<Option<(DateTime<Utc>, Option<Incident>)>, Failure> {
        let now = self.now;
        let ahead = |at: &DateTime<Utc>| *at > now;
        let planned = self.service.record().next_planned().await?.filter(ahead);
        let again = self.look_again.filter(ahead);
        let other = [planned, again].into_iter().flatten().fold(next_morning(now), Ord::min);
        // The viewer may have taken longer to answer than the story left.
        let told = self.incidents.front().map(|(at, _)| (*at).max(now));
        let next = if told.is_some_and(|told| told <= other) {
            self.incidents.pop_front().map(|(at, incident)| (at.max(now), Some(incident)))
        } else {
            Some((other, None))
        };
        Ok(next.filter(|(at, _)| *at <= story::ends()))
    }

    /// Every application with its history, by name.
    async fn applications(&self) -> Result<Vec<(ApplicationView, Vec<TimelineEntry>)>, Failure> {
        let record = self.service.record();
        let mut found = Vec::new();
        for view in record.overview().await?.applications {
            found.extend(record.application(&view.id).await?);
        }
        found.sort_by(|(one, _), (other, _)| one.id.as_str().cmp(other.id.as_str()));
        Ok(found)
    }

    /// What somebody else does.
    fn happen(&mut self, incident: Incident) {
        match incident {
            Incident::Start => {
                let before = mails::before();
                let count = before.len();
                for (at, bytes) in before {
                    self.sandbox.deliver("INBOX", &bytes, at);
                }
                let text = format!("start Afterword on a mailbox with {count} mails.");
                self.page.row(self.now, "you", &text);
            }
            Incident::Mail { by, said, bytes } => {
                self.page.row(self.now, by, &format!("\"{said}\""));
                self.sandbox.deliver("INBOX", &bytes(self.now), self.now);
            }
            Incident::Wonder { text, .. } => self.page.row(self.now, "you", text),
        }
    }

    /// One pass of the service, and everything that came of it.
    async fn pass(&mut self) -> Result<(), Failure> {
        self.sandbox.set_clock(Clock::Fixed(self.now));
        self.service.set_clock(Clock::Fixed(self.now));
        self.service.pass().await?;
        for (view, history) in self.applications().await? {
            self.show_read(&view, &history);
        }
        self.show_sent()?;
        self.show_mails().await
    }

    /// The user's answers: to questions those of the story, to requests those of the viewer, until
    /// each is settled or left alone.
    async fn answer(&mut self) -> Result<(), Failure> {
        while let Some(question) = self.questions.pop_front() {
            let about = question.about();
            if let Some(words) = about.as_ref().and_then(story::told_in_the_evening) {
                self.reply(&question, words).await?;
            }
        }
        while let Some(request) = self.requests.pop_front() {
            let words = if self.yes { Some("approve".to_owned()) } else { viewer::reply().await };
            let Some(words) = words else {
                self.page.row(self.now, "you", "do not reply; time goes on.");
                continue;
            };
            let to = request.asked_to().context("A request says to whom")?.to_owned();
            let proposed = request.proposed().context("A request shows the words")?.to_owned();
            self.approved.insert(to, proposed);
            self.reply(&request, &words).await?;
            if self.is_still_open(&request).await? {
                if self.yes {
                    return Err(anyhow!("The approval was not obeyed").into());
                }
                self.requests.push_front(request);
            }
        }
        Ok(())
    }

    async fn reply(&mut self, to: &Letter, words: &str) -> Result<(), Failure> {
        self.now += TO_ANSWER;
        let first = words.lines().next().unwrap_or_default();
        self.page.row(self.now, "you", &format!("reply \"{first}\"."));
        self.sandbox.deliver("Sent", &mails::reply(self.now, to, words), self.now);
        self.pass().await
    }

    /// Whether a request can still be approved, and no newer one has taken its place.
    async fn is_still_open(&self, request: &Letter) -> Result<bool, Failure> {
        let about = request.about();
        let applications = self.applications().await?;
        let draft = applications.into_iter().find(|(view, _)| Some(&view.id) == about.as_ref());
        let draft = draft.and_then(|(view, _)| view.draft);
        let asked = draft.is_some_and(|draft| draft.state == DraftState::Asked);
        Ok(asked && self.requests.iter().all(|newer| newer.about() != about))
    }

    async fn end(&mut self) -> Result<(), Failure> {
        if let Some(weekly) = &self.weekly.last {
            page::mail(&weekly.content());
        }
        let employers = self.applications().await?.len();
        let messages = self.sandbox.delivered().len();
        let mails: usize = ["INBOX", "Sent"].iter().map(|it| self.sandbox.messages(it).len()).sum();
        let approved = if messages == 0 { "" } else { ", each approved word for word" };
        page::paragraph(&format!(
            "Employers: {employers}. Messages to them: {messages}{approved}. Mails in the mailbox: \
             {mails}."
        ));
        Ok(())
    }
}

/// The next Monday morning, or this one's after a look in the night.
fn next_morning(now: DateTime<Utc>) -> DateTime<Utc> {
    let local = now.with_timezone(&Berlin);
    let today = local.date_naive();
    let days = if local.hour() < MORNING {
        0
    } else {
        7 - u64::from(local.weekday().num_days_from_monday())
    };
    let day = today.checked_add_days(Days::new(days)).unwrap_or(today);
    moment(Berlin, day.and_time(NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_on_mondays_and_on_the_morning_after_a_look_in_the_night() {
        for (now, next) in [
            ("2026-12-07T06:59:00Z", "2026-12-07T07:00:00Z"),
            ("2026-12-07T07:00:00Z", "2026-12-14T07:00:00Z"),
            ("2026-12-13T19:00:00Z", "2026-12-14T07:00:00Z"),
            ("2027-01-04T23:00:00Z", "2027-01-05T07:00:00Z"),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(next_morning(now), next.parse::<DateTime<Utc>>().unwrap(), "{now}");
        }
    }
}
