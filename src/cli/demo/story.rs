//! What other people do in the demo, and when; and what the user tells about an interview.
//! Everything else is up to the service and the viewer.
//!
//! The surprising fact: no date at which the service acts stands here. Each comes about by its
//! own rules from these few mails.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Berlin;

use crate::domain::calendar::moment;
use crate::domain::ids::ReadableId;

use super::mails;

pub const NAME: &str = "Jane Doe";
pub const USER: &str = "jane@doe.example";
pub const STRENGTH: &str =
    "In the last three years I have built and run data pipelines that other teams rely on.";

/// What happens at a moment.
#[derive(Debug, Clone, Copy)]
pub enum Incident {
    /// The service is started on a mailbox that has mail in it.
    Start,
    /// Somebody writes; the words that count are shown.
    Mail { by: &'static str, said: &'static str, bytes: fn(DateTime<Utc>) -> Vec<u8> },
    /// Nothing happens, and somebody hasty would ask. The plan is shown with its reasons.
    Wonder { employer: &'static str, text: &'static str },
}

/// A day and an hour in Berlin.
type Local = ((i32, u32, u32), (u32, u32));

const BEGINS: Local = ((2026, 11, 23), (9, 0));
/// With the weekly mail of that Monday.
const ENDS: Local = ((2027, 1, 11), (8, 0));

/// In order of time.
const STORY: [(Local, Incident); 6] = [
    (BEGINS, Incident::Start),
    (
        ((2026, 11, 24), (16, 30)),
        Incident::Mail { by: "Anna", said: mails::PROMISE, bytes: mails::promise },
    ),
    (
        ((2026, 12, 1), (8, 41)),
        Incident::Mail { by: "Lena", said: mails::REJECTION, bytes: mails::rejection },
    ),
    (
        ((2026, 12, 7), (12, 0)),
        Incident::Wonder { employer: "Acme", text: "wonder: Friday is over, and Acme is silent." },
    ),
    (
        ((2026, 12, 11), (10, 20)),
        Incident::Mail { by: "Tom", said: mails::ONCE_MORE, bytes: mails::second_invitation },
    ),
    (
        ((2026, 12, 21), (12, 0)),
        Incident::Wonder { employer: "Initech", text: "wonder: not a word from Initech so far." },
    ),
];

/// The moments of the story, oldest first.
pub fn incidents() -> impl Iterator<Item = (DateTime<Utc>, Incident)> {
    STORY.into_iter().map(|(at, incident)| (local(at), incident))
}

/// Before the first mail of an employer.
pub fn search_began() -> DateTime<Utc> {
    local(((2026, 11, 1), (0, 0)))
}

/// When the service is started.
pub fn begins() -> DateTime<Utc> {
    local(BEGINS)
}

/// The last moment that is shown, whatever the viewer did.
pub fn ends() -> DateTime<Utc> {
    local(ENDS)
}

/// The answer to the question on the evening of an interview.
pub fn told_in_the_evening(about: &ReadableId) -> Option<&'static str> {
    match about.as_str() {
        "GLOBEX-1" => Some("no date"),
        "INITECH-1" => Some("by 15 january"),
        _ => None,
    }
}

/// A moment of Berlin's clocks.
pub fn local(((year, month, day), (hour, minute)): Local) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let time = day.and_hms_opt(hour, minute, 0).unwrap_or_default();
    moment(Berlin, time)
}
