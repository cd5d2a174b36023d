//! Words of promising, per language, and the words that say that a time is something else.

use std::sync::LazyLock;

use super::super::dates::Language;
use super::super::pattern::Pattern;

mod de;
mod en;
mod es;
mod fr;

/// The phrases of one language as a person writes them.
pub(super) struct Table {
    /// The employer will answer, decide, or needs time.
    pub promises: &'static [&'static str],
    /// The user is to do something, or data is kept: a time beside it is no promise.
    pub requests: &'static [&'static str],
    /// Meetings and what is sent about them.
    pub appointments: &'static [&'static str],
    /// A sentence with one of these promises nothing at all.
    pub voids: &'static [&'static str],
    /// A span that begins at a day we do not know: `after the closing date`.
    pub uncountable: &'static [&'static str],
    /// `soon`.
    pub vague: &'static [&'static str],
    /// Words that begin a new clause.
    pub joints: &'static [&'static str],
}

/// A table ready to be looked for.
pub(super) struct Cues {
    pub promises: Vec<Pattern>,
    pub requests: Vec<Pattern>,
    pub appointments: Vec<Pattern>,
    pub voids: Vec<Pattern>,
    pub uncountable: Vec<Pattern>,
    pub vague: Vec<Pattern>,
    pub joints: &'static [&'static str],
}

static EN: LazyLock<Cues> = LazyLock::new(|| Cues::new(&en::TABLE));
static DE: LazyLock<Cues> = LazyLock::new(|| Cues::new(&de::TABLE));
static FR: LazyLock<Cues> = LazyLock::new(|| Cues::new(&fr::TABLE));
static ES: LazyLock<Cues> = LazyLock::new(|| Cues::new(&es::TABLE));

impl Cues {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::De => &DE,
            Language::Fr => &FR,
            Language::Es => &ES,
        }
    }

    fn new(table: &Table) -> Self {
        let all = |phrases: &[&str]| phrases.iter().map(|phrase| Pattern::new(phrase)).collect();
        Self {
            promises: all(table.promises),
            requests: all(table.requests),
            appointments: all(table.appointments),
            voids: all(table.voids),
            uncountable: all(table.uncountable),
            vague: all(table.vague),
            joints: table.joints,
        }
    }
}
