//! How much two texts are copies of each other (E16).

use std::collections::BTreeSet;

use super::words;

/// How much of the shorter text is in the longer one, 0 to 1: the share of its runs of three
/// words that both have.
#[must_use]
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (runs(a), runs(b));
    let shorter = a.len().min(b.len());
    if shorter == 0 {
        return 0.0;
    }
    let shared = u32::try_from(a.intersection(&b).count()).unwrap_or(u32::MAX);
    f64::from(shared) / f64::from(u32::try_from(shorter).unwrap_or(u32::MAX))
}

fn runs(text: &str) -> BTreeSet<Vec<String>> {
    let words = words(text);
    words.windows(3).map(<[String]>::to_vec).collect()
}
