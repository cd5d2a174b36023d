//! A calendar file (RFC 5545) of what is ahead: interviews, and the days on which something is
//! planned. Whole days have no time; interviews are in UTC, so that every calendar agrees.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::compose::clean_line;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// Stays the same for the same thing, so that a calendar replaces and does not double it.
    pub uid: String,
    pub title: String,
    pub when: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Day(NaiveDate),
    Time { from: DateTime<Utc>, to: DateTime<Utc> },
}

/// The file; lines end with CRLF and are folded.
#[must_use]
pub fn feed(entries: &[FeedEntry], now: DateTime<Utc>) -> String {
    let stamp = now.format("%Y%m%dT%H%M%SZ");
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Afterword//Afterword//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "X-WR-CALNAME:Afterword".to_owned(),
    ];
    for entry in entries {
        lines.push("BEGIN:VEVENT".to_owned());
        lines.push(format!("UID:{}", escaped(&entry.uid)));
        lines.push(format!("DTSTAMP:{stamp}"));
        lines.extend(times(entry.when));
        lines.push(format!("SUMMARY:{}", escaped(&entry.title)));
        lines.push("TRANSP:TRANSPARENT".to_owned());
        lines.push("END:VEVENT".to_owned());
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn times(when: When) -> [String; 2] {
    match when {
        When::Day(day) => {
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            [
                format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
                format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")),
            ]
        }
        When::Time { from, to } => [
            format!("DTSTART:{}", from.format("%Y%m%dT%H%M%SZ")),
            format!("DTEND:{}", to.format("%Y%m%dT%H%M%SZ")),
        ],
    }
}

/// Text of others as a value (RFC 5545 §3.3.11), on one line.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in clean_line(text, 300).chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A line has at most 75 octets; what is longer goes on after a space (RFC 5545 §3.1).
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_reads_back_what_was_written() {
        let title = format!("Interview; \"Ä, B\\C\" {}", "long ".repeat(20));
        let entries = [
            FeedEntry {
                uid: "ACME-1-interview@afterword".to_owned(),
                title: title.clone(),
                when: When::Time {
                    from: "2026-12-16T09:00:00Z".parse().unwrap(),
                    to: "2026-12-16T10:00:00Z".parse().unwrap(),
                },
            },
            FeedEntry {
                uid: "ACME-1-next@afterword".to_owned(),
                title: "a\r\nBEGIN:VALARM".to_owned(),
                when: When::Day("2026-12-31".parse().unwrap()),
            },
        ];
        let text = feed(&entries, "2026-12-14T08:00:00Z".parse().unwrap());
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.contains("DTEND;VALUE=DATE:20270101\r\n"), "{text}");
        let read = calcard::icalendar::ICalendar::parse(&text).unwrap();
        let titles: Vec<String> = read
            .components
            .iter()
            .filter_map(|it| it.property(&calcard::icalendar::ICalendarProperty::Summary))
            .filter_map(|it| it.values.first()?.as_text().map(str::to_owned))
            .collect();
        assert_eq!(titles.first().map(|it| it.trim_end()), Some(title.trim_end()));
        assert_eq!(read.components.len(), 3, "nothing of others begins a component: {text}");
    }
}
