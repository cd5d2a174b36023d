//! The program is killed at the worst moments, and goes on later as if nothing had happened:
//! an employer never gets a message twice, and no message that was read is lost or doubled.
//!
//! A killed process runs none of its own code, so all it has is what it committed before.

mod first_sync;
mod last_second;
mod one_summary;
mod real_postfix;
mod two_daemons;

pub use first_sync::rows;

pub use first_sync::WHOLE_PAST;

use serde_json::{Value, json};

use crate::blackbox::{until_asked, until_promised};
use crate::program::Program;
use crate::scripted_smtp::{ScriptedSmtp, Step};
use crate::world::{Letter, Person};

/// The moment at which the approved message is due.
const DUE: &str = "2026-12-08T08:01:00Z";

/// A message is approved and due with the next pass, and all mail of the program goes to a
/// server that keeps count.
struct Due {
    person: Person,
    program: Program,
    request: Letter,
}

impl Due {
    fn new() -> Self {
        Self::with("")
    }

    fn with(more: &str) -> Self {
        let (person, program, request) = until_asked(more);
        person.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
        program.pass_at("2026-12-08T07:03:00Z");
        assert_eq!(program.application_at("2026-12-08T07:04:00Z")["state"], "approved");
        Self { person, program, request }
    }

    /// Of the one application.
    fn id(&self) -> String {
        let view = self.program.application_at("2026-12-08T07:04:00Z");
        view["id"].as_str().unwrap().to_owned()
    }

    /// From here on a history of its own, with a server of its own.
    fn branch(&self) -> Branch<'_> {
        let folder = tempfile::tempdir().unwrap();
        let smtp = ScriptedSmtp::start(self.person.servers);
        let copy = self.program.copy_to(folder.path());
        let program = copy.with_smtp_port(self.person.servers, smtp.port);
        Branch { due: self, program, smtp, _folder: folder }
    }
}

struct Branch<'a> {
    due: &'a Due,
    program: Program,
    smtp: ScriptedSmtp,
    _folder: tempfile::TempDir,
}

impl Branch<'_> {
    /// The pass that sends ends at this step.
    fn kill_at(&self, step: Step) {
        let stop = self.smtp.stop_at(step);
        let running = self.program.start(DUE, &["once"]);
        stop.reached();
        running.kill();
    }

    /// Passes over the next two months, the first a minute later.
    fn live_on(&self) {
        for now in [
            "2026-12-08T08:02:00Z",
            "2026-12-08T08:20:00Z",
            "2026-12-09T08:30:00Z",
            "2026-12-22T07:00:00Z",
            "2026-12-22T08:30:00Z",
            "2027-02-05T08:30:00Z",
        ] {
            self.program.pass_at(now);
        }
    }

    fn sent(&self) -> usize {
        self.smtp.accepted_for(&self.due.person.anna).len()
    }

    /// Whether the user was told that it is not known if the message left.
    fn doubts_told(&self) -> usize {
        let mails = self.smtp.accepted_for(&self.due.person.user);
        let letters = mails.iter().map(|mail| Letter::read(&mail.bytes));
        letters.filter(|letter| letter.text.contains("I cannot tell")).count()
    }
}

fn first_attempt(application: &Value) -> [&Value; 2] {
    let attempts = application["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1, "{application:#}");
    [&attempts[0]["number"], &attempts[0]["by"]]
}

#[test]
fn killed_before_the_body_left_it_is_sent_once_by_a_later_pass() {
    // All these histories share one mailbox: none must see what another sent.
    let due = Due::with("[sending]\nsave_to_sent = \"never\"");
    for step in [Step::Greeting, Step::Auth, Step::Mail, Step::Rcpt, Step::Data] {
        let branch = due.branch();
        branch.kill_at(step);
        assert_eq!(branch.sent(), 0, "{step:?}");
        branch.program.pass_at("2026-12-08T08:02:00Z");
        assert_eq!(branch.sent(), 1, "{step:?}");
        let sent = branch.smtp.accepted_for(&due.person.anna).remove(0);
        assert_eq!(Letter::read(&sent.bytes).text.trim_end(), due.request.proposed(), "{step:?}");
        let view = branch.program.application_at("2026-12-08T08:03:00Z");
        assert_eq!(first_attempt(&view), [&json!(1), &json!("service")], "{step:?}");
        branch.program.pass_at("2026-12-09T08:30:00Z");
        assert_eq!((branch.sent(), branch.doubts_told()), (1, 0), "{step:?}");
    }
}

#[test]
fn killed_in_the_middle_of_the_body_it_is_in_doubt_and_never_sent_again() {
    let due = Due::new();
    let branch = due.branch();
    branch.kill_at(Step::Body);
    branch.program.pass_at("2026-12-08T08:02:00Z");
    let status = branch.program.status_at("2026-12-08T08:03:00Z");
    assert_eq!(status["applications"][0]["state"], "in_doubt");
    assert_eq!(status["health"]["in_doubt"], 1);
    branch.live_on();
    assert_eq!((branch.sent(), branch.doubts_told()), (0, 1));
    let view = branch.program.application_at("2027-02-05T09:00:00Z");
    assert_eq!(first_attempt(&view), [&json!(1), &json!("service")]);
}

#[test]
fn killed_after_the_server_accepted_it_is_in_doubt_and_never_sent_again() {
    let due = Due::new();
    let branch = due.branch();
    branch.kill_at(Step::Dot);
    assert_eq!(branch.sent(), 1);
    branch.program.pass_at("2026-12-08T08:02:00Z");
    let status = branch.program.status_at("2026-12-08T08:03:00Z");
    assert_eq!(status["applications"][0]["state"], "in_doubt");
    assert_eq!(status["health"]["in_doubt"], 1);
    branch.live_on();
    assert_eq!((branch.sent(), branch.doubts_told()), (1, 1));
    assert_eq!(due.person.mailbox("Sent").len(), 1, "only the approval; a doubt has no copy");
    let view = branch.program.application_at("2027-02-05T09:00:00Z");
    assert_eq!(first_attempt(&view), [&json!(1), &json!("service")]);
}

#[test]
fn killed_when_it_hears_the_answer_it_is_sent_or_in_doubt_and_never_sent_again() {
    let due = Due::new();
    let branch = due.branch();
    branch.kill_at(Step::Told);
    assert_eq!(branch.sent(), 1);
    branch.program.pass_at("2026-12-08T08:02:00Z");
    let view = branch.program.application_at("2026-12-08T08:03:00Z");
    assert!(["in_doubt", "waiting"].contains(&view["state"].as_str().unwrap()), "{view:#}");
    assert_eq!(first_attempt(&view), [&json!(1), &json!("service")]);
    branch.live_on();
    assert_eq!(branch.sent(), 1);
}

#[test]
fn a_doubt_ends_when_the_copy_turns_up_in_sent() {
    let due = Due::new();
    let branch = due.branch();
    branch.kill_at(Step::Dot);
    branch.program.pass_at("2026-12-08T08:02:00Z");
    assert_eq!(branch.program.application_at("2026-12-08T08:03:00Z")["state"], "in_doubt");
    let copy = branch.smtp.accepted_for(&due.person.anna).remove(0);
    let text = String::from_utf8(copy.bytes).unwrap().replace("\r\n", "\n");
    due.person.file("Sent", "2026-12-08T08:01:00Z", &text);
    branch.program.pass_at("2026-12-08T08:10:00Z");
    let view = branch.program.application_at("2026-12-08T08:11:00Z");
    assert_eq!(view["state"], "waiting");
    assert_eq!(first_attempt(&view), [&json!(1), &json!("service")]);
    branch.program.pass_at("2026-12-22T07:00:00Z");
    let view = branch.program.application_at("2026-12-22T07:01:00Z");
    assert_eq!((&view["state"], &view["draft"]["number"]), (&json!("asked"), &json!(2)));
    assert_eq!(branch.sent(), 1);
}

/// Killed before it hears that the server took the request, which then arrives or does not.
#[test]
fn a_request_that_is_in_doubt_stays_one_request() {
    let (person, program) = until_promised("");
    for arrives in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let smtp = ScriptedSmtp::start(person.servers);
        let copy = program.copy_to(folder.path());
        let program = copy.with_smtp_port(person.servers, smtp.port);
        let requests = || {
            let mails = smtp.accepted_for(&person.user);
            let letters = mails.iter().map(|mail| Letter::read(&mail.bytes));
            letters
                .filter(|it| it.kind.as_deref() == Some("approval-request"))
                .map(|it| it.message_id)
                .collect::<Vec<_>>()
        };
        // The summaries of two weeks go first; the request is the last.
        program.pass_at("2026-12-08T06:50:00Z");
        let stop = smtp.stop_at(Step::Dot);
        let running = program.start("2026-12-08T07:00:00Z", &["once"]);
        stop.reached();
        running.kill();
        drop(stop);
        assert_eq!(requests().len(), 1);
        if arrives {
            let bytes = smtp.accepted_for(&person.user).pop().unwrap().bytes;
            let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
            person.file("INBOX", "2026-12-08T07:00:00Z", &text);
        }
        program.pass_at("2026-12-08T07:05:00Z");
        assert_eq!(requests().len(), 1, "it may still be on its way");
        for later in ["2026-12-08T07:15:00Z", "2026-12-08T07:30:00Z", "2026-12-09T07:30:00Z"] {
            program.pass_at(later);
        }
        let sent = requests();
        assert_eq!(sent.len(), if arrives { 1 } else { 2 }, "{arrives}");
        assert!(sent.iter().all(|id| *id == sent[0]), "{sent:?}");
        assert_eq!(program.application_at("2026-12-09T07:31:00Z")["state"], "asked");
    }
}
