//! The code in the last line of a request (`ref: 7Q2K-4M9P-B3XD-0H5T`): eighty random bits that
//! tie a reply to it when a mail client drops the thread's headers.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// Digits of Crockford's base 32: no I, L, O or U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Eighty bits, shown as four groups of four digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefCode([u8; 10]);

impl RefCode {
    #[must_use]
    pub fn new(random: [u8; 10]) -> Self {
        Self(random)
    }

    /// Reads a code as a person types it: hyphens, spaces and case do not matter, and
    /// O, I and L are read as the digits they look like.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits: u128 = 0;
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let digit = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = DIGITS.iter().position(|d| char::from(*d) == digit)?;
            bits = (bits << 5) | u128::try_from(value).ok()?;
            count += 1;
            if count > 16 {
                return None;
            }
        }
        let [_, _, _, _, _, _, code @ ..] = bits.to_be_bytes();
        (count == 16).then_some(Self(code))
    }

    /// What the store keeps instead of the code.
    #[must_use]
    pub fn hash(self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Display for RefCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bits = self.0.iter().fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let mut digits = [0u8; 16];
        for digit in digits.iter_mut().rev() {
            let index = usize::try_from(bits & 31).unwrap_or(0);
            *digit = DIGITS.get(index).copied().unwrap_or(b'0');
            bits >>= 5;
        }
        for (group, four) in digits.chunks(4).enumerate() {
            if group > 0 {
                f.write_str("-")?;
            }
            for digit in four {
                write!(f, "{}", char::from(*digit))?;
            }
        }
        Ok(())
    }
}

/// The code is a secret: it does not show up in a log.
impl fmt::Debug for RefCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_is_read_back_as_it_was_shown(random: [u8; 10]) {
            let code = RefCode::new(random);
            let shown = code.to_string();
            prop_assert_eq!(shown.len(), 19);
            prop_assert_eq!(RefCode::parse(&shown), Some(code));
            prop_assert_eq!(RefCode::parse(&shown.to_lowercase().replace('-', " ")), Some(code));
        }
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in ["", "7Q2K-4M9P", "7Q2K-4M9P-7Q2K-4M9P-7", "7Q2K-4M9P-7Q2K-4M9!"] {
            assert_eq!(RefCode::parse(text), None, "{text}");
        }
    }
}
