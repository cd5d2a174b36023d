//! The search lived week by week, with the mail of each Monday: what it says, and that every
//! number in it is one that can be counted in the ledger.
//!
//! The numbers are worked out a second time here, from the exported rows and by other means than
//! the program's, so that a mistake there is not repeated.

use chrono::{NaiveDate, TimeZone as _};
use serde_json::Value;

use super::*;

/// One row of the ledger as it is exported.
struct Entry {
    application: i64,
    day: NaiveDate,
    at: i64,
    kind: String,
    fields: Value,
}

struct Monday {
    letter: Letter,
    ledger: Vec<Entry>,
    day: NaiveDate,
}

fn day(at: i64) -> NaiveDate {
    let berlin = chrono_tz::Europe::Berlin;
    berlin.timestamp_opt(at, 0).unwrap().date_naive()
}

async fn ledger(service: &Service) -> Vec<Entry> {
    let export = service.record().export_all().await.unwrap();
    let rows = export.pointer("/tables/events").unwrap().as_array().unwrap().clone();
    rows.into_iter()
        .map(|row| {
            let number = |name: &str| row[name].as_i64().unwrap();
            Entry {
                application: number("application_id"),
                day: day(number("at")),
                at: number("at"),
                kind: row["kind"].as_str().unwrap().to_owned(),
                fields: serde_json::from_str(row["payload"].as_str().unwrap()).unwrap(),
            }
        })
        .collect()
}

/// When there is a pass in the week before a Monday, besides one for each mail: on the days of
/// sending early, half an hour later and in the hours of sending, and on that Monday at 08:00.
fn looks(monday: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let days = (4..=6).rev().map(move |before| monday - TimeDelta::days(before));
    days.flat_map(|at| [at, at + TimeDelta::minutes(30), at + TimeDelta::hours(2)])
        .chain([monday - TimeDelta::minutes(1)])
}

/// The user approves the first message to the agency; what else is asked stays without an answer.
fn approve_for_the_agency(stage: &Stage) -> bool {
    let letters = stage.sandbox.messages("INBOX");
    let mut letters = letters.iter().map(|it| Letter::read(it));
    let request = letters.find(|it| {
        it.kind.as_deref() == Some("approval-request")
            && it.text.contains("rita@talentscout.example")
    });
    let Some(Letter { message_id, subject, .. }) = request else { return false };
    let at = stage.now + TimeDelta::minutes(5);
    let reply = format!(
        "From: Jane Doe <{USER}>\nTo: Jane Doe <{USER}>\nSubject: Re: {subject}\nDate: {}\n\
         Message-ID: <approval@doe.example>\nIn-Reply-To: <{message_id}>\n\
         References: <{message_id}>\nContent-Type: text/plain; charset=utf-8\n\napprove\n",
        at.to_rfc2822()
    );
    stage.sandbox.deliver("Sent", reply.replace('\n', "\r\n").as_bytes(), at);
    true
}

/// Ten weeks: each mail is read on its day, one message is approved, and each Monday at 08:00 there
/// is a pass.
async fn live() -> Vec<Monday> {
    let mut stage = Stage::set(begin()).await;
    stage.pass().await;
    let mut mails = search();
    mails.sort_by_key(Mail::at);
    let mut coming = mails.into_iter().peekable();
    let mut approved = false;
    let mut mondays = Vec::new();
    for week in 1..=10 {
        let monday = begin() + TimeDelta::days(7 * week) - TimeDelta::hours(1);
        for look in looks(monday) {
            while let Some(mail) = coming.next_if(|mail| mail.at() < look) {
                stage.now = mail.at();
                stage.deliver(&mail);
                stage.pass().await;
            }
            stage.now = look;
            stage.pass().await;
            approved = approved || approve_for_the_agency(&stage);
        }
        let letters: Vec<Letter> =
            stage.sandbox.messages("INBOX").iter().map(|it| Letter::read(it)).collect();
        let mut summaries = letters.into_iter().filter(|it| it.kind.as_deref() == Some("summary"));
        let letter = summaries.next_back().unwrap();
        let ledger = ledger(&stage.service).await;
        mondays.push(Monday { letter, ledger, day: monday.date_naive() });
    }
    mondays
}

impl Monday {
    fn of(&self, kind: &str) -> impl Iterator<Item = &Entry> {
        self.ledger.iter().filter(move |entry| entry.kind == kind)
    }

    fn in_week(&self, kind: &str) -> usize {
        let week = self.day - TimeDelta::days(7)..self.day;
        self.of(kind).filter(|entry| week.contains(&entry.day)).count()
    }

    fn active(&self) -> usize {
        let last = |application: i64, kind: &str| {
            let mine = self.ledger.iter().enumerate();
            mine.filter(|(_, it)| it.application == application && it.kind == kind)
                .map(|(at, _)| at)
                .next_back()
        };
        let mut all: Vec<i64> = self.ledger.iter().map(|entry| entry.application).collect();
        all.sort_unstable();
        all.dedup();
        let open = |id: &&i64| last(**id, "closed") <= last(**id, "reopened");
        all.iter().filter(open).count()
    }

    /// Dates that are over, and those of them by which somebody wrote.
    fn dates(&self) -> (usize, usize) {
        let mut count = (0, 0);
        for (index, promise) in self.ledger.iter().enumerate() {
            let by = promise.fields.pointer("/promise/not_before").and_then(Value::as_str);
            let (true, Some(by)) = (promise.kind == "promise_given", by) else { continue };
            let by: NaiveDate = by.parse().unwrap();
            let answers = self.ledger.iter().skip(index + 1).filter(|it| {
                it.application == promise.application
                    && it.kind == "employer_replied"
                    && it.fields["weak"] == false
                    && it.fields["message_id"] != promise.fields["said_in"]
            });
            let first = answers.map(|it| it.day).next();
            if first.is_some() || by < self.day {
                count.1 += 1;
                count.0 += usize::from(first.is_some_and(|on| on <= by));
            }
        }
        count
    }

    fn median(&self) -> Option<i64> {
        let asked = self.ledger.iter().filter(|it| {
            it.kind == "message_sent"
                || it.kind == "user_wrote" && it.fields["purpose"] == "attempt"
        });
        let answer = |sent: &Entry| {
            self.of("employer_replied")
                .filter(|it| it.application == sent.application && it.at > sent.at)
                .map(|it| (it.at - sent.at) / 86_400)
                .next()
        };
        let mut days: Vec<i64> = asked.filter_map(answer).collect();
        days.sort_unstable();
        days.get(days.len() / 2).copied()
    }
}

/// The lines of a block, joined where they were broken.
fn block(text: &str, label: &str) -> Vec<String> {
    let mut inside = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if !line.starts_with(' ') {
            inside = line.starts_with(label);
        }
        if inside && line.trim() != label && !line.trim().is_empty() {
            lines.push(line.trim_start_matches(label).trim().to_owned());
        }
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_weeks_of_a_search_and_every_number_counted_again() {
    let mondays = live().await;
    let mut told = String::new();
    for monday in &mondays {
        let Monday { letter, day, .. } = monday;
        let (_, text) = letter.text.split_once("------ reply above this line ------").unwrap();
        let (text, _) = text.split_once("ref: ").unwrap();
        told.push_str(&format!("Monday {day}: {}\n{text}\n", letter.subject));
        let record = block(text, "RECORD").join(" ");
        if !record.is_empty() {
            assert!(record.starts_with(&format!("{} active", monday.active())), "{day} {record}");
            let (kept, all) = monday.dates();
            let said = format!("{kept} of {all} promised dates kept");
            assert_eq!(record.contains(&said), all > 0, "{day}: {said}: {record}");
            let median = monday.median().map(|days| format!("median answer {days} day"));
            assert_eq!(record.contains("median"), median.is_some(), "{day}: {record}");
            assert!(record.contains(&median.unwrap_or_default()), "{day}: {record}");
        }
        let sent = block(text, "SENT").join(" ").matches("approved by you").count();
        assert_eq!(sent, monday.in_week("message_sent"), "{day}: sent");
        let ends = block(text, "CLOSED").iter().filter(|it| it.contains(": ")).count();
        let refused =
            block(text, "NEWS").iter().filter(|it| it.ends_with(": no (closed).")).count();
        assert_eq!(ends + refused, monday.in_week("closed"), "{day}: each end once: {text}");
        let listed = text.lines().filter(|line| {
            let number = line.split_whitespace().next().and_then(|it| it.parse::<usize>().ok());
            line.starts_with(' ') && number.is_some()
        });
        let listed = listed.count();
        assert!(listed == 0 || listed == monday.active(), "{day}: each open one once: {text}");
    }
    let sent: usize = mondays.iter().map(|it| it.in_week("message_sent")).sum();
    assert_eq!(sent, 1, "one message of ours is in the weeks");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("a draft is ready since"), "no draft waits in any week: {told}");
    insta::assert_snapshot!("ten_weeks", told);
}
