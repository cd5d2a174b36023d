//! What a user, a server or a stranger can get wrong: the program says so in one sentence, or
//! passes over it, and goes on.

mod messages;

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use crate::crash::WHOLE_PAST;
use crate::program::{Program, Ran};
use crate::proxy::Proxy;
use crate::world::Person;

const NOW: &str = "2026-11-20T08:00:00Z";

fn new_person() -> (Person, Program) {
    let person = Person::with(WHOLE_PAST);
    let program = Program::new(&person.config());
    (person, program)
}

/// The number of the first line that begins with this.
fn line_of(program: &Program, begins: &str) -> usize {
    let text = std::fs::read_to_string(program.config()).unwrap();
    1 + text.lines().position(|line| line.starts_with(begins)).unwrap()
}

#[test]
fn a_wrong_key_is_named_with_file_line_and_the_right_one() {
    let (_person, program) = new_person();
    // What is changed, where the message points, and what it has to say.
    let cases: [(&str, &str, &str, &[&str]); 5] = [
        ("time_zone", "time_zon", "time_zon", &["account.time_zon", "unknown", "time_zone"]),
        ("Europe/Berlin", "Europe/Berln", "time_zone", &["account.time_zone", "Europe/Berlin"]),
        ("password_file", "password_fil", "password_fil", &["mail.password_fil", "password_file"]),
        ("[profile]", "[profil]", "[profil]", &["profil", "profile"]),
        ("\"DE\"", "\"XX\"", "country", &["account.country"]),
    ];
    for (from, to, at, words) in cases {
        let wrong = program.changed("wrong", from, to);
        let ran = wrong.at(NOW, &["status"]);
        ran.assert_code(2);
        let place = format!("{}:{}: ", wrong.config().display(), line_of(&wrong, at));
        let line = ran.err.lines().find(|line| line.contains(&place));
        let line = line.unwrap_or_else(|| panic!("no {place} in {}", ran.err));
        assert!(words.iter().all(|word| line.contains(word)), "{words:?}: {line}");
        assert_eq!(ran.out, "");
    }
}

#[test]
fn without_a_way_to_the_password_the_three_ways_are_named() {
    let (_person, program) = new_person();
    let text = std::fs::read_to_string(program.config()).unwrap();
    let line = text.lines().find(|line| line.starts_with("password_file")).unwrap();
    let without = program.changed("without", &format!("{line}\n"), "");
    let ran = without.at(NOW, &["once"]);
    ran.assert_code(2);
    let place = format!("{}:{}: mail.", without.config().display(), line_of(&without, "[mail]"));
    for words in [&place, "password_command", "password_env", "password_file"] {
        assert!(ran.err.contains(words), "{words} is missing in {}", ran.err);
    }
    let gone = program.changed("gone", line, "password_file = \"nowhere\"");
    let ran = gone.at(NOW, &["once"]);
    ran.assert_code(2);
    let place = format!(
        "{}:{}: mail.password_file: ",
        gone.config().display(),
        line_of(&gone, line.split(' ').next().unwrap())
    );
    assert!(ran.err.contains(&place), "{place} is missing in {}", ran.err);
}

#[test]
fn a_configuration_that_is_not_there_or_no_toml_is_said() {
    let (person, program) = new_person();
    let nowhere = Program::new(&person.folder.path().join("nowhere.toml"));
    let ran = nowhere.at(NOW, &["once"]);
    ran.assert_code(2);
    assert!(ran.err.contains("nowhere.toml"), "{}", ran.err);
    let broken = program.changed("broken", "[account]", "[account");
    let ran = broken.at(NOW, &["once"]);
    ran.assert_code(2);
    assert!(ran.err.contains(&format!("{}:1: ", broken.config().display())), "{}", ran.err);
}

/// Exit code 3, and help in a few lines.
fn assert_refused(ran: &Ran, help: &str) {
    ran.assert_code(3);
    assert!(ran.err.contains(help), "{}", ran.err);
    assert!(ran.err.lines().count() <= 3, "{}", ran.err);
    assert!(ran.took < Duration::from_secs(8), "{:?}", ran.took);
}

/// Logins that Dovecot refused this user.
fn refused_logins(person: &Person) -> usize {
    // Dovecot writes the line when the connection ends.
    std::thread::sleep(Duration::from_millis(200));
    let log = std::fs::read_to_string(person.servers.ca_file().with_file_name("dovecot.log"));
    let user = format!("user=<{}>", person.user);
    let log = log.unwrap();
    let failed = log.lines().filter(|line| line.contains(&user) && line.contains("auth failed, "));
    failed
        .map(|line| {
            let (_, rest) = line.split_once("auth failed, ").unwrap();
            rest.split(' ').next().unwrap().parse::<usize>().unwrap()
        })
        .sum()
}

fn with_wrong_password(person: &Person, program: &Program) -> Program {
    let file = person.folder.path().join("wrong-password");
    std::fs::write(&file, "not-the-password\n").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text = std::fs::read_to_string(program.config()).unwrap();
    let line = text.lines().find(|line| line.starts_with("password_file")).unwrap();
    program.changed("password", line, "password_file = \"wrong-password\"")
}

#[test]
fn a_wrong_password_is_tried_once() {
    let (person, program) = new_person();
    let proxy = Proxy::to(person.servers.imap_port());
    let program = with_wrong_password(&person, &program);
    let ran = program.with_imap_port(person.servers, proxy.port).at(NOW, &["once"]);
    assert_refused(&ran, "password");
    assert!(!ran.err.contains("not-the-password"), "{}", ran.err);
    assert_eq!((proxy.connections(), refused_logins(&person)), (1, 1));
}

#[test]
fn a_running_service_does_not_hammer_with_a_wrong_password() {
    let (person, program) = new_person();
    let program = with_wrong_password(&person, &program);
    let running = program.start(NOW, &["run"]);
    std::thread::sleep(Duration::from_secs(4));
    running.terminate();
    running.end_within(Duration::from_secs(10)).assert_code(0);
    assert_eq!(refused_logins(&person), 1);
}

#[test]
fn check_names_the_server_that_refuses() {
    let (person, program) = new_person();
    let ran = with_wrong_password(&person, &program).at(NOW, &["check"]);
    ran.assert_code(3);
    let failed: Vec<_> = ran.out.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert_eq!(failed.len(), 2, "{}", ran.out);
    assert!(failed[0].contains("IMAP") && failed[1].contains("SMTP"), "{}", ran.out);
}

#[test]
fn a_port_where_nobody_answers_is_said() {
    let (person, program) = new_person();
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let ran = program.with_imap_port(person.servers, nobody).at(NOW, &["once"]);
    assert_refused(&ran, &format!("localhost:{nobody}"));
    // Reading works, and the welcome cannot leave.
    let ran = program.with_smtp_port(person.servers, nobody).at(NOW, &["once"]);
    assert_refused(&ran, "port");
}

#[test]
fn a_server_signed_by_a_stranger_gets_no_password() {
    let (person, program) = new_person();
    let ca = person.servers.ca_file();
    let imap = format!("port = {}\nca_file = \"{}\"\n", person.servers.imap_port(), ca.display());
    let other = person.servers.other_ca_file();
    let proxy = Proxy::to(person.servers.imap_port());
    let changed = format!("port = {}\nca_file = \"{}\"\n", proxy.port, other.display());
    let ran = program.changed("stranger", &imap, &changed).at(NOW, &["once"]);
    assert_refused(&ran, "ca_file");
    assert_eq!((proxy.connections(), refused_logins(&person)), (1, 0));
    let unsigned = program.changed("unsigned", &imap, &format!("port = {}\n", proxy.port));
    assert_refused(&unsigned.at(NOW, &["once"]), "ca_file");
    assert_eq!(refused_logins(&person), 0);
}
