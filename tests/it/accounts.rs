//! Two mail accounts of one person, each on an embedded server of its own, and one record.

mod failing;
mod sending;

use std::path::PathBuf;

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Action, Fault, Options, Sandbox, Style};
use afterword::service::view::{AccountHealth, ApplicationView, State};
use afterword::service::{PassError, Service};

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
