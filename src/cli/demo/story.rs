//! What other people do in the demo, and when: the mails of Anna at Acme, and two moments at
//! which a hasty program would ask. Everything else is up to the service and the viewer.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Berlin;

use crate::domain::calendar::moment;

pub const NAME: &str = "Jane Doe";
pub const USER: &str = "jane@doe.example";
pub const ANNA: &str = "anna.schmidt@acme.example";
pub const STRENGTH: &str =
    "The streaming pipelines you described are what I have built in the last three years.";

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// The service is started on an empty mailbox.
    Start,
    Invitation,
    /// The interview is over.
    Held,
    Promise,
    /// Nothing; and nothing is to come of it.
    Quiet(&'static str),
}

/// In order of time; day and hour are Berlin's.
const STORY: [(i32, u32, u32, u32, u32, Incident); 6] = [
    (2026, 11, 20, 9, 0, Incident::Start),
    (2026, 11, 20, 10, 0, Incident::Invitation),
    (2026, 11, 24, 15, 30, Incident::Held),
    (2026, 11, 25, 11, 0, Incident::Promise),
    (2026, 12, 4, 18, 0, Incident::Quiet("The promised day ends without a word from Acme.")),
    (2026, 12, 7, 12, 0, Incident::Quiet("Still no word from Acme.")),
];

/// The moments of the story, oldest first.
pub fn incidents() -> impl Iterator<Item = (DateTime<Utc>, Incident)> {
    STORY.into_iter().map(|(year, month, day, hour, minute, incident)| {
        let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let time = day.and_hms_opt(hour, minute, 0).unwrap_or_default();
        (moment(Berlin, time), incident)
    })
}

/// When the service is started.
pub fn begins() -> DateTime<Utc> {
    incidents().next().map(|(at, _)| at).unwrap_or_default()
}

/// The mail that an incident brings.
pub fn mail(incident: Incident, at: DateTime<Utc>) -> Option<Vec<u8>> {
    let date = at.with_timezone(&Berlin).to_rfc2822();
    let text = match incident {
        Incident::Invitation => invitation(&date),
        Incident::Promise => promise(&date),
        Incident::Start | Incident::Held | Incident::Quiet(_) => return None,
    };
    Some(text.replace('\n', "\r\n").into_bytes())
}

fn invitation(date: &str) -> String {
    format!(
        "\
From: Anna Schmidt <{ANNA}>
To: {NAME} <{USER}>
Subject: Interview Data Engineer
Date: {date}
Message-ID: <invitation@acme.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"parts\"

--parts
Content-Type: text/plain; charset=utf-8

Dear Jane,

we would like to invite you to an interview for the position of Data Engineer
on Tuesday, 24 November at 14:00.

Kind regards
Anna Schmidt
Acme
--parts
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Acme//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:interview-1@acme.example
SEQUENCE:0
DTSTAMP:20261120T090000Z
DTSTART:20261124T130000Z
DTEND:20261124T140000Z
SUMMARY:Interview Data Engineer
ORGANIZER;CN=Anna Schmidt:mailto:{ANNA}
ATTENDEE;CN={NAME}:mailto:{USER}
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
--parts--
"
    )
}

/// What Anna promises.
pub const PROMISE: &str = "We will let you know by Friday, 4 December.";

fn promise(date: &str) -> String {
    format!(
        "\
From: Anna Schmidt <{ANNA}>
To: {NAME} <{USER}>
Subject: Re: Interview Data Engineer
Date: {date}
Message-ID: <promise@acme.example>
In-Reply-To: <invitation@acme.example>
References: <invitation@acme.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear Jane,

thank you for the talk yesterday. {PROMISE}

Kind regards
Anna Schmidt
"
    )
}

/// The viewer's reply, as a mail program files it in Sent.
pub fn reply(
    at: DateTime<Utc>,
    subject: &str,
    message_id: &str,
    word: &str,
    quoted: &str,
) -> Vec<u8> {
    let date = at.with_timezone(&Berlin).to_rfc2822();
    let quote: String = quoted.lines().map(|line| format!("> {line}\n")).collect();
    format!(
        "\
From: {NAME} <{USER}>
To: {NAME} <{USER}>
Subject: Re: {subject}
Date: {date}
Message-ID: <reply.{}@doe.example>
In-Reply-To: <{message_id}>
References: <{message_id}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{word}

{NAME} <{USER}> wrote:
{quote}",
        at.timestamp()
    )
    .replace('\n', "\r\n")
    .into_bytes()
}
