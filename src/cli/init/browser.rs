//! What `init` asks for a sign-in with a browser (OAuth 2): the user's own client id, and the secret
//! that belongs to it where the provider gives one. The sign-in itself comes later (`login`).
//!
//! The surprising fact: a client secret is asked for only at a provider that is known to give one.
//! Elsewhere it is named by an option: most clients on a user's own computer have none.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::failure::Failure;
use super::super::output;
use super::ask::Asker;
use super::line;
use super::providers::Provider;
use super::way::{CLIENT_SECRET, Way};
use crate::config::answer;

/// What a sign-in with a browser needs, told beforehand.
#[derive(Debug, Default, Args)]
pub struct BrowserArgs {
    /// Sign in with a browser (OAuth 2) instead of a password.
    #[arg(long, conflicts_with = "password")]
    oauth: bool,
    /// The client id that your provider gave you for a program of your own; says --oauth as well.
    #[arg(long, value_name = "ID", conflicts_with = "password")]
    client_id: Option<String>,
    /// A command that prints the client secret, if there is one.
    #[arg(long, value_name = "COMMAND", group = "client_secret", conflicts_with = "password")]
    client_secret_command: Option<String>,
    /// A variable of the environment that holds the client secret.
    #[arg(long, value_name = "NAME", group = "client_secret", conflicts_with = "password")]
    client_secret_env: Option<String>,
    /// A file that holds the client secret and that only you can read.
    #[arg(long, value_name = "FILE", group = "client_secret", conflicts_with = "password")]
    client_secret_file: Option<PathBuf>,
    /// Where you sign in with a browser; known for gmail and outlook.
    #[arg(long, value_name = "URL", conflicts_with = "password")]
    auth_url: Option<String>,
    /// Where the program then gets its access; known for gmail and outlook.
    #[arg(long, value_name = "URL", conflicts_with = "password")]
    token_url: Option<String>,
    /// What you allow, once for each; known for gmail and outlook.
    #[arg(long, value_name = "SCOPE", conflicts_with = "password")]
    scope: Vec<String>,
}

/// What is said where the provider is not known for it.
const UNKNOWN: &str = "To sign in with a browser you need a client id of your own. The help of your\n\
    provider says where to register a program, and names the two addresses and the scopes.";

impl BrowserArgs {
    /// Whether an option can mean nothing else than a sign-in with a browser.
    pub fn is_meant(&self) -> bool {
        self.oauth || self.client_id.is_some() || self.named_secret().is_some()
    }

    /// Whether it can be offered where the provider is not known for it.
    pub fn names_a_provider(&self) -> bool {
        self.auth_url.is_some() && self.token_url.is_some()
    }

    fn named_secret(&self) -> Option<Way> {
        let (command, variable) = (&self.client_secret_command, &self.client_secret_env);
        let file = self.client_secret_file.as_deref();
        CLIENT_SECRET.named(command.as_deref(), variable.as_deref(), file)
    }
}

/// Asks for what the options do not say.
pub fn ask(
    args: &BrowserArgs,
    provider: &Provider,
    path: &Path,
    asker: &mut Asker,
) -> Result<Way, Failure> {
    if args.client_id.is_none() {
        let steps = provider.client.map_or(UNKNOWN, |client| client.steps);
        output::line(&format!("\n{steps}\n"));
    }
    let mut text = String::from("\n[mail.oauth2]\n");
    addresses(args, provider, &mut text, asker)?;
    let given = args.client_id.as_deref();
    line(&mut text, "client_id", &asker.checked(given, "The client id", None, answer::client_id)?);
    let secret = match args.named_secret() {
        Some(way) => Some(way),
        None if provider.client.is_some_and(|client| client.has_secret) => {
            Some(CLIENT_SECRET.ask(path, asker)?)
        }
        None => None,
    };
    let Some(secret) = secret else { return Ok(Way { text, typed: None }) };
    text.push_str(&secret.text);
    Ok(Way { text, typed: secret.typed })
}

/// Where the sign-in goes and what for, as far as the name of the provider does not say it.
fn addresses(
    args: &BrowserArgs,
    provider: &Provider,
    text: &mut String,
    asker: &mut Asker,
) -> Result<(), Failure> {
    let is_known = provider.client.is_some();
    for (key, given, question) in [
        ("auth_url", &args.auth_url, "The address where you sign in (authorization endpoint)"),
        ("token_url", &args.token_url, "The address for the program (token endpoint)"),
    ] {
        if !is_known || given.is_some() {
            let read = answer::sign_in_address;
            line(text, key, &asker.checked(given.as_deref(), question, None, read)?);
        }
    }
    let mut scopes = args.scope.clone();
    if scopes.is_empty() && !is_known {
        let typed = asker.text(None, "The scopes, with spaces between them", None)?;
        scopes.extend(typed.split_whitespace().map(str::to_owned));
    }
    if !scopes.is_empty() {
        let scopes = scopes.into_iter().map(toml::Value::String).collect();
        let _ = writeln!(text, "scopes = {}", toml::Value::Array(scopes));
    }
    Ok(())
}
