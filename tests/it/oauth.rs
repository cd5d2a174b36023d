//! Signing in with a browser instead of a password: against a provider on loopback and the embedded
//! mail server, which takes its tokens. The tests are the browser.

mod browser;
pub mod provider;
mod renewal;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use afterword::clock::Clock;
use afterword::config::{self, Config};
use afterword::sandbox::{Options, Sandbox, Style};
use afterword::service::Service;
use afterword::service::sign_in::{self, SignIn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use crate::embedded::{USER, utc};
use crate::program::{Program, Running};
use provider::{CLIENT, Provider, SECRET, query};

/// When everybody signs in.
const NOW: &str = "2026-11-20T08:00:00Z";
/// Far more than any of this takes.
const LONG: Duration = Duration::from_secs(60);

struct Stage {
    sandbox: Sandbox,
    provider: Provider,
    folder: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            address: USER.to_owned(),
            password: "pw".to_owned(),
            style: Style::Plain,
            clock: Clock::Fixed(utc(NOW)),
            folder: folder.path().to_owned(),
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let provider = Provider::start();
        let stage = Self { sandbox, provider, folder };
        std::fs::write(stage.config_file(), stage.config_text()).unwrap();
        stage
    }

    fn config_text(&self) -> String {
        let (imap, smtp) = (self.sandbox.imap_port(), self.sandbox.smtp_port());
        let (ca, provider) = (self.sandbox.ca_file().display(), self.provider.port);
        format!(
            "[account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"Europe/Berlin\"\n\
             [mail]\nprovider = \"custom\"\n\
             [mail.oauth2]\nauth_url = \"http://127.0.0.1:{provider}/authorize\"\n\
             token_url = \"http://127.0.0.1:{provider}/token\"\n\
             client_id = \"{CLIENT}\"\nclient_secret_command = [\"echo\", \"{SECRET}\"]\n\
             scopes = [\"mail\", \"offline_access\"]\n\
             [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
             [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n"
        )
    }

    fn config_file(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn token_file(&self) -> PathBuf {
        self.folder.path().join("afterword.token")
    }

    fn config(&self) -> Config {
        config::load(&self.config_file()).unwrap()
    }

    /// Signs in, as far as the browser.
    async fn begin(&self) -> SignIn {
        sign_in::begin(&self.config().mail_accounts()[0]).await.unwrap().unwrap()
    }

    /// Signs in and says yes.
    async fn sign_in(&self, now: &'static str) {
        self.say_yes(self.begin().await, now).await;
    }

    async fn say_yes(&self, sign_in: SignIn, now: &'static str) {
        let back = self.provider.consent(sign_in.address());
        let (finished, page) = tokio::join!(sign_in.finish(LONG, move || utc(now)), visit(&back));
        finished.unwrap();
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    }

    /// Has signed in, and the mail server takes the token.
    async fn signed_in() -> Self {
        let stage = Self::new().await;
        stage.sign_in(NOW).await;
        stage.sandbox.accept_tokens(&["access-1"]);
        stage
    }

    async fn service(&self) -> Service {
        Service::open(self.config(), Clock::Fixed(utc(NOW))).await.unwrap()
    }

    fn program(&self) -> Program {
        Program::new(&self.config_file())
    }
}

/// What a browser is shown at an address.
pub async fn visit(address: &str) -> String {
    let url = Url::parse(address).unwrap();
    let port = url.port().unwrap();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), port)).await.unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

/// The address that `login` prints, and `init` as well.
pub async fn shown_address(running: &Running) -> String {
    for _ in 0..600 {
        let out = running.read("out");
        let waits = out.contains("Ctrl-C gives up");
        if let Some(line) = out.lines().find(|line| waits && line.starts_with("http")) {
            return line.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no address: {} {}", running.read("out"), running.read("err"));
}

async fn pass_at(service: &mut Service, now: &str) -> anyhow::Result<()> {
    service.set_clock(Clock::Fixed(utc(now)));
    service.pass().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_signs_in_with_a_browser_and_no_log_shows_what_was_granted() {
    let stage = Stage::new().await;
    stage.sandbox.accept_tokens(&["access-1", "access-2"]);
    let program = stage.program();
    let running = program.start(NOW, &["login", "-vvv"]);
    let address = shown_address(&running).await;
    let page = visit(&stage.provider.consent(&address)).await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    let login = running.end_within(LONG);
    login.assert_code(0);
    assert!(login.out.contains("afterword check"), "{}", login.out);
    let mode = std::fs::metadata(stage.token_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let check = program.at("2026-11-20T08:30:00Z", &["check", "-vvv"]);
    for line in ["reading (IMAP): the login works", "sending (SMTP): the login works"] {
        assert!(check.out.contains(&format!("ok    {line}")), "{}", check.out);
    }
    // The token has ended by then.
    let once = program.at("2026-11-20T10:00:00Z", &["once", "-vvv"]);
    once.assert_code(0);
    assert!(once.err.contains("the sign-in at the provider was renewed"), "{}", once.err);
    assert_eq!(stage.provider.requests(), ["authorization_code", "refresh_token"]);

    let mut secrets = stage.provider.secrets();
    assert!(secrets.len() > 6, "{secrets:?}");
    secrets.push(query(&address)["state"].clone());
    // How the answer to AUTH XOAUTH2 begins, which holds the token in base64.
    secrets.push("dXNlcj1qYW5l".to_owned());
    for secret in secrets {
        for said in [&login.err, &check.err, &check.out, &once.err, &once.out] {
            assert!(!said.contains(&secret), "{secret} in {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_signed_in_or_lets_others_read_the_token_is_told_what_to_do() {
    let stage = Stage::new().await;
    let program = stage.program();
    let ran = program.at(NOW, &["once"]);
    ran.assert_code(3);
    assert!(ran.err.contains("nobody has signed in yet"), "{}", ran.err);
    assert!(
        ran.err.contains("afterword login") && !ran.err.contains("app password"),
        "{}",
        ran.err
    );

    stage.sign_in(NOW).await;
    std::fs::set_permissions(stage.token_file(), Permissions::from_mode(0o644)).unwrap();
    let ran = program.at("2026-11-20T08:10:00Z", &["once"]);
    ran.assert_code(2);
    let place = format!("{}:7: mail.oauth2.token_file: ", stage.config_file().display());
    assert!(ran.err.contains(&place) && ran.err.contains("chmod 600"), "{}", ran.err);
    assert_eq!(stage.sandbox.refused_logins(), 0);
}

/// The same account as the second one, after one with a password on a server of its own.
async fn beside_a_password(stage: &Stage) -> Sandbox {
    let folder = stage.folder.path().join("home");
    std::fs::create_dir(&folder).unwrap();
    let options = Options {
        address: "jane@home.example".to_owned(),
        password: "pw".to_owned(),
        style: Style::Plain,
        clock: Clock::Fixed(utc(NOW)),
        folder,
    };
    let home = Sandbox::start(options).await.unwrap();
    let (imap, smtp, ca) = (home.imap_port(), home.smtp_port(), home.ca_file().display());
    let second = stage
        .config_text()
        .replace("time_zone = \"Europe/Berlin\"\n", "")
        .replace("[account]", "[[account]]");
    let second = ["mail", "mail.oauth2", "imap", "smtp"].iter().fold(second, |text, section| {
        text.replace(&format!("[{section}]"), &format!("[account.{section}]"))
    });
    let text = format!(
        "[[account]]\nname = \"Jane Doe\"\naddress = \"jane@home.example\"\n\
         time_zone = \"Europe/Berlin\"\n\
         [account.mail]\nprovider = \"custom\"\npassword_command = \"echo pw\"\n\
         [account.imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
         [account.smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n{second}"
    );
    std::fs::write(stage.config_file(), text).unwrap();
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_signs_in_beside_another_that_has_a_password() {
    let stage = Stage::new().await;
    let home = beside_a_password(&stage).await;
    let config = stage.config();
    let account = &config.mail_accounts()[1];
    stage.say_yes(sign_in::begin(account).await.unwrap().unwrap(), NOW).await;
    assert!(stage.folder.path().join(format!("afterword.{USER}.token")).exists());
    assert!(!stage.token_file().exists());
    stage.sandbox.accept_tokens(&["access-1"]);
    let mut service = stage.service().await;
    pass_at(&mut service, "2026-11-20T08:10:00Z").await.unwrap();

    stage.provider.revoke();
    let error = pass_at(&mut service, "2026-11-20T09:30:00Z").await.unwrap_err();
    assert!(format!("{error:#}").contains("account 2, at "), "{error:#}");
    drop(service);
    let ran = stage.program().at("2026-11-20T09:40:00Z", &["once"]);
    ran.assert_code(3);
    let advice = "Sign in with `afterword login --config ";
    assert!(ran.err.contains(advice) && !ran.err.contains("app password"), "{}", ran.err);
    let ran = stage.program().at("2026-11-20T09:50:00Z", &["status"]);
    let unless = "or when you have signed in again with `afterword login`";
    assert!(
        ran.out.contains(&format!("The mail server of {USER} refused the login")),
        "{}",
        ran.out
    );
    assert!(ran.out.contains(unless), "{}", ran.out);
    assert_eq!(home.refused_logins(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_granted_to_another_program_is_not_used() {
    let stage = Stage::signed_in().await;
    let text = stage.config_text().replace(CLIENT, "client-8");
    std::fs::write(stage.config_file(), text).unwrap();
    let error = stage.service().await.pass().await.unwrap_err().to_string();
    assert!(error.contains("another user name, client id or provider"), "{error}");
    assert_eq!((stage.provider.requests().len(), stage.sandbox.refused_logins()), (1, 0));
}
