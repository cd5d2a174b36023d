//! How the program gets in: where the password comes from each time, or a sign-in with a browser
//! in its place. A client secret is found in the same ways as a password, so both are asked for here.
//!
//! The surprising fact: the configuration gets the way to a secret and never the secret, so what was
//! typed travels beside the text until both are written.

use std::path::Path;

use super::super::failure::Failure;
use super::super::output;
use super::ask::Asker;
use super::providers::Provider;
use super::{InitArgs, browser, from_anywhere, line};
use crate::config;

/// The way in, as the configuration has it.
pub struct Way {
    /// What ends `[mail]`, with the section below it.
    pub text: String,
    pub typed: Option<Typed>,
}

/// A secret that was typed, and where it is kept.
pub enum Typed {
    /// In a file of this name beside the configuration.
    ForFile {
        name: &'static str,
        secret: String,
    },
    ForKeyring(String),
}

/// One of the secrets that a program may need.
pub struct Secret {
    /// As a question has it.
    name: &'static str,
    /// With what its keys in the configuration begin.
    key: &'static str,
    /// Beside the configuration.
    file: &'static str,
}

const PASSWORD: Secret = Secret { name: "password", key: "password", file: "password" };

pub const CLIENT_SECRET: Secret =
    Secret { name: "client secret", key: "client_secret", file: "client-secret" };

/// Where a secret comes from.
#[derive(Clone, Copy)]
enum Source {
    Command,
    File,
}

/// How the program may get in.
#[derive(Clone, Copy)]
enum Offer {
    Password(Source),
    Keyring,
    Browser,
}

const SOURCES: [(&str, Source); 2] = [
    ("by a command, as in: pass show mail/afterword", Source::Command),
    ("from a file that only you can read; I write it now", Source::File),
];

/// The number of the file among them.
const USUAL: usize = 2;

impl Way {
    fn named(key: &str, value: &str) -> Self {
        let mut text = String::new();
        line(&mut text, key, value);
        Self { text, typed: None }
    }

    fn through_keyring(asker: &mut Asker) -> Result<Self, Failure> {
        let typed = Some(Typed::ForKeyring(PASSWORD.typed(asker)?));
        Ok(Self { text: "keyring = true\n".to_owned(), typed })
    }
}

impl Secret {
    /// The way that an option names.
    pub fn named(
        &self,
        command: Option<&str>,
        variable: Option<&str>,
        file: Option<&Path>,
    ) -> Option<Way> {
        let file = file.map(from_anywhere);
        let ways = [("command", command), ("env", variable), ("file", file.as_deref())];
        let (way, value) = ways.into_iter().find_map(|(way, value)| Some((way, value?)))?;
        Some(Way::named(&self.key(way), value))
    }

    /// Asks where it comes from; a secret that goes into a file is typed then.
    pub fn ask(&self, path: &Path, asker: &mut Asker) -> Result<Way, Failure> {
        let refusal = |source| self.refusal(source, path);
        let source = asker.choice(&self.question(), &SOURCES, USUAL, refusal)?;
        self.way_from(source, asker)
    }

    /// Why a source cannot be had beside this configuration.
    fn refusal(&self, source: Source, path: &Path) -> Option<String> {
        let file = path.with_file_name(self.file);
        match source {
            Source::Command => None,
            Source::File => file.exists().then(|| {
                format!(
                    "there is a file {} already; move it away, or name it with --{}",
                    file.display(),
                    self.key("file").replace('_', "-")
                )
            }),
        }
    }

    fn way_from(&self, source: Source, asker: &mut Asker) -> Result<Way, Failure> {
        match source {
            Source::Command => {
                Ok(Way::named(&self.key("command"), &asker.text(None, "The command", None)?))
            }
            Source::File => {
                let typed = Some(Typed::ForFile { name: self.file, secret: self.typed(asker)? });
                Ok(Way { typed, ..Way::named(&self.key("file"), self.file) })
            }
        }
    }

    /// `password_file`; an option has the same name with hyphens.
    fn key(&self, way: &str) -> String {
        format!("{}_{way}", self.key)
    }

    fn question(&self) -> String {
        format!("How do I get the {} each time?", self.name)
    }

    fn typed(&self, asker: &mut Asker) -> Result<String, Failure> {
        asker.secret(&format!("The {} (it is not shown)", self.name))
    }
}

/// Asks for the way in, unless the options say it.
pub fn ask(
    args: &InitArgs,
    provider: &Provider,
    path: &Path,
    asker: &mut Asker,
) -> Result<Way, Failure> {
    let (command, variable) = (args.password_command.as_deref(), args.password_env.as_deref());
    let named = PASSWORD.named(command, variable, args.password_file.as_deref());
    let Some(app_password) = provider.app_password else {
        if named.is_some() || args.keyring {
            return Err(Failure::Usage(format!(
                "{} lets no program in with a password; leave that option out and sign in with a \
                 browser (--oauth)",
                provider.name
            )));
        }
        return browser::ask(&args.browser, provider, path, asker);
    };
    if args.browser.is_meant() {
        return browser::ask(&args.browser, provider, path, asker);
    }
    if let Some(way) = named {
        return Ok(way);
    }
    output::line(&format!("\n{app_password}\n"));
    if args.keyring {
        return Way::through_keyring(asker);
    }
    let refusal = |offer| match offer {
        Offer::Password(source) => PASSWORD.refusal(source, path),
        Offer::Keyring | Offer::Browser => None,
    };
    match asker.choice(&PASSWORD.question(), &offers(args, provider), USUAL, refusal)? {
        Offer::Password(source) => PASSWORD.way_from(source, asker),
        Offer::Keyring => Way::through_keyring(asker),
        Offer::Browser => browser::ask(&args.browser, provider, path, asker),
    }
}

fn offers(args: &InitArgs, provider: &Provider) -> Vec<(&'static str, Offer)> {
    let mut offers = SOURCES.map(|(says, source)| (says, Offer::Password(source))).to_vec();
    if config::HAS_KEYRING {
        offers.push(("from the keyring of your desktop; I put it there now", Offer::Keyring));
    }
    if provider.client.is_some() || args.browser.names_a_provider() {
        let says = "not at all: you sign in with a browser (OAuth 2), with a client id of your own";
        offers.push((says, Offer::Browser));
    }
    offers
}
