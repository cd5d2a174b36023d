//! Just enough of a message's header for a mail server: its lines, by name. It decodes nothing.
//!
//! Surprising: a header field is found in the octets, never in a parsed message, because what is
//! served has to be what was put in.

/// The header with its last line end, and not the empty line after it.
pub(in crate::sandbox) fn head(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    end.and_then(|end| message.get(..end + 2)).unwrap_or(message)
}

/// The fields with their folded lines, as they are.
pub(in crate::sandbox) fn fields(message: &[u8]) -> Vec<&[u8]> {
    let head = head(message);
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in head.split_inclusive(|octet| *octet == b'\n') {
        if at == 0 || !line.starts_with(b" ") && !line.starts_with(b"\t") {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([head.len()]);
    starts.iter().zip(ends).filter_map(|(from, to)| head.get(*from..to)).collect()
}

/// Whether a field has this name.
pub(in crate::sandbox) fn is_named(field: &[u8], name: &str) -> bool {
    let colon = field.iter().position(|octet| *octet == b':').unwrap_or(0);
    field.get(..colon).is_some_and(|own| own.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
}

/// The first field of this name, unfolded and without its name.
pub(in crate::sandbox) fn header(message: &[u8], name: &str) -> Option<String> {
    let fields = fields(message);
    let field = fields.iter().find(|field| is_named(field, name))?;
    let value = field.get(name.len() + 1..)?;
    Some(String::from_utf8_lossy(value).replace("\r\n", "").trim().to_owned())
}

/// The `<ids>` in a value.
pub(super) fn ids(value: &str) -> Vec<String> {
    value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] =
        b"From: a@b.example\r\nReferences: <1@x>\r\n <2@x>\r\nTo: c@d.example\r\n\r\n\
        From: not a header\r\n";

    #[test]
    fn fields_keep_their_folded_lines() {
        let fields = fields(MAIL);
        assert_eq!(fields.len(), 3);
        assert_eq!(fields[1], b"References: <1@x>\r\n <2@x>\r\n");
        assert_eq!(ids(&header(MAIL, "references").unwrap()), ["1@x", "2@x"]);
        assert_eq!(header(MAIL, "Subject"), None);
    }
}
