//! What is reported and shown besides the mails: contacts of a span of days, the life of each
//! application, and what is ahead for a calendar. Read from the record at one moment.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::policy::{self, Action};
use crate::domain::report::{Column, Entry, Form, entries};
use crate::domain::story::{Story, story};
use crate::mail::feed::{self, FeedEntry, When};
use crate::mail::page::{self, Page};
use crate::mail::wording::{self, Table};

use super::Record;
use super::record::Case;
pub use super::summarise::WeekInWords;

/// A report of a span of days, both ends included.
#[derive(Debug, Clone)]
pub struct Report {
    pub table: Table,
    pub form: Form,
    /// Every application that had a contact in these days.
    pub stories: Vec<Story>,
    /// Of how many of them the texts were removed by age.
    pub without_texts: usize,
}

impl Record {
    /// The contacts of some days; form and columns are those of the configuration if none are given.
    pub async fn report(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        form: Option<Form>,
        columns: Vec<Column>,
    ) -> anyhow::Result<Report> {
        let now = self.clock.now();
        let cases = self.load_cases(&mut self.store.snapshot().await?, now).await?;
        let mut rows: Vec<Entry> = Vec::new();
        let mut stories = Vec::new();
        let mut without_texts = 0;
        for case in &cases {
            let (zone, name) = (self.settings.zone, &case.application.employer.name);
            let all = entries(name, &case.follow_up, &case.events, zone, now);
            let mut inside: Vec<Entry> =
                all.into_iter().filter(|it| (from..=to).contains(&it.day)).collect();
            if !inside.is_empty() {
                stories.push(self.story(case, now));
                without_texts += usize::from(case.texts_removed_at.is_some());
            }
            rows.append(&mut inside);
        }
        rows.sort_by(|a, b| (a.day, &a.employer).cmp(&(b.day, &b.employer)));
        let configured = &self.config.report;
        let form = form.unwrap_or(configured.form);
        let columns = if columns.is_empty() { configured.columns.clone() } else { columns };
        let columns = if columns.is_empty() { form.columns() } else { columns };
        let table = wording::report(&rows, form, &columns, from, to);
        Ok(Report { table, form, stories, without_texts })
    }

    /// A report as a page to look at or to print.
    #[must_use]
    pub fn report_page(&self, report: &Report) -> String {
        page::page(&Page {
            title: report.table.title.clone(),
            language: if report.form == Form::Bewerbungsnachweis { "de" } else { "en" },
            table: Some(&report.table),
            stories: &report.stories,
            today: self.today(),
            ..Page::default()
        })
    }

    /// A summary as a page.
    #[must_use]
    pub fn summary_page(&self, week: &WeekInWords) -> String {
        let text = week.body.split_once(wording::MARKER).map_or(week.body.as_str(), |(_, it)| it);
        page::page(&Page {
            title: week.subject.clone(),
            text: text.trim().to_owned(),
            stories: &week.stories,
            today: self.today(),
            ..Page::default()
        })
    }

    /// Interviews and planned days as a calendar file.
    pub async fn calendar(&self) -> anyhow::Result<String> {
        let now = self.clock.now();
        let cases = self.load_cases(&mut self.store.snapshot().await?, now).await?;
        let entries: Vec<FeedEntry> =
            cases.iter().flat_map(|case| self.ahead_of(case, now)).collect();
        Ok(feed::feed(&entries, now))
    }

    /// What is ahead of one application.
    fn ahead_of(&self, case: &Case, now: DateTime<Utc>) -> Vec<FeedEntry> {
        let (state, id) = (&case.follow_up, &case.application.readable_id);
        if state.closed.is_some() {
            return Vec::new();
        }
        let employer = &case.application.employer.name;
        let entry = |uid: String, title: String, when: When| FeedEntry { uid, title, when };
        let coming = state.interviews.iter().filter(|(_, it)| !it.cancelled && it.ends_at > now);
        let mut found: Vec<FeedEntry> = coming
            .map(|(key, it)| {
                let when = When::Time { from: it.starts_at, to: it.ends_at };
                entry(format!("{id}-{key}@afterword"), format!("Interview: {employer}"), when)
            })
            .collect();
        let day = |at: DateTime<Utc>| at.with_timezone(&self.settings.zone).date_naive();
        let promised = state.promise.as_ref().and_then(|promise| promise.reading.not_before);
        found.extend(promised.filter(|by| *by >= self.today()).map(|by| {
            entry(
                format!("{id}-word@afterword"),
                format!("{employer} wanted to be in touch by today"),
                When::Day(by),
            )
        }));
        let decision = policy::decide(state, &case.around, &self.settings, now);
        if let Action::Wait { until } = decision.action
            && until > now
            && state.pursuit(now).is_some()
        {
            let title = format!("Afterword looks again: {employer}");
            found.push(entry(format!("{id}-next@afterword"), title, When::Day(day(until))));
        }
        found
    }

    /// The life of one application.
    pub(super) fn story(&self, case: &Case, now: DateTime<Utc>) -> Story {
        let name = &case.application.employer.name;
        story(name, &case.follow_up, &case.events, self.settings.zone, now)
    }
}
