//! How large and how deep one response may be.
//!
//! Surprising: parentheses are counted, not matched, and quotes do not hide them. We ask for
//! nothing that nests, so a response with more than [`Limits::parentheses`] of them is refused;
//! this bounds the depth of the parser's recursion whatever the quoting looks like.

/// What one response may hold.
#[derive(Debug, Clone, Copy)]
pub(in crate::imap) struct Limits {
    /// Octets of all literals together.
    pub literals: usize,
    /// Octets outside literals.
    pub text: usize,
    /// Opening parentheses outside literals.
    pub parentheses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { literals: 1 << 20, text: 1 << 20, parentheses: 64 }
    }
}

/// Why a response was not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::imap) enum Excess {
    #[error("it announces more octets than were asked for")]
    Literal,
    #[error("it holds a line beyond all measure")]
    Text,
    #[error("it is nested too deeply")]
    Nesting,
    #[error("it stops in the middle")]
    CutOff,
}

/// How far the response at hand has been looked at.
#[derive(Debug, Default)]
pub(in crate::imap) struct Progress {
    seen: usize,
    line_from: usize,
    literal_left: usize,
    literals: usize,
    text: usize,
    parentheses: usize,
}

impl Progress {
    /// Looks at what has come of a response; gives its length once it is whole.
    pub(in crate::imap) fn end(
        &mut self,
        response: &[u8],
        limits: &Limits,
    ) -> Result<Option<usize>, Excess> {
        loop {
            let Some(rest) = response.get(self.seen..).filter(|rest| !rest.is_empty()) else {
                return Ok(None);
            };
            if self.literal_left > 0 {
                let step = self.literal_left.min(rest.len());
                self.literal_left -= step;
                self.seen += step;
                self.line_from = self.seen;
                continue;
            }
            let line_end = memchr::memchr(b'\n', rest);
            let length = line_end.map_or(rest.len(), |at| at + 1);
            let text = rest.get(..length).unwrap_or(rest);
            self.count(text, limits)?;
            self.seen += length;
            if line_end.is_some() && !self.goes_on(response, limits)? {
                return Ok(Some(self.seen));
            }
        }
    }

    fn count(&mut self, text: &[u8], limits: &Limits) -> Result<(), Excess> {
        self.text += text.len();
        self.parentheses += memchr::memchr_iter(b'(', text).count();
        if self.text > limits.text {
            Err(Excess::Text)
        } else if self.parentheses > limits.parentheses {
            Err(Excess::Nesting)
        } else {
            Ok(())
        }
    }

    /// After a line break: true if a literal follows. A status line is for people and may end
    /// in anything; nothing is skipped after it.
    fn goes_on(&mut self, response: &[u8], limits: &Limits) -> Result<bool, Excess> {
        let line = response.get(self.line_from..self.seen).unwrap_or_default();
        let Some(size) = announced(line) else { return Ok(false) };
        self.literals = self.literals.saturating_add(size);
        if self.literals > limits.literals {
            return Err(Excess::Literal);
        }
        if is_status(response) {
            return Ok(false);
        }
        self.literal_left = size;
        self.line_from = self.seen;
        Ok(true)
    }
}

/// The size in `{123}` or `{123+}` at the end of a line; a number beyond reason is kept as such.
fn announced(line: &[u8]) -> Option<usize> {
    let inner = line.strip_suffix(b"}\r\n")?;
    let inner = inner.strip_suffix(b"+").unwrap_or(inner);
    let from = inner.iter().rposition(|octet| *octet == b'{')?;
    let digits = inner.get(from + 1..)?;
    let digits = std::str::from_utf8(digits).ok()?;
    (!digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit()))
        .then(|| digits.parse().unwrap_or(usize::MAX))
}

/// True for tagged lines, continuations and `* OK`, `NO`, `BAD`, `BYE`, `PREAUTH`.
fn is_status(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"* ") else { return true };
    let word = rest.split(|octet| octet.is_ascii_whitespace()).next().unwrap_or_default();
    [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|status| word.eq_ignore_ascii_case(status))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Ending = Result<Option<usize>, Excess>;

    fn end(response: &[u8]) -> Ending {
        Progress::default().end(response, &Limits::default())
    }

    #[test]
    fn responses_end_where_their_last_line_ends() {
        let cases: [(&[u8], Ending); 9] = [
            (b"* OK hi\r\n* 1 EXISTS\r\n", Ok(Some(9))),
            (b"* OK hi", Ok(None)),
            (b"* 1 FETCH (BODY[] {3}\r\n", Ok(None)),
            (b"* 1 FETCH (BODY[] {3}\r\na\r\n)\r\n", Ok(Some(29))),
            (b"* 1 FETCH (BODY[] {0}\r\n)\r\nx", Ok(Some(26))),
            (b"* OK write {3}\r\nabc\r\n", Ok(Some(16))),
            (b"* 1 FETCH (BODY[] {1048577}\r\n", Err(Excess::Literal)),
            (b"* NO [BADCHARSET ({536000000}\r\n", Err(Excess::Literal)),
            (b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n", Err(Excess::Literal)),
        ];
        for (response, expected) in cases {
            assert_eq!(end(response), expected, "{}", String::from_utf8_lossy(response));
        }
    }

    #[test]
    fn literals_of_one_response_are_added_up() {
        let mut response = b"* 1 FETCH (A {700000}\r\n".to_vec();
        response.extend(vec![b'x'; 700_000]);
        response.extend_from_slice(b" B {700000}\r\n");
        assert_eq!(end(&response), Err(Excess::Literal));
    }

    #[test]
    fn nesting_and_endless_lines_are_refused_before_they_are_whole() {
        let nested = format!("* 1 FETCH (UID 5 BODYSTRUCTURE {}", "(".repeat(70));
        assert_eq!(end(nested.as_bytes()), Err(Excess::Nesting));
        let hidden = format!("* 1 FETCH (X a\" B {}", "(".repeat(70));
        assert_eq!(end(hidden.as_bytes()), Err(Excess::Nesting));
        assert_eq!(end(&vec![b'x'; (1 << 20) + 1]), Err(Excess::Text));
        let in_literal = format!("* 1 FETCH (B {{500}}\r\n{})\r\n", "(".repeat(500));
        assert_eq!(end(in_literal.as_bytes()), Ok(Some(in_literal.len())));
    }

    proptest! {
        #[test]
        fn any_octets_in_any_pieces_end_or_are_refused_without_panic(
            octets in proptest::collection::vec(
                prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'{'), Just(b'}'), Just(b'3'), Just(b'('), any::<u8>()],
                0..300,
            ),
            cut in 0_usize..300,
        ) {
            let limits = Limits::default();
            let at_once = Progress::default().end(&octets, &limits);
            let mut progress = Progress::default();
            let part = octets.get(..cut).unwrap_or(&octets);
            let in_two = match progress.end(part, &limits) {
                Ok(None) => progress.end(&octets, &limits),
                settled => settled,
            };
            prop_assert_eq!(at_once, in_two);
        }
    }
}
