//! Mailbox names as people read them: modified UTF-7 (RFC 3501 §5.1.3), decoding only.
//!
//! What goes back to the server is always the name as it came. Surprising: names that are not
//! valid modified UTF-7 are common; they are shown as they are.

/// The readable name; controls are replaced. Gives the name itself if it cannot be decoded.
pub(super) fn readable(raw: &str) -> String {
    let text = decode(raw).unwrap_or_else(|| raw.to_owned());
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn decode(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, shifted)) = rest.split_once('&') {
        text.push_str(plain);
        let (run, after) = shifted.split_once('-')?;
        if run.is_empty() {
            text.push('&');
        } else {
            text.push_str(&decode_run(run)?);
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// Base64 with `,` for `/`, without padding, of UTF-16 in network order.
fn decode_run(run: &str) -> Option<String> {
    let mut units = Vec::with_capacity(run.len() * 3 / 8);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in run.bytes() {
        bits = (bits << 6 | value(letter)?) & 0x3f_ffff;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from(bits >> count & 0xffff).ok()?);
        }
    }
    String::from_utf16(&units).ok().filter(|text| !text.is_empty())
}

fn value(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b',' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_decoded_for_people() {
        let cases = [
            ("INBOX", "INBOX"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"),
            ("Research &- Notes", "Research & Notes"),
            ("&ZeVnLIqe-", "日本語"),
            ("&2D3cjA-", "💌"),
            ("AT&T", "AT&T"),
            ("&!!!-", "&!!!-"),
            ("a&AAo-b", "a\u{fffd}b"),
            ("Entwürfe", "Entwürfe"),
        ];
        for (raw, expected) in cases {
            assert_eq!(readable(raw), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_shown_without_controls(raw in any::<String>()) {
            prop_assert!(!readable(&raw).chars().any(char::is_control));
        }
    }
}
