//! The mails of the story as their senders' programs would make them: what lies in the mailbox at
//! the start, what comes later, and the user's replies.
//!
//! Nothing in them is made for the service. Surprising: half of what lies there at the start is
//! about no job; of that the record keeps nothing.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Berlin;

use super::letter::Letter;
use super::story::{NAME, USER, local};

/// Somebody at an employer.
#[derive(Clone, Copy)]
struct Writer {
    first: &'static str,
    last: &'static str,
    employer: &'static str,
    position: &'static str,
}

const ANNA: Writer =
    Writer { first: "Anna", last: "Schmidt", employer: "Acme", position: "Data Engineer" };
const TOM: Writer =
    Writer { first: "Tom", last: "Weber", employer: "Globex", position: "Platform Engineer" };
const LENA: Writer =
    Writer { first: "Lena", last: "Brandt", employer: "Hooli", position: "Backend Engineer" };
const MIA: Writer =
    Writer { first: "Mia", last: "Keller", employer: "Initech", position: "Analytics Engineer" };

impl Writer {
    fn host(self) -> String {
        format!("{}.example", self.employer.to_lowercase())
    }

    fn address(self) -> String {
        format!("{}.{}@{}", self.first.to_lowercase(), self.last.to_lowercase(), self.host())
    }

    /// An answer in the thread of the first invitation.
    fn answer(self, id: &str, text: &str, at: DateTime<Utc>) -> Vec<u8> {
        let Self { first, last, position, .. } = self;
        let host = self.host();
        Mail {
            from: &format!("{first} {last} <{}>", self.address()),
            subject: &format!("Re: Interview {position}"),
            id: &format!("{id}@{host}"),
            more: &self.in_the_thread(),
            body: &format!("{PLAIN}\nDear Jane,\n\n{text}\n\nKind regards\n{first} {last}\n"),
        }
        .bytes(at)
    }

    fn in_the_thread(self) -> String {
        let first = format!("<interview-1@{}>", self.host());
        format!("In-Reply-To: {first}\nReferences: {first}\n")
    }
}

/// An interview, as an invitation says it in words and in its calendar part.
#[derive(Clone, Copy)]
struct Meeting {
    number: u32,
    when: &'static str,
    /// In UTC, as calendars write it.
    starts: &'static str,
    ends: &'static str,
}

struct Mail<'a> {
    from: &'a str,
    subject: &'a str,
    id: &'a str,
    /// Whole header lines.
    more: &'a str,
    /// Begins with the header lines of its type.
    body: &'a str,
}

const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\n";

impl Mail<'_> {
    fn bytes(&self, at: DateTime<Utc>) -> Vec<u8> {
        let Self { from, subject, id, more, body } = self;
        let date = at.with_timezone(&Berlin).to_rfc2822();
        format!(
            "From: {from}\nTo: {NAME} <{USER}>\nSubject: {subject}\nDate: {date}\n\
             Message-ID: <{id}>\n{more}MIME-Version: 1.0\n{body}"
        )
        .replace('\n', "\r\n")
        .into_bytes()
    }
}

/// A mail of text alone.
struct Note {
    from: &'static str,
    subject: &'static str,
    id: &'static str,
    /// Whole header lines.
    more: &'static str,
    text: &'static str,
}

impl Note {
    fn bytes(&self, at: DateTime<Utc>) -> Vec<u8> {
        let Self { from, subject, id, more, text } = *self;
        Mail { from, subject, id, more, body: &format!("{PLAIN}\n{text}") }.bytes(at)
    }
}

/// What lies in INBOX at the start, oldest first, with the moment at which it came.
pub fn before() -> Vec<(DateTime<Utc>, Vec<u8>)> {
    type Make = fn(DateTime<Utc>) -> Vec<u8>;
    let mails: [((u32, u32, u32), Make); 9] = [
        ((14, 18, 2), |at| DINNER.bytes(at)),
        ((16, 17, 40), |at| RECEIPT.bytes(at)),
        ((17, 9, 30), |at| invitation(LENA, LENAS_MEETING, at)),
        ((18, 15, 10), |at| invitation(ANNA, ANNAS_MEETING, at)),
        ((19, 7, 0), |at| NEWSLETTER.bytes(at)),
        ((19, 11, 5), |at| invitation(TOM, TOMS_MEETING, at)),
        ((20, 12, 15), |at| ORDER.bytes(at)),
        ((20, 16, 20), |at| invitation(MIA, MIAS_MEETING, at)),
        ((22, 20, 45), |at| CLIMBING.bytes(at)),
    ];
    mails
        .into_iter()
        .map(|((day, hour, minute), make)| {
            let at = local(((2026, 11, day), (hour, minute)));
            (at, make(at))
        })
        .collect()
}

const LENAS_MEETING: Meeting = Meeting {
    number: 1,
    when: "Friday, 20 November at 11:00",
    starts: "20261120T100000Z",
    ends: "20261120T110000Z",
};
const ANNAS_MEETING: Meeting = Meeting {
    number: 1,
    when: "Tuesday, 24 November at 14:00",
    starts: "20261124T130000Z",
    ends: "20261124T140000Z",
};
const TOMS_MEETING: Meeting = Meeting {
    number: 1,
    when: "Monday, 30 November at 10:00",
    starts: "20261130T090000Z",
    ends: "20261130T100000Z",
};
const MIAS_MEETING: Meeting = Meeting {
    number: 1,
    when: "Wednesday, 2 December at 15:00",
    starts: "20261202T140000Z",
    ends: "20261202T150000Z",
};
const TOMS_SECOND: Meeting = Meeting {
    number: 2,
    when: "Tuesday, 12 January at 11:00",
    starts: "20270112T100000Z",
    ends: "20270112T113000Z",
};

pub const PROMISE: &str = "We will let you know by Friday, 4 December.";
pub const REJECTION: &str = "Unfortunately we have decided to move forward with another candidate.";
/// The beginning of Tom's second invitation.
pub const ONCE_MORE: &str = "We would like to invite you to a second interview.";

pub fn promise(at: DateTime<Utc>) -> Vec<u8> {
    ANNA.answer("promise", &format!("thank you for the talk today. {PROMISE}"), at)
}

pub fn rejection(at: DateTime<Utc>) -> Vec<u8> {
    LENA.answer("no", &format!("thank you for your interest.\n\n{REJECTION}"), at)
}

pub fn second_invitation(at: DateTime<Utc>) -> Vec<u8> {
    invitation(TOM, TOMS_SECOND, at)
}

fn invitation(by: Writer, meeting: Meeting, at: DateTime<Utc>) -> Vec<u8> {
    let Writer { first, last, employer, position } = by;
    let Meeting { number, when, starts, ends } = meeting;
    let (host, address) = (by.host(), by.address());
    let (re, more, invites) = if number == 1 {
        let invites = "we would like to invite you to an interview for the position of";
        ("", String::new(), format!("{invites} {position}\non {when}."))
    } else {
        let invites = format!("thank you for your message. {ONCE_MORE}");
        ("Re: ", by.in_the_thread(), format!("{invites}\nIt is on {when}."))
    };
    let stamp = at.format("%Y%m%dT%H%M%SZ");
    let body = format!(
        "\
Content-Type: multipart/alternative; boundary=\"parts\"

--parts
{PLAIN}
Dear Jane,

{invites}

Kind regards
{first} {last}
{employer}
--parts
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//{employer}//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:interview-{number}@{host}
SEQUENCE:0
DTSTAMP:{stamp}
DTSTART:{starts}
DTEND:{ends}
SUMMARY:Interview {position}
ORGANIZER;CN={first} {last}:mailto:{address}
ATTENDEE;CN={NAME}:mailto:{USER}
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
--parts--
"
    );
    Mail {
        from: &format!("{first} {last} <{address}>"),
        subject: &format!("{re}Interview {position}"),
        id: &format!("interview-{number}@{host}"),
        more: &more,
        body: &body,
    }
    .bytes(at)
}

const RECEIPT: Note = Note {
    from: "Umbrella Careers <no-reply@umbrella.example>",
    subject: "Your application for Site Reliability Engineer",
    id: "receipt@umbrella.example",
    more: "Auto-Submitted: auto-generated\n",
    text: "Dear Jane Doe,\n\nthank you for your application for the position of Site Reliability \
           Engineer.\nWe have received it and will be in touch.\n\nThis is an automatic message; \
           please do not answer it.\nUmbrella Careers\n",
};
const DINNER: Note = Note {
    from: "Ruth Doe <ruth@family.example>",
    subject: "Dinner on Sunday",
    id: "dinner@family.example",
    more: "",
    text: "Dear Jane,\n\ncome at seven, your brother is there too.\n\nMum\n",
};
const NEWSLETTER: Note = Note {
    from: "Garden Weekly <news@gardenweekly.example>",
    subject: "What to plant in November",
    id: "47@gardenweekly.example",
    more: "List-Id: <news.gardenweekly.example>\nPrecedence: bulk\n",
    text: "Bulbs, above all. You get this because you subscribed.\n",
};
const ORDER: Note = Note {
    from: "Corner Bookshop <orders@bookshop.example>",
    subject: "Your order 4711 is on its way",
    id: "4711@bookshop.example",
    more: "",
    text: "Hello Jane,\n\nyour books left us today.\n\nCorner Bookshop\n",
};
const CLIMBING: Note = Note {
    from: "Kim Novak <kim@friends.example>",
    subject: "Climbing?",
    id: "climbing@friends.example",
    more: "",
    text: "Hi Jane,\n\nWednesday at six, as always?\n\nKim\n",
};

/// The user's reply to a mail of the service, as a mail program files it in Sent.
pub fn reply(at: DateTime<Utc>, to: &Letter, words: &str) -> Vec<u8> {
    let quote: String = to.text.lines().map(|line| format!("> {line}\n")).collect();
    let answered = &to.message_id;
    Mail {
        from: &format!("{NAME} <{USER}>"),
        subject: &format!("Re: {}", to.subject),
        id: &format!("reply.{}@doe.example", at.timestamp()),
        more: &format!("In-Reply-To: <{answered}>\nReferences: <{answered}>\n"),
        body: &format!(
            "{PLAIN}Content-Transfer-Encoding: 8bit\n\n{words}\n\n{NAME} <{USER}> wrote:\n{quote}"
        ),
    }
    .bytes(at)
}
