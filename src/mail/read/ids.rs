//! Message ids in header fields, read leniently: folded, with comments, without brackets,
//! several in one field. An id that cannot be used is left out.

use crate::domain::ids::MessageId;

use super::headers::Headers;

/// Longest list of ids kept of one message.
pub const MAX_IDS: usize = 200;
const MAX_VALUE: usize = 64 * 1024;

/// The ids of the first field of this name, in order and without repetition.
#[must_use]
pub fn of_field(headers: &Headers<'_>, name: &str) -> Vec<MessageId> {
    headers.all(name).next().map(of_value).unwrap_or_default()
}

/// Every id in a field's value.
#[must_use]
pub fn of_value(raw: &[u8]) -> Vec<MessageId> {
    let text = String::from_utf8_lossy(raw.get(..MAX_VALUE.min(raw.len())).unwrap_or_default());
    let text = if text.contains('(') { without_comments(&text).into() } else { text };
    let bracketed: Vec<&str> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(inside, _)| inside))
        .collect();
    let mut ids: Vec<MessageId> = Vec::new();
    let mut keep = |id: MessageId| {
        if !ids.contains(&id) && ids.len() < MAX_IDS {
            ids.push(id);
        }
    };
    if bracketed.is_empty() {
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '<'))
            .filter(|word| word.contains('@'))
            .filter_map(MessageId::parse)
            .for_each(&mut keep);
        return ids;
    }
    for inside in bracketed {
        let id = if inside.contains(char::is_whitespace) {
            MessageId::parse(&inside.split_whitespace().collect::<String>())
        } else {
            MessageId::parse(inside)
        };
        id.into_iter().for_each(&mut keep);
    }
    ids
}

/// The one id of a Message-ID field: with or without brackets and `@`.
#[must_use]
pub fn single(raw: &[u8]) -> Option<MessageId> {
    of_value(raw).into_iter().next().or_else(|| {
        let text = String::from_utf8_lossy(raw);
        text.split_whitespace().next().and_then(MessageId::parse)
    })
}

/// Drops `(comments)` outside of brackets (RFC 5322 §3.2.2).
fn without_comments(text: &str) -> String {
    let mut depth = 0u32;
    let mut inside_id = false;
    text.chars()
        .filter(|c| {
            match c {
                '<' if depth == 0 => inside_id = true,
                '>' if depth == 0 => inside_id = false,
                '(' if !inside_id => depth += 1,
                ')' if !inside_id && depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_however_they_are_written() {
        let cases: [(&str, &[&str]); 8] = [
            (" <a@b>", &["a@b"]),
            (" <a@b> <c@d>\r\n <e@f>", &["a@b", "c@d", "e@f"]),
            (" a@b", &["a@b"]),
            (" a@b, c@d", &["a@b", "c@d"]),
            (" <a@\r\n b>", &["a@b"]),
            (" (was <x@y>) <a@b>", &["a@b"]),
            (" <a(1)@b>", &["a(1)@b"]),
            (" <>", &[]),
        ];
        for (text, expected) in cases {
            let ids = of_value(text.as_bytes());
            let ids: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
            assert_eq!(ids, expected, "{text:?}");
        }
    }

    #[test]
    fn a_single_id_needs_no_at_sign() {
        let id = |text: &str| single(text.as_bytes()).map(|id| id.as_str().to_owned());
        assert_eq!(id(" <12345>").as_deref(), Some("12345"));
        assert_eq!(id(" 12345").as_deref(), Some("12345"));
        assert_eq!(id("  "), None);
    }

    #[test]
    fn long_lists_are_cut() {
        let many: String = (0..500).map(|n| format!("<{n}@x> ")).collect();
        assert_eq!(of_value(many.as_bytes()).len(), MAX_IDS);
    }
}
