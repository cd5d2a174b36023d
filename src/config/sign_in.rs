//! How the program gets in: with a password, or by OAuth 2 (`[mail.oauth2]`), where the user signs
//! in at the provider with a browser and the program never sees a password.
//!
//! The surprising fact: addresses have to begin with `https://`, but for those of this computer.
//! What goes there opens the mailbox.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use url::{Host, Url};

use super::password::{CLIENT_SECRET, PASSWORD, PasswordSource};
use super::problem::{ConfigError, Problem, hint};
use super::reader::{Document, Section};

/// How the program gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    Password(PasswordSource),
    OAuth2(OAuth2),
}

impl Access {
    /// Where the one secret that the program fetches comes from; a public client has none.
    #[must_use]
    pub fn secret_source(&self) -> Option<&PasswordSource> {
        match self {
            Self::Password(source) => Some(source),
            Self::OAuth2(oauth2) => oauth2.client_secret.as_ref(),
        }
    }

    /// `None` where there is a password.
    #[must_use]
    pub fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::Password(_) => None,
            Self::OAuth2(oauth2) => Some(oauth2),
        }
    }
}

/// `[mail.oauth2]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth2 {
    /// Where the user signs in with a browser.
    pub auth_url: String,
    /// Where the program gets and renews what opens the mailbox.
    pub token_url: String,
    /// The user's own, as the provider gave it.
    pub client_id: String,
    /// What the user is asked to allow.
    pub scopes: Vec<String>,
    /// What else the provider wants to be told by the browser.
    pub asked_along: &'static [(&'static str, &'static str)],
    /// How the provider wants this computer to be called in the address that the browser comes
    /// back to; the port is free (RFC 8252 §7.3).
    pub this_computer: &'static str,
    /// What was granted is kept here.
    pub token_file: PathBuf,
    client_secret: Option<PasswordSource>,
    file: PathBuf,
    line: usize,
}

impl OAuth2 {
    /// Fetches the client secret the way the file says; `None` for a client that has none.
    ///
    /// # Errors
    /// With file, line and key, if the way does not lead to one.
    pub fn client_secret(&self) -> Result<Option<SecretString>, ConfigError> {
        self.client_secret.as_ref().map(PasswordSource::fetch).transpose()
    }

    /// A problem with the token file, told like one of the configuration.
    #[must_use]
    pub fn token_file_problem(&self, what: String) -> ConfigError {
        let key = "mail.oauth2.token_file".to_owned();
        ConfigError::one(Problem { file: self.file.clone(), line: self.line, key, what })
    }
}

/// What is the same for all users of a provider.
struct Known {
    names: [&'static str; 2],
    auth_url: &'static str,
    token_url: &'static str,
    scopes: &'static [&'static str],
    asked_along: &'static [(&'static str, &'static str)],
    this_computer: &'static str,
}

const LOOPBACK: &str = "127.0.0.1";

const KNOWN: [Known; 2] = [
    Known {
        names: ["google", "gmail"],
        auth_url: "https://accounts.google.com/o/oauth2/v2/auth",
        token_url: "https://oauth2.googleapis.com/token",
        scopes: &["https://mail.google.com/"],
        // Only with both of them there is something to renew with each time.
        asked_along: &[("access_type", "offline"), ("prompt", "consent")],
        this_computer: LOOPBACK,
    },
    Known {
        names: ["microsoft", "outlook"],
        auth_url: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scopes: &[
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ],
        asked_along: &[],
        // Registered as `http://localhost`, it may have any port.
        this_computer: "localhost",
    },
];

/// Where a sign-in is kept if the file does not say so: beside the database. That of a further
/// account has the address in its name.
pub(super) fn token_file_beside(store: &Path, address: Option<&str>) -> PathBuf {
    let fit = |c: char| if c.is_ascii_alphanumeric() || "@.+-_".contains(c) { c } else { '_' };
    store.with_file_name(match address {
        Some(address) => {
            format!("afterword.{}.token", address.chars().map(fit).collect::<String>())
        }
        None => "afterword.token".to_owned(),
    })
}

/// The one way in that the file has: `[mail.oauth2]`, or a source of a password in `[mail]`.
pub(super) fn read(
    document: &mut Document<'_>,
    mail_provider: Option<&str>,
    username: Option<&str>,
    token_file: &Path,
) -> Option<Access> {
    let oauth2 = read_oauth2(document, mail_provider, token_file);
    let signs_in = document.section("mail.oauth2").is_there();
    let mut mail = document.section("mail");
    let (mut written, source) = PasswordSource::read(&mut mail, &PASSWORD);
    let (wants_keyring, in_keyring) = PasswordSource::in_keyring(&mut mail, username);
    written.extend(wants_keyring.then_some("keyring"));
    written.extend(signs_in.then_some("[mail.oauth2]"));
    let all = written.join(" and ");
    match written.as_slice() {
        [] => mail.problem(
            "password_command",
            "no password source is set; write one of password_command, password_env or \
             password_file, or the section [mail.oauth2]",
        ),
        [_] => {}
        [first, .., last] => {
            let at = if signs_in { first } else { last };
            let what = format!("there must be one password source, here are {all}; keep one");
            mail.problem(at, what);
        }
    }
    if signs_in { oauth2.map(Access::OAuth2) } else { in_keyring.or(source).map(Access::Password) }
}

/// Asks for every key, also where the section is not there, so that each is known.
fn read_oauth2(
    document: &mut Document<'_>,
    mail_provider: Option<&str>,
    token_file: &Path,
) -> Option<OAuth2> {
    let mut section = document.section("mail.oauth2");
    let there = section.is_there();
    let named = section.text("provider", provider);
    let known = named.or_else(|| mail_provider.and_then(known));
    let auth_url = address(&mut section, "auth_url", known.map(|it| it.auth_url));
    let token_url = address(&mut section, "token_url", known.map(|it| it.token_url));
    let client_id = if there {
        section.required("client_id", client_id)
    } else {
        section.text("client_id", client_id)
    };
    let scopes = section.list("scopes", scope).unwrap_or_else(|| {
        known.map_or_else(Vec::new, |it| it.scopes.iter().map(|it| (*it).to_owned()).collect())
    });
    let (written, client_secret) = PasswordSource::read(&mut section, &CLIENT_SECRET);
    if let [_, .., last] = written.as_slice() {
        let all = written.join(" and ");
        section.problem(last, format!("there must be one client secret, here are {all}; keep one"));
    }
    let written_file = section.path("token_file");
    let (file, line) = (section.file(), section.line("token_file"));
    Some(OAuth2 {
        auth_url: auth_url?,
        token_url: token_url?,
        client_id: client_id?,
        scopes,
        asked_along: known.map(|it| it.asked_along).unwrap_or_default(),
        this_computer: known.map_or(LOOPBACK, |it| it.this_computer),
        token_file: written_file.unwrap_or_else(|| token_file.to_owned()),
        client_secret,
        file,
        line,
    })
}

fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.names.contains(&name))
}

fn provider(text: &str) -> Result<&'static Known, String> {
    let name = text.trim().to_lowercase();
    known(&name).ok_or_else(|| {
        let meant = hint(text, KNOWN.iter().flat_map(|known| known.names));
        format!(
            "unknown provider {text:?}{meant}; known are google and microsoft, for others write \
             auth_url and token_url"
        )
    })
}

/// An address that is written, else that of the provider.
fn address(
    section: &mut Section<'_, '_>,
    key: &'static str,
    of_provider: Option<&'static str>,
) -> Option<String> {
    if section.has(key) {
        return section.text(key, safe_address);
    }
    if of_provider.is_none() && section.is_there() {
        section.problem(
            key,
            "is missing; write provider = \"google\" or \"microsoft\", or both auth_url and \
             token_url",
        );
    }
    of_provider.map(str::to_owned)
}

pub(super) fn safe_address(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|_| {
        format!("{text:?} is no address, as in \"https://login.example.com/token\"")
    })?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return Err("must begin with https://: what goes there opens the mailbox".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must be an address without user name and without #".to_owned());
    }
    Ok(url.into())
}

pub(super) fn client_id(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("is empty; the provider gives one to who registers a program".to_owned()),
        id if id.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            Err("has a character that no client id has".to_owned())
        }
        id => Ok(id.to_owned()),
    }
}

/// RFC 6749 §3.3.
fn scope(text: &str) -> Result<String, String> {
    let fits =
        !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\'));
    if fits { Ok(text.to_owned()) } else { Err(format!("{text:?} is no scope")) }
}

#[cfg(test)]
mod tests;
