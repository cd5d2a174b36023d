//! `init`: from nothing to a configuration that works. Every answer can be given as an option, so
//! a script needs nobody at the keyboard; what is missing is asked for.
//!
//! The surprising fact: a password or a client secret is never an option and never in the
//! configuration. Where the user wants it in a file, it is typed, unseen, into one that only he can
//! read. It is the last thing asked for, and nothing is written before: who stops half-way leaves
//! no trace. A sign-in with a browser comes after that, when the configuration is there to stay.

mod ask;
mod browser;
mod files;
mod providers;
mod way;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::config::{self, Config, answer};
use ask::Asker;
use browser::BrowserArgs;
use providers::Provider;
use way::Typed;

/// What `init` can be told beforehand.
#[derive(Debug, Default, Args)]
pub struct InitArgs {
    /// Your mail address.
    #[arg(long)]
    address: Option<String>,
    /// Your name, as employers see it.
    #[arg(long)]
    name: Option<String>,
    /// gmail, outlook, fastmail, yahoo, zoho, gmx, icloud or custom [default: by the address].
    #[arg(long)]
    provider: Option<String>,
    /// The server for reading, if the provider is custom; elsewhere in place of the usual one.
    #[arg(long, value_name = "HOST")]
    imap_host: Option<String>,
    /// Its port [default: 993].
    #[arg(long, value_name = "PORT")]
    imap_port: Option<u16>,
    /// The server for sending, if the provider is custom, icloud or outlook; elsewhere in place of
    /// the usual one.
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
    #[arg(long, value_name = "COMMAND", group = "password")]
    password_command: Option<String>,
    /// A variable of the environment that holds the password.
    #[arg(long, value_name = "NAME", group = "password")]
    password_env: Option<String>,
    /// A file that holds the password and that only you can read.
    #[arg(long, value_name = "FILE", group = "password")]
    password_file: Option<PathBuf>,
    /// Put the password, which is asked for, into the keyring of the desktop.
    #[arg(long, hide = !config::HAS_KEYRING, group = "password")]
    keyring: bool,
    #[command(flatten)]
    browser: BrowserArgs,
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
pub fn run(args: &InitArgs, explicit: Option<&Path>) -> Result<Written, Failure> {
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
    let mut asker = Asker::new();
    output::line(
        "Afterword needs to know where your mailbox is. Enter takes what is in brackets.\n",
    );
    let answers = answers(args, &path, &mut asker)?;
    // What cannot be used is not written.
    let config = config::from_text(&answers.text, &path)?;
    files::write(&path, &config, &answers)?;
    output::line(&format!("\nWritten: {} (only you can read it)", path.display()));
    Ok(Written { path, config: Box::new(config), look: !args.no_look })
}

/// What is going to be written.
struct Answers {
    /// The configuration.
    text: String,
    typed: Option<Typed>,
}

fn answers(args: &InitArgs, path: &Path, asker: &mut Asker) -> Result<Answers, Failure> {
    let given = args.address.as_deref();
    let address = asker.checked(given, "Your mail address", None, answer::address)?;
    let provider = provider(args, &address, asker)?;
    if !provider.beforehand.is_empty() {
        output::line(&format!("\n{}\n", provider.beforehand));
    }
    let given = args.name.as_deref();
    let name = asker.checked(given, "Your name, as employers see it", None, answer::name)?;
    let (given, zone) = (args.time_zone.as_deref(), config::time_zone_of_this_computer());
    let zone = asker.checked(given, "Your time zone", zone.as_deref(), answer::time_zone)?;
    let mut text = String::from("# Every key there is: config.example.toml\n\n[account]\n");
    line(&mut text, "name", &name);
    line(&mut text, "address", &address);
    line(&mut text, "time_zone", &zone);
    text.push_str("\n[mail]\n");
    line(&mut text, "provider", provider.name);
    let servers = servers(args, provider, asker)?;
    // Last of all, because a secret may be typed.
    let way = way::ask(args, provider, path, asker)?;
    text.push_str(&way.text);
    text.push_str(&servers);
    Ok(Answers { text, typed: way.typed })
}

/// The sections of the servers that the provider does not fill in, or that are named in the place
/// of its own.
fn servers(args: &InitArgs, provider: &Provider, asker: &mut Asker) -> Result<String, Failure> {
    let mut text = String::new();
    let servers = [
        ("imap", provider.asks_for_reading, &args.imap_host, args.imap_port, "imap.example.com"),
        ("smtp", provider.asks_for_sending, &args.smtp_host, args.smtp_port, "smtp.example.com"),
    ];
    for (section, asked, host, port, example) in servers {
        let has_host = asked || host.is_some();
        if !has_host && port.is_none() && args.ca_file.is_none() {
            continue;
        }
        let _ = writeln!(text, "\n[{section}]");
        if has_host {
            let reads = section == "imap";
            let what = if reads { "reading (IMAP)" } else { "sending (SMTP)" };
            let read =
                |text: &str| if reads { answer::host(text) } else { answer::sending_host(text) };
            let question = format!("The server for {what}, as in {example}");
            line(&mut text, "host", &asker.checked(host.as_deref(), &question, None, read)?);
        }
        if let Some(port) = port {
            let _ = writeln!(text, "port = {port}");
        }
        if let Some(ca_file) = &args.ca_file {
            line(&mut text, "ca_file", &from_anywhere(ca_file));
        }
    }
    Ok(text)
}

fn provider(
    args: &InitArgs,
    address: &str,
    asker: &mut Asker,
) -> Result<&'static Provider, Failure> {
    let question = "Provider: gmail, outlook (Microsoft 365), fastmail, yahoo, zoho, gmx, icloud, \
                    or custom";
    let guessed = providers::of_address(address).map_or("custom", |provider| provider.name);
    asker.checked(args.provider.as_deref(), question, Some(guessed), |name| {
        let name = name.trim().to_lowercase();
        providers::by_name(&name)
            .ok_or_else(|| format!("there is no provider {name:?}; {question}"))
    })
}

/// A file that an option names from the folder of the command. The configuration takes what is
/// relative to lie beside it.
fn from_anywhere(file: &Path) -> String {
    let whole = if file.starts_with("~") { None } else { std::path::absolute(file).ok() };
    whole.as_deref().unwrap_or(file).display().to_string()
}

/// A line of the configuration with a text.
fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", toml::Value::String(value.to_owned()));
}

#[cfg(test)]
mod tests;
