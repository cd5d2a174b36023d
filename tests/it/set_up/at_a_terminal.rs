//! `init` as a person sees it: questions and answers at a terminal, against the embedded server,
//! whose certificate is named as that of a server of one's own.

use std::path::{Path, PathBuf};

use afterword::clock::Clock;
use afterword::sandbox::{Options, Sandbox, Style};

use super::{NOW, mode};
use crate::embedded::{USER, invitation_mail};
use crate::terminal::{CTRL_C, ENTER, Terminal};
use crate::world::utc;

const PASSWORD: &str = "kd8s w2pq 77fa";

pub const ADDRESS: &str = "Your mail address: ";
pub const PROVIDER: &str = "or custom [custom]: ";
pub const NAME: &str = "Your name, as employers see it: ";
pub const ZONE: &str = "Your time zone [UTC]: ";
const READING: &str = "The server for reading (IMAP), as in imap.example.com: ";
const SENDING: &str = "The server for sending (SMTP), as in smtp.example.com: ";
pub const WAY: &str = " [2]: ";
const SECRET: &str = "The password (it is not shown): ";

/// A mailbox with an invitation in it.
pub async fn mailbox(folder: &Path) -> Sandbox {
    let sandbox = Sandbox::start(Options {
        address: USER.to_owned(),
        password: PASSWORD.to_owned(),
        style: Style::Plain,
        clock: Clock::Fixed(utc(NOW)),
        folder: folder.to_owned(),
    });
    let sandbox = sandbox.await.unwrap();
    let mail = invitation_mail().replace('\n', "\r\n");
    sandbox.deliver("INBOX", mail.as_bytes(), utc("2026-11-20T09:00:00Z"));
    sandbox
}

fn config(home: &Path) -> PathBuf {
    home.join(".config/afterword/config.toml")
}

/// Everything up to the question for the password.
fn answer_all(terminal: &mut Terminal) {
    terminal.answer(ADDRESS, USER);
    terminal.answer(PROVIDER, "");
    terminal.answer(NAME, "Jane Doe");
    terminal.answer(ZONE, "Europe/Berlin");
    terminal.answer(READING, "localhost");
    terminal.answer(SENDING, "localhost");
    terminal.answer(WAY, "");
    terminal.until_hidden(SECRET);
}

/// The test of both logins, the invitation, and the next command.
pub fn sees_what_was_found(terminal: &mut Terminal) {
    for line in [
        "ok    reading (IMAP)",
        "ok    sending (SMTP)",
        "Data Engineer",
        "Ready. Start the service with:  afterword run\r\n",
    ] {
        terminal.until(line);
    }
    assert_eq!(terminal.code(), 0, "{}", terminal.shown());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_types_the_answers_and_the_password_is_seen_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = mailbox(folder.path()).await;
    let (imap, smtp, ca) =
        (sandbox.imap_port(), sandbox.smtp_port(), sandbox.ca_file().display().to_string());
    let home = tempfile::tempdir().unwrap();
    let (imap_port, smtp_port) = (imap.to_string(), smtp.to_string());
    let arguments =
        ["init", "--imap-port", &imap_port, "--smtp-port", &smtp_port, "--ca-file", &ca];
    let mut terminal = Terminal::start(home.path(), NOW, &arguments.map(str::to_owned));
    answer_all(&mut terminal);
    terminal.press(&format!("{PASSWORD}{ENTER}"));
    sees_what_was_found(&mut terminal);
    terminal.tell_times("afterword init, with a password");
    let shown = terminal.shown();
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert!(terminal.shows_what_is_typed());

    let config = config(home.path());
    let expected = format!(
        "# Every key there is: config.example.toml\n\n\
         [account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"Europe/Berlin\"\n\n\
         [mail]\nprovider = \"custom\"\npassword_file = \"password\"\n\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n"
    );
    assert_eq!(std::fs::read_to_string(&config).unwrap(), expected);
    assert_eq!(mode(&config), 0o600);
    for entry in std::fs::read_dir(config.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let holds = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        assert_eq!(holds, path.ends_with("password"), "{}", path.display());
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(sandbox.delivered().is_empty(), "nobody was written to");
}

#[test]
fn a_bad_answer_is_asked_for_again_and_the_others_are_kept() {
    let home = tempfile::tempdir().unwrap();
    let long = "J".repeat(101);
    let mut terminal = Terminal::start(home.path(), NOW, &["init".to_owned()]);
    for (question, bad, says, good) in [
        (ADDRESS, "jane", "\"jane\" is no mail address", "jane@doe.example"),
        (PROVIDER, "nowhere", "there is no provider \"nowhere\"", "custom"),
        (NAME, long.as_str(), "the name is longer than 100 characters", "Jane Doe"),
        (ZONE, "berlin", "did you mean \"Europe/Berlin\"?", "Europe/Berlin"),
        (READING, "doe.example:993", "is no host name", "imap.doe.example"),
        (SENDING, "smtp.office365.com", "a relay of your own", "smtp.doe.example"),
        (WAY, "7", "\"7\" is not 1", "2"),
    ] {
        terminal.answer(question, bad);
        terminal.until(says);
        terminal.answer(question, good);
    }
    terminal.until_hidden(SECRET);
    terminal.press(ENTER);
    terminal.until("nothing was typed");
    terminal.until_hidden(SECRET);
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    assert!(std::fs::read_dir(home.path()).unwrap().next().is_none(), "nothing is written");
}

/// Ends the program at a question; nothing is left of it, and the terminal is as it was.
pub fn stopped(reach: impl FnOnce(&mut Terminal)) {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), NOW, &["init".to_owned()]);
    reach(&mut terminal);
    terminal.press(CTRL_C);
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    assert!(terminal.shows_what_is_typed(), "the next command is typed unseen");
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_behind() {
    stopped(|terminal| drop(terminal.until(ADDRESS)));
    stopped(|terminal| {
        terminal.answer(ADDRESS, "jane@gmail.com");
        terminal.answer("or custom [gmail]: ", "");
        terminal.answer(NAME, "Jane Doe");
        terminal.until(ZONE);
    });
    stopped(answer_all);
    stopped(|terminal| {
        answer_all(terminal);
        terminal.press("half a pass");
    });
}
