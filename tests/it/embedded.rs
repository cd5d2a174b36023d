//! The service against the embedded server: Gmail's way of keeping mail, and faults that a real
//! server does not show on demand.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::time::Duration;

use afterword::clock::Clock;
use afterword::config;
use afterword::domain::ids::ReadableId;
use afterword::sandbox::{Action, Fault, Options, Sandbox, Style};
use afterword::service::view::{ApplicationView, State};
use afterword::service::{Record, Service};
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::world::Letter;

pub const USER: &str = "jane@doe.example";
pub const ANNA: &str = "anna@acme.example";

/// The service on the embedded server, with a clock that the test moves.
pub struct Stage {
    pub sandbox: Sandbox,
    pub service: Slot,
    clock: Clock,
    pub folder: tempfile::TempDir,
}

/// The service; empty only for the moment in which another one takes its place.
pub struct Slot(Option<Service>);

impl Deref for Slot {
    type Target = Service;

    fn deref(&self) -> &Service {
        self.0.as_ref().unwrap()
    }
}

impl DerefMut for Slot {
    fn deref_mut(&mut self) -> &mut Service {
        self.0.as_mut().unwrap()
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The invitation that opens the application: Tuesday 24 November 2026, 14:00 in Berlin.
pub fn invitation_mail() -> String {
    format!(
        "\
From: Anna Schmidt <{ANNA}>\nTo: Jane Doe <{USER}>\nSubject: Interview Data Engineer\n\
Date: Fri, 20 Nov 2026 10:00:00 +0100\nMessage-ID: <invitation@acme.example>\n\
Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Acme//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
UID:interview-1\nDTSTAMP:20261120T090000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T140000Z\n\
SUMMARY:Interview Data Engineer\nORGANIZER;CN=Anna Schmidt:mailto:{ANNA}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

impl Stage {
    pub async fn new(style: Style) -> Self {
        Self::shown_as(style, "localhost").await
    }

    /// The same with a server whose certificate is for another name than the one in the
    /// configuration, which is `localhost`.
    pub async fn shown_as(style: Style, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let begin = Clock::Fixed(utc("2026-11-20T08:00:00Z"));
        let options = Options {
            address: USER.to_owned(),
            password: "pw".to_owned(),
            style,
            clock: begin,
            folder: folder.path().to_owned(),
        };
        let sandbox = Sandbox::start_as(options, &[name]).await.unwrap();
        let (imap, smtp, ca) =
            (sandbox.imap_port(), sandbox.smtp_port(), sandbox.ca_file().display());
        let text = format!(
            "[account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"Europe/Berlin\"\n\
             [mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"pw\"]\n\
             [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
             [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n"
        );
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let service = Service::open(config::load(&path).unwrap(), begin).await.unwrap();
        Self { sandbox, service: Slot(Some(service)), clock: begin, folder }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    /// The program is started anew.
    pub async fn reopen(&mut self) {
        drop(self.service.0.take());
        let config = config::load(&self.config()).unwrap();
        self.service = Slot(Some(Service::open(config, self.clock).await.unwrap()));
    }

    /// From now on nothing is sent.
    pub fn dry(&mut self) {
        self.service = Slot(self.service.0.take().map(Service::dry));
    }

    /// The user writes another password into the configuration.
    pub async fn use_password(&mut self, password: &str) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        let (before, rest) = text.split_once("[\"echo\", \"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        let text = format!("{before}[\"echo\", \"{password}\"{after}");
        std::fs::write(self.config(), text).unwrap();
        self.reopen().await;
    }

    /// Rows of every table.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        crate::crash::rows(&self.config().with_file_name("afterword.db")).await.unwrap()
    }

    /// The service runs, as it does for users, while something happens.
    pub async fn lives(mut self, story: impl AsyncFnOnce(&Self)) {
        let mut service = self.service.0.take().unwrap();
        let stop = CancellationToken::new();
        let told = async {
            story(&self).await;
            stop.cancel();
        };
        let (ran, ()) = tokio::join!(service.run(stop.clone()), told);
        ran.unwrap();
    }

    /// Waits until the record shows something.
    pub async fn until(&self, shown: impl AsyncFn(&Record) -> bool) {
        let config = config::load(&self.config()).unwrap();
        let record = Record::open(config, self.clock).await.unwrap();
        for _ in 0..600 {
            if shown(&record).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it was not recorded in half a minute");
    }

    pub fn at(&mut self, now: &str) {
        self.clock = Clock::Fixed(utc(now));
        self.sandbox.set_clock(Clock::Fixed(utc(now)));
        self.service.set_clock(Clock::Fixed(utc(now)));
    }

    pub async fn pass_at(&mut self, now: &str) {
        self.at(now);
        self.service.pass().await.unwrap();
    }

    pub fn put(&self, mailbox: &str, at: &str, message: &str) {
        self.sandbox.deliver(mailbox, message.replace('\n', "\r\n").as_bytes(), utc(at));
    }

    pub fn invitation(&self) {
        self.put("INBOX", "2026-11-20T09:00:00Z", &invitation_mail());
    }

    pub fn letter(&self, mailbox: &str, at: &str, from: &str, to: &str, id: &str, text: &str) {
        let date = utc(at).to_rfc2822();
        self.put(
            mailbox,
            at,
            &format!(
                "From: <{from}>\nTo: <{to}>\nSubject: Re: Interview Data Engineer\nDate: {date}\n\
             Message-ID: <{id}@mail.example>\nIn-Reply-To: <invitation@acme.example>\n\
             References: <invitation@acme.example>\nContent-Type: text/plain\n\n{text}\n"
            ),
        );
    }

    /// Mails of the service of one kind, oldest first.
    pub fn letters(&self, kind: &str) -> Vec<Letter> {
        let letters = self.sandbox.messages("INBOX");
        let letters = letters.iter().map(|bytes| Letter::read(bytes));
        letters.filter(|it| it.kind.as_deref() == Some(kind)).collect()
    }

    pub fn approve(&self, mailbox: &str, at: &str) {
        self.reply_to_request(mailbox, at, "approve");
    }

    /// The user's reply to the request for an approval.
    pub fn reply_to_request(&self, mailbox: &str, at: &str, text: &str) {
        let request = self.letters("approval-request").remove(0);
        self.reply_to(&request, mailbox, at, text, "approval");
    }

    /// The user's reply to any of our mails.
    pub fn reply_to(&self, letter: &Letter, mailbox: &str, at: &str, text: &str, name: &str) {
        let (date, id) = (utc(at).to_rfc2822(), &letter.message_id);
        self.put(
            mailbox,
            at,
            &format!(
                "From: <{USER}>\nTo: <{USER}>\nSubject: Re: your mail\nDate: {date}\n\
             Message-ID: <{name}@doe.example>\nIn-Reply-To: <{id}>\nReferences: <{id}>\n\
             Content-Type: text/plain\n\n{text}\n"
            ),
        );
    }

    pub async fn application(&self) -> ApplicationView {
        let applications = self.service.record().overview().await.unwrap().applications;
        assert_eq!(applications.len(), 1, "one application");
        applications.into_iter().next().unwrap()
    }

    /// The application with this id.
    pub async fn view(&self, id: &ReadableId) -> ApplicationView {
        self.service.record().application(id).await.unwrap().unwrap().0
    }

    /// Asked on Tuesday 8 December: ten days without a date.
    pub async fn until_asked(&mut self) {
        self.pass_at("2026-11-20T08:00:00Z").await;
        self.invitation();
        self.pass_at("2026-11-20T09:05:00Z").await;
        self.pass_at("2026-11-25T09:00:00Z").await;
        self.pass_at("2026-12-08T07:00:00Z").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_our_own_request_approves_nothing_and_the_users_reply_does() {
    let mut stage = Stage::new(Style::Gmail).await;
    stage.until_asked().await;
    for now in ["2026-12-08T07:05:00Z", "2026-12-08T08:30:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.application().await.state, State::Asked);
    assert!(stage.sandbox.delivered().is_empty());
    stage.approve("[Gmail]/Sent Mail", "2026-12-08T08:31:00Z");
    stage.pass_at("2026-12-08T08:32:00Z").await;
    assert_eq!(stage.application().await.state, State::Approved);
    stage.pass_at("2026-12-08T08:45:00Z").await;
    stage.pass_at("2026-12-08T09:15:00Z").await;
    assert_eq!(stage.sandbox.delivered().len(), 1);
    assert_eq!(stage.application().await.attempts.len(), 1, "the copy in Sent is no second one");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_a_draft_in_all_mail_is_no_sent_message() {
    let mut stage = Stage::new(Style::Gmail).await;
    stage.until_asked().await;
    stage.letter("[Gmail]/Drafts", "2026-12-08T07:10:00Z", USER, ANNA, "draft", "Any news?");
    stage.pass_at("2026-12-08T07:15:00Z").await;
    assert!(stage.application().await.attempts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_breaks_off_loses_nothing() {
    let faults = [
        ("UID FETCH", 1, Action::No("[UNAVAILABLE] later")),
        ("UID FETCH", 1, Action::CloseInside),
        ("UID FETCH", 2, Action::CloseInside),
        ("UID SEARCH", 1, Action::CloseBefore),
        ("EXAMINE", 1, Action::DropUidValidity),
        ("LIST", 1, Action::CloseInside),
        ("GREETING", 1, Action::Preauth),
        ("EXAMINE", 1, Action::DropUidNext),
        ("UID SEARCH", 1, Action::CloseAfter),
        ("UID FETCH", 1, Action::Bad),
        ("UID FETCH", 1, Action::Bye),
        ("UID FETCH", 1, Action::CloseBefore),
        ("UID FETCH", 1, Action::Garbage),
        ("UID FETCH", 1, Action::WrongTag),
        ("UID FETCH", 1, Action::GiantLiteral),
        ("UID FETCH", 1, Action::Nesting),
        ("UID FETCH", 1, Action::Unasked),
        ("UID FETCH", 2, Action::WrongTag),
    ];
    for (command, nth, action) in faults {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        stage.letter("INBOX", "2026-11-20T09:30:00Z", ANNA, USER, "more", "See you on Tuesday.");
        stage.sandbox.script(Fault::new(command, nth, action));
        stage.at("2026-11-20T10:00:00Z");
        let _ = stage.service.pass().await;
        assert_eq!(stage.sandbox.faults_left(), 0, "{command} {nth} was not met");
        stage.pass_at("2026-11-20T10:05:00Z").await;
        let view = stage.application().await;
        assert_eq!((view.interviews.len(), view.replies.len()), (1, 2), "{command} {nth}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_fetched_is_passed_over_after_three_looks() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.letter("INBOX", "2026-11-20T08:30:00Z", "x@evil.example", USER, "poison", "x");
    stage.invitation();
    // The welcome is the first message here: the window, its half with the poison, and then the
    // poison alone, at every look.
    for windows in ["1:3", "2:2", "2:2", "2:2", "2:2"] {
        let action = Action::No("corrupt");
        stage.sandbox.script(Fault::new(&format!("UID FETCH {windows}"), 1, action));
    }
    for minute in 10..16 {
        stage.at(&format!("2026-11-20T10:{minute}:00Z"));
        let _ = stage.service.pass().await;
    }
    assert_eq!(stage.sandbox.faults_left(), 1, "after three tries it is not asked for again");
    stage.pass_at("2026-11-20T11:00:00Z").await;
    stage.pass_at("2026-11-20T11:10:00Z").await;
    assert_eq!(stage.application().await.interviews.len(), 1);
    let letters = stage.sandbox.messages("INBOX");
    let told = letters.iter().filter(|it| Letter::read(it).text.contains("cannot be read"));
    assert_eq!(told.count(), 1, "the user is told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_numbers_for_old_mail_are_no_news() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let id = stage.application().await.id;
    let before = stage.service.record().application(&id).await.unwrap().unwrap().1.len();
    for mailbox in ["INBOX", "Sent"] {
        stage.sandbox.renumber(mailbox);
    }
    stage.pass_at("2026-12-08T07:20:00Z").await;
    stage.pass_at("2026-12-08T07:25:00Z").await;
    let after = stage.service.record().application(&id).await.unwrap().unwrap().1.len();
    assert_eq!(before, after);
    assert_eq!(stage.application().await.state, State::Asked);
}
