//! The weekly summary and the welcome: facts of the record put into lists. Each is queued under
//! a key of its own, so it is mailed once, whatever crashes.

mod happened;
mod health;
mod need;
mod wait;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::domain::calendar::moment;
use crate::domain::event::{ClosedReason, Event};
use crate::domain::ids::{AccountId, ApplicationId};
use crate::domain::kept_word::kept_of;
use crate::domain::policy;
use crate::domain::reason::Reason;
use crate::domain::story::{Stage, Story, median};
use crate::domain::week::Week;
use crate::mail::wording::{self, Item, Meeting, Overdue, SummaryFacts, WelcomeFacts};
use crate::store::{Choice, NewQuestion, QuestionKind, Tx};

use super::Record;
use super::record::Case;
use happened::closings;

/// The key of the welcome.
const WELCOME: &str = "welcome";

fn summary_key(week: Week) -> String {
    format!("summary:{week}")
}

/// A weekly summary to be shown.
#[derive(Debug, Clone)]
pub struct WeekInWords {
    pub subject: String,
    pub body: String,
    /// Every open application.
    pub stories: Vec<Story>,
}

impl Record {
    /// From the first look on, what was due before it is not asked about by surprise.
    pub(super) async fn begin_watching(&self, account: AccountId) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.set_first_run_of(account, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Queues the welcome once, and the summary of the last week that is over.
    pub(super) async fn summarise(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let local = now.with_timezone(&self.settings.zone);
        if self.settings.quiet_hours.contains(local.time()) {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let first_run = tx.installation().await?.first_run_at.unwrap_or(now);
        self.queue_welcome(&mut tx, now).await?;
        let week = Week::latest_due(&self.settings, now);
        if self.is_to_come(&mut tx, week, first_run).await? {
            self.queue_summary(&mut tx, week, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// How many mails this day still brings in any case, the welcome and the summary. They come
    /// last in a pass, and count among the few that come unasked.
    pub(super) async fn still_to_come(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> anyhow::Result<u32> {
        let first_run = tx.installation().await?.first_run_at.unwrap_or(now);
        let today = self.user_day(now);
        let midnight = today.succ_opt().unwrap_or(today).and_time(NaiveTime::MIN);
        let tonight = moment(self.settings.zone, midnight) - TimeDelta::seconds(1);
        let week = Week::latest_due(&self.settings, tonight);
        let summary = self.is_to_come(tx, week, first_run).await?;
        Ok(u32::from(summary) + u32::from(!self.was_mailed(tx, WELCOME).await?))
    }

    /// Whether the summary of a week, once it is due, is still to be mailed.
    async fn is_to_come(
        &self,
        tx: &mut Tx,
        week: Week,
        first_run: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let (_, end) = week.span(&self.settings);
        Ok(end > first_run && !self.was_mailed(tx, &summary_key(week)).await?)
    }

    async fn was_mailed(&self, tx: &mut Tx, key: &str) -> anyhow::Result<bool> {
        Ok(tx.count_user_mails_since(self.account, key, DateTime::UNIX_EPOCH).await? > 0)
    }

    /// Queues the mail, and keeps which number in it is which application.
    async fn queue_summary(
        &self,
        tx: &mut Tx,
        week: Week,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let reference = self.new_code()?;
        let (facts, order) = self.summary_facts(tx, week, now).await?;
        let words = wording::weekly_summary(&facts, Some(reference));
        let mail = words.into_mail(summary_key(week), self.new_message_id()?, None);
        tx.queue(self.account, &mail, None, now).await?;
        let numbers = (1..=wording::MOST_NUMBERS).zip(order);
        let choices = numbers
            .map(|(number, application)| Choice { number, application, facts: Vec::new() })
            .collect();
        let kind = QuestionKind::Summary;
        let question = NewQuestion { kind, application: None, message: None, choices };
        let question = tx.insert_question(self.account, &question, now).await?;
        tx.question_asked(question, &mail.message_id, &reference.hash(), now).await?;
        Ok(())
    }

    /// The summary of a week, with the applications it is about; `None` if `week` is no week.
    pub async fn summary(&self, week: Option<&str>) -> anyhow::Result<Option<WeekInWords>> {
        let now = self.clock.now();
        let week = match week {
            Some(text) => Week::parse(text),
            None => Some(Week::latest_due(&self.settings, now)),
        };
        let Some(week) = week else { return Ok(None) };
        let mut tx = self.store.snapshot().await?;
        let (facts, _) = self.summary_facts(&mut tx, week, now).await?;
        let words = wording::weekly_summary(&facts, None);
        let stories = facts.stories.into_iter().filter(|it| it.stage != Stage::Closed).collect();
        Ok(Some(WeekInWords { subject: words.subject, body: words.body, stories }))
    }

    async fn queue_welcome(&self, tx: &mut Tx, now: DateTime<Utc>) -> anyhow::Result<()> {
        if self.was_mailed(tx, WELCOME).await? || self.looks_back_later(tx, now).await? {
            return Ok(());
        }
        let cases = self.load_cases(tx, now).await?;
        let mailboxes = self.all_mailboxes(tx).await?;
        let overdue: Vec<Overdue> =
            cases.iter().filter_map(|case| self.overdue(case, now)).collect();
        let days = i64::from(self.config.watch.backfill_days);
        let history = |case: &&Case| {
            case.follow_up.closed.is_some_and(|(_, reason)| reason == ClosedReason::History)
        };
        let closed = cases.iter().filter(history).count();
        let words = wording::welcome(&WelcomeFacts {
            messages: mailboxes.iter().map(|mailbox| u64::from(mailbox.messages)).sum(),
            back_to: (days > 0).then(|| self.user_day(now - TimeDelta::days(days))),
            applications: cases.len(),
            closed_as_history: closed,
            overdue: &overdue,
            first_summary: self.user_time(Week::of(self.user_day(now)).mailed_at(&self.settings)),
            today: self.today(),
        });
        let mail = words.into_mail(WELCOME.to_owned(), self.new_message_id()?, None);
        tx.queue(self.account, &mail, None, now).await?;
        Ok(())
    }

    /// What was due before the first look.
    fn overdue(&self, case: &Case, now: DateTime<Utc>) -> Option<Overdue> {
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        let due = decision.because.iter().find_map(|reason| match reason {
            Reason::FirstRun { due } => Some(*due),
            _ => None,
        })?;
        let held = case.follow_up.held_interview(now).map(|(_, interview)| interview.ends_at);
        Some(Overdue {
            employer: case.application.employer.name.clone(),
            position: case.follow_up.position.clone().unwrap_or_default(),
            interview_day: held.map(|at| self.user_day(at)),
            due,
            id: case.application.readable_id.to_string(),
        })
    }

    fn user_day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.user_time(at).date()
    }

    fn user_time(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.settings.zone).naive_local()
    }

    /// What the summary says, and the applications in the order of its numbers.
    async fn summary_facts(
        &self,
        tx: &mut Tx,
        week: Week,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(SummaryFacts, Vec<ApplicationId>)> {
        let cases = self.load_cases(tx, now).await?;
        let mailboxes = self.all_mailboxes(tx).await?;
        let (begin, end) = week.span(&self.settings);
        let happened = |event: &Event| begin <= event.at && event.at < end;
        let stories: Vec<Story> = cases.iter().map(|case| self.story(case, now)).collect();
        let in_week = |day: NaiveDate| Week::of(day) == week;
        let mut facts = SummaryFacts {
            week: week.week,
            needs_you: Vec::new(),
            waiting: Vec::new(),
            news: Vec::new(),
            interviews: Vec::new(),
            sent: Vec::new(),
            closed: Vec::new(),
            words: Vec::new(),
            record: figures(&stories),
            stories,
            health: self.health(
                &mailboxes,
                &self.blind_times(tx, begin, end).await?,
                tx.returned(self.account, begin, end).await?,
            ),
            today: self.today(),
        };
        for (case, story) in cases.iter().zip(&facts.stories) {
            let news = story.words.iter().filter(|word| {
                let answered = word.answered_on.is_some_and(in_week);
                let due = in_week(word.by) && word.answered_on.is_none_or(|on| on >= word.by);
                answered || due
            });
            facts.words.extend(news.map(|word| item(case, word.clone())));
        }
        let (mut needed, mut waiting) = (Vec::new(), Vec::new());
        for case in &cases {
            if let Some(what) = self.need(case, now) {
                facts.needs_you.push(item(case, what));
                needed.push(case.application.id);
            } else if let Some(what) = self.wait(case, now) {
                facts.waiting.push(item(case, what));
                waiting.push(case.application.id);
            }
            let coming = case
                .follow_up
                .coming_interview(now)
                .map(|interview| Meeting { starts: self.user_time(interview.starts_at) });
            facts.interviews.extend(coming.map(|what| item(case, what)));
            let events: Vec<&Event> = case.events.iter().filter(|event| happened(event)).collect();
            facts.closed.extend(closings(&events).map(|what| item(case, what)));
            for event in events {
                facts.news.extend(self.news(case, event, now).map(|what| item(case, what)));
                facts.sent.extend(self.sent(case, event).map(|what| item(case, what)));
            }
        }
        needed.extend(waiting);
        Ok((facts, needed))
    }
}

fn item<T>(case: &Case, what: T) -> Item<T> {
    Item {
        employer: case.application.employer.name.clone(),
        position: case.follow_up.position.clone().unwrap_or_default(),
        what,
    }
}

/// Figures over everything: answers to messages, and dates that were kept.
fn figures(stories: &[Story]) -> wording::Record {
    let days = stories.iter().flat_map(|story| story.answer_days.clone()).collect();
    let (promises_kept, promises) = kept_of(stories.iter().flat_map(|story| &story.words));
    wording::Record {
        active: stories.iter().filter(|story| story.stage != Stage::Closed).count(),
        median_answer_days: median(days).and_then(|days| u32::try_from(days).ok()),
        promises_kept,
        promises,
    }
}
