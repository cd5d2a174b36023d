//! The configuration: read, checked and given types. Everybody else gets values that are right.
//!
//! It is the only part that reads the environment, and it never holds a password: only the way to
//! one. A mistake anywhere is told with file, line and key, all mistakes of a file at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::address::{Address, OwnAddresses};
use crate::domain::report::{Column, Form};
use crate::domain::settings::Settings;
use chrono_tz::Tz;

mod account;
pub mod answer;
mod country;
mod desktop;
mod environment;
mod find;
mod others;
mod password;
mod policy;
mod problem;
mod reader;
mod rest;
mod servers;
mod sign_in;

pub use account::time_zone_of_this_computer;
pub use desktop::{HAS_KEYRING, NO_KEYRING, keep_in_keyring};
pub use find::{default_path, find, user_units};
pub use password::PasswordSource;
pub use problem::{ConfigError, Problem};
pub use sign_in::{Access, OAuth2};

/// Everything the file says, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub account: Account,
    pub login: Login,
    pub access: Access,
    pub imap: Imap,
    pub smtp: Smtp,
    pub profile: Profile,
    /// The database.
    pub store: PathBuf,
    pub watch: Watch,
    /// Policy, approval hours, caps and times.
    pub settings: Settings,
    pub approval: Approval,
    pub drafts: Drafts,
    pub sending: Sending,
    pub summary: Summary,
    pub report: Report,
    pub matching: Matching,
    pub privacy: Privacy,
    /// Further mail accounts of the person, each with its own servers.
    pub others: Vec<MailAccount>,
}

/// One mail account of the person, and the way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAccount {
    /// As employers see the sender.
    pub name: String,
    pub address: Address,
    pub aliases: Vec<Address>,
    pub login: Login,
    pub access: Access,
    pub imap: Imap,
    pub smtp: Smtp,
}

/// The person whose mailbox this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub address: Address,
    pub aliases: Vec<Address>,
    pub time_zone: Tz,
    /// ISO 3166, with an optional part: `DE-BY`. Empty if neither the file nor the zone tells.
    pub country: String,
    pub language: Language,
}

impl Account {
    #[must_use]
    pub fn own_addresses(&self) -> OwnAddresses {
        OwnAddresses::new(self.address.clone(), self.aliases.clone())
    }
}

/// Of the mails to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// `gmail`, `custom`.
    pub provider: String,
    pub username: String,
}

/// A server that speaks TLS from the first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    /// An extra trust root in PEM.
    pub ca_file: Option<PathBuf>,
}

/// The lists name mailboxes, and are empty where detection serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imap {
    pub server: Server,
    pub sent: Vec<String>,
    pub archive: Vec<String>,
    pub junk: Vec<String>,
    /// Watched besides.
    pub extra: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    pub server: Server,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// One true sentence for a follow-up.
    pub strength: Option<String>,
    pub signature: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    pub backfill_days: u32,
    pub poll_minutes: u32,
    pub idle: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Always an own address.
    pub notify: Address,
    /// More words for a command, in lower case: `approve` → `ja`, `freigeben`.
    pub words: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    /// A folder with wordings of the user's own: `de/first.txt`.
    pub templates: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    pub enabled: bool,
    pub save_to_sent: SaveToSent,
    /// While this file exists nothing is sent.
    pub stop_file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveToSent {
    /// Only if the provider did not file a copy itself.
    Auto,
    Never,
}

/// `[report]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub form: Form,
    /// In their order; if none are chosen, those of the form.
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    pub rejections: Rejections,
}

/// When the user hears of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejections {
    InSummary,
    Now,
}

/// Whose mail is never, or always, part of a job application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    pub ignore: Vec<Sender>,
    pub track: Vec<Sender>,
}

/// One address, or a domain with all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    Address(Address),
    Domain(String),
}

impl Sender {
    #[must_use]
    pub fn covers(&self, address: &Address) -> bool {
        match self {
            Self::Address(own) => own == address,
            Self::Domain(domain) => address
                .domain()
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// Days after the last thing that happened in an application that ended, after which its texts
    /// are removed; at least 30. `None` keeps them.
    pub keep_days: Option<u32>,
}

impl Config {
    /// Every mail account of the person. The first is the one in which the user is asked.
    #[must_use]
    pub fn mail_accounts(&self) -> Vec<MailAccount> {
        let first = MailAccount {
            name: self.account.name.clone(),
            address: self.account.address.clone(),
            aliases: self.account.aliases.clone(),
            login: self.login.clone(),
            access: self.access.clone(),
            imap: self.imap.clone(),
            smtp: self.smtp.clone(),
        };
        std::iter::once(first).chain(self.others.iter().cloned()).collect()
    }
}

/// Reads and checks a file.
///
/// # Errors
/// All problems of the file at once, each with its line and key.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| ConfigError::Unreadable { path: path.to_owned(), cause: e.to_string() })?;
    from_text(&text, path)
}

/// The same for a text that would be in `path`; relative paths in it start there.
///
/// # Errors
/// As `load`.
pub fn from_text(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let root = toml::de::DeTable::parse(text).map_err(|error| {
        ConfigError::one(Problem {
            file: path.to_owned(),
            line: reader::line_of(text, error.span().map_or(0, |span| span.start)),
            key: String::new(),
            what: format!("this is not TOML: {}", error.message()),
        })
    })?;
    let mut document = reader::Document::new(root.get_ref(), text, path);
    let config = read(&mut document);
    document.finish()?;
    config.ok_or_else(|| ConfigError::Wrong(Vec::new()))
}

/// `None` only if a problem was noted.
fn read(document: &mut reader::Document<'_>) -> Option<Config> {
    let account = account::read(document);
    let store = rest::store(document);
    let token_file = sign_in::token_file_beside(&store, None);
    let address = account.as_ref().map(|a| a.address.as_str());
    let servers = servers::read(document, address, &token_file);
    let others = others::read(document, account.as_ref(), servers.as_ref(), &store);
    let settings = policy::read(document, account.as_ref());
    let profile = account::profile(document, account.as_ref().map_or("", |a| &a.name));
    let approval = rest::approval(document, account.as_ref());
    let watch = rest::watch(document);
    let drafts = rest::drafts(document);
    let sending = rest::sending(document);
    let summary = rest::summary(document);
    let report = rest::report(document);
    let matching = rest::matching(document);
    let privacy = rest::privacy(document);
    let servers = servers?;
    Some(Config {
        account: account?,
        login: servers.login,
        access: servers.access,
        imap: servers.imap,
        smtp: servers.smtp,
        profile,
        store,
        watch,
        settings,
        approval: approval?,
        drafts,
        sending,
        summary,
        report,
        matching,
        privacy,
        others: others?,
    })
}

#[cfg(test)]
mod tests;
