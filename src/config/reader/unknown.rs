//! What stands in a file and nobody asked for, each with what was probably meant.
//!
//! It names no value: a password that somebody wrote in the wrong place is not repeated.
//! Surprising: which keys are known shows only after everything was read.

use toml::de::DeTable;

use super::super::problem::closest;
use super::{Document, is_of_an_account, line_of};

/// A key nobody asked for.
pub(super) struct Unknown<'a> {
    pub section: &'a str,
    pub key: String,
    pub line: usize,
    pub what: String,
    pub meant: Option<&'static str>,
}

impl<'a> Document<'a> {
    pub(super) fn unknown_keys(&self) -> Vec<Unknown<'a>> {
        let accounts = self.account_tables();
        let mut found = Vec::new();
        for (section, value) in self.root {
            let name: &str = section.get_ref().as_ref();
            let line = line_of(self.text, section.span().start);
            match (self.known.get_key_value(name), value.get_ref().as_table()) {
                (Some(_), _) if !accounts.is_empty() && is_of_an_account(name) => {
                    found.push(self.misplaced(name, line));
                }
                (Some((name, _)), Some(table)) => self.unknown_in(name, table, &mut found),
                // It was noted that it must be a section, or it is the list of accounts.
                (Some(_), None) => {}
                (None, _) => found.push(self.unknown(name, "", line)),
            }
        }
        for (account, _) in accounts {
            self.unknown_in_account(account, &mut found);
        }
        found
    }

    /// The keys of an `[[account]]`, and of the sections below it.
    fn unknown_in_account(&self, account: &'a DeTable<'a>, found: &mut Vec<Unknown<'a>>) {
        let known = self.known.get("account");
        for (key, value) in account {
            let name: &str = key.get_ref().as_ref();
            let section = self.known.get_key_value(name).filter(|_| is_of_an_account(name));
            match (section, value.get_ref().as_table()) {
                (Some((section, _)), Some(table)) => self.unknown_in(section, table, found),
                // It was noted that it must be a section.
                (Some(_), None) => {}
                (None, _) if known.is_some_and(|keys| keys.contains(name)) => {}
                (None, _) => {
                    let line = line_of(self.text, key.span().start);
                    found.push(self.unknown("account", name, line));
                }
            }
        }
    }

    fn unknown_in(
        &self,
        section: &'static str,
        table: &'a DeTable<'a>,
        found: &mut Vec<Unknown<'a>>,
    ) {
        let known = self.known.get(section);
        for (key, value) in table {
            let name: &str = key.get_ref().as_ref();
            if known.is_some_and(|keys| keys.contains(name)) {
                continue;
            }
            let below = format!("{section}.{name}");
            match (self.known.get_key_value(below.as_str()), value.get_ref().as_table()) {
                (Some((below, _)), Some(table)) => self.unknown_in(below, table, found),
                (Some(_), None) => {}
                (None, _) => {
                    let line = line_of(self.text, key.span().start);
                    found.push(self.unknown(section, name, line));
                }
            }
        }
    }

    /// A section that stands for itself beside several accounts.
    fn misplaced(&self, section: &'a str, line: usize) -> Unknown<'a> {
        let what = format!(
            "where there is [[account]], each account has its own: write [{}] below it",
            self.full_name(section)
        );
        Unknown { section, key: section.to_owned(), line, what, meant: None }
    }

    /// Says what was probably meant: a key like it, or the section it belongs to.
    fn unknown(&self, section: &'a str, key: &str, line: usize) -> Unknown<'a> {
        if key.is_empty() {
            let meant = closest(section, self.known.keys().copied());
            let home = self.known.iter().find(|(_, keys)| keys.contains(section));
            let fix = match (meant, home) {
                (_, Some((home, _))) => self.belongs_in(home),
                (Some(meant), None) => format!("did you mean [{meant}]?"),
                (None, None) => format!("sections are {}", joined(self.known.keys().copied())),
            };
            let what = format!("unknown section or key; {fix}");
            return Unknown { section, key: section.to_owned(), line, what, meant: None };
        }
        let keys = self.known.get(section);
        let names = self.known.keys().copied();
        let below = names.filter_map(|name| name.strip_prefix(section)?.strip_prefix('.'));
        let meant = closest(key, keys.into_iter().flatten().copied().chain(below));
        let home = self.known.iter().find(|(_, keys)| keys.contains(key));
        let fix = match (meant, home) {
            (_, _) if matches!(key, "password" | "pass" | "secret") => format!(
                "a password is not written here; use password_command, password_env or \
                 password_file in [{}]",
                self.full_name("mail")
            ),
            (_, _) if key == "client_secret" => {
                "a secret is not written here; use client_secret_command, client_secret_env or \
                 client_secret_file"
                    .to_owned()
            }
            (_, Some((home, _))) => self.belongs_in(home),
            (Some(meant), None) => format!("did you mean {meant:?}?"),
            (None, None) => {
                format!("keys here are {}", joined(keys.into_iter().flatten().copied()))
            }
        };
        let what = format!("unknown key; {fix}");
        Unknown { section, key: format!("{section}.{key}"), line, what, meant }
    }

    fn belongs_in(&self, section: &str) -> String {
        format!("it belongs in the section [{}]", self.full_name(section))
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
