//! Sent once or not at all, and never none in silence: the pass that sends is stopped at every
//! point of the way out, against a server that goes wrong in every way there is, and lives on.

mod barrier;
mod copies;
mod deferral;
mod soak;

use std::path::PathBuf;
use std::time::Duration;

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Action, Fault, Sandbox, Style};
use afterword::service::Service;
use afterword::service::view::{ApplicationView, Overview, State};
use afterword::smtp::Deadlines;

use crate::embedded::{Stage, utc};
use crate::stops::{POINTS, pass_until};
use crate::world::Letter;

/// The moment at which the approved message is due.
pub const DUE: &str = "2026-12-08T08:01:00Z";

/// A message is approved and due with the next pass.
pub async fn due() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    stage.pass_at("2026-12-08T07:03:00Z").await;
    assert_eq!(stage.application().await.state, State::Approved);
    stage
}

/// A history of its own from here on, on the same server: it files no copies, so that no history
/// sees what another one sent.
pub struct Branch<'a> {
    pub sandbox: &'a Sandbox,
    pub service: Service,
    config: PathBuf,
    deadlines: Deadlines,
    sent_before: usize,
    mails_before: usize,
    _folder: tempfile::TempDir,
}

impl<'a> Branch<'a> {
    pub async fn of(stage: &'a Stage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(stage.folder.path()).unwrap() {
            let from = entry.unwrap().path();
            std::fs::copy(&from, folder.path().join(from.file_name().unwrap())).unwrap();
        }
        let config = folder.path().join("config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, format!("{text}[sending]\nsave_to_sent = \"never\"\n")).unwrap();
        let deadlines = Deadlines::default();
        let service = open(&config, deadlines).await;
        let sandbox = &stage.sandbox;
        let sent_before = sandbox.delivered().len();
        let mails_before = sandbox.messages("INBOX").len();
        let _folder = folder;
        Self { sandbox, service, config, deadlines, sent_before, mails_before, _folder }
    }

    /// What the service holds in memory is gone.
    pub async fn restart(self) -> Self {
        let Self { service, config, deadlines, .. } = self;
        drop(service);
        let service = open(&config, deadlines).await;
        Self { service, config, ..self }
    }

    pub fn at(&mut self, now: &str) {
        self.sandbox.set_clock(Clock::Fixed(utc(now)));
        self.service.set_clock(Clock::Fixed(utc(now)));
    }

    /// One pass, however it ends.
    pub async fn pass_at(&mut self, now: &str) {
        self.at(now);
        let _ = self.service.pass().await;
    }

    /// Messages for others that the server accepted in this history.
    pub fn sent(&self) -> usize {
        self.sandbox.delivered().len() - self.sent_before
    }

    /// Mails to the user of this history.
    pub fn letters(&self) -> Vec<Letter> {
        let letters = self.sandbox.messages("INBOX").split_off(self.mails_before);
        letters.iter().map(|bytes| Letter::read(bytes)).collect()
    }

    pub async fn overview(&self) -> Overview {
        self.service.record().overview().await.unwrap()
    }

    pub async fn application(&self) -> ApplicationView {
        self.overview().await.applications.into_iter().next().unwrap()
    }

    /// Whether the user was told that the message is not, or perhaps not, sent.
    fn told(&self) -> bool {
        let words = ["Not sent", "I cannot tell whether it left"];
        let says = |letter: &Letter| words.iter().any(|word| letter.text.contains(word));
        self.letters().iter().any(says)
    }
}

async fn open(config: &std::path::Path, deadlines: Deadlines) -> Service {
    let loaded = config::load(config).unwrap();
    let mut service = Service::open(loaded, Clock::Fixed(utc(DUE))).await.unwrap();
    service.set_sending_deadlines(deadlines);
    service
}

/// One way in which the server goes wrong.
struct Mode {
    name: &'static str,
    fault: Option<(&'static str, Action)>,
}

const fn mode(name: &'static str, command: &'static str, action: Action) -> Mode {
    Mode { name, fault: Some((command, action)) }
}

/// Deadlines that a server which says nothing makes us wait for; the rest stays patient.
fn hurried(mode: &Mode) -> Deadlines {
    let silent = matches!(mode.fault, Some((_, Action::Stall | Action::Late(1000..))));
    let short = |command: &str| match mode.fault {
        Some((struck, _)) if silent && struck == command => Duration::from_millis(150),
        _ => Duration::from_secs(20),
    };
    Deadlines {
        greeting: short("CONNECT"),
        login: short("AUTH"),
        command: short("RCPT"),
        data: short("DATA"),
        body: short("BODY"),
        quit: Duration::from_secs(2),
    }
}

/// Every point in one mode: at most one message, and if there is none, a word about it.
async fn every_point_in(modes: &[Mode]) {
    for mode in modes {
        let stage = due().await;
        for point in POINTS {
            let case = format!("stopped at {point:?}, server: {}", mode.name);
            let mut branch = Branch::of(&stage).await;
            branch.deadlines = hurried(mode);
            branch.service.set_sending_deadlines(branch.deadlines);
            if let Some((command, action)) = mode.fault {
                branch.sandbox.script(Fault::new(command, 1, action));
            }
            branch.at(DUE);
            pass_until(&mut branch.service, point).await;
            assert!(branch.sent() <= 1, "{case}");
            let mut branch = branch.restart().await;
            let mut state = State::Approved;
            for later in ["08:02:00", "08:20:00", "09:00:00"] {
                branch.pass_at(&format!("2026-12-08T{later}Z")).await;
                assert!(branch.sent() <= 1, "{case}: sent twice");
                state = branch.application().await.state;
                let settled = state != State::Approved && !branch.letters().is_empty();
                if settled && (branch.sent() == 1 || branch.told()) {
                    break;
                }
            }
            assert!(branch.sent() == 1 || branch.told(), "{case}: none, in silence ({state:?})");
            assert_ne!(state, State::Approved, "{case}");
            let before = (branch.sent(), branch.letters().len());
            branch.pass_at("2026-12-08T09:01:00Z").await;
            assert_eq!((branch.sent(), branch.letters().len()), before, "{case}: no no-op");
        }
    }
}

#[tokio::test]
async fn sent_once_or_told_whatever_point_it_stops_at() {
    every_point_in(&[
        Mode { name: "willing", fault: None },
        mode("silent at the greeting", "CONNECT", Action::Stall),
        mode("421 as greeting", "CONNECT", Action::Bye),
        mode("gone at the login", "AUTH", Action::CloseBefore),
        mode("greylisting", "RCPT", Action::No("greylisted, try again later")),
    ])
    .await;
}

#[tokio::test]
async fn sent_once_or_told_with_a_server_that_fails_before_the_body() {
    every_point_in(&[
        mode("421 to MAIL", "MAIL", Action::Bye),
        mode("5xx to RCPT", "RCPT", Action::Bad),
        mode("silent after DATA", "DATA", Action::Stall),
        mode("reset at DATA", "DATA", Action::CloseBefore),
        mode("garbage at DATA", "DATA", Action::Garbage),
    ])
    .await;
}

#[tokio::test]
async fn sent_once_or_told_with_a_server_that_fails_at_the_final_dot() {
    every_point_in(&[
        mode("silent after the dot", "BODY", Action::Stall),
        mode("dropped after the dot, not taken", "BODY", Action::CloseBefore),
        mode("421 after the dot", "BODY", Action::Bye),
        mode("4xx after the dot", "BODY", Action::No("later")),
        mode("5xx after the dot", "BODY", Action::Bad),
    ])
    .await;
}

#[tokio::test]
async fn sent_once_or_told_with_a_server_that_takes_it_and_says_so_badly() {
    every_point_in(&[
        mode("half an answer", "BODY", Action::CloseInside),
        mode("taken, and 354", "BODY", Action::Instead("354 go on")),
        mode("taken, and 421", "BODY", Action::Instead("421 4.3.2 closing")),
        mode("taken, and garbage", "BODY", Action::Instead("what was that?")),
        mode("taken, and 250 a little late", "BODY", Action::Late(50)),
        mode("taken, and 250 too late", "BODY", Action::Late(1000)),
    ])
    .await;
}
