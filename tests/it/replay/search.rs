//! The mails of the search, and their bytes. Nothing here knows what the record should say.
//!
//! The surprising fact: the minutes of a mail are made from its id, so no two of one day are equal.

use chrono::{DateTime, TimeDelta, Utc};

use super::begin;

/// One mail of the search.
pub(super) struct Mail {
    pub(super) id: &'static str,
    /// Where it comes to lie; more than one is the same message twice.
    pub(super) mailboxes: &'static [&'static str],
    from: &'static str,
    to: &'static str,
    subject: &'static str,
    /// Days after the beginning.
    day: i64,
    /// What it answers.
    pub(super) refers: &'static [&'static str],
    /// What was written before it, without being referred to.
    pub(super) after: &'static [&'static str],
    text: &'static str,
    /// The interview it invites to, in days after the beginning.
    interview: Option<i64>,
}

const INBOX: &[&str] = &["INBOX"];
const SENT: &[&str] = &["Sent"];
const JANE: &str = "Jane Doe <jane@doe.example>";
const ANNA: &str = "Anna Schmidt <anna@acme.example>";
const TOM: &str = "Tom Weber <tom@acme.example>";
const RITA: &str = "Rita Lang <rita@talentscout.example>";
const UMA: &str = "Uma Noor <uma@client.example>";
const RITA_AND_UMA: &str = "Rita Lang <rita@talentscout.example>, Uma Noor <uma@client.example>";
const BILL: &str = "Bill Lum <bill@initech.example>";

const PLAIN: Mail = Mail {
    id: "",
    mailboxes: INBOX,
    from: "",
    to: JANE,
    subject: "",
    day: 0,
    refers: &[],
    after: &[],
    text: "",
    interview: None,
};

pub(super) fn search() -> Vec<Mail> {
    [acme(), globex(), agency(), initech(), noise()].into_iter().flatten().collect()
}

/// Acme, two positions, each with a person of its own; a colleague answers for one.
fn acme() -> Vec<Mail> {
    vec![
        Mail {
            id: "a1",
            from: ANNA,
            subject: "Interview Data Engineer",
            day: 1,
            interview: Some(5),
            text: "Dear Jane,\n\nwe would like to invite you to an interview for the position of Data Engineer.\n\nKind regards\nAnna Schmidt\nAcme",
            ..PLAIN
        },
        Mail {
            id: "b1",
            from: TOM,
            subject: "Interview Business Analyst",
            day: 2,
            interview: Some(6),
            text: "Dear Jane,\n\nwe would like to invite you to an interview for the position of Business Analyst.\n\nKind regards\nTom Weber\nAcme",
            ..PLAIN
        },
        Mail {
            id: "a2",
            from: ANNA,
            subject: "Re: Interview Data Engineer",
            day: 6,
            refers: &["a1"],
            mailboxes: &["INBOX", "Archive"],
            text: "Dear Jane,\n\nthank you for the talk. We will let you know by 4 December.\n\nAnna Schmidt",
            ..PLAIN
        },
        Mail {
            id: "a3",
            from: "Carla Ruiz <carla@acme.example>",
            subject: "Re: Interview Data Engineer",
            day: 9,
            after: &["a2"],
            text: "Dear Jane,\n\nAnna asked me to tell you that we need more time for the Data Engineer role. You will hear from us by 11 December.\n\nCarla Ruiz",
            ..PLAIN
        },
        Mail {
            id: "b2",
            from: JANE,
            to: TOM,
            mailboxes: SENT,
            subject: "Re: Interview Business Analyst",
            day: 7,
            refers: &["b1"],
            text: "Dear Tom,\n\nthank you for the good talk yesterday.\n\nJane",
            ..PLAIN
        },
        Mail {
            id: "b3",
            from: TOM,
            subject: "Re: Interview Business Analyst",
            day: 10,
            refers: &["b1", "b2"],
            text: "Dear Jane,\n\nunfortunately we have decided to move forward with another candidate.\n\nTom Weber",
            ..PLAIN
        },
    ]
}

/// Globex, behind a relay.
fn globex() -> Vec<Mail> {
    vec![
        Mail {
            id: "g1",
            from: "Globex <no-reply@greenhouse.io>",
            subject: "Thank you for applying to Globex",
            day: 1,
            text: "Hi Jane,\n\nthank you for applying to the Product Manager position at Globex. We have received your application.\n\nGlobex Recruiting",
            ..PLAIN
        },
        Mail {
            id: "g2",
            from: "Globex <no-reply@greenhouse.io>",
            subject: "Your application to Globex",
            day: 8,
            after: &["g1"],
            text: "Hi Jane,\n\nthank you for your interest in the Product Manager position at Globex. Unfortunately we will not be moving forward with your application.\n\nGlobex Recruiting",
            ..PLAIN
        },
    ]
}

/// An agency: it is chased, whoever it works for.
fn agency() -> Vec<Mail> {
    vec![
        Mail {
            id: "t1",
            from: RITA,
            subject: "Interview Platform Engineer",
            day: 3,
            interview: Some(7),
            text: "Hello Jane,\n\nour client would like to invite you to an interview for the position of Platform Engineer.\n\nRita Lang\nTalentscout",
            ..PLAIN
        },
        Mail {
            id: "t2",
            from: RITA,
            subject: "Re: Interview Platform Engineer",
            day: 8,
            refers: &["t1"],
            text: "Hello Jane,\n\nthe client would like two references. Could you send them to me?\n\nRita",
            ..PLAIN
        },
        Mail {
            id: "t3",
            from: JANE,
            to: RITA,
            mailboxes: SENT,
            subject: "Re: Interview Platform Engineer",
            day: 9,
            refers: &["t1", "t2"],
            text: "Hello Rita,\n\nhere are the two references.\n\nJane",
            ..PLAIN
        },
    ]
}

/// The agency hands over: the user writes to both, and the client answers in the thread.
pub(super) fn handed_over() -> Vec<Mail> {
    let mut mails = agency();
    mails.truncate(1);
    mails.extend([
        Mail {
            id: "u1",
            from: JANE,
            to: RITA_AND_UMA,
            mailboxes: SENT,
            subject: "Re: Interview Platform Engineer",
            day: 8,
            refers: &["t1"],
            text: "Dear Uma,\n\nRita asked me to send you my papers.\n\nJane",
            ..PLAIN
        },
        Mail {
            id: "u2",
            from: UMA,
            subject: "Re: Interview Platform Engineer",
            day: 9,
            refers: &["t1", "u1"],
            text: "Dear Jane,\n\nthank you. We will let you know by 11 December.\n\nUma Noor",
            ..PLAIN
        },
    ]);
    mails
}

/// Initech: silence, a follow-up by hand, a late answer whose ids were rewritten.
fn initech() -> Vec<Mail> {
    vec![
        Mail {
            id: "i1",
            from: BILL,
            subject: "Interview Site Reliability Engineer",
            day: 1,
            interview: Some(4),
            text: "Dear Jane,\n\nwe would like to invite you to an interview for the position of Site Reliability Engineer.\n\nBill Lum\nInitech",
            ..PLAIN
        },
        Mail {
            id: "i2",
            from: JANE,
            to: BILL,
            mailboxes: SENT,
            subject: "Re: Interview Site Reliability Engineer",
            day: 16,
            refers: &["i1"],
            text: "Dear Bill,\n\nis there any news about my application?\n\nJane",
            ..PLAIN
        },
        Mail {
            id: "i3",
            from: BILL,
            subject: "RE: Interview Site Reliability Engineer",
            day: 20,
            after: &["i2"],
            text: "Dear Jane,\n\nsorry for the silence, we are still deciding.\n\nBill",
            ..PLAIN
        },
        Mail {
            id: "i4",
            from: "Bill Lum <bill@initech.example>",
            subject: "Automatic reply: Interview Site Reliability Engineer",
            day: 16,
            after: &["i2"],
            text: "I am out of the office until 18 November 2026.",
            ..PLAIN
        },
    ]
}

/// None of it is about an application.
fn noise() -> Vec<Mail> {
    vec![
        Mail {
            id: "n1",
            from: "Mum <mum@doe.example>",
            subject: "Sunday",
            day: 2,
            text: "Dear Jane, are you coming on Sunday?",
            ..PLAIN
        },
        Mail {
            id: "n2",
            from: JANE,
            to: "Mum <mum@doe.example>",
            mailboxes: SENT,
            subject: "Re: Sunday",
            day: 3,
            refers: &["n1"],
            text: "Of course. The interview went well. Any news?",
            ..PLAIN
        },
        Mail {
            id: "n3",
            from: "Shop <news@shop.example>",
            subject: "Your order",
            day: 4,
            text: "Your order has been shipped.",
            ..PLAIN
        },
        Mail {
            id: "n4",
            from: JANE,
            mailboxes: INBOX,
            subject: "Re: Interview Data Engineer",
            day: 7,
            after: &["a1"],
            text: "A copy that somebody made of a letter of mine.",
            to: ANNA,
            ..PLAIN
        },
    ]
}

impl Mail {
    pub(super) fn at(&self) -> DateTime<Utc> {
        begin()
            + TimeDelta::days(self.day)
            + TimeDelta::minutes(self.id.bytes().map(i64::from).sum())
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let id = |id: &str| format!("<{id}@mail.example>");
        let refers: Vec<String> = self.refers.iter().map(|it| id(it)).collect();
        let mut head = format!(
            "From: {}\nTo: {}\nSubject: {}\nDate: {}\nMessage-ID: {}\nMIME-Version: 1.0\n",
            self.from,
            self.to,
            self.subject,
            self.at().to_rfc2822(),
            id(self.id)
        );
        if let Some(last) = refers.last() {
            head += &format!("In-Reply-To: {last}\nReferences: {}\n", refers.join(" "));
        }
        if self.subject.starts_with("Automatic reply") {
            head += "Auto-Submitted: auto-replied\n";
        }
        let body = match self.interview {
            None => format!("Content-Type: text/plain; charset=utf-8\n\n{}\n", self.text),
            Some(day) => {
                let starts = begin() + TimeDelta::days(day) + TimeDelta::hours(5);
                let form = "%Y%m%dT%H%M%SZ";
                format!(
                    "Content-Type: multipart/alternative; boundary=\"b1\"\n\n--b1\n\
                     Content-Type: text/plain; charset=utf-8\n\n{}\n--b1\n\
                     Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
                     BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//X//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
                     UID:{}\nDTSTAMP:20261102T080000Z\nDTSTART:{}\nDTEND:{}\nSUMMARY:{}\n\
                     ORGANIZER:mailto:{}\nEND:VEVENT\nEND:VCALENDAR\n--b1--\n",
                    self.text,
                    self.id,
                    starts.format(form),
                    (starts + TimeDelta::hours(1)).format(form),
                    self.subject,
                    self.from.rsplit_once('<').unwrap().1.trim_end_matches('>')
                )
            }
        };
        (head + &body).replace('\n', "\r\n").into_bytes()
    }
}
