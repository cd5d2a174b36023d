//! Ends the multiparts of a message that was cut off: only the beginning of a long message is
//! fetched, and the parser gives up on a part whose end it does not see.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// Longest boundary (RFC 2046 §5.1.1 allows 70), with room for programs that do not care.
const MAX_BOUNDARY: usize = 200;
const MAX_BOUNDARIES: usize = 100;
/// Lines that may be boundaries, kept for comparing.
const MAX_LINES: usize = 20_000;

/// The bytes with every boundary closed that was opened and not closed.
#[must_use]
pub fn closed(bytes: &[u8]) -> Cow<'_, [u8]> {
    let seen: BTreeSet<&[u8]> = bytes
        .split(|b| *b == b'\n')
        .filter(|line| line.starts_with(b"--"))
        .map(<[u8]>::trim_ascii_end)
        .take(MAX_LINES)
        .collect();
    let mut open: Vec<Vec<u8>> = Vec::new();
    for boundary in boundaries(bytes) {
        let begin = [b"--", boundary].concat();
        let end = [b"--", boundary, b"--"].concat();
        let begun = seen.contains(begin.as_slice());
        if begun && !seen.contains(end.as_slice()) && !open.contains(&end) {
            open.push(end);
        }
    }
    if open.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut whole = bytes.to_vec();
    for end in open.iter().rev() {
        whole.extend_from_slice(b"\r\n");
        whole.extend_from_slice(end);
    }
    whole.extend_from_slice(b"\r\n");
    Cow::Owned(whole)
}

/// The values of `boundary=`, in order.
fn boundaries(bytes: &[u8]) -> Vec<&[u8]> {
    const NAME: &[u8] = b"boundary";
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'=', bytes) {
        if found.len() >= MAX_BOUNDARIES {
            break;
        }
        if !super::ends_with(bytes, at, NAME) {
            continue;
        }
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let value = match rest.strip_prefix(b"\"") {
            Some(quoted) => until(quoted, |b| matches!(b, b'"' | b'\n')),
            None => until(rest, |b| b.is_ascii_whitespace() || b == b';'),
        };
        if !value.is_empty() && value.len() <= MAX_BOUNDARY {
            found.push(value);
        }
    }
    found
}

fn until(bytes: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().take(MAX_BOUNDARY + 1).position(|b| ends(*b)).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_is_closed_from_the_inside_out() {
        let whole = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n";
        assert!(matches!(closed(whole), Cow::Borrowed(_)));
        assert!(matches!(closed(b"Content-Type: x; boundary=never\n\nx"), Cow::Borrowed(_)));
        let cut = b"Content-Type: multipart/mixed; boundary=\"a b\"\n\n--a b\n\
                    Content-Type: multipart/alternative;\n boundary=c\n\n--c\n\nhel";
        let closed = closed(cut);
        assert!(closed.ends_with(b"hel\r\n--c--\r\n--a b--\r\n"));
    }
}
