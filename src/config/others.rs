//! Further mail accounts of the same person: the second `[[account]]` and those after it.
//!
//! Who the person is stands in the first one. A further account has addresses and servers, and
//! `[account.mail]`, `[account.imap]` and `[account.smtp]` below it are read as the sections
//! `[mail]`, `[imap]` and `[smtp]` of a file with one account are.

use std::path::{Path, PathBuf};

use super::account::own_address;
use super::reader::Document;
use super::servers::Servers;
use super::sign_in::token_file_beside;
use super::{Access, Account, MailAccount, account, servers};
use crate::domain::address::Address;

/// What is said once, in the first account.
const OF_THE_PERSON: [&str; 3] = ["time_zone", "country", "language"];

/// What each account has for itself.
#[derive(Default)]
struct Taken {
    addresses: Vec<Address>,
    token_files: Vec<PathBuf>,
    /// The database and the file itself, which no sign-in may be kept in.
    in_use: Vec<PathBuf>,
    /// User names under which the keyring holds a password.
    in_keyring: Vec<String>,
}

/// `None` only if a problem was noted.
pub(super) fn read(
    document: &mut Document<'_>,
    first: Option<&Account>,
    servers: Option<&Servers>,
    store: &Path,
) -> Option<Vec<MailAccount>> {
    let in_use = vec![store.to_owned(), document.section("store").file()];
    let mut taken = Taken { in_use, ..Taken::default() };
    if let Some(first) = first {
        taken.addresses.extend(first.own_addresses().iter().cloned());
    }
    if let Some(servers) = servers {
        taken.add_access(document, servers);
    }
    let mut all = Vec::new();
    for number in 1..document.accounts() {
        document.turn_to(number);
        all.push(one(document, first, store, &mut taken));
    }
    document.turn_to(0);
    all.into_iter().collect()
}

fn one(
    document: &mut Document<'_>,
    first: Option<&Account>,
    store: &Path,
    taken: &mut Taken,
) -> Option<MailAccount> {
    let mut section = document.section("account");
    let name = section.text("name", account::name);
    let address = section.required("address", own_address);
    let aliases = section.list("aliases", own_address).unwrap_or_default();
    for key in OF_THE_PERSON {
        if section.has(key) {
            section.problem(key, "is said once, in the first [[account]]");
        }
    }
    for (key, address) in
        address.iter().map(|it| ("address", it)).chain(aliases.iter().map(|it| ("aliases", it)))
    {
        if taken.addresses.contains(address) {
            section.problem(key, format!("{address} is named twice; each address has one account"));
        }
        taken.addresses.push(address.clone());
    }
    let written = address.as_ref().map(Address::as_str);
    let token_file = token_file_beside(store, written.or(Some("")));
    let servers = servers::read(document, written, &token_file)?;
    taken.add_access(document, &servers);
    let name = name.or_else(|| first.map(|first| first.name.clone()))?;
    let Servers { login, imap, smtp, access } = servers;
    Some(MailAccount { name, address: address?, aliases, login, access, imap, smtp })
}

impl Taken {
    /// What opens one account must not be taken for what opens another.
    fn add_access(&mut self, document: &mut Document<'_>, servers: &Servers) {
        match &servers.access {
            Access::OAuth2(oauth2) => {
                if self.in_use.contains(&oauth2.token_file) {
                    let what = "is the database or the configuration; a sign-in needs its own file";
                    document.section("mail.oauth2").problem("token_file", what);
                }
                if self.token_files.contains(&oauth2.token_file) {
                    let what = "another account keeps its sign-in there; each needs its own file";
                    document.section("mail.oauth2").problem("token_file", what);
                }
                self.token_files.push(oauth2.token_file.clone());
            }
            Access::Password(source) if source.is_in_keyring() => {
                let username = &servers.login.username;
                if self.in_keyring.contains(username) {
                    let what = format!(
                        "the keyring holds one password for {username:?}, and another account has \
                         the same username; use password_command, password_env or password_file \
                         for one of them"
                    );
                    document.section("mail").problem("keyring", what);
                }
                self.in_keyring.push(username.clone());
            }
            Access::Password(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
