//! A whole search for work, replayed: several employers at once, a relay, two positions at one
//! company, an agency, colleagues who answer, late replies, letters by hand, copies in several
//! mailboxes, and mail about nothing, delivered late and employer by employer. The record is the
//! expected table, also after every mailbox got new numbers.

use std::collections::BTreeMap;

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Options, Sandbox, Style};
use afterword::service::Service;
use chrono::{DateTime, TimeDelta, Utc};

use crate::world::Letter;

const USER: &str = "jane@doe.example";

/// One mail of the search.
struct Mail {
    id: &'static str,
    /// Where it comes to lie; more than one is the same message twice.
    mailboxes: &'static [&'static str],
    from: &'static str,
    to: &'static str,
    subject: &'static str,
    /// Days after the beginning.
    day: i64,
    /// What it answers.
    refers: &'static [&'static str],
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
const BILL: &str = "Bill Lum <bill@initech.example>";

const PLAIN: Mail = Mail {
    id: "",
    mailboxes: INBOX,
    from: "",
    to: JANE,
    subject: "",
    day: 0,
    refers: &[],
    text: "",
    interview: None,
};

#[expect(clippy::too_many_lines, reason = "a whole search, mail by mail")]
fn search() -> Vec<Mail> {
    vec![
        // Acme, two positions, each with a person of its own; a colleague answers for one.
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
            text: "Dear Jane,\n\nthank you for the talk. We will let you know by 11 December.\n\nAnna Schmidt",
            ..PLAIN
        },
        Mail {
            id: "a3",
            from: "Carla Ruiz <carla@acme.example>",
            subject: "Re: Interview Data Engineer",
            day: 9,
            text: "Dear Jane,\n\nAnna asked me to tell you that we need another week for the Data Engineer role and are still deciding.\n\nCarla Ruiz",
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
        // Globex, behind a relay.
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
            text: "Hi Jane,\n\nthank you for your interest in the Product Manager position at Globex. Unfortunately we will not be moving forward with your application.\n\nGlobex Recruiting",
            ..PLAIN
        },
        // An agency: it is chased, whoever it works for.
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
        // Initech: silence, a follow-up by hand, a late answer whose ids were rewritten.
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
            text: "Dear Jane,\n\nsorry for the silence, we are still deciding.\n\nBill",
            ..PLAIN
        },
        Mail {
            id: "i4",
            from: "Bill Lum <bill@initech.example>",
            subject: "Automatic reply: Interview Site Reliability Engineer",
            day: 16,
            text: "I am out of the office until 18 November 2026.",
            ..PLAIN
        },
        // None of it is about an application.
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
            text: "A copy that somebody made of a letter of mine.",
            to: ANNA,
            ..PLAIN
        },
    ]
}

/// What the record says of one application at the end.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    turn: &'static str,
    closed: bool,
    interviews: usize,
    /// Whose answers it has.
    answers: Vec<String>,
    attempts: usize,
    promise: Option<String>,
}

fn row(
    turn: &'static str,
    closed: bool,
    answers: &[&str],
    attempts: usize,
    promise: Option<&str>,
) -> Row {
    let mut answers: Vec<String> = answers.iter().map(|id| format!("{id}@mail.example")).collect();
    answers.sort();
    let interviews = usize::from(answers.iter().all(|id| !id.starts_with('g')));
    Row { turn, closed, interviews, answers, attempts, promise: promise.map(str::to_owned) }
}

fn expected() -> BTreeMap<String, Row> {
    [
        ("Data Engineer", row("them", false, &["a1", "a2", "a3"], 0, Some("2026-12-11"))),
        ("Business Analyst", row("nobody", true, &["b1", "b3"], 0, None)),
        ("Product Manager", row("nobody", true, &["g2"], 0, None)),
        ("Platform Engineer", row("them", false, &["t1", "t2"], 0, None)),
        ("Site Reliability Engineer", row("them", false, &["i1", "i3"], 1, None)),
    ]
    .into_iter()
    .map(|(position, row)| (position.to_owned(), row))
    .collect()
}

fn begin() -> DateTime<Utc> {
    "2026-11-02T08:00:00Z".parse().unwrap()
}

impl Mail {
    fn at(&self) -> DateTime<Utc> {
        begin()
            + TimeDelta::days(self.day)
            + TimeDelta::minutes(self.id.bytes().map(i64::from).sum())
    }

    fn bytes(&self) -> Vec<u8> {
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

struct Replayed {
    table: BTreeMap<String, Row>,
    again: BTreeMap<String, Row>,
    questions: usize,
    messages: usize,
}

/// Delivers mail by mail with a pass after each, and looks at the record; then again after every
/// mailbox got new numbers.
async fn replay() -> Replayed {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::Fixed(begin());
    let options = Options {
        address: USER.to_owned(),
        password: "pw".to_owned(),
        style: Style::Plain,
        clock,
        folder: folder.path().to_owned(),
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let text = format!(
        "[account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"Europe/Berlin\"\n\
         [mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"pw\"]\n\
         [imap]\nhost = \"localhost\"\nport = {}\nca_file = \"{ca}\"\n\
         [smtp]\nhost = \"localhost\"\nport = {}\nca_file = \"{ca}\"\n",
        sandbox.imap_port(),
        sandbox.smtp_port(),
        ca = sandbox.ca_file().display()
    );
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let mut service = Service::open(config::load(&path).unwrap(), clock).await.unwrap();
    service.pass().await.unwrap();
    let mails = search();
    for (number, mail) in (1i64..).zip(&mails) {
        // Mail that was held up comes with its own date, employer by employer.
        for mailbox in mail.mailboxes {
            sandbox.deliver(mailbox, &mail.bytes(), mail.at());
        }
        let now = Clock::Fixed(begin() + TimeDelta::days(22) + TimeDelta::minutes(number));
        sandbox.set_clock(now);
        service.set_clock(now);
        service.pass().await.unwrap();
    }
    let table = table(&service).await;
    for mailbox in ["INBOX", "Sent", "Archive"] {
        sandbox.renumber(mailbox);
    }
    let now = Clock::Fixed(begin() + TimeDelta::days(22) + TimeDelta::hours(2));
    sandbox.set_clock(now);
    service.set_clock(now);
    service.pass().await.unwrap();
    let again = self::table(&service).await;
    let letters = sandbox.messages("INBOX");
    let asks = |letter: &Letter| letter.subject.contains("Which one");
    let questions = letters.iter().map(|it| Letter::read(it)).filter(asks).count();
    Replayed { table, again, questions, messages: mails.len() }
}

async fn table(service: &Service) -> BTreeMap<String, Row> {
    let overview = service.record().overview().await.unwrap();
    overview
        .applications
        .into_iter()
        .map(|view| {
            let turn = match view.turn {
                afterword::domain::follow_up::Turn::Them => "them",
                afterword::domain::follow_up::Turn::Me => "me",
                afterword::domain::follow_up::Turn::Nobody => "nobody",
            };
            let mut answers: Vec<String> = view
                .replies
                .iter()
                .filter_map(|reply| reply.message_id.as_ref().map(ToString::to_string))
                .collect();
            answers.sort();
            let promise = view.promise.and_then(|it| it.reading.not_before);
            let row = Row {
                turn,
                closed: view.closed.is_some(),
                interviews: view.interviews.len(),
                answers,
                attempts: view.attempts.len(),
                promise: promise.map(|day| day.to_string()),
            };
            (view.position.unwrap_or_else(|| view.id.to_string()), row)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_search_makes_the_expected_table() {
    let replayed = replay().await;
    assert_eq!(replayed.table, expected());
    assert_eq!(replayed.again, expected(), "new numbers for old mail are no news");
    assert!(replayed.questions * 20 <= replayed.messages, "{} questions", replayed.questions);
}
