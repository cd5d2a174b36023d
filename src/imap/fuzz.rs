//! Doors for the fuzz targets, which are a crate of their own; they exist for fuzzing only.

use super::guard::Limits;
use super::guard::Progress;
use super::{quote, utf7};

/// Where the first response ends when the octets come in two pieces, or what was refused.
#[must_use]
pub fn first_response(octets: &[u8], cut: usize) -> String {
    let limits = Limits::default();
    let mut progress = Progress::default();
    let ended = match progress.end(octets.get(..cut).unwrap_or(octets), &limits) {
        Ok(None) => progress.end(octets, &limits),
        settled => settled,
    };
    format!("{ended:?}")
}

/// The name of a mailbox as people see it.
#[must_use]
pub fn readable_name(raw: &str) -> String {
    utf7::readable(raw)
}

/// A value as it is written into a command.
#[must_use]
pub fn quoted(value: &str) -> Option<String> {
    quote::quoted(value).ok()
}
