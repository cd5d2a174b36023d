//! Two mail accounts of one person, each on an embedded server of its own, and one record.

use std::path::PathBuf;
use std::process::Command;

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Action, Fault, Options, Sandbox, Style};
use afterword::service::check::check;
use afterword::service::view::{AccountHealth, ApplicationView, State};
use afterword::service::{PassError, Record, Service};
use tokio_util::sync::CancellationToken;

use crate::embedded::utc;
use crate::world::Letter;

/// The first account: the user is asked there.
const HOME: &str = "jane@doe.example";
const WORK: &str = "jane@work.example";
const ANNA: &str = "anna@acme.example";
const BEN: &str = "ben@beta.example";

/// The service over both servers, with a clock that the test moves.
struct Pair {
    home: Sandbox,
    work: Sandbox,
    /// Empty only while another one takes its place.
    service: Option<Service>,
    clock: Clock,
    folder: tempfile::TempDir,
}

async fn server(address: &str, style: Style, clock: Clock, folder: PathBuf) -> Sandbox {
    std::fs::create_dir(&folder).unwrap();
    let (address, password) = (address.to_owned(), "pw".to_owned());
    Sandbox::start(Options { address, password, style, clock, folder }).await.unwrap()
}

/// What stands below `[[account]]`.
fn servers(sandbox: &Sandbox, password: &str) -> String {
    let (imap, smtp, ca) = (sandbox.imap_port(), sandbox.smtp_port(), sandbox.ca_file().display());
    format!(
        "[account.mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"{password}\"]\n\
         [account.imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
         [account.smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n"
    )
}

impl Pair {
    async fn new(work: Style) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::Fixed(utc("2026-11-20T08:00:00Z"));
        let home = server(HOME, Style::Plain, clock, folder.path().join("home")).await;
        let work = server(WORK, work, clock, folder.path().join("work")).await;
        let mut pair = Self { home, work, service: None, clock, folder };
        pair.reopen("pw").await;
        pair
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    /// Starts the program anew, with this password for the second account.
    async fn reopen(&mut self, password: &str) {
        drop(self.service.take());
        let text = format!(
            "[[account]]\nname = \"Jane Doe\"\naddress = \"{HOME}\"\ntime_zone = \"Europe/Berlin\"\n\
             {}[[account]]\naddress = \"{WORK}\"\n{}",
            servers(&self.home, "pw"),
            servers(&self.work, password),
        );
        std::fs::write(self.path(), text).unwrap();
        let config = config::load(&self.path()).unwrap();
        self.service = Some(Service::open(config, self.clock).await.unwrap());
    }

    /// Starts it anew, after the user has taken the second account out of the configuration.
    async fn reopen_without_work(&mut self) {
        drop(self.service.take());
        let text = std::fs::read_to_string(self.path()).unwrap();
        let (first, _) = text.rsplit_once("[[account]]").unwrap();
        let config = config::from_text(first, &self.path()).unwrap();
        self.service = Some(Service::open(config, self.clock).await.unwrap());
    }

    /// Starts it anew with another command for the password of the second account, or of the only
    /// one there is then.
    async fn reopen_with_command(
        &mut self,
        command: &str,
        alone: bool,
    ) -> Result<(), anyhow::Error> {
        drop(self.service.take());
        let text = std::fs::read_to_string(self.path()).unwrap();
        let text = if alone { text.rsplit_once("[[account]]").unwrap().0 } else { text.as_str() };
        let (before, after) = text.rsplit_once("[\"echo\", \"pw\"]").unwrap();
        let text = format!("{before}{command}{after}");
        let config = config::from_text(&text, &self.path()).unwrap();
        self.service = Some(Service::open(config, self.clock).await?);
        Ok(())
    }

    fn service(&mut self) -> &mut Service {
        self.service.as_mut().unwrap()
    }

    fn at(&mut self, now: &str) {
        self.clock = Clock::Fixed(utc(now));
        for sandbox in [&self.home, &self.work] {
            sandbox.set_clock(self.clock);
        }
        let clock = self.clock;
        self.service().set_clock(clock);
    }

    async fn pass_at(&mut self, now: &str) {
        self.at(now);
        self.service().pass().await.unwrap();
    }

    /// A pass in which the second account cannot be reached.
    async fn pass_without_work_at(&mut self, now: &str) {
        self.at(now);
        self.work.script(Fault::new("GREETING", 1, Action::CloseBefore));
        let error = self.service().pass().await.unwrap_err();
        assert_eq!(PassError::of(&error), PassError::Unreachable, "{error:#}");
        assert!(format!("{error:#}").contains("account 2, at work.example"), "{error:#}");
    }

    async fn applications(&self) -> Vec<ApplicationView> {
        let record = self.service.as_ref().unwrap().record();
        record.overview().await.unwrap().applications
    }

    async fn state_of(&self, employer: &str) -> State {
        let all = self.applications().await;
        all.iter().find(|it| it.id.as_str().starts_with(employer)).unwrap().state
    }

    async fn healths(&self) -> Vec<AccountHealth> {
        self.service.as_ref().unwrap().record().overview().await.unwrap().health.accounts
    }

    /// Mails of the service of one kind: all of them arrive in the first account.
    fn letters(&self, kind: &str) -> Vec<Letter> {
        let read = |sandbox: &Sandbox, mailbox: &str| -> Vec<Letter> {
            let letters = sandbox.messages(mailbox).into_iter().map(|it| Letter::read(&it));
            letters.filter(|it| it.kind.as_deref() == Some(kind)).collect()
        };
        assert!(read(&self.work, "INBOX").is_empty(), "nobody is asked in the second account");
        read(&self.home, "INBOX")
    }

    fn request_about(&self, employer: &str) -> Letter {
        let mut requests = self.letters("approval-request");
        requests.retain(|it| it.subject.contains(&format!("{{{employer}-")));
        assert_eq!(requests.len(), 1, "{employer}");
        requests.remove(0)
    }
}

fn put(sandbox: &Sandbox, mailbox: &str, at: &str, message: &str) {
    sandbox.deliver(mailbox, message.replace('\n', "\r\n").as_bytes(), utc(at));
}

/// An invitation to an interview on Tuesday 24 November.
fn invitation(from: &str, to: &str) -> String {
    format!(
        "From: Anna Schmidt <{from}>\nTo: Jane Doe <{to}>\nSubject: Interview Data Engineer\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0100\nMessage-ID: <invitation-{from}>\n\
         Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
         BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Acme//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:{from}\nDTSTAMP:20261120T090000Z\nDTSTART:20261124T130000Z\nDTEND:20261124T140000Z\n\
         SUMMARY:Interview Data Engineer\nORGANIZER;CN=Anna Schmidt:mailto:{from}\n\
         END:VEVENT\nEND:VCALENDAR\n"
    )
}

fn letter(from: &str, to: &str, at: &str, answers: &str, text: &str) -> String {
    let date = utc(at).to_rfc2822();
    let id = format!("{}-{}", text.len(), from);
    format!(
        "From: <{from}>\nTo: <{to}>\nSubject: Re: Interview Data Engineer\nDate: {date}\n\
         Message-ID: <{id}>\nIn-Reply-To: <{answers}>\nReferences: <{answers}>\n\
         Content-Type: text/plain\n\n{text}\n"
    )
}

/// More mail than is asked for at once, on a server that slows down at the first of it.
fn slow_with_much_mail(work: &Sandbox) {
    for number in 0..1_200 {
        let hello = format!(
            "From: <lou@friends.example>\nTo: <{WORK}>\nSubject: Hello {number}\n\
             Date: Thu, 19 Nov 2026 10:00:00 +0100\nMessage-ID: <m{number}@friends.example>\n\n\
             See you.\n"
        );
        put(work, "INBOX", "2026-11-19T09:00:00Z", &hello);
    }
    work.script(Fault::new("UID FETCH", 1, Action::Slowed));
}

/// A conversation with Acme in the second account, up to the day on which the user is asked.
async fn until_due(pair: &mut Pair) {
    pair.pass_at("2026-11-20T08:00:00Z").await;
    put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
    pair.pass_at("2026-11-20T09:05:00Z").await;
    pair.pass_at("2026-11-25T09:00:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_two_accounts_is_one_message_of_one_record() {
    for style in [Style::Plain, Style::Gmail] {
        let mut pair = Pair::new(style).await;
        pair.pass_at("2026-11-20T08:00:00Z").await;
        let more = letter(
            ANNA,
            WORK,
            "2026-11-20T09:30:00Z",
            "invitation-anna@acme.example",
            "See you on Tuesday.",
        );
        for sandbox in [&pair.home, &pair.work] {
            put(sandbox, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
            put(sandbox, "INBOX", "2026-11-20T09:30:00Z", &more);
        }
        pair.pass_at("2026-11-20T10:00:00Z").await;
        pair.pass_at("2026-11-20T10:05:00Z").await;
        let all = pair.applications().await;
        let [one] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((one.interviews.len(), one.replies.len()), (1, 2), "{style:?}");
        pair.pass_at("2026-11-25T09:00:00Z").await;
        pair.pass_at("2026-12-08T07:00:00Z").await;
        let request = pair.request_about("ACME");
        assert!(request.text.contains(WORK), "it was written to that account: {}", request.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_account_writes_to_the_other_is_a_note_to_oneself() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.pass_at("2026-11-20T08:00:00Z").await;
    let note = invitation(HOME, WORK);
    put(&pair.home, "Sent", "2026-11-20T09:00:00Z", &note);
    put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &note);
    pair.pass_at("2026-11-20T09:05:00Z").await;
    assert!(pair.applications().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_an_account_that_is_gone_stays_the_users_own() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.pass_at("2026-11-20T08:00:00Z").await;
    pair.reopen_without_work().await;
    put(&pair.home, "INBOX", "2026-11-20T09:00:00Z", &invitation(WORK, HOME));
    pair.pass_at("2026-11-20T09:05:00Z").await;
    assert!(pair.applications().await.is_empty(), "it is a note to oneself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_leaves_from_the_account_of_its_conversation_after_a_reply_in_the_first() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    let request = pair.request_about("ACME");
    assert_eq!((request.from.as_str(), request.to.as_str()), (HOME, HOME));

    // The same word from the other account, in its own Sent mailbox, is none.
    let at = "2026-12-08T07:31:00Z";
    put(&pair.work, "Sent", at, &letter(WORK, HOME, at, &request.message_id, "approve"));
    put(&pair.home, "INBOX", at, &letter(WORK, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:32:00Z").await;
    pair.pass_at("2026-12-08T07:50:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Asked);
    let words = |it: &Letter| it.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = pair.letters("receipt").iter().any(|it| words(it).contains("where I asked you"));
    assert!(told, "the user is told why nothing happened");

    let at = "2026-12-08T08:00:00Z";
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T08:01:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Approved);
    pair.pass_at("2026-12-08T09:15:00Z").await;
    let sent = pair.work.delivered();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (WORK, ANNA));
    let message = Letter::read(&sent[0].bytes);
    assert_eq!(message.from, WORK);
    assert!(message.message_id.ends_with("@work.example"), "{}", message.message_id);
    assert_eq!(message.in_reply_to.as_deref(), Some("invitation-anna@acme.example"));
    assert!(pair.home.delivered().is_empty());

    pair.pass_at("2026-12-08T09:20:00Z").await;
    let copies = |sandbox: &Sandbox| {
        let letters = sandbox.messages("Sent").into_iter().map(|it| Letter::read(&it));
        letters.filter(|it| it.message_id == message.message_id).count()
    };
    assert_eq!((copies(&pair.home), copies(&pair.work)), (0, 1), "the copy lies where it left");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_or_sent_while_an_account_with_a_conversation_is_unread() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.pass_at("2026-11-20T08:00:00Z").await;
    put(&pair.home, "INBOX", "2026-11-20T09:00:00Z", &invitation(BEN, HOME));
    until_due(&mut pair).await;
    // The mails of this day are not those of the next.
    pair.pass_at("2026-12-07T09:00:00Z").await;

    pair.pass_without_work_at("2026-12-08T07:00:00Z").await;
    assert_eq!(pair.state_of("BETA").await, State::Asked, "its account was read");
    assert_eq!(pair.state_of("ACME").await, State::Waiting, "its account was not");
    pair.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Asked);

    let at = "2026-12-08T07:30:00Z";
    let request = pair.request_about("BETA");
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:31:00Z").await;
    pair.pass_without_work_at("2026-12-08T09:15:00Z").await;
    assert!(pair.home.delivered().is_empty(), "an answer may lie in the account that is unread");
    pair.pass_at("2026-12-08T09:20:00Z").await;
    let sent = pair.home.delivered();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (HOME, BEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_is_asked_about_a_conversation_of_which_the_inbox_was_not_read() {
    let blindnesses =
        [("GREETING", Action::CloseBefore), ("EXAMINE \"INBOX\"", Action::No("not now"))];
    for (command, action) in blindnesses {
        let mut pair = Pair::new(Style::Plain).await;
        pair.pass_at("2026-11-20T08:00:00Z").await;
        put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
        pair.pass_at("2026-11-20T09:05:00Z").await;
        // It comes in the evening; the question is for the next morning.
        let (at, answers) = ("2026-11-23T20:30:00Z", "invitation-anna@acme.example");
        let more = "Your second interview is confirmed for Tuesday, 1 December 2026 at 14:00.";
        put(&pair.work, "INBOX", at, &letter(ANNA, WORK, at, answers, more));
        pair.pass_at("2026-11-23T20:35:00Z").await;
        let asked = |pair: &Pair, words: &str| {
            pair.letters("question").iter().filter(|it| it.subject.contains(words)).count()
        };

        let kinds = [
            ("2026-11-24T07:05:00Z", "Is this an interview?"),
            ("2026-11-24T17:05:00Z", "when did they say"),
        ];
        for (now, words) in kinds {
            pair.at(now);
            pair.work.script(Fault::new(command, 1, action));
            let _ = pair.service().pass().await;
            assert_eq!(pair.work.faults_left(), 0, "{command} was not met at {now}");
            assert_eq!(asked(&pair, words), 0, "{command}: {words}");
            pair.pass_at(&now.replace(":05:", ":10:")).await;
            assert_eq!(asked(&pair, words), 1, "{command}: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_other_account_stops_the_message() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    let (request, at) = (pair.request_about("ACME"), "2026-12-08T07:30:00Z");
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:31:00Z").await;
    let (at, answers) = ("2026-12-08T08:30:00Z", "invitation-anna@acme.example");
    let answer = letter(ANNA, HOME, at, answers, "We have not decided yet, please wait a little.");
    put(&pair.home, "INBOX", at, &answer);
    pair.pass_at("2026-12-08T09:15:00Z").await;
    pair.pass_at("2026-12-08T09:20:00Z").await;
    assert!(pair.work.delivered().is_empty() && pair.home.delivered().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_refuses_the_login_is_left_alone_and_the_other_goes_on() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    for minute in 0..4 {
        pair.at(&format!("2026-11-20T08:{minute}0:00Z"));
        let error = pair.service().pass().await.unwrap_err();
        assert_eq!(PassError::of(&error), PassError::LoginRefused, "{error:#}");
    }
    assert_eq!((pair.home.refused_logins(), pair.work.refused_logins()), (0, 2));
    assert_eq!(pair.applications().await.len(), 1, "the first account is read");
    assert_eq!(pair.letters("welcome").len(), 1, "and the user is written to");

    let [home, work] = <[_; 2]>::try_from(pair.healths().await).unwrap();
    assert_eq!((home.address.as_str(), work.address.as_str()), (HOME, WORK));
    assert_eq!((home.blind_since, home.login_left_alone_until), (None, None));
    assert!(work.blind_since.is_some() && work.login_left_alone_until.is_some());

    let said = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_afterword"));
        let ran = command.arg("--config").arg(pair.path()).args(arguments).output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    let (code, words) = said(&["health"]);
    assert_eq!(code, Some(1));
    assert!(words.contains(&format!("{WORK}: blind since")), "{words}");
    assert!(!words.contains(&format!("{HOME}: blind")), "{words}");
    let (_, words) = said(&["status"]);
    let line = format!("Not all mailboxes of {WORK} could be read since");
    assert!(words.contains(&line), "{words}");
    let (_, json) = said(&["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["health"]["accounts"][1]["address"], WORK);
    assert_eq!(json["health"]["mailboxes"][0]["account"], HOME);

    pair.reopen("pw").await;
    pair.pass_at("2026-11-20T08:45:00Z").await;
    assert!(pair.healths().await.iter().all(|it| it.blind_since.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_password_cannot_be_had_keeps_only_itself_from_being_read() {
    let mut pair = Pair::new(Style::Plain).await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    let secret = pair.folder.path().join("secret");
    let command = format!("[\"cat\", \"{}\"]", secret.display());
    pair.reopen_with_command(&command, false).await.unwrap();
    let error = pair.service().pass().await.unwrap_err();
    assert_eq!(PassError::of(&error), PassError::LoginRefused, "{error:#}");
    for part in ["account 2, at work.example", "mail.password_command"] {
        assert!(format!("{error:#}").contains(part), "{error:#}");
    }
    assert_eq!(pair.applications().await.len(), 1, "the first account is read");
    let [home, work] = <[_; 2]>::try_from(pair.healths().await).unwrap();
    assert!(home.blind_since.is_none() && work.blind_since.is_some());
    assert_eq!(pair.work.refused_logins(), 0);

    std::fs::write(&secret, "pw\n").unwrap();
    pair.pass_at("2026-11-20T08:10:00Z").await;
    assert!(pair.healths().await.iter().all(|it| it.blind_since.is_none()), "it heals by itself");

    std::fs::remove_file(&secret).unwrap();
    let refused = pair.reopen_with_command(&command, true).await.unwrap_err();
    assert!(refused.to_string().contains("mail.password_command"), "alone it is told at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_about_a_conversation_in_an_account_that_is_gone() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.reopen_without_work().await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    assert_eq!(pair.letters("approval-request").len(), 0);
    pair.reopen("pw").await;
    pair.pass_at("2026-12-08T07:10:00Z").await;
    assert_eq!(pair.letters("approval-request").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_does_not_leave_once_an_account_of_its_conversation_is_gone() {
    for from_home in [false, true] {
        let mut pair = Pair::new(Style::Plain).await;
        pair.pass_at("2026-11-20T08:00:00Z").await;
        put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
        pair.pass_at("2026-11-20T09:05:00Z").await;
        if from_home {
            let (at, answers) = ("2026-11-20T10:00:00Z", "invitation-anna@acme.example");
            put(&pair.home, "INBOX", at, &letter(ANNA, HOME, at, answers, "See you on Tuesday."));
        }
        pair.pass_at("2026-11-20T10:05:00Z").await;
        pair.pass_at("2026-11-25T09:00:00Z").await;
        pair.pass_at("2026-12-08T07:00:00Z").await;
        let (request, at) = (pair.request_about("ACME"), "2026-12-08T07:30:00Z");
        put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
        pair.pass_at("2026-12-08T07:31:00Z").await;
        assert_eq!(pair.state_of("ACME").await, State::Approved);

        pair.reopen_without_work().await;
        pair.pass_at("2026-12-08T09:15:00Z").await;
        let sent = (pair.home.delivered().len(), pair.work.delivered().len());
        assert_eq!(sent, (0, 0), "an answer may lie in the account that is gone");
        let words = |it: &Letter| it.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = pair
            .letters("receipt")
            .iter()
            .any(|it| words(it).contains(&format!("Not sent: your mail with them is in {WORK}")));
        assert!(told, "the user is told why, from the first account: {from_home}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_the_account_of_each_line() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    let config = config::load(&pair.path()).unwrap();
    let report = check(config, pair.clock).await;
    let of = |account: &str, what: &str| {
        let lines = report.lines.iter().filter(|it| it.what == what);
        let lines: Vec<_> = lines.filter(|it| it.says.starts_with(account)).collect();
        assert_eq!(lines.len(), 1, "{account}, {what}: {:?}", report.lines);
        lines[0].ok
    };
    for what in ["reading (IMAP)", "sending (SMTP)"] {
        assert_eq!((of(HOME, what), of(WORK, what)), (true, false), "{what}");
    }
    assert!(report.failure.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn news_in_one_account_is_heard_while_the_other_refuses_the_login() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    let mut service = pair.service.take().unwrap();
    let (stop, clock) = (CancellationToken::new(), pair.clock);
    let told = async {
        let config = config::load(&pair.path()).unwrap();
        let record = Record::open(config, clock).await.unwrap();
        let watched = async || {
            let health = record.overview().await.unwrap().health;
            health.accounts.iter().any(|it| it.last_read_at.is_some())
        };
        until(watched).await;
        put(&pair.home, "INBOX", "2026-11-20T08:00:00Z", &invitation(BEN, HOME));
        until(async || !record.overview().await.unwrap().applications.is_empty()).await;
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), told);
    ran.unwrap();
    assert_eq!(pair.work.refused_logins(), 1, "it rests by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_in_every_account_after_one_of_them_failed() {
    let not_now = Action::No("[SERVERBUG] not now");
    for (command, nth) in [("LIST", 1), ("EXAMINE", 1), ("UID SEARCH", 1), ("UID FETCH", 1)] {
        let mut pair = Pair::new(Style::Plain).await;
        for (sandbox, from, to) in [(&pair.home, BEN, HOME), (&pair.work, ANNA, WORK)] {
            put(sandbox, "INBOX", "2026-11-20T07:00:00Z", &invitation(from, to));
        }
        pair.work.script(Fault::new(command, nth, not_now));
        let _ = pair.service().pass().await;
        assert_eq!(pair.work.faults_left(), 0, "{command} {nth} was not met");
        for sandbox in [&pair.home, &pair.work] {
            let heard = sandbox.heard();
            let count =
                |word: &str| heard.iter().filter(|line| line.as_str().starts_with(word)).count();
            assert!(count("GREETING") > 0, "{command} {nth}: {heard:#?}");
            assert_eq!(count("GREETING"), count("LOGOUT"), "{command} {nth}: {heard:#?}");
        }
        let found = pair.applications().await;
        let beta = found.iter().any(|it| it.id.as_str().starts_with("BETA"));
        assert!(beta, "{command} {nth}: the first account is read");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_slows_down_holds_up_the_look_back_of_its_own_account() {
    let mut pair = Pair::new(Style::Plain).await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    put(&pair.work, "INBOX", "2026-11-18T07:00:00Z", &invitation(ANNA, WORK));
    slow_with_much_mail(&pair.work);
    pair.pass_at("2026-11-20T10:00:00Z").await;
    assert_eq!(pair.applications().await.len(), 1, "the first account is read to its end");
    assert!(pair.letters("welcome").is_empty(), "nobody is welcomed with half a record");
    pair.pass_at("2026-11-20T10:15:00Z").await;
    assert_eq!(pair.applications().await.len(), 2);
    assert_eq!(pair.letters("welcome").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_welcome_does_not_wait_for_ever_for_an_account_that_cannot_be_read() {
    let mut pair = Pair::new(Style::Plain).await;
    slow_with_much_mail(&pair.work);
    pair.pass_at("2026-11-20T08:00:00Z").await;
    for (now, letters) in [("2026-11-20T09:00:00Z", 0), ("2026-11-20T14:30:00Z", 1)] {
        pair.pass_without_work_at(now).await;
        assert_eq!(pair.letters("welcome").len(), letters, "{now}");
    }
}

/// Waits until something is so.
async fn until(shown: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if shown().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it was not so in half a minute");
}
