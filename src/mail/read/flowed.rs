//! Undoes `format=flowed` (RFC 3676): lines that end with a space continue on the next line of
//! the same quote depth. The signature's `-- ` is a line of its own whatever it ends with.

/// The text with its paragraphs on one line each, quotes as `>` again.
#[must_use]
pub fn undo(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = line.trim_start_matches('>');
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open != Some(depth) || signature {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !signature;
        out.push_str(if flows && delsp {
            content.strip_suffix(' ').unwrap_or("")
        } else {
            content
        });
        open = flows.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_are_joined_within_one_depth() {
        let cases = [
            ("a \nb\nc", false, "a b\nc"),
            ("a \nb", true, "ab"),
            ("> a \n> b\nc", false, "> a b\nc"),
            ("> a \nb", false, "> a \nb"),
            ("hi \n-- \nJane", false, "hi \n-- \nJane"),
            (" >not quoted", false, ">not quoted"),
        ];
        for (text, delsp, expected) in cases {
            assert_eq!(undo(text, delsp), expected, "{text:?}");
        }
    }
}
