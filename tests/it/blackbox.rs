//! The program as its users have it: a process, a configuration, a clock on the wall. Nothing of
//! the library is called here; what is looked at is exit codes, output and mail.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Program, Ran};
use crate::proxy::Proxy;
use crate::servers::unique;
use crate::world::{Letter, Person};

const PROMISE: &str = "Dear Jane,\n\nthank you for the talk today. We will let you know by Friday, 4 December.\n\nKind regards\nAnna Schmidt";

pub fn new_person(more: &str) -> (Person, Program) {
    let person = Person::with(more);
    let program = Program::new(&person.config());
    (person, program)
}

/// A configuration with these lines more, and a life until the promise is recorded.
pub fn until_promised(more: &str) -> (Person, Program) {
    let (person, program) = new_person(more);
    program.pass_at("2026-11-20T08:00:00Z");
    person.invitation("2026-11-20T09:00:00Z");
    program.pass_at("2026-11-20T09:05:00Z");
    program.pass_at("2026-11-24T14:30:00Z");
    person.anna_writes("INBOX", "2026-11-25T10:00:00Z", "promise", PROMISE);
    program.pass_at("2026-11-25T10:05:00Z");
    (person, program)
}

/// Until the first request lies in INBOX: Tuesday 8 December, eight o'clock in Berlin.
pub fn until_asked(more: &str) -> (Person, Program, Letter) {
    let (person, program) = until_promised(more);
    program.pass_at("2026-12-08T07:00:00Z");
    let request = person.expect_letters("approval-request", 1).remove(0);
    (person, program, request)
}

/// The words of a request, to the last blank.
pub fn proposed(request: &Letter) -> &str {
    let (_, after) = request.text.split_once(", begins -----\n").unwrap();
    after.split_once("\n----- draft 1, ends -----").unwrap().0
}

fn states(application: &Value) -> [&str; 3] {
    [&application["state"], &application["turn"], &application["next"]["action"]]
        .map(|it| it.as_str().unwrap())
}

fn draft(application: &Value) -> [&Value; 3] {
    ["number", "state", "send_at"].map(|it| &application["draft"][it])
}

/// A second person at an employer, who never wrote.
pub fn globex(program: &Program) -> (String, Ran) {
    let bob = unique("bob");
    let ran = program.at(
        "2026-11-25T08:00:00Z",
        &[
            "new",
            "Globex",
            "--position",
            "Analyst",
            "--contact",
            &format!("Bob Meyer <{bob}>"),
            "--interview",
            "2026-11-24T14:00",
            "--promise",
            "2026-12-04",
        ],
    );
    (bob, ran)
}

#[test]
fn an_invitation_and_a_promise_are_recorded_and_nothing_is_asked_early() {
    let (person, program) = new_person("");
    program.pass_at("2026-11-20T08:00:00Z");
    assert_eq!(program.status_at("2026-11-20T08:01:00Z")["applications"], json!([]));
    person.invitation("2026-11-20T09:00:00Z");
    program.pass_at("2026-11-20T09:05:00Z");
    let view = program.application_at("2026-11-20T09:06:00Z");
    assert_eq!(view["state"], "interviewing");
    assert_eq!(view["position"], "Data Engineer");
    assert_eq!(view["contact"], json!({"name": "Anna Schmidt", "address": person.anna}));
    assert_eq!((&view["promise"], &view["draft"]), (&Value::Null, &Value::Null));
    assert_eq!((&view["attempts"], &view["closed"]), (&json!([]), &Value::Null));
    let interview = &view["interviews"][0];
    assert_eq!(interview["starts_at"], "2026-11-24T14:00:00+01:00");
    assert_eq!(interview["ends_at"], "2026-11-24T15:00:00+01:00");
    assert_eq!((&interview["round"], &interview["source"]), (&json!(1), &json!("invitation")));

    program.pass_at("2026-11-24T14:30:00Z");
    let view = program.application_at("2026-11-24T14:31:00Z");
    assert_eq!(states(&view), ["waiting", "them", "wait"]);
    person.anna_writes("INBOX", "2026-11-25T10:00:00Z", "promise", PROMISE);
    program.pass_at("2026-11-25T10:05:00Z");
    let view = program.application_at("2026-11-25T10:06:00Z");
    assert_eq!(states(&view), ["waiting", "them", "wait"]);
    assert_eq!(view["next"]["at"], "2026-12-08T08:00:00+01:00");
    let domain = person.anna.rsplit_once('@').unwrap().1;
    let promise = json!({
        "by": "2026-12-04",
        "reading": "by Friday, 4 December",
        "said_in": format!("promise@{domain}"),
        "sentence": "We will let you know by Friday, 4 December.",
    });
    assert_eq!(view["promise"], promise);
    let reply = &view["replies"].as_array().unwrap().last().unwrap();
    assert_eq!((&reply["from"], &reply["message_id"]), (&json!(person.anna), &promise["said_in"]));

    for early in ["2026-12-04T16:00:00Z", "2026-12-07T09:00:00Z", "2026-12-08T06:59:00Z"] {
        program.pass_at(early);
        assert!(person.letters("approval-request").is_empty(), "asked too early, at {early}");
        assert_eq!(program.application_at(early)["draft"], Value::Null);
    }
    program.pass_at("2026-12-08T07:00:00Z");
    person.expect_letters("approval-request", 1);
}

#[test]
fn exactly_the_approved_words_reach_the_employer_twice_and_never_again() {
    let (person, program, request) = until_asked("");
    let view = program.application_at("2026-12-08T07:01:00Z");
    assert_eq!(view["state"], "asked");
    assert_eq!(draft(&view), [&json!(1), &json!("asked"), &json!("2026-12-08T09:00:00+01:00")]);
    assert_eq!(view["draft"]["to"], person.anna);
    assert!(request.subject.contains("(1 of 2)"), "{}", request.subject);

    person.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    program.pass_at("2026-12-08T07:03:00Z");
    let view = program.application_at("2026-12-08T07:04:00Z");
    assert_eq!(view["state"], "approved");
    assert_eq!(draft(&view)[1], "approved");
    program.pass_at("2026-12-08T07:58:00Z");
    person.nothing_at_employer();
    program.pass_at("2026-12-08T08:01:00Z");
    let first = person.at_employer(1).remove(0);
    assert_eq!((&first.from, &first.to), (&person.user, &person.anna));
    assert_eq!(first.text, format!("{}\n", proposed(&request)));

    for later in [
        "2026-12-08T08:02:00Z",
        "2026-12-08T08:10:00Z",
        "2026-12-15T08:15:00Z",
        "2026-12-22T06:59:00Z",
    ] {
        program.pass_at(later);
    }
    let view = program.application_at("2026-12-22T06:59:30Z");
    let sent = person.mailbox("Sent").into_iter().map(|bytes| Letter::read(&bytes).message_id);
    assert_eq!(sent.filter(|id| *id == first.message_id).count(), 1, "the copy in Sent");
    assert_eq!(states(&view), ["waiting", "them", "wait"]);
    assert_eq!(
        (&view["next"]["at"], &view["draft"]),
        (&json!("2026-12-22T08:00:00+01:00"), &Value::Null)
    );
    let attempt = &view["attempts"][0];
    assert_eq!(attempt["message_id"], first.message_id.as_str());
    assert_eq!((&attempt["number"], &attempt["by"]), (&json!(1), &json!("service")));
    assert_eq!((&attempt["channel"], &attempt["answered_by"]), (&json!("mail"), &Value::Null));
    assert!(attempt["sent_at"].as_str().unwrap().starts_with("2026-12-08T09:01:"), "{attempt}");

    program.pass_at("2026-12-22T07:00:00Z");
    let second_request = person.expect_letters("approval-request", 2).remove(1);
    assert!(second_request.subject.contains("(2 of 2)"), "{}", second_request.subject);
    person.user_replies("Sent", "2026-12-22T07:30:00Z", &second_request, "approve");
    program.pass_at("2026-12-22T07:31:00Z");
    program.pass_at("2026-12-22T08:10:00Z");
    let second = person.at_employer(2).remove(1);
    assert_eq!(second.text, format!("{}\n", proposed(&second_request)));

    program.pass_at("2027-01-05T07:00:00Z");
    let view = program.application_at("2027-01-05T07:01:00Z");
    assert_eq!(states(&view), ["moved_on", "nobody", "nothing"]);
    assert_eq!(view["closed"]["reason"], "moved_on");
    assert_eq!(view["attempts"].as_array().unwrap().len(), 2);
    program.pass_at("2027-03-05T09:00:00Z");
    person.at_employer(2);
    assert_eq!(person.letters("approval-request").len(), 2);
}

#[test]
fn what_is_approved_at_the_terminal_goes_out_as_well() {
    let (person, program, request) = until_asked("");
    let now = "2026-12-08T07:02:00Z";
    let id = program.application_at(now)["id"].as_str().unwrap().to_owned();
    let shown = program.typing_at(now, &["approve", &id], "hm\n");
    shown.assert_code(0);
    assert!(shown.out.contains(proposed(&request).lines().nth(2).unwrap()), "{}", shown.out);
    assert_eq!(program.application_at(now)["state"], "asked");
    program.typing_at(now, &["approve", &id], "yes\n").assert_code(0);
    assert_eq!(program.application_at(now)["state"], "approved");
    program.pass_at("2026-12-08T07:03:00Z");
    person.nothing_at_employer();
    program.pass_at("2026-12-08T08:01:00Z");
    assert_eq!(person.at_employer(1)[0].text, format!("{}\n", proposed(&request)));
    let again = program.at("2026-12-08T08:05:00Z", &["approve", &id]);
    assert_ne!(again.code, Some(0), "there is nothing to approve any more: {}", again.out);
    program.pass_at("2026-12-09T08:05:00Z");
    person.at_employer(1);
}

#[test]
fn status_tells_how_well_it_sees() {
    let (_person, program, _) = until_asked("");
    let health = &program.status_at("2026-12-08T07:01:00Z")["health"];
    assert_eq!((&health["blind_since"], &health["in_doubt"]), (&Value::Null, &json!(0)));
    assert_eq!(health["pending_approvals"], 1);
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    let mailboxes = health["mailboxes"].as_array().unwrap();
    for (name, role, messages) in [("INBOX", "inbox", 2), ("Sent", "sent", 0), ("Junk", "junk", 0)]
    {
        let found = mailboxes.iter().find(|mailbox| mailbox["name"] == name).unwrap();
        assert_eq!((&found["role"], &found["error"]), (&json!(role), &Value::Null));
        let last = found["last_read_at"].as_str().unwrap();
        assert!(last.starts_with("2026-12-08T08:00:"), "{last}");
        assert!(found["messages"].as_u64().unwrap() >= messages, "{found}");
    }
}

#[test]
fn what_was_recorded_by_hand_is_asked_and_sent_without_a_thread() {
    let (person, program) = new_person("");
    program.pass_at("2026-11-25T07:00:00Z");
    let (bob, ran) = globex(&program);
    ran.assert_code(0);
    assert!(ran.out.contains("GLOBEX-1"), "{}", ran.out);
    let view = program.application_at("2026-11-25T08:01:00Z");
    assert_eq!((&view["id"], &view["state"]), (&json!("GLOBEX-1"), &json!("waiting")));
    assert_eq!(view["promise"]["by"], "2026-12-04");
    program.pass_at("2026-12-07T08:00:00Z");
    assert!(person.letters("approval-request").is_empty());
    program.pass_at("2026-12-08T07:00:00Z");
    let request = person.expect_letters("approval-request", 1).remove(0);
    assert!(request.text.contains(&bob), "{}", request.text);
    person.user_replies("Sent", "2026-12-08T07:02:00Z", &request, "approve");
    program.pass_at("2026-12-08T07:03:00Z");
    program.pass_at("2026-12-08T08:01:00Z");
    let arrived = person.servers.wait_for(&bob, "INBOX", 1);
    let letter = Letter::read(&arrived[0]);
    assert_eq!(letter.text, format!("{}\n", proposed(&request)));
    assert_eq!(letter.in_reply_to, None);
    assert!(letter.subject.contains("Analyst"), "{}", letter.subject);
    assert!(!letter.subject.starts_with("Re:"), "{}", letter.subject);
}

#[test]
fn a_draft_that_is_wanted_now_is_asked_for_by_the_next_pass() {
    let (person, program) = new_person("");
    program.pass_at("2026-11-25T07:00:00Z");
    let (_, ran) = globex(&program);
    ran.assert_code(0);
    program.at("2026-12-09T08:00:00Z", &["draft", "GLOBEX-1"]).assert_code(0);
    program.pass_at("2026-12-09T08:01:00Z");
    person.expect_letters("approval-request", 1);
}

#[test]
fn check_says_one_line_for_each_thing_and_sends_nothing() {
    let (person, program) = new_person("");
    let ran = program.at("2026-12-08T08:00:00Z", &["check"]);
    ran.assert_code(0);
    for what in ["database", "IMAP", "mailboxes", "Sent", "IDLE", "SMTP", "clock"] {
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.contains(what)).collect();
        assert!(lines.iter().any(|line| line.starts_with("ok ")), "{what}: {}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.starts_with("ok ")), "{}", ran.out);
    assert!(ran.out.contains("8 Dec 2026 09:00"), "{}", ran.out);
    assert!(person.mailbox("INBOX").is_empty());
}

#[test]
fn wrong_usage_ends_with_two_and_says_what_to_do() {
    let (_person, program) = new_person("");
    let now = "2026-12-08T08:00:00Z";
    let cases: [(&[&str], &str); 6] = [
        (&["show", "ACME-7"], "afterword status"),
        (&["why", "nonsense"], "ACME-1"),
        (&["stauts"], "status"),
        (&["summary", "--week", "50"], "2026-W50"),
        (&["new", "Acme", "--promise", "soonish"], "2026-12-04"),
        (&["status", "--jsno"], "--json"),
    ];
    for (arguments, hint) in cases {
        let ran = program.at(now, arguments);
        ran.assert_code(2);
        assert!(ran.err.contains(hint), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

/// The invitation is recognised in a few seconds.
fn assert_heard_of(program: &Program) {
    let begun = Instant::now();
    loop {
        let status = program.status_at("2026-11-20T08:00:30Z");
        if status["applications"][0]["state"] == "interviewing" {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "not heard of: {status:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn run_hears_of_new_mail_at_once_and_stops_when_asked() {
    let (person, program) = new_person("");
    let mut running = program.start("2026-11-20T08:00:00Z", &["run"]);
    // The welcome is the last thing a first pass does; then it listens.
    person.expect_letters("welcome", 1);
    std::thread::sleep(Duration::from_secs(1));
    assert!(!running.ended());

    person.invitation("2026-11-20T07:59:00Z");
    assert_heard_of(&program);

    for second in ["run", "once"] {
        let ran = program.at("2026-11-20T08:01:00Z", &[second]);
        ran.assert_code(2);
        assert!(ran.err.contains("another Afterword is running"), "{}", ran.err);
    }
    program.at("2026-11-20T08:01:00Z", &["check"]).assert_code(0);

    let asked = Instant::now();
    running.terminate();
    let ran = running.end_within(Duration::from_secs(30));
    ran.assert_code(0);
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    program.pass_at("2026-11-20T08:02:00Z");
}

#[test]
fn run_listens_again_when_the_connection_was_lost() {
    let (person, program) = new_person("");
    let proxy = Proxy::to(person.servers.imap_port());
    let program = program.with_imap_port(person.servers, proxy.port);
    let _running = program.start("2026-11-20T08:00:00Z", &["run"]);
    person.expect_letters("welcome", 1);
    let mut before = 0;
    while before < 3 || proxy.connections() > before {
        before = proxy.connections();
        std::thread::sleep(Duration::from_secs(3));
    }

    proxy.cut();
    std::thread::sleep(Duration::from_millis(100));
    person.invitation("2026-11-20T07:59:00Z");
    assert_heard_of(&program);
    let more = proxy.connections() - before;
    assert!(more < 12, "{more} connections in a few seconds");
}
