//! How the service gets at the password, or at the client secret of OAuth 2: by a command, a
//! variable, a file or a keyring. It is fetched once, when the program starts (or, where it could not
//! be had then, and other accounts could be entered, later), held in memory until it ends, and
//! written nowhere: with a new password the service is started again. What a command prints is never
//! logged or repeated.

use std::fmt;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::problem::{ConfigError, Problem};
use super::reader::{Section, TextOrList};
use super::{desktop, environment};

/// How long a command may take, a person typing a passphrase included.
const DEADLINE: Duration = Duration::from_secs(30);
/// More than any password: a command that prints on and on is cut off here.
const LONGEST: u64 = 64 * 1024;

/// The keys that name a secret's source, in `[mail]` or below it.
pub(super) struct Keys {
    command: &'static str,
    variable: &'static str,
    file: &'static str,
}

/// Of the password.
pub(super) const PASSWORD: Keys =
    Keys { command: "password_command", variable: "password_env", file: "password_file" };

/// Of the secret that belongs to a client id.
pub(super) const CLIENT_SECRET: Keys = Keys {
    command: "client_secret_command",
    variable: "client_secret_env",
    file: "client_secret_file",
};

/// Where a secret comes from, and where the configuration says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSource {
    way: Way,
    /// `mail.password_command`
    key: String,
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

    /// The keys of these that a section has, and the source that the last of them names.
    pub(super) fn read(
        section: &mut Section<'_, '_>,
        keys: &Keys,
    ) -> (Vec<&'static str>, Option<Self>) {
        let mut ways = Vec::new();
        if let Some(command) = section.text_or_list(keys.command) {
            let words = words(command);
            match words.first() {
                Some(program) if !program.is_empty() => {
                    ways.push((keys.command, Way::Command(words)));
                }
                _ => section.problem(keys.command, "names no program"),
            }
        }
        let variable = section.text(keys.variable, |name| {
            let fits = !name.is_empty() && !name.contains(['=', '\0']);
            fits.then(|| name.to_owned()).ok_or_else(|| "must name a variable".to_owned())
        });
        ways.extend(variable.map(|name| (keys.variable, Way::Variable(name))));
        ways.extend(section.path(keys.file).map(|path| (keys.file, Way::File(path))));
        let all = [keys.command, keys.variable, keys.file];
        let written = all.into_iter().filter(|key| section.has(key)).collect();
        let source = ways.pop().map(|(key, way)| Self {
            way,
            key: format!("{}.{key}", section.name()),
            file: section.file(),
            line: section.line(key),
        });
        (written, source)
    }

    /// Whether `[mail]` wants the keyring of the desktop, and the password there of a user whose
    /// name is known. A problem is noted where this program has no keyring.
    pub(super) fn in_keyring(
        mail: &mut Section<'_, '_>,
        username: Option<&str>,
    ) -> (bool, Option<Self>) {
        let wanted = mail.has("keyring") && mail.flag("keyring", true);
        if wanted && !desktop::HAS_KEYRING {
            mail.problem("keyring", desktop::NO_KEYRING);
        }
        let source = username.filter(|_| wanted).map(|name| Self {
            way: Way::Keyring(name.to_owned()),
            key: "mail.keyring".to_owned(),
            file: mail.file(),
            line: mail.line("keyring"),
        });
        (wanted, source)
    }

    /// Fetches the secret.
    ///
    /// # Errors
    /// With file, line and key, if the way does not lead to one.
    pub fn fetch(&self) -> Result<SecretString, ConfigError> {
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
            key: self.key.clone(),
            what,
        })
    }
}

impl fmt::Display for PasswordSource {
    /// Says which way, not which command: `mail.password_command`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
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
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(format!("{shown} is a folder"));
    }
    if about.permissions().mode() & 0o077 != 0 {
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
        let key = "mail.password_command".to_owned();
        PasswordSource { way, key, file: PathBuf::from("config.toml"), line: 7 }
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
        // Its mode is that of every folder: the way to mend it is another name.
        let folder = source(Way::File(directory.path().to_owned())).fetch().unwrap_err();
        assert!(folder.to_string().contains("is a folder"), "{folder}");
    }
}
