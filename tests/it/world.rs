//! One job seeker on the real servers, with a clock that the test moves: mail is put where a mail
//! client or a mail server would put it, and the service is run pass by pass.

use std::ops::Deref;
use std::path::PathBuf;

use afterword::clock::Clock;
use afterword::config;
use afterword::service::Service;
use afterword::service::view::ApplicationView;
use chrono::{DateTime, FixedOffset, Utc};
use mail_parser::{Message, MessageParser};

use crate::servers::{PASSWORD, Servers, unique};

pub struct World {
    pub person: Person,
    pub service: Service,
    pub now: DateTime<Utc>,
}

/// The person alone, for tests that run the service in another way.
pub struct Person {
    pub servers: &'static Servers,
    pub user: String,
    /// The person at the employer; her mailbox shows what really arrived.
    pub anna: String,
    pub folder: tempfile::TempDir,
}

impl Deref for World {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl World {
    /// A new person with an empty mailbox, and the service opened at `now`.
    pub async fn at(now: &str) -> Self {
        Self::with(now, "").await
    }

    /// The same with more lines in the configuration.
    pub async fn with(now: &str, more: &str) -> Self {
        let person = Person::with(more);
        let service = open(&person.config(), utc(now)).await;
        Self { person, service, now: utc(now) }
    }

    /// Moves the clock and does one pass.
    pub async fn pass_at(&mut self, now: &str) {
        self.now = utc(now);
        self.service.set_clock(Clock::Fixed(self.now));
        self.service.pass().await.unwrap();
    }

    /// The one application there is.
    pub async fn application(&self) -> ApplicationView {
        let overview = self.service.record().overview().await.unwrap();
        assert_eq!(overview.applications.len(), 1, "one application");
        overview.applications.into_iter().next().unwrap()
    }
}

impl Person {
    /// A new person with an empty mailbox, and a configuration with these lines more.
    pub fn with(more: &str) -> Self {
        let servers = Servers::start();
        let folder = tempfile::tempdir().unwrap();
        let user = unique("jane");
        let anna = unique("anna");
        let config = folder.path().join("config.toml");
        std::fs::write(&config, configuration(servers, &user, more)).unwrap();
        Self { servers, user, anna, folder }
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    /// What arrived in a mailbox of the user.
    pub fn mailbox(&self, mailbox: &str) -> Vec<Vec<u8>> {
        self.servers.messages(&self.user, mailbox)
    }

    /// Mails of the service in INBOX of one kind, oldest first; waits until there are `count`.
    pub fn expect_letters(&self, kind: &str, count: usize) -> Vec<Letter> {
        for _ in 0..200 {
            let letters = self.letters(kind);
            if letters.len() >= count {
                assert_eq!(letters.len(), count, "more mails of the kind {kind} than expected");
                return letters;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let have: Vec<_> =
            self.mailbox("INBOX").iter().map(|it| Letter::read(it).subject).collect();
        panic!("not {count} mails of the kind {kind} in INBOX: {have:#?}");
    }

    pub fn letters(&self, kind: &str) -> Vec<Letter> {
        self.mailbox("INBOX")
            .iter()
            .map(|bytes| Letter::read(bytes))
            .filter(|letter| letter.kind.as_deref() == Some(kind))
            .collect()
    }

    /// Everything that reached the employer's person.
    pub fn at_employer(&self, count: usize) -> Vec<Letter> {
        let found = self.servers.wait_for(&self.anna, "INBOX", count);
        assert_eq!(found.len(), count, "more messages at the employer than expected");
        found.iter().map(|bytes| Letter::read(bytes)).collect()
    }

    pub fn nothing_at_employer(&self) {
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(self.servers.messages(&self.anna, "INBOX").is_empty(), "something was sent");
    }

    /// Files a message in a mailbox of the user, arrived at `at`.
    pub fn file(&self, mailbox: &str, at: &str, message: &str) {
        let bytes = message.trim_start().replace('\n', "\r\n");
        self.servers.append(&self.user, mailbox, bytes.as_bytes(), utc(at));
    }

    /// The invitation that opens the application: Tuesday 24 November 2026, 14:00 in Berlin.
    pub fn invitation(&self, at: &str) {
        let (user, anna) = (&self.user, &self.anna);
        let date = header_date(at);
        self.file(
            "INBOX",
            at,
            &format!(
                "\
From: Anna Schmidt <{anna}>
To: Jane Doe <{user}>
Subject: Interview Data Engineer
Date: {date}
Message-ID: <invitation@{}>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"b1\"

--b1
Content-Type: text/plain; charset=utf-8

Dear Jane,

we would like to invite you to an interview for the position of Data Engineer
on Tuesday, 24 November at 14:00.

Kind regards
Anna Schmidt
Acme
--b1
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Acme//Calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:interview-1@{}
SEQUENCE:0
DTSTAMP:20261120T090000Z
DTSTART:20261124T130000Z
DTEND:20261124T140000Z
SUMMARY:Interview Data Engineer
ORGANIZER;CN=Anna Schmidt:mailto:{anna}
ATTENDEE;CN=Jane Doe:mailto:{user}
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
--b1--
",
                domain(anna),
                domain(anna)
            ),
        );
    }

    /// A message of Anna's in the thread, in any mailbox.
    pub fn anna_writes(&self, mailbox: &str, at: &str, id: &str, text: &str) {
        let (user, anna) = (&self.user, &self.anna);
        let date = header_date(at);
        let domain = domain(anna);
        self.file(
            mailbox,
            at,
            &format!(
                "\
From: Anna Schmidt <{anna}>
To: Jane Doe <{user}>
Subject: Re: Interview Data Engineer
Date: {date}
Message-ID: <{id}@{domain}>
In-Reply-To: <invitation@{domain}>
References: <invitation@{domain}>
Content-Type: text/plain; charset=utf-8

{text}
"
            ),
        );
    }

    /// A message of the user's own to Anna, as a mail client files it in Sent.
    pub fn user_writes_to_anna(&self, at: &str, id: &str, text: &str) {
        let (user, anna) = (&self.user, &self.anna);
        let date = header_date(at);
        let domain = domain(anna);
        self.file(
            "Sent",
            at,
            &format!(
                "\
From: Jane Doe <{user}>
To: Anna Schmidt <{anna}>
Subject: Re: Interview Data Engineer
Date: {date}
Message-ID: <{id}@{user}>
In-Reply-To: <invitation@{domain}>
References: <invitation@{domain}>
Content-Type: text/plain; charset=utf-8

{text}
"
            ),
        );
    }

    /// The user's reply to one of our mails, with the quote a mail client adds.
    pub fn user_replies(&self, mailbox: &str, at: &str, to: &Letter, text: &str) {
        self.user_replies_as(mailbox, at, to, text, "reply");
    }

    pub fn user_replies_as(&self, mailbox: &str, at: &str, to: &Letter, text: &str, id: &str) {
        let user = &self.user;
        let date = header_date(at);
        let quote: String = to.text.lines().map(|line| format!("> {line}\n")).collect();
        self.file(
            mailbox,
            at,
            &format!(
                "\
From: Jane Doe <{user}>
To: Jane Doe <{user}>
Subject: Re: {}
Date: {date}
Message-ID: <{id}.{}@{user}>
In-Reply-To: <{}>
References: <{}>
Content-Type: text/plain; charset=utf-8

{text}

On Tue, 8 Dec 2026 at 08:00, Jane Doe <{user}> wrote:

{quote}",
                to.subject,
                utc(at).timestamp(),
                to.message_id,
                to.message_id
            ),
        );
    }
}

pub async fn open(config: &std::path::Path, now: DateTime<Utc>) -> Service {
    Service::open(config::load(config).unwrap(), Clock::Fixed(now)).await.unwrap()
}

pub fn configuration(servers: &Servers, user: &str, more: &str) -> String {
    let ca = servers.ca_file();
    std::fs::write(ca.with_file_name("password"), PASSWORD).unwrap();
    let password = ca.with_file_name("password");
    std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    format!(
        "[account]\nname = \"Jane Doe\"\naddress = \"{user}\"\ntime_zone = \"Europe/Berlin\"\n\
         country = \"DE\"\n\n[mail]\nprovider = \"custom\"\npassword_file = \"{password}\"\n\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n\n\
         [profile]\nsignature = \"Jane Doe\"\n\n{more}\n",
        password = password.display(),
        imap = servers.imap_port(),
        smtp = servers.smtp_port(),
        ca = ca.display(),
    )
}

fn header_date(at: &str) -> String {
    let berlin = FixedOffset::east_opt(3600).unwrap();
    utc(at).with_timezone(&berlin).to_rfc2822()
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').unwrap().1
}

/// A message as its reader sees it.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub kind: Option<String>,
    pub text: String,
}

impl Letter {
    pub fn read(bytes: &[u8]) -> Self {
        let message = MessageParser::default().parse(bytes).unwrap();
        let header = |name: &str| header_text(&message, name);
        let address = |list: Option<&mail_parser::Address<'_>>| {
            list.and_then(|it| it.first())
                .and_then(|it| it.address())
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            from: address(message.from()),
            to: address(message.to()),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            in_reply_to: message.in_reply_to().as_text().map(str::to_owned),
            kind: header("X-Afterword-Kind"),
            text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        }
    }

    /// The words between the markers of a request.
    pub fn proposed(&self) -> String {
        let (_, after) = self.text.split_once("begins -----\n").unwrap();
        let (words, _) = after.split_once("\n----- draft").unwrap();
        words.trim_end().to_owned()
    }
}

fn header_text(message: &Message<'_>, name: &str) -> Option<String> {
    message.header(name).and_then(|value| value.as_text()).map(|text| text.trim().to_owned())
}
