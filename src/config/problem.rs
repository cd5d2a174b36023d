//! What is wrong with a configuration, said so that the reader can mend it at once:
//! `FILE:LINE: key: what is wrong; what to do`.

use std::fmt;
use std::path::PathBuf;

/// Why there is no usable configuration. Every variant means exit code 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "no configuration found (looked at {}); `afterword init` writes one, --config PATH names one",
        list(tried)
    )]
    NotFound { tried: Vec<PathBuf> },
    #[error("{}: cannot be read: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: String },
    /// All problems of the file at once, in the order of its lines.
    #[error("{}", lines(.0))]
    Wrong(Vec<Problem>),
}

impl ConfigError {
    pub(super) fn one(problem: Problem) -> Self {
        Self::Wrong(vec![problem])
    }
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: PathBuf,
    /// 1 for the first line.
    pub line: usize,
    /// `policy.send_days`; empty if the file is not TOML.
    pub key: String,
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.what)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The candidate a mistyped word was probably meant to be.
#[must_use]
pub(super) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let plain = candidate.to_lowercase();
            (
                strsim::damerau_levenshtein(&word, &plain),
                strsim::jaro_winkler(&word, &plain),
                candidate,
            )
        })
        .filter(|(distance, likeness, _)| *distance <= 2 || *likeness > 0.87)
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map(|(_, _, candidate)| candidate)
}

/// `; did you mean "x"?`, or nothing.
#[must_use]
pub(super) fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    closest(word, candidates).map(|c| format!("; did you mean {c:?}?")).unwrap_or_default()
}
