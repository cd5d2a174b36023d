//! How the service gets at the password: by a command, a variable, a file or a keyring. It is
//! fetched once, when the program starts, held in memory until it ends, and written nowhere: with a
//! new password the service is started again. What a command prints is never logged or repeated.

use std::fmt;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::problem::{ConfigError, Problem};
use super::reader::{Document, Section, TextOrList};
use super::{desktop, environment};

/// How long a command may take, a person typing a passphrase included.
const DEADLINE: Duration = Duration::from_secs(30);
/// More than any password: a command that prints on and on is cut off here.
const LONGEST: u64 = 64 * 1024;

const SOURCES: &str = "password_command, password_env or password_file";

/// Where the password comes from, and where the configuration says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSource {
    way: Way,
    file: PathBuf,
    line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// Program and arguments.
    Command(Vec<String>),
    Variable(String),
    File(PathBuf),
    /// In the keyring of the desktop, by the name to log in with.
    Keyring(String),
}

impl Way {
    fn key(&self) -> &'static str {
        match self {
            Self::Command(_) => "password_command",
            Self::Variable(_) => "password_env",
            Self::File(_) => "password_file",
            Self::Keyring(_) => "keyring",
        }
    }
}

impl PasswordSource {
    /// Whether another program prints it.
    #[must_use]
    pub fn is_a_command(&self) -> bool {
        matches!(self.way, Way::Command(_))
    }

    /// Whether the keyring of the desktop holds it.
    #[must_use]
    pub fn is_in_keyring(&self) -> bool {
        matches!(self.way, Way::Keyring(_))
    }

    /// The variable of the environment that holds it, if one does.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match &self.way {
            Way::Variable(name) => Some(name),
            Way::Command(_) | Way::File(_) | Way::Keyring(_) => None,
        }
    }

    /// `username` is the name to log in with, if it is known.
    pub(super) fn read(document: &mut Document<'_>, username: Option<&str>) -> Option<Self> {
        let mut mail = document.section("mail");
        let mut ways = Vec::new();
        if let Some(command) = mail.text_or_list("password_command") {
            let words = words(command);
            match words.first() {
                Some(program) if !program.is_empty() => ways.push(Way::Command(words)),
                _ => mail.problem("password_command", "names no program"),
            }
        }
        let variable = mail.text("password_env", |name| {
            let fits = !name.is_empty() && !name.contains(['=', '\0']);
            fits.then(|| name.to_owned()).ok_or_else(|| "must name a variable".to_owned())
        });
        ways.extend(variable.map(Way::Variable));
        ways.extend(mail.path("password_file").map(Way::File));
        if mail.has("oauth2") {
            mail.problem("oauth2", format!("is not in this version; use {SOURCES}"));
        }
        let named = ["password_command", "password_env", "password_file", "oauth2"];
        let mut written: Vec<_> = named.into_iter().filter(|key| mail.has(key)).collect();
        if wants_keyring(&mut mail) {
            written.push("keyring");
            ways.extend(username.map(|name| Way::Keyring(name.to_owned())));
        }
        let way = ways.pop();
        if written.is_empty() {
            mail.problem(
                "password_command",
                format!("no password source is set; write one of {SOURCES}"),
            );
        }
        if let (true, Some(last)) = (written.len() > 1, written.last()) {
            mail.problem(
                last,
                format!(
                    "there must be one password source, here are {}; keep one",
                    written.join(" and ")
                ),
            );
        }
        let way = way?;
        let line = mail.line(way.key());
        Some(Self { file: mail.file(), line, way })
    }

    /// Fetches the password.
    pub(super) fn fetch(&self) -> Result<SecretString, ConfigError> {
        let text = match &self.way {
            Way::Command(words) => run(words, DEADLINE),
            Way::Variable(name) => environment::text(name)
                .ok_or_else(|| format!("the variable {name} is not set, is empty or is no UTF-8")),
            Way::File(path) => from_file(path),
            Way::Keyring(user) => desktop::fetch(user),
        };
        text.and_then(|text| {
            let first = text.lines().next().unwrap_or_default();
            if first.is_empty() {
                Err("it gives an empty password".to_owned())
            } else {
                Ok(first.into())
            }
        })
        .map_err(|what| self.problem(what))
    }

    fn problem(&self, what: String) -> ConfigError {
        ConfigError::one(Problem {
            file: self.file.clone(),
            line: self.line,
            key: format!("mail.{}", self.way.key()),
            what,
        })
    }
}

impl fmt::Display for PasswordSource {
    /// Says which way, not which command: `password_command`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.way.key())
    }
}

/// Whether `keyring` is there and not false; a problem is noted where this program has none.
fn wants_keyring(mail: &mut Section<'_, '_>) -> bool {
    let wanted = mail.has("keyring") && mail.flag("keyring", true);
    if wanted && !desktop::HAS_KEYRING {
        mail.problem("keyring", desktop::NO_KEYRING);
    }
    wanted
}

/// A list is run as it is; a text is split at its spaces, or given to a shell if it has a
/// character that only a shell understands.
fn words(command: TextOrList) -> Vec<String> {
    match command {
        TextOrList::List(words) => words,
        TextOrList::Text(text) if text.contains(|c| "|&;<>()$`\\\"'*?[]#~=%{}!\n".contains(c)) => {
            ["sh", "-c", &text].map(str::to_owned).to_vec()
        }
        TextOrList::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
    }
}

fn run(words: &[String], deadline: Duration) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("names no program")?;
    let until = Instant::now() + deadline;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|cause| format!("{program:?} cannot be started: {cause}"))?;
    let output = child.stdout.take().ok_or("its output cannot be read")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.take(LONGEST).read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens any more after the deadline.
        let _ = sender.send(read);
    });
    let read = receiver.recv_timeout(deadline);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if read.is_ok() && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Ok(None) | Err(_) => break None,
        }
    };
    let Some(status) = status else {
        // It may have ended just now; then there is nothing to stop.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("the command took longer than {} seconds", deadline.as_secs()));
    };
    if !status.success() {
        return Err(format!("the command failed ({status}); run it by hand to see why"));
    }
    let bytes = read.map_err(|_| "its output cannot be read")?.map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|_| "the command prints something that is no UTF-8".to_owned())
}

fn from_file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let unreadable = |cause: std::io::Error| format!("{shown} cannot be read: {cause}");
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!("{shown} can be read by others; run `chmod 600 {shown}`"));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn source(way: Way) -> PasswordSource {
        PasswordSource { way, file: PathBuf::from("config.toml"), line: 7 }
    }

    fn command(text: &str) -> PasswordSource {
        source(Way::Command(words(TextOrList::Text(text.to_owned()))))
    }

    #[test]
    fn a_shell_is_used_only_where_one_is_needed() {
        let split = |text: &str| words(TextOrList::Text(text.to_owned()));
        assert_eq!(split("pass show mail/jane"), ["pass", "show", "mail/jane"]);
        assert_eq!(split("pass show x | head -1"), ["sh", "-c", "pass show x | head -1"]);
        assert_eq!(words(TextOrList::List(vec!["a b".to_owned()])), ["a b"]);
    }

    #[test]
    fn a_password_is_the_first_line_without_its_end() {
        for text in ["echo s3cret", "printf 's3cret\\r\\nurl: x\\n'"] {
            assert_eq!(command(text).fetch().unwrap().expose_secret(), "s3cret", "{text}");
        }
        assert_eq!(
            source(Way::Variable("HOME".to_owned())).fetch().is_ok(),
            environment::home().is_some()
        );
    }

    #[test]
    fn what_goes_wrong_names_the_line_and_never_the_output() {
        for (text, says) in [
            ("echo s3cret; exit 3", "failed"),
            ("true", "empty password"),
            ("/no/such/program s3cret", "cannot be started"),
        ] {
            let error = command(text).fetch().unwrap_err().to_string();
            assert!(error.starts_with("config.toml:7: mail.password_command: "), "{error}");
            assert!(error.contains(says) && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_command_that_hangs_is_stopped() {
        let words: Vec<String> = ["sleep", "60"].map(str::to_owned).to_vec();
        let began = Instant::now();
        let error = run(&words, Duration::from_millis(200)).unwrap_err();
        assert!(
            error.contains("took longer") && began.elapsed() < Duration::from_secs(10),
            "{error}"
        );
    }

    #[test]
    fn a_file_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, "s3cret\n").unwrap();
        let mode = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o640);
        let error = source(Way::File(path.clone())).fetch().unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        mode(0o600);
        assert_eq!(source(Way::File(path)).fetch().unwrap().expose_secret(), "s3cret");
    }
}
