//! `init`: from nothing to a configuration that works. Every answer can be given as an option, so
//! a script needs nobody at the keyboard; what is missing is asked for.
//!
//! The surprising fact: the password itself is never an option and never in the configuration.
//! Where the user wants it in a file, it is typed, unseen, into one that only he can read. It is
//! the last thing asked for, and nothing is written before: who stops half-way leaves no trace.

mod ask;
mod providers;

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::config::{self, Config};
use ask::Asker;
use providers::Provider;

/// Beside the configuration.
const PASSWORD_FILE: &str = "password";

const SECRET: &str = "The password (it is not shown)";

/// What `init` can be told beforehand.
#[derive(Debug, Default, Args)]
pub struct InitArgs {
    /// Your mail address.
    #[arg(long)]
    address: Option<String>,
    /// Your name, as employers see it.
    #[arg(long)]
    name: Option<String>,
    /// gmail, fastmail, yahoo, zoho, gmx, icloud or custom [default: by the address].
    #[arg(long)]
    provider: Option<String>,
    /// The server for reading, if the provider is custom.
    #[arg(long, value_name = "HOST")]
    imap_host: Option<String>,
    /// Its port [default: 993].
    #[arg(long, value_name = "PORT")]
    imap_port: Option<u16>,
    /// The server for sending, if the provider is custom or icloud.
    #[arg(long, value_name = "HOST")]
    smtp_host: Option<String>,
    /// Its port [default: 465].
    #[arg(long, value_name = "PORT")]
    smtp_port: Option<u16>,
    /// An extra certificate to trust (PEM), for a server of your own.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Your time zone, as in Europe/Berlin [default: that of this computer].
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// A command that prints the password.
    #[arg(long, value_name = "COMMAND")]
    password_command: Option<String>,
    /// A variable of the environment that holds the password.
    #[arg(long, value_name = "NAME")]
    password_env: Option<String>,
    /// A file that holds the password and that only you can read.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Put the password, which is asked for, into the keyring of the desktop.
    #[arg(long, hide = !config::HAS_KEYRING)]
    keyring: bool,
    /// Do not look into the mailbox at the end.
    #[arg(long)]
    no_look: bool,
}

/// What comes after the configuration was written.
pub struct Written {
    pub path: PathBuf,
    pub config: Box<Config>,
    pub look: bool,
}

/// Asks, and writes the configuration.
pub fn run(args: InitArgs, explicit: Option<&Path>) -> Result<Written, Failure> {
    let path = explicit.map_or_else(config::default_path, Path::to_owned);
    if path.exists() {
        return Err(Failure::Usage(format!(
            "there is a configuration already: {}. Change it there and test it with \
             `afterword check`, or name another one with --config",
            path.display()
        )));
    }
    if args.keyring && !config::HAS_KEYRING {
        return Err(Failure::Usage(config::NO_KEYRING.to_owned()));
    }
    let look = !args.no_look;
    let mut asker = Asker::new();
    output::line(
        "Afterword needs to know where your mailbox is. Enter takes what is in brackets.\n",
    );
    let answers = answers(&args, &path, &mut asker)?;
    // What cannot be used is not written.
    let config = config::from_text(&answers.text, &path)?;
    write(&path, &config, &answers)?;
    output::line(&format!("\nWritten: {} (only you can read it)", path.display()));
    Ok(Written { path, config: Box::new(config), look })
}

/// What is going to be written.
struct Answers {
    /// The configuration.
    text: String,
    typed: Option<Typed>,
}

/// A password that was typed, and where it is kept.
enum Typed {
    ForFile(String),
    ForKeyring(String),
}

fn answers(args: &InitArgs, path: &Path, asker: &mut Asker) -> Result<Answers, Failure> {
    let address = asker.text(args.address.as_deref(), "Your mail address", None)?;
    let provider = provider(args, &address, asker)?;
    let name = asker.text(args.name.as_deref(), "Your name, as employers see it", None)?;
    let zone = config::time_zone_of_this_computer();
    let zone = asker.text(args.time_zone.as_deref(), "Your time zone", zone.as_deref())?;
    let mut text = String::from("# Every key there is: config.example.toml\n\n[account]\n");
    line(&mut text, "name", &name);
    line(&mut text, "address", &address);
    line(&mut text, "time_zone", &zone);
    text.push_str("\n[mail]\n");
    line(&mut text, "provider", provider.name);
    let servers = servers(args, provider, asker)?;
    let way = way(args, provider, path, asker)?;
    let _ = writeln!(text, "{} = {}", way.key, way.value);
    text.push_str(&servers);
    Ok(Answers { text, typed: way.typed })
}

/// The sections of the servers that the provider does not fill in.
fn servers(args: &InitArgs, provider: &Provider, asker: &mut Asker) -> Result<String, Failure> {
    let mut text = String::new();
    let servers = [
        ("imap", provider.asks_for_reading, &args.imap_host, args.imap_port, "imap.example.com"),
        ("smtp", provider.asks_for_sending, &args.smtp_host, args.smtp_port, "smtp.example.com"),
    ];
    for (section, asked, host, port, example) in servers {
        if !asked {
            continue;
        }
        let what = if section == "imap" { "reading (IMAP)" } else { "sending (SMTP)" };
        let question = format!("The server for {what}, as in {example}");
        let host = asker.text(host.as_deref(), &question, None)?;
        let _ = writeln!(text, "\n[{section}]");
        line(&mut text, "host", &host);
        if let Some(port) = port {
            let _ = writeln!(text, "port = {port}");
        }
        if let Some(ca_file) = &args.ca_file {
            line(&mut text, "ca_file", &ca_file.display().to_string());
        }
    }
    Ok(text)
}

fn provider(
    args: &InitArgs,
    address: &str,
    asker: &mut Asker,
) -> Result<&'static Provider, Failure> {
    let guessed = providers::of_address(address);
    if let Some(refused) = guessed.and_then(|provider| provider.refused) {
        return Err(Failure::Usage(refused.to_owned()));
    }
    let given = args.provider.as_deref();
    let question = "Provider: gmail, fastmail, yahoo, zoho, gmx, icloud, or custom";
    let default = guessed.map_or("custom", |provider| provider.name);
    let name = asker.text(given, question, Some(default))?.to_lowercase();
    match providers::by_name(&name) {
        Some(Provider { refused: Some(refused), .. }) => Err(Failure::Usage((*refused).to_owned())),
        Some(provider) => Ok(provider),
        None => Err(Failure::Usage(format!("there is no provider {name:?}; {question}"))),
    }
}

/// The way to the password: its key, the value of that, and the password if it was typed.
struct Way {
    key: &'static str,
    value: toml::Value,
    typed: Option<Typed>,
}

impl Way {
    fn known(key: &'static str, value: String) -> Self {
        Self { key, value: toml::Value::String(value), typed: None }
    }

    fn through_keyring(asker: &mut Asker) -> Result<Self, Failure> {
        let typed = Some(Typed::ForKeyring(asker.secret(SECRET)?));
        Ok(Self { key: "keyring", value: toml::Value::Boolean(true), typed })
    }
}

/// Asks last of all, because a password may be typed.
fn way(
    args: &InitArgs,
    provider: &Provider,
    path: &Path,
    asker: &mut Asker,
) -> Result<Way, Failure> {
    if let Some(command) = &args.password_command {
        return Ok(Way::known("password_command", command.clone()));
    }
    if let Some(variable) = &args.password_env {
        return Ok(Way::known("password_env", variable.clone()));
    }
    if let Some(file) = &args.password_file {
        return Ok(Way::known("password_file", file.display().to_string()));
    }
    output::line(&format!("\n{}\n", provider.app_password));
    if args.keyring {
        return Way::through_keyring(asker);
    }
    output::line("How do I get the password each time?");
    output::line("  1  by a command, as in: pass show mail/afterword");
    output::line("  2  from a file that only you can read; I write it now");
    let mut numbers = "1 or 2";
    if config::HAS_KEYRING {
        output::line("  3  from the keyring of your desktop; I put it there now");
        numbers = "1, 2 or 3";
    }
    match asker.text(None, numbers, Some("2"))?.as_str() {
        "1" => Ok(Way::known("password_command", asker.text(None, "The command", None)?)),
        "2" => {
            let file = path.with_file_name(PASSWORD_FILE);
            if file.exists() {
                return Err(Failure::Usage(format!(
                    "there is a file {} already; name it with --password-file",
                    file.display()
                )));
            }
            let typed = Some(Typed::ForFile(asker.secret(SECRET)?));
            Ok(Way { typed, ..Way::known("password_file", PASSWORD_FILE.to_owned()) })
        }
        "3" if config::HAS_KEYRING => Way::through_keyring(asker),
        other => Err(Failure::Usage(format!("{other:?} is not {numbers}"))),
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", toml::Value::String(value.to_owned()));
}

/// The configuration comes last: where it is, everything is.
fn write(path: &Path, config: &Config, answers: &Answers) -> Result<(), Failure> {
    let file = path.with_file_name(PASSWORD_FILE);
    match &answers.typed {
        None => write_private(path, &answers.text),
        Some(Typed::ForKeyring(password)) => {
            let user = &config.login.username;
            config::keep_in_keyring(user, password).map_err(Failure::Usage)?;
            write_private(path, &answers.text)
        }
        Some(Typed::ForFile(password)) => {
            write_private(&file, &format!("{password}\n"))?;
            write_private(path, &answers.text).inspect_err(|_| {
                // Without a configuration it would only stand in the way of the next try.
                let _ = std::fs::remove_file(&file);
            })
        }
    }
}

/// A new file that only this user can read, in a folder that is made if need be.
fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::Usage(format!("{} cannot be written: {error}", path.display()))
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
