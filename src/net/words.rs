//! What a server says, made fit to be shown and logged; and whether it repeats a secret that it was
//! told, so that it must not be.
//!
//! The surprising fact: words are cut before they are shown, so it is not enough to look for the
//! whole of a secret. A piece of a long one counts as well.

use memchr::memmem;
use secrecy::zeroize::Zeroizing;

/// The shortest piece of a long secret that counts. App passwords have as many letters.
const PIECE: usize = 16;
/// What a secret becomes in base64 is looked for from this length on: shorter ones are in many words.
const SHORTEST_IN_BASE64: usize = 6;

/// One line without control and invisible characters, cut after so many characters.
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let hidden = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    let words: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !hidden(*c))
        .collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect()
}

/// Whether words hold a secret or a piece of a long one, as it is or in base64, as SASL sends it.
#[must_use]
pub fn repeats(words: &str, secret: &str) -> bool {
    let words = words.as_bytes();
    let in_base64 = |lead| {
        let letters = letters_of(secret.as_bytes(), lead);
        letters.len() >= SHORTEST_IN_BASE64 && holds(words, letters.as_bytes())
    };
    holds(words, secret.as_bytes()) || (0..3).any(in_base64)
}

fn holds(words: &[u8], secret: &[u8]) -> bool {
    let length = secret.len().min(PIECE);
    length > 0 && secret.windows(length).any(|piece| memmem::find(words, piece).is_some())
}

/// The letters of base64 that come of a secret alone, with so many octets before it in the group of
/// three in which it begins.
fn letters_of(secret: &[u8], lead: usize) -> Zeroizing<String> {
    let mut octets = Zeroizing::new(vec![0_u8; lead]);
    octets.extend_from_slice(secret);
    let all = Zeroizing::new(base64(&octets));
    let (from, to) = ((lead * 8).div_ceil(6), octets.len() * 8 / 6);
    Zeroizing::new(all.get(from..to).unwrap_or_default().to_owned())
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 §4.
#[must_use]
pub fn base64(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        let at = |i: usize| u32::from(group.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4_usize {
            let index = (bits >> (18 - 6 * i)) & 63;
            let letter = ALPHABET.get(index as usize).copied().map_or('A', char::from);
            text.push(if i <= group.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_server_are_one_short_line() {
        assert_eq!(one_line("a\u{1b}[2J\r\n b\u{202e}c\u{2066}", 300), "a [2J bc");
        assert_eq!(one_line(&"é".repeat(1000), 300).chars().count(), 300);
    }

    #[test]
    fn a_secret_is_known_in_every_form_and_also_cut() {
        let token: String = (0..2000).map(|n| format!("{:x}", n * 7919)).collect();
        let token = token.as_str();
        let cut: String = token.chars().skip(40).take(60).collect();
        let as_sasl = |user: &str, secret: &str| base64(format!("\0{user}\0{secret}").as_bytes());
        let cases = [
            ("jane/hunter2 is wrong".to_owned(), "hunter2", true),
            (format!("{cut} is wrong"), token, true),
            (format!("unknown command AUTH PLAIN {}", as_sasl("jane", "hunter2")), "hunter2", true),
            (format!("unknown command {}", as_sasl("jan", "hunter2")), "hunter2", true),
            (format!("unknown command {}", as_sasl("ja", "hunter2")), "hunter2", true),
            (one_line(&as_sasl("jane", token), 200), token, true),
            ("535 5.7.8 Username and Password not accepted".to_owned(), "hunter2", false),
            ("Invalid credentials (Failure)".to_owned(), token, false),
            (token.chars().take(PIECE - 1).collect(), token, false),
            ("The words of a server".to_owned(), "", false),
            // What "ab" is in base64 is in many words, itself not.
            ("YWJkaWNhdGU".to_owned(), "ab", false),
            ("ab is wrong".to_owned(), "ab", true),
        ];
        for (words, secret, expected) in cases {
            assert_eq!(repeats(&words, secret), expected, "{words}");
        }
    }

    #[test]
    fn octets_become_base64() {
        for (octets, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("ä?>", "w6Q/Pg=="),
        ] {
            assert_eq!(base64(octets.as_bytes()), expected);
        }
    }
}
