//! The wordings: ours, compiled in, and the user's, which take the place of ours for the same
//! language and kind. One file holds several wordings with a line between them.
//!
//! A template is text with gaps, and no program: an unknown name is an error with its line, and a
//! loop runs out of fuel. All of them are rendered with a sample before the first draft is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior, context};

use super::days::long_day;
use super::{DraftFacts, OfferFacts, clean_line, sentence};
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::tone::{Language, Tone};

/// Steps a template may take; a wording of ours takes about two hundred.
const FUEL: u64 = 20_000;
/// Stands between two wordings of a file; what follows the equals signs is free.
const BETWEEN: &str = "=====";

/// Name of the file for a kind of message, without the ending.
#[must_use]
pub fn file_name(kind: DraftKind) -> &'static str {
    match kind {
        DraftKind::Attempt(AttemptNumber::First) => "first",
        DraftKind::Attempt(AttemptNumber::Second) => "second",
        DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => kind.as_str(),
    }
}

fn kind_of_file(name: &str) -> Option<DraftKind> {
    DraftKind::ALL.into_iter().find(|kind| file_name(*kind) == name)
}

/// One file of the user's: `de/first.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    pub path: PathBuf,
    /// `de`, the folder's name.
    pub language: String,
    /// `first`, the file's name without its ending.
    pub kind: String,
    pub text: String,
}

/// What is wrong with a template: file, line and what to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {what}", path.display())]
pub struct TemplateError {
    pub path: PathBuf,
    pub line: usize,
    pub what: String,
}

/// All wordings there are.
#[derive(Debug, Clone)]
pub struct Templates {
    wordings: BTreeMap<(Language, DraftKind), Vec<String>>,
}

impl Default for Templates {
    fn default() -> Self {
        let all = Language::ALL.into_iter().flat_map(|it| DraftKind::ALL.map(|kind| (it, kind)));
        let wordings =
            all.map(|(language, kind)| ((language, kind), parts(built_in(language, kind))));
        Self { wordings: wordings.collect() }
    }
}

impl Templates {
    /// Ours, with the user's in place of some.
    ///
    /// # Errors
    /// If a file is for no known language or kind, or cannot be rendered with a sample.
    pub fn with(files: &[TemplateFile]) -> Result<Self, TemplateError> {
        let mut templates = Self::default();
        for file in files {
            let error = |line, what| TemplateError { path: file.path.clone(), line, what };
            let known = Language::parse(&file.language).zip(kind_of_file(&file.kind));
            let Some((language, kind)) = known else {
                return Err(error(
                    1,
                    "the name is none of LANGUAGE/KIND.txt; `afterword templates` lists them"
                        .to_owned(),
                ));
            };
            let mut line = 1;
            let wordings = parts(&file.text);
            for wording in &wordings {
                for informal in [false, true] {
                    sample(language, kind, informal, wording)
                        .map_err(|(at, what)| error(line + at.saturating_sub(1), what))?;
                }
                line += wording.lines().count() + 1;
            }
            templates.wordings.insert((language, kind), wordings);
        }
        Ok(templates)
    }

    /// How many wordings there are.
    pub(super) fn count(&self, language: Language, kind: DraftKind) -> u64 {
        let found = self.wordings.get(&(language, kind)).map_or(0, Vec::len);
        u64::try_from(found).unwrap_or(1).max(1)
    }

    /// The facts in the wording of the seed. Lines end with `\n`.
    #[must_use]
    pub fn write(&self, facts: &DraftFacts<'_>) -> String {
        let (language, kind) = (facts.tone.language, facts.kind);
        let index = usize::try_from(facts.seed % self.count(language, kind)).unwrap_or(0);
        let users = self.wordings.get(&(language, kind)).and_then(|all| all.get(index));
        let text = users.and_then(|wording| render(facts, wording).ok());
        // All wordings were rendered with a sample, so this one can be, too.
        text.unwrap_or_default()
    }
}

/// The files of a folder, compiled in.
macro_rules! folder {
    ($folder:literal, $kind:expr) => {
        match $kind {
            DraftKind::Attempt(AttemptNumber::First) => {
                include_str!(concat!("templates/", $folder, "/first.txt"))
            }
            DraftKind::Attempt(AttemptNumber::Second) => {
                include_str!(concat!("templates/", $folder, "/second.txt"))
            }
            DraftKind::OfferNotice => {
                include_str!(concat!("templates/", $folder, "/offer_notice.txt"))
            }
            DraftKind::ThankYou => include_str!(concat!("templates/", $folder, "/thank_you.txt")),
            DraftKind::ClosingNote => {
                include_str!(concat!("templates/", $folder, "/closing_note.txt"))
            }
        }
    };
}

/// The wordings that are compiled in, as a file of the user's could be.
#[must_use]
pub fn built_in(language: Language, kind: DraftKind) -> &'static str {
    match language {
        Language::English => folder!("en", kind),
        Language::German => folder!("de", kind),
        Language::French => folder!("fr", kind),
        Language::Spanish => folder!("es", kind),
    }
}

/// The wordings of a file.
fn parts(file: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in file.lines() {
        if line.starts_with(BETWEEN) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

fn environment(informal: bool) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_function(
        "you",
        move |formal: Value, familiar: Value| {
            if informal { familiar } else { formal }
        },
    );
    environment
}

pub(super) fn render(facts: &DraftFacts<'_>, wording: &str) -> Result<String, minijinja::Error> {
    let day = |day| long_day(day, facts.tone.language);
    let known = context! {
        name => clean_line(facts.name, 60),
        first_name => clean_line(facts.first_name, 60),
        position => clean_line(facts.position, 100),
        employer => clean_line(facts.employer, 100),
        interview_day => facts.interview_day.map(day),
        promise_day => facts.promise_by.map(day),
        was_away => facts.was_away,
        is_last => facts.kind.number() == Some(AttemptNumber::Second),
        offer_company => facts.offer.and_then(|it| it.company).map(|it| clean_line(it, 100)),
        offer_day => facts.offer.map(|it| day(it.expires_on)),
        strength => facts.strength.map(sentence).filter(|text| !text.is_empty()),
        signature => facts.signature.trim(),
        caller => clean_line(facts.signature.lines().next().unwrap_or_default(), 80),
    };
    let text = environment(facts.tone.informal).render_str(wording, known)?;
    let lines = text.lines().map(|line| line.split(' ').filter(|it| !it.is_empty()));
    let lines: Vec<String> = lines.map(|words| words.collect::<Vec<_>>().join(" ")).collect();
    Ok(format!("{}\n", lines.join("\n").trim()))
}

/// Line and reason if a wording cannot be rendered, or gives nothing.
fn sample(
    language: Language,
    kind: DraftKind,
    informal: bool,
    wording: &str,
) -> Result<(), (usize, String)> {
    let day = chrono::NaiveDate::from_ymd_opt;
    let full = DraftFacts {
        name: "Anna Schmidt",
        first_name: "Anna",
        position: "Data Engineer",
        employer: "Acme",
        interview_day: day(2026, 11, 24),
        promise_by: day(2026, 12, 4),
        was_away: true,
        strength: Some("I have moved two data warehouses"),
        signature: "Jane Doe",
        kind,
        offer: day(2026, 12, 15)
            .map(|expires_on| OfferFacts { company: Some("Globex"), expires_on }),
        tone: Tone { language, informal },
        seed: 0,
    };
    let bare = DraftFacts {
        interview_day: None,
        promise_by: None,
        was_away: false,
        strength: None,
        offer: None,
        ..full
    };
    for facts in [full, bare] {
        let text =
            render(&facts, wording).map_err(|error| (error.line().unwrap_or(1), reason(&error)))?;
        if text.trim().is_empty() {
            return Err((1, "there is no text".to_owned()));
        }
    }
    Ok(())
}

fn reason(error: &minijinja::Error) -> String {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{}{detail}", error.kind())
}

#[cfg(test)]
mod tests;
