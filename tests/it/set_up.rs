//! A new user with nothing but a mailbox: `init` asks, tests and shows, on the real servers.

mod at_a_terminal;
mod by_browser;

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::program::{Program, Ran};
use crate::servers::PASSWORD;
use crate::world::Person;

const NOW: &str = "2026-11-25T12:00:00Z";

/// A mailbox with an invitation in it, and where the configuration is going to be.
fn newcomer() -> (Person, tempfile::TempDir, Program) {
    let person = Person::with("");
    person.invitation("2026-11-24T09:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let program = Program::new(&folder.path().join("home/afterword.toml"));
    (person, folder, program)
}

fn servers(person: &Person) -> Vec<String> {
    let servers = person.servers;
    let (imap, smtp) = (servers.imap_port().to_string(), servers.smtp_port().to_string());
    let ca = servers.ca_file().display().to_string();
    [
        "--imap-host",
        "localhost",
        "--imap-port",
        &imap,
        "--smtp-host",
        "localhost",
        "--smtp-port",
        &smtp,
        "--ca-file",
        &ca,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn init(program: &Program, person: &Person, more: &[&str], typed: &str) -> Ran {
    let servers = servers(person);
    let mut arguments = vec!["init"];
    arguments.extend(servers.iter().map(String::as_str));
    arguments.extend(more);
    program.typing_at(NOW, &arguments, typed)
}

/// Every answer is an option.
fn by_script(program: &Program, person: &Person, more: &[&str]) -> Ran {
    let command = format!("echo {PASSWORD}");
    let zone = "Europe/Berlin";
    let known = [
        ["--address", &person.user],
        ["--provider", "custom"],
        ["--name", "Jane Doe"],
        ["--time-zone", zone],
        ["--password-command", &command],
    ];
    init(program, person, &[known.as_flattened(), more].concat(), "")
}

/// A command as the program tells it to the user, who named the configuration.
fn next(command: &str, program: &Program) -> String {
    format!("afterword {command} --config {}", program.config().display())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_newcomer_answers_five_questions_and_sees_what_was_found() {
    let (person, _folder, program) = newcomer();
    let typed = format!("{}\n\nJane Doe\nEurope/Berlin\n2\n{PASSWORD}\n", person.user);
    let ran = init(&program, &person, &[], &typed);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("ok    sending (SMTP)"), "{}", ran.out);
    assert!(ran.out.contains("Data Engineer"), "{}", ran.out);
    assert!(ran.out.trim_end().ends_with(&next("run", &program)), "{}", ran.out);
    let config = std::fs::read_to_string(program.config()).unwrap();
    assert!(config.contains("password_file = \"password\""), "{config}");
    assert_eq!(mode(program.config()), 0o600);
    assert_eq!(mode(&program.config().with_file_name("password")), 0o600);
    assert!(person.mailbox("INBOX").len() == 1, "nobody was written to");
}

#[test]
fn a_script_gives_every_answer_as_an_option() {
    let (person, _folder, program) = newcomer();
    let ran = by_script(&program, &person, &["--no-look"]);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    let again = by_script(&program, &person, &["--no-look"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("a configuration already"), "{}", again.err);
}

#[test]
fn what_cannot_work_is_said_and_nothing_is_left_lying_about() {
    let (person, _folder, program) = newcomer();
    let cases = [
        ("", "nobody answers \"Your mail address\""),
        ("jane@doe.test\nnowhere\n", "there is no provider \"nowhere\""),
        ("jane@doe.test\n\nJane Doe\nMars/Olympus\n1\necho pw\n", "unknown time zone"),
        ("jane@doe.test\n\nJane Doe\nMars/Olympus\n2\npw\n", "unknown time zone"),
    ];
    for (typed, says) in cases {
        let ran = init(&program, &person, &[], typed);
        assert_eq!(ran.code, Some(2), "{}\n{}", ran.out, ran.err);
        assert!(ran.err.contains(says), "{}", ran.err);
        assert!(!program.config().parent().unwrap().exists(), "no folder, no password file");
    }
    let typed = format!("{}\n\nJane Doe\nEurope/Berlin\n1\necho wrong\n", person.user);
    let ran = init(&program, &person, &[], &typed);
    assert_eq!(ran.code, Some(3), "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("FAIL") && ran.out.contains("afterword check"), "{}", ran.out);
    assert!(!format!("{}{}", ran.out, ran.err).contains("wrong\n"));
}

/// Here is no desktop; whether the program could ask one depends on how it was built.
#[test]
fn a_keyring_that_is_not_there_is_said_in_a_sentence() {
    let says = match cfg!(feature = "keyring") {
        true => "no keyring answers here",
        false => "built without the keyring of the desktop",
    };
    let (person, _folder, program) = newcomer();
    let typed = format!("{}\n\nJane Doe\nEurope/Berlin\n{PASSWORD}\n", person.user);
    let ran = init(&program, &person, &["--keyring"], &typed);
    assert_eq!(ran.code, Some(2), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains(says) && !ran.err.contains(PASSWORD), "{}", ran.err);
    assert!(!program.config().exists());

    let text = std::fs::read_to_string(person.config()).unwrap();
    let way = text.lines().find(|line| line.starts_with("password_file")).unwrap();
    let program = Program::new(&person.config()).changed("keyring", way, "keyring = true");
    let ran = program.at(NOW, &["once"]);
    assert_eq!(ran.code, Some(2), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains(": mail.keyring: ") && ran.err.contains(says), "{}", ran.err);
}

#[test]
fn the_unit_is_one_that_systemd_takes_and_exposes_little() {
    let (person, folder, program) = newcomer();
    assert_eq!(by_script(&program, &person, &["--no-look"]).code, Some(0));
    let ran = program.typing_at(NOW, &["install-service", "--print"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let unit = folder.path().join("afterword.service");
    std::fs::write(&unit, &ran.out).unwrap();
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--user", "--man=no"])
        .arg(&unit)
        .env("XDG_RUNTIME_DIR", folder.path())
        .output()
        .expect("the package systemd");
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("afterword.service:"), "{said}");
    // Tenths of its points, of which most are for capabilities that a user's process never has.
    let rated = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold=57"])
        .arg(&unit)
        .output()
        .unwrap();
    assert!(rated.status.success(), "{}", String::from_utf8_lossy(&rated.stdout));
}

#[test]
fn health_is_an_exit_code() {
    let (person, _folder, program) = newcomer();
    let never = by_script(&program, &person, &["--no-look"]);
    assert_eq!(never.code, Some(0), "{}", never.err);
    let ran = program.typing_at(NOW, &["health"], "");
    assert_eq!((ran.code, ran.out.trim()), (Some(1), "the mailbox was never read"));
    program.pass_at(NOW);
    let ran = program.typing_at("2026-11-25T12:30:00Z", &["health"], "");
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "healthy"));
    let ran = program.typing_at("2026-11-25T18:00:00Z", &["health"], "");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
}

/// What the service tells systemd until it says `last`.
fn told_until(socket: &UnixDatagram, last: &str) -> Vec<String> {
    let mut told = Vec::new();
    while !told.iter().any(|it| it == last) {
        let mut bytes = [0; 256];
        let length = socket.recv(&mut bytes).unwrap_or_else(|e| panic!("no {last}: {e}; {told:?}"));
        let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
        told.extend(text.lines().map(str::to_owned));
    }
    told
}

#[test]
fn systemd_is_told_when_the_service_has_begun_lives_and_ends() {
    let (person, folder, program) = newcomer();
    assert_eq!(by_script(&program, &person, &["--no-look"]).code, Some(0));
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut service = Command::new(env!("CARGO_BIN_EXE_afterword"))
        .arg("--config")
        .arg(program.config())
        .arg("run")
        .env("NOTIFY_SOCKET", &path)
        .spawn()
        .unwrap();
    let told = told_until(&socket, "WATCHDOG=1");
    assert_eq!(told, ["READY=1", "WATCHDOG=1"]);
    let id = service.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(told_until(&socket, "STOPPING=1"), ["STOPPING=1"]);
    assert!(service.wait().unwrap().success());
}
