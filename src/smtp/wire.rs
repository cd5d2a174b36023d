//! What finished bytes must look like before they may leave. It reads the few headers that name
//! people, and nothing of the content.
//!
//! The surprising fact: a lone LF is dangerous. Servers disagree on whether it ends a line, so
//! a message with one could end early for some server and begin another (RFC 5321 §2.3.8).

use super::envelope::NotSendable;

/// RFC 5322 §2.1.1, without the CRLF.
const LONGEST_LINE: usize = 998;

/// Only CRLF line ends, only ASCII, no long line, and the last line is complete.
pub(super) fn check_lines(bytes: &[u8]) -> Result<(), NotSendable> {
    let Some(bytes) = bytes.strip_suffix(b"\n") else {
        return Err(NotSendable::LineEnd { line: bytes.split(|b| *b == b'\n').count() });
    };
    for (line, text) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        let Some(text) = text.strip_suffix(b"\r") else {
            return Err(NotSendable::LineEnd { line });
        };
        if text.contains(&b'\r') {
            return Err(NotSendable::LineEnd { line });
        }
        if text.len() > LONGEST_LINE {
            return Err(NotSendable::LongLine { line });
        }
        if text.iter().any(|b| !b.is_ascii() || *b == 0) {
            return Err(NotSendable::NotPlain { line });
        }
    }
    Ok(())
}

/// The header fields of a message that passed `check_lines`, unfolded, names in lower case.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads up to the empty line, which must be there.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotSendable> {
        let text = std::str::from_utf8(bytes).map_err(|_| NotSendable::NotPlain { line: 0 })?;
        let (head, _) = text.split_once("\r\n\r\n").ok_or(NotSendable::NoHeaders)?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            if line.starts_with([' ', '\t']) {
                let (_, value) = fields.last_mut().ok_or(NotSendable::NoHeaders)?;
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(':').ok_or(NotSendable::NoHeaders)?;
                fields.push((name.trim().to_ascii_lowercase(), value.to_owned()));
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// The value of a field that is there exactly once.
    pub(super) fn only(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(n, _)| n == name);
        let (_, value) = found.next()?;
        found.next().is_none().then(|| value.trim())
    }
}

/// The address of a field that names exactly one mailbox (RFC 5322 §3.4): `a@b`, `<a@b>`,
/// `name <a@b>` or `"name" <a@b>`. Anything else, a comment included, is no answer.
pub(super) fn only_mailbox(value: &str) -> Option<&str> {
    let value = value.trim();
    let Some((name, address)) = value.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'))
    else {
        return is_plain(value).then_some(value);
    };
    let special = |c: char| "()<>[]:;@\\,\"".contains(c);
    let name = name.trim();
    let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let harmless = match quoted {
        Some(inner) => has_no_open_quote(inner),
        // An encoded word holds none of these either (RFC 2047 §5).
        None => !name.contains(special),
    };
    (harmless && is_plain(address)).then_some(address)
}

/// No white space, no second address, no comment.
fn is_plain(address: &str) -> bool {
    address.matches('@').count() == 1
        && !address.contains(|c: char| c.is_whitespace() || "()<>[]:;\\,\"".contains(c))
}

/// Whether the inside of a quoted string stays inside.
fn has_no_open_quote(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_crlf_and_nothing_else() {
        assert_eq!(check_lines(b"A: b\r\n\r\ntext\r\n"), Ok(()));
        for (bytes, line) in [
            (&b"A: b\r\n\r\ntext"[..], 3),
            (b"A: b\n\r\ntext\r\n", 1),
            (b"A: b\r\n\r\n.\n.\r\n", 3),
            (b"A: b\r\n\r\na\rb\r\n", 3),
            (b"A: b\r\n\r\na\r\r\n", 3),
            (b"", 1),
        ] {
            assert_eq!(check_lines(bytes), Err(NotSendable::LineEnd { line }), "{bytes:?}");
        }
    }

    #[test]
    fn lines_are_short_and_ascii() {
        let long = |n: usize| format!("{}\r\n", "x".repeat(n)).into_bytes();
        assert_eq!(check_lines(&long(998)), Ok(()));
        assert_eq!(check_lines(&long(999)), Err(NotSendable::LongLine { line: 1 }));
        assert_eq!(check_lines("é\r\n".as_bytes()), Err(NotSendable::NotPlain { line: 1 }));
        assert_eq!(check_lines(b"\0\r\n"), Err(NotSendable::NotPlain { line: 1 }));
    }

    #[test]
    fn fields_are_unfolded_and_counted() {
        let fields =
            Fields::read(b"To: a@b.c\r\nX: 1\r\nx: 2\r\nSubject: a\r\n b\r\n\r\n").unwrap();
        assert_eq!(fields.only("to"), Some("a@b.c"));
        assert_eq!(fields.only("subject"), Some("a b"));
        assert_eq!(fields.only("x"), None);
        assert!(fields.has("x") && !fields.has("cc"));
        for broken in [&b"To: a@b.c\r\n"[..], b" folded\r\n\r\n", b"no colon\r\n\r\n"] {
            assert!(Fields::read(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn one_mailbox_is_read_and_two_are_not() {
        for good in [
            "a@b.c",
            "<a@b.c>",
            "Anna Schmidt <a@b.c>",
            "\"Schmidt, Anna (HR)\" <a@b.c>",
            "\"Anna \\\"A\\\" Schmidt\" <a@b.c>",
            "=?utf-8?b?w4Q=?= Anna <a@b.c>",
        ] {
            assert_eq!(only_mailbox(good), Some("a@b.c"), "{good}");
        }
        for bad in [
            "",
            "a@b.c, d@e.f",
            "Anna <d@e.f>, Bob <a@b.c>",
            "d@e.f, Bob <a@b.c>",
            "\"Anna\" <d@e.f>, \"Bob\" <a@b.c>",
            "=?utf-8?b?w4Q=?= <d@e.f>, <a@b.c>",
            "Team: a@b.c, d@e.f;",
            "(comment) a@b.c",
            "<@relay:a@b.c>",
        ] {
            assert_eq!(only_mailbox(bad), None, "{bad}");
        }
    }
}
