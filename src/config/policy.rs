//! When and how often: the sections that together make `domain::settings::Settings`.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday, WeekdaySet};

use super::Account;
use super::problem::hint;
use super::reader::{Document, Section};
use crate::domain::calendar::ever_opens;
use crate::domain::settings::{Hours, Settings};

const DAYS: [(&str, &str, Weekday); 7] = [
    ("mon", "monday", Weekday::Mon),
    ("tue", "tuesday", Weekday::Tue),
    ("wed", "wednesday", Weekday::Wed),
    ("thu", "thursday", Weekday::Thu),
    ("fri", "friday", Weekday::Fri),
    ("sat", "saturday", Weekday::Sat),
    ("sun", "sunday", Weekday::Sun),
];

/// A window shorter than this can be missed by a computer that sleeps now and then.
const SHORTEST_WINDOW: TimeDelta = TimeDelta::minutes(30);

pub(super) fn read(document: &mut Document<'_>, account: Option<&Account>) -> Settings {
    let mut settings = Settings::default();
    if let Some(account) = account {
        settings.zone = account.time_zone;
        settings.country.clone_from(&account.country);
    }
    policy(&mut document.section("policy"), &mut settings);
    approval(&mut document.section("approval"), &mut settings);
    let mut sending = document.section("sending");
    settings.daily_cap = sending.number("daily_cap", 0..=10, settings.daily_cap);
    let mut questions = document.section("questions");
    if let Some(time) = questions.text("time", time_of_day) {
        settings.question_time = time;
    }
    let mut summary = document.section("summary");
    if let Some(day) = summary.text("day", weekday) {
        settings.summary_day = day;
    }
    if let Some(time) = summary.text("time", time_of_day) {
        settings.summary_time = time;
    }
    settings
}

fn policy(section: &mut Section<'_, '_>, settings: &mut Settings) {
    let s = settings;
    s.grace_business_days = section.number("grace_business_days", 1..=10, s.grace_business_days);
    s.no_promise_days = section.number("no_promise_days", 7..=14, s.no_promise_days);
    s.second_attempt_days = section.number("second_attempt_days", 14..=28, s.second_attempt_days);
    s.close_after_days = section.number("close_after_days", 14..=60, s.close_after_days);
    if let Some(window) = section.text("send_window", send_window) {
        s.send_window = window;
    }
    if let Some(days) = section.list("send_days", weekday) {
        if days.is_empty() {
            section.problem("send_days", "names no day; write at least one, as in [\"tue\"]");
        }
        s.send_days =
            days.into_iter().map(WeekdaySet::single).fold(WeekdaySet::EMPTY, WeekdaySet::union);
    }
    if !s.send_days.is_empty() && !ever_opens(s) {
        section.problem(
            "send_days",
            "names only Saturday and Sunday, on which nothing is sent; add a weekday, as in [\"tue\"]",
        );
    }
    s.thank_you = section.flag("thank_you", s.thank_you);
    s.extra_holidays = section.list("extra_holidays", day).unwrap_or_default();
}

fn approval(section: &mut Section<'_, '_>, settings: &mut Settings) {
    let s = settings;
    s.valid_hours = section.number("valid_hours", 24..=336, s.valid_hours);
    s.remind_after_hours = section.number("remind_after_hours", 12..=168, s.remind_after_hours);
    if s.remind_after_hours >= s.valid_hours {
        section.problem(
            "remind_after_hours",
            format!("must be less than valid_hours, which is {}", s.valid_hours),
        );
    }
    s.undo_minutes = section.number("undo_minutes", 0..=120, s.undo_minutes);
    if let Some(quiet) = section.text("quiet_hours", hours) {
        s.quiet_hours = quiet;
    }
    if let Some(time) = section.text("ask_time", time_of_day) {
        s.ask_time = time;
    }
    if s.quiet_hours.contains(s.ask_time) {
        section.problem("ask_time", "lies in quiet_hours; nobody would ever be asked then");
    }
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let word = text.trim().to_lowercase();
    let found = DAYS.iter().find(|(short, long, _)| *short == word || *long == word);
    found.map(|(_, _, day)| *day).ok_or_else(|| {
        let meant = hint(text, DAYS.iter().flat_map(|(short, long, _)| [*short, *long]));
        format!("unknown weekday {text:?}{meant}; days are mon, tue, wed, thu, fri, sat, sun")
    })
}

fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M")
        .map_err(|_| format!("{text:?} is no time of day; write it as in \"08:00\""))
}

fn hours(text: &str) -> Result<Hours, String> {
    let form = || format!("{text:?} are no hours; write them as in \"09:00-11:30\"");
    let (start, end) = text.split_once(['-', '–']).ok_or_else(form)?;
    let hours = Hours {
        start: time_of_day(start).map_err(|_| form())?,
        end: time_of_day(end).map_err(|_| form())?,
    };
    if hours.start == hours.end {
        return Err(format!("{text:?} begins and ends at the same time"));
    }
    Ok(hours)
}

fn send_window(text: &str) -> Result<Hours, String> {
    let window = hours(text)?;
    if window.end < window.start {
        return Err(format!("the window {text:?} ends before it begins"));
    }
    if window.end - window.start < SHORTEST_WINDOW {
        return Err(format!("the window {text:?} is shorter than 30 minutes"));
    }
    Ok(window)
}

fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .map_err(|_| format!("{text:?} is no day; write it as in \"2026-12-24\""))
}
