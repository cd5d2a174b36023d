//! How many UIDs one search covers.
//!
//! The surprising fact: UIDs may have gaps of billions. Where nothing is found the searches grow, so
//! that a walk over a gap has few steps.

/// The first search, and the one after some that found something: reading an answer takes time that
/// grows with its square.
const USUAL: u32 = 10_000;
/// UIDs of one answer. It is one line, and that of so many fits into what is read of one.
const MOST: u32 = 80_000;

/// How many UIDs the next search covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchSpan {
    size: u32,
    widest: u32,
}

impl SearchSpan {
    /// For a mailbox of so many messages. No answer names more than there are, so that in most
    /// mailboxes a search may cover everything.
    #[must_use]
    pub fn new(exists: u32) -> Self {
        Self { size: USUAL, widest: if exists <= MOST { u32::MAX } else { MOST } }
    }

    #[must_use]
    pub fn size(self) -> u32 {
        self.size
    }

    /// The next one, after a search that found so many.
    #[must_use]
    pub fn after(self, found: usize) -> Self {
        let wider = self.size.saturating_mul(2).min(self.widest);
        Self { size: if found == 0 { wider } else { USUAL }, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_that_find_nothing_grow_until_an_answer_might_be_too_long() {
        let cases = [
            (10, 1, 20_000),
            (10, 2, 40_000),
            (MOST, 40, u32::MAX),
            (MOST + 1, 3, MOST),
            (MOST + 1, 40, MOST),
        ];
        for (exists, empty, expected) in cases {
            let mut span = SearchSpan::new(exists);
            assert_eq!(span.size(), USUAL);
            for _ in 0..empty {
                span = span.after(0);
            }
            assert_eq!(span.size(), expected, "{exists} messages, {empty} empty answers");
            assert_eq!(span.after(1).size(), USUAL);
        }
    }

    #[test]
    fn a_gap_of_all_uids_is_a_few_searches() {
        let (mut span, mut below, mut searches) = (SearchSpan::new(3), u32::MAX, 0);
        while below > 1 {
            below = below.saturating_sub(span.size());
            span = span.after(0);
            searches += 1;
        }
        assert!(searches < 30, "{searches}");
    }
}
