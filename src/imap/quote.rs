//! Writing values into commands: the only place where text becomes part of a command line.
//!
//! It does not encode and does not repair; what cannot be written is refused.
//! Surprising: 8-bit text is refused as well, since servers disagree about it and none of the
//! values we search for (ids, addresses, domains, raw mailbox names) needs it.

use std::collections::BTreeSet;

use super::ImapError;
use crate::domain::mailbox::UidRange;

/// Longest value in octets; longer ones are no ids, addresses or names.
const LONGEST: usize = 1000;

/// A quoted string (RFC 9051 §4.3): one line, 7-bit, at most 1000 octets.
pub(super) fn quoted(value: &str) -> Result<String, ImapError> {
    if value.len() > LONGEST {
        return Err(ImapError::Unsendable("the value is longer than 1000 octets"));
    }
    check_line(value)?;
    Ok(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Refuses whatever could end a command line early or is not ASCII.
pub(super) fn check_line(line: &str) -> Result<(), ImapError> {
    if line.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        Err(ImapError::Unsendable("the value holds a line break or a NUL"))
    } else if !line.is_ascii() {
        Err(ImapError::Unsendable("the value holds characters outside ASCII"))
    } else {
        Ok(())
    }
}

/// Undoes the escaping of a quoted string that the parser left in place.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match rest.peek() {
            Some(&next @ ('\\' | '"')) if c == '\\' => {
                plain.push(next);
                rest.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// A sequence set, ascending, made of integers only.
pub(super) fn uid_set(range: UidRange) -> String {
    format!("{}:{}", range.first(), range.last())
}

/// Most UIDs of one list: the set stays below 1000 octets.
pub const MOST_UIDS: usize = 90;

/// A sequence set of UIDs that lie apart, ascending.
pub(super) fn uid_list(uids: &[u32]) -> Result<String, ImapError> {
    if uids.is_empty() || uids.len() > MOST_UIDS {
        return Err(ImapError::Unsendable("a list of no UIDs, or of too many"));
    }
    let ordered: BTreeSet<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    let words: Vec<String> = ordered.iter().map(ToString::to_string).collect();
    Ok(words.join(","))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_quoted_or_refused() {
        let quote = |value: &str| quoted(value).ok();
        assert_eq!(quote("a@b"), Some("\"a@b\"".to_owned()));
        assert_eq!(quote("a\"b\\c"), Some("\"a\\\"b\\\\c\"".to_owned()));
        assert_eq!(quote("<x>\"\r\nX9 DELETE INBOX"), None);
        assert_eq!(quote("a\nb"), None);
        assert_eq!(quote("a\0b"), None);
        assert_eq!(quote("café"), None);
        assert_eq!(quote(&"x".repeat(1001)), None);
        assert_eq!(quote(&"x".repeat(1000)).map(|line| line.len()), Some(1002));
    }

    #[test]
    fn a_list_of_uids_is_ascending_and_stays_below_a_thousand_octets() {
        let list = |uids: &[u32]| uid_list(uids).ok();
        assert_eq!(list(&[9, 3, 3, 0, 7]), Some("3,7,9".to_owned()));
        assert_eq!(list(&[]), None);
        let most = u32::try_from(MOST_UIDS).unwrap();
        let longest: Vec<u32> = (u32::MAX - most..u32::MAX).rev().collect();
        let text = list(&longest).unwrap();
        assert!(text.len() < 1_000, "{}", text.len());
        assert!(text.starts_with(&format!("{},", u32::MAX - most)), "{text}");
        assert_eq!(list(&[&longest[..], &[1]].concat()), None);
    }

    proptest! {
        #[test]
        fn a_quoted_value_stays_inside_its_quotes(value in any::<String>()) {
            if let Ok(line) = quoted(&value) {
                prop_assert!(line.is_ascii() && !line.contains(['\r', '\n', '\0']));
                let inner = line.strip_prefix('"').and_then(|l| l.strip_suffix('"')).unwrap();
                let mut escaped = false;
                for c in inner.chars() {
                    prop_assert!(escaped || c != '"');
                    escaped = !escaped && c == '\\';
                }
                prop_assert!(!escaped);
                prop_assert_eq!(unescaped(inner), value);
            }
        }

        #[test]
        fn header_octets_never_add_a_line(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let value = String::from_utf8_lossy(&octets);
            prop_assert!(quoted(&value).map_or(true, |line| line.lines().count() <= 1));
        }
    }
}
