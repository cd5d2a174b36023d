//! Takes a TOML document apart and keeps count: every key that is asked for is a known key, every
//! key that nobody asked for is reported, and every problem carries the line it is on.
//!
//! It does not stop at the first problem: a getter that finds one notes it and returns the default.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::problem::{ConfigError, Problem};

mod unknown;

/// A parsed file and what was found out about it.
pub(super) struct Document<'a> {
    root: &'a DeTable<'a>,
    text: &'a str,
    file: &'a Path,
    known: BTreeMap<&'static str, BTreeSet<&'static str>>,
    problems: Vec<Problem>,
    /// Section, key, and line of the section, of required keys that are not there.
    missing: Vec<(&'static str, &'static str, usize)>,
    /// Which `[[account]]` is read, where there are several.
    turn: usize,
}

/// The sections that each `[[account]]` has for itself, below it.
const OF_AN_ACCOUNT: [&str; 3] = ["mail", "imap", "smtp"];

/// Whether a section, or the one it is below, is one of them.
fn is_of_an_account(section: &str) -> bool {
    let outer = section.split_once('.').map_or(section, |(outer, _)| outer);
    OF_AN_ACCOUNT.contains(&outer)
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a DeTable<'a>, text: &'a str, file: &'a Path) -> Self {
        let (known, problems, missing) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { root, text, file, known, problems, missing, turn: 0 }
    }

    /// The tables of `[[account]]`, with the lines they begin on; none where there is `[account]`.
    fn account_tables(&self) -> Vec<(&'a DeTable<'a>, usize)> {
        let written = self.root.get("account").and_then(|value| value.get_ref().as_array());
        let read = written.into_iter().flatten().filter_map(|item| {
            Some((item.get_ref().as_table()?, line_of(self.text, item.span().start)))
        });
        read.collect()
    }

    /// How many accounts the file has.
    pub(super) fn accounts(&self) -> usize {
        self.account_tables().len().max(1)
    }

    /// From here on, `account` and the sections below it are those of this `[[account]]`.
    pub(super) fn turn_to(&mut self, number: usize) {
        self.turn = number;
    }

    /// A section, or one below another: `mail.oauth2`.
    pub(super) fn section(&mut self, name: &'static str) -> Section<'_, 'a> {
        self.known.entry(name).or_default();
        let accounts = self.account_tables();
        let Some((account, line)) = accounts.get(self.turn).copied() else {
            return self.section_in(self.root, name, 1);
        };
        if name == "account" {
            return Section { document: self, name, table: Some(account), line };
        }
        if is_of_an_account(name) {
            return self.section_in(account, name, line);
        }
        self.section_in(self.root, name, 1)
    }

    /// A section of a table; `line` is where it is missed if it is not there.
    fn section_in(
        &mut self,
        base: &'a DeTable<'a>,
        name: &'static str,
        line: usize,
    ) -> Section<'_, 'a> {
        let (outer, inner) = match name.split_once('.') {
            Some((outer, inner)) => (base.get(outer).and_then(|it| it.get_ref().as_table()), inner),
            None => (Some(base), name),
        };
        let found = outer.and_then(|outer| outer.get_key_value(inner));
        let table = found.and_then(|(_, value)| value.get_ref().as_table());
        let line = found.map_or(line, |(key, _)| line_of(self.text, key.span().start));
        if found.is_some() && table.is_none() {
            let written = self.full_name(name);
            self.note(line, name.to_owned(), format!("must be a section: write [{written}]"));
        }
        Section { document: self, name, table, line }
    }

    /// A section that is asked for twice is not complained about twice.
    fn note(&mut self, line: usize, key: String, what: String) {
        let problem = Problem { file: self.file.to_owned(), line, key, what };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// A path as written in the file: relative to the file, with `~/` for the home directory.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        let home = super::environment::home();
        match (written.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.file.parent().unwrap_or(Path::new("")).join(written),
        }
    }

    /// Every section with every key that was asked for.
    #[cfg(test)]
    pub(super) fn known(&self) -> &BTreeMap<&'static str, BTreeSet<&'static str>> {
        &self.known
    }

    /// Reports the keys nobody asked for, and everything noted on the way.
    pub(super) fn finish(mut self) -> Result<(), ConfigError> {
        let unknown = self.unknown_keys();
        for (section, key, line) in std::mem::take(&mut self.missing) {
            let meant = unknown.iter().any(|u| u.section == section && u.meant == Some(key));
            if !meant {
                self.note(line, format!("{section}.{key}"), "is missing".to_owned());
            }
        }
        for found in unknown {
            self.note(found.line, found.key, found.what);
        }
        self.problems.sort_by_key(|problem| problem.line);
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigError::Wrong(self.problems)) }
    }

    /// How a section is written in this file.
    fn full_name(&self, section: &str) -> String {
        let below = !self.account_tables().is_empty() && is_of_an_account(section);
        if below { format!("account.{section}") } else { section.to_owned() }
    }
}

/// One section of the file; also there if the file leaves it out.
pub(super) struct Section<'d, 'a> {
    document: &'d mut Document<'a>,
    name: &'static str,
    table: Option<&'a DeTable<'a>>,
    line: usize,
}

impl<'a> Section<'_, 'a> {
    fn find(&mut self, key: &'static str) -> Option<&'a DeValue<'a>> {
        self.document.known.entry(self.name).or_default().insert(key);
        self.table.and_then(|table| table.get(key)).map(toml::Spanned::get_ref)
    }

    /// The line of a key, or of the section if the key is not there.
    pub(super) fn line(&self, key: &str) -> usize {
        self.table
            .and_then(|table| table.get_key_value(key))
            .map_or(self.line, |(key, _)| line_of(self.document.text, key.span().start))
    }

    pub(super) fn problem(&mut self, key: &str, what: impl Into<String>) {
        let line = self.line(key);
        self.document.note(line, format!("{}.{key}", self.name), what.into());
    }

    pub(super) fn file(&self) -> PathBuf {
        self.document.file.to_owned()
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the file has it.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// A text, through a function that says what is wrong with it.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(text) = self.find(key)?.as_str() else {
            self.problem(key, "must be a text in quotes");
            return None;
        };
        read(text).map_err(|what| self.problem(key, what)).ok()
    }

    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.has(key) {
            return self.text(key, read);
        }
        let line = self.line;
        self.document.missing.push((self.name, key, line));
        None
    }

    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let written = self.text(key, |text| match text.trim() {
            "" => Err("must name a file".to_owned()),
            name => Ok(name.to_owned()),
        })?;
        Some(self.document.path(&written))
    }

    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.find(key) else { return default };
        value.as_bool().unwrap_or_else(|| {
            self.problem(key, "must be true or false, without quotes");
            default
        })
    }

    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        default: u32,
    ) -> u32 {
        let Some(value) = self.find(key) else { return default };
        let number = value
            .as_integer()
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok())
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n));
        number.unwrap_or_else(|| {
            let (low, high) = (range.start(), range.end());
            self.problem(key, format!("must be a whole number from {low} to {high}"));
            default
        })
    }

    /// A list of texts; dates may stand without quotes. `None` if any item is wrong.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let value = self.find(key)?;
        let Some(items) = value.as_array() else {
            self.problem(key, "must be a list: [\"…\", \"…\"]");
            return None;
        };
        let mut all = Vec::new();
        for item in items.iter() {
            let text = match item.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Datetime(date) => date.to_string(),
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => {
                    self.problem(key, "must be a list of texts in quotes");
                    return None;
                }
            };
            match read(&text) {
                Ok(value) => all.push(value),
                Err(what) => {
                    self.problem(key, what);
                    return None;
                }
            }
        }
        Some(all)
    }

    /// A small table of lists: `{ approve = ["ja"] }`.
    pub(super) fn lists(&mut self, key: &'static str) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        let Some(value) = self.find(key) else { return all };
        let Some(table) = value.as_table() else {
            self.problem(key, "must be a table of lists: { approve = [\"ja\"] }");
            return all;
        };
        for (name, value) in table {
            let words = value.get_ref().as_array().and_then(|items| {
                items.iter().map(|i| i.get_ref().as_str().map(str::to_lowercase)).collect()
            });
            match words {
                Some(words) => drop(all.insert(name.get_ref().to_string(), words)),
                None => self.problem(
                    key,
                    format!("{name:?} must be a list of texts in quotes", name = name.get_ref()),
                ),
            }
        }
        all
    }

    /// A text or a list of texts, whichever the file has.
    pub(super) fn text_or_list(&mut self, key: &'static str) -> Option<TextOrList> {
        if self.find(key)?.as_array().is_some() {
            return self.list(key, |text| Ok(text.to_owned())).map(TextOrList::List);
        }
        self.text(key, |text| Ok(text.to_owned())).map(TextOrList::Text)
    }
}

pub(super) enum TextOrList {
    Text(String),
    List(Vec<String>),
}

/// The line of a byte offset, 1 for the first.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
