//! `init` for somebody who signs in with a browser: at a terminal, and by options alone. Against the
//! provider on loopback and the embedded mail server; the tests are the browser.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use afterword::sandbox::Sandbox;

use super::at_a_terminal::{
    ADDRESS, NAME, PROVIDER, WAY, ZONE, mailbox, sees_what_was_found, stopped,
};
use super::{NOW, mode, next};
use crate::embedded::USER;
use crate::oauth::provider::{CLIENT, Provider, SECRET, query};
use crate::oauth::{shown_address, visit};
use crate::program::{Program, Ran, Running};
use crate::terminal::{CTRL_C, ENTER, Terminal};

/// After `NOW`, while the first token serves.
const LATER: &str = "2026-11-25T12:30:00Z";
/// Far more than any of this takes.
const LONG: Duration = Duration::from_secs(60);
/// The clock of a program that waits for ten minutes goes so many times faster.
const TIMES: u32 = 120;

const CLIENT_ID: &str = "The client id: ";
const HIDDEN: &str = "The client secret (it is not shown): ";
/// The last of the ways in, after the keyring where the program has it.
const BROWSER: &str = if cfg!(feature = "keyring") { "4" } else { "3" };

struct Stage {
    sandbox: Sandbox,
    provider: Provider,
    folder: tempfile::TempDir,
}

impl Stage {
    /// A mailbox with an invitation in it, which takes these tokens.
    async fn accepting(tokens: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = mailbox(folder.path()).await;
        sandbox.accept_tokens(tokens);
        Self { sandbox, provider: Provider::start(), folder }
    }

    /// `init` with servers and provider on this computer.
    fn init(&self) -> Vec<String> {
        let (imap, smtp) = (self.sandbox.imap_port(), self.sandbox.smtp_port());
        let (ca, provider) = (self.sandbox.ca_file().display(), self.provider.port);
        let text = format!(
            "init --imap-host localhost --imap-port {imap} --smtp-host localhost --smtp-port {smtp} \
             --ca-file {ca} --auth-url http://127.0.0.1:{provider}/authorize \
             --token-url http://127.0.0.1:{provider}/token --scope mail --scope offline_access"
        );
        text.split(' ').map(str::to_owned).collect()
    }

    /// The same with every answer, for a client with this secret.
    fn init_with_all(&self, provider: &str, secret: &str) -> Vec<String> {
        let file = self.folder.path().join("secret");
        std::fs::write(&file, format!("{secret}\n")).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let file = file.display().to_string();
        let known = [
            ["--address", USER],
            ["--name", "Jane Doe"],
            ["--time-zone", "Europe/Berlin"],
            ["--provider", provider],
            ["--client-id", CLIENT],
            ["--client-secret-file", &file],
        ];
        let known = known.as_flattened().iter().map(|word| (*word).to_owned());
        self.init().into_iter().chain(known).chain(["--no-look".to_owned()]).collect()
    }

    /// Where nothing is yet.
    fn program(&self) -> Program {
        Program::new(&self.folder.path().join("home/afterword.toml"))
    }

    /// Says yes in the browser.
    async fn consent(&self, address: &str) {
        let page = visit(&self.provider.consent(address)).await;
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    }

    /// A script that gives every answer, and a person who says yes in the browser.
    async fn signs_in(&self, program: &Program, provider: &str, secret: &str) -> Ran {
        let running = start(program, &self.init_with_all(provider, secret));
        self.consent(&shown_address(&running).await).await;
        running.end_within(LONG)
    }

    /// What must not be shown.
    fn assert_no_secret_in(&self, said: &str) {
        for secret in self.provider.secrets() {
            assert!(!said.contains(&secret), "{secret} in {said}");
        }
    }
}

fn start(program: &Program, arguments: &[String]) -> Running {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    program.start(NOW, &arguments)
}

fn token_file(program: &Program) -> PathBuf {
    program.config().with_file_name("afterword.token")
}

/// The address that stands on the screen.
fn address(terminal: &mut Terminal) -> String {
    terminal.until("browser on this computer and sign in:\r\n\r\n");
    terminal.until("\r\n\r\nI wait for ten minutes.")
}

/// Which files of a folder hold a text; each is readable by the user only.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_signs_in_with_a_browser_and_no_secret_is_shown_or_configured() {
    let stage = Stage::accepting(&["access-1"]).await;
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), NOW, &stage.init());
    terminal.answer(ADDRESS, USER);
    terminal.answer(PROVIDER, "gmail");
    terminal.answer(NAME, "Jane Doe");
    terminal.answer(ZONE, "Europe/Berlin");
    terminal.until("https://myaccount.google.com/apppasswords");
    terminal.answer(WAY, BROWSER);
    terminal.until("https://console.cloud.google.com/");
    terminal.answer(CLIENT_ID, CLIENT);
    terminal.answer(WAY, "");
    terminal.until_hidden(HIDDEN);
    terminal.press(&format!("{SECRET}{ENTER}"));
    let address = address(&mut terminal);
    stage.consent(&address).await;
    terminal.until("Signed in.");
    sees_what_was_found(&mut terminal);
    terminal.tell_times("afterword init, with a browser");
    stage.assert_no_secret_in(terminal.shown());
    assert!(terminal.shows_what_is_typed());

    let folder = home.path().join(".config/afterword");
    let config = std::fs::read_to_string(folder.join("config.toml")).unwrap();
    let provider = stage.provider.port;
    let expected = format!(
        "[mail]\nprovider = \"gmail\"\n\n\
         [mail.oauth2]\nauth_url = \"http://127.0.0.1:{provider}/authorize\"\n\
         token_url = \"http://127.0.0.1:{provider}/token\"\n\
         scopes = [\"mail\", \"offline_access\"]\nclient_id = \"{CLIENT}\"\n\
         client_secret_file = \"client-secret\"\n\n\
         [imap]\nhost = \"localhost\"\n"
    );
    assert!(config.contains(&expected), "{config}");
    assert_eq!(files_with(&folder, SECRET), ["client-secret"]);
    assert_eq!(files_with(&folder, "refresh-1"), ["afterword.token"]);
    assert!(stage.sandbox.delivered().is_empty(), "nobody was written to");
    let program = Program::new(&folder.join("config.toml"));
    program.at(LATER, &["check"]).assert_code(0);
    assert_eq!(stage.provider.requests(), ["authorization_code"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_sets_up_a_mailbox_at_microsoft_and_only_the_browser_needs_a_person() {
    let stage = Stage::accepting(&["access-1"]).await;
    let program = stage.program();
    let ran = stage.signs_in(&program, "outlook", SECRET).await;
    ran.assert_code(0);
    for line in ["a relay of your own", "Signed in.", "ok    reading (IMAP)"] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    assert!(ran.out.trim_end().ends_with(&next("run", &program)), "{}", ran.out);
    stage.assert_no_secret_in(&format!("{}{}", ran.out, ran.err));
    let config = std::fs::read_to_string(program.config()).unwrap();
    assert!(config.contains("provider = \"outlook\"") && !config.contains(SECRET), "{config}");
    assert_eq!(mode(&token_file(&program)), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_mail_server_refuses_is_told_with_what_to_do() {
    let stage = Stage::accepting(&["another"]).await;
    let program = stage.program();
    let ran = stage.signs_in(&program, "gmail", SECRET).await;
    ran.assert_code(3);
    assert!(ran.out.contains("FAIL  reading (IMAP)"), "{}", ran.out);
    let last = ran.out.trim_end().lines().next_back().unwrap();
    assert!(last.contains("`afterword login -") && last.contains("`afterword check -"), "{last}");
    assert!(!ran.out.contains("app password"), "{}", ran.out);
    stage.assert_no_secret_in(&format!("{}{}", ran.out, ran.err));
    // Somebody has mended it at the provider.
    stage.sandbox.accept_tokens(&["access-1"]);
    program.at(LATER, &["check"]).assert_code(0);
}

/// Whoever was not let in keeps the answers, is told so, and goes on with the next command.
async fn kept(stage: &Stage, program: &Program, ran: &Ran, code: i32, says: &str) {
    ran.assert_code(code);
    assert!(ran.err.contains(says), "{}", ran.err);
    assert!(ran.out.contains("Your answers stay in "), "{}", ran.out);
    assert!(ran.out.trim_end().ends_with(&next("login", program)), "{}", ran.out);
    stage.assert_no_secret_in(&format!("{}{}", ran.out, ran.err));
    goes_on(stage, program).await;
}

/// The configuration is there and whole; only the sign-in is missing.
async fn goes_on(stage: &Stage, program: &Program) {
    assert_eq!(mode(program.config()), 0o600);
    assert!(!token_file(program).exists());
    let login = program.start(NOW, &["login"]);
    stage.consent(&shown_address(&login).await).await;
    login.end_within(LONG).assert_code(0);
    program.at(LATER, &["check"]).assert_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_in_the_browser_is_told_how_to_go_on() {
    let stage = Stage::accepting(&["access-1"]).await;
    let program = stage.program();
    let running = start(&program, &stage.init_with_all("gmail", SECRET));
    let asked = query(&shown_address(&running).await);
    let no = format!("{}/?error=access_denied&state={}", asked["redirect_uri"], asked["state"]);
    visit(&no).await;
    let ran = running.end_within(LONG);
    kept(&stage, &program, &ran, 3, "did not let you in: access_denied").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_that_the_provider_refuses_is_told_and_can_be_mended() {
    let stage = Stage::accepting(&["access-1"]).await;
    let program = stage.program();
    let ran = stage.signs_in(&program, "gmail", "a-typing-mistake").await;
    assert!(!format!("{}{}", ran.out, ran.err).contains("a-typing-mistake"), "{}", ran.err);
    // Writes the right one.
    stage.init_with_all("gmail", SECRET);
    kept(&stage, &program, &ran, 3, "does not accept this program (invalid_client)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_closes_the_page_is_waited_for_ten_minutes_and_told_how_to_go_on() {
    let stage = Stage::accepting(&["access-1"]).await;
    let program = stage.program();
    let arguments = stage.init_with_all("gmail", SECRET);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let running = program.start_hurried(NOW, TIMES, &arguments);
    let ran = running.end_within(LONG);
    kept(&stage, &program, &ran, 1, "nobody came back from the browser in time").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_while_the_browser_is_waited_for_keeps_the_answers_and_says_so() {
    let stage = Stage::accepting(&["access-1"]).await;
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), NOW, &stage.init_with_all("gmail", SECRET));
    address(&mut terminal);
    terminal.press(CTRL_C);
    terminal.until("Your answers stay in ");
    terminal.until("go on with:  afterword login\r\n");
    assert_eq!(terminal.code(), 130, "{}", terminal.shown());
    goes_on(&stage, &Program::new(&home.path().join(".config/afterword/config.toml"))).await;
}

/// Everything up to the question for the client id.
fn choose_the_browser(terminal: &mut Terminal) {
    terminal.answer(ADDRESS, "jane@gmail.com");
    terminal.answer("or custom [gmail]: ", "");
    terminal.answer(NAME, "Jane Doe");
    terminal.answer(ZONE, "Europe/Berlin");
    terminal.answer(WAY, BROWSER);
}

#[test]
fn ctrl_c_at_the_questions_about_the_client_leaves_nothing_behind() {
    stopped(|terminal| {
        choose_the_browser(terminal);
        terminal.until(CLIENT_ID);
    });
    stopped(|terminal| {
        choose_the_browser(terminal);
        terminal.answer(CLIENT_ID, CLIENT);
        terminal.answer(WAY, "2");
        terminal.until_hidden(HIDDEN);
        terminal.press("half a sec");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_is_named_and_nothing_is_left() {
    let stage = Stage::accepting(&[]).await;
    let program = stage.program();
    let jane = "\nJane Doe\nEurope/Berlin\n";
    for (options, typed, shows, says) in [
        (
            &["--address", "jane@hotmail.com"][..],
            format!("{jane}relay.doe.example\n"),
            "https://entra.microsoft.com/",
            "nobody answers \"The client id\"",
        ),
        (
            &["--address", "jane@gmail.com", "--oauth"][..],
            jane.to_owned(),
            "https://console.cloud.google.com/",
            "nobody answers \"The client id\"",
        ),
        (
            &["--address", "jane@gmail.com", "--client-id", CLIENT][..],
            format!("{jane}2\n\n"),
            "How do I get the client secret each time?",
            "nothing was typed for \"The client secret",
        ),
        (
            &["--address", "jane@doe.example", "--oauth"][..],
            format!("{jane}imap.doe.example\nsmtp.doe.example\n"),
            "your\nprovider says where to register a program",
            "nobody answers \"The address where you sign in",
        ),
    ] {
        let ran = program.typing_at(NOW, &[&["init"][..], options].concat(), &typed);
        ran.assert_code(2);
        assert!(ran.out.contains(shows), "{}", ran.out);
        assert!(ran.err.contains(says), "{}", ran.err);
        assert!(!program.config().parent().unwrap().exists(), "{options:?}");
    }
}
