//! How the service knows its own mail again: a keyed hash of the Message-ID in a header.
//! Without the key, which never leaves the database, nobody else can make one.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::hexadecimal::hexadecimal;
use super::ids::MessageId;

/// The key of this installation.
#[derive(Clone)]
pub struct OwnMark {
    key: [u8; 32],
}

impl OwnMark {
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    fn mac(&self, id: &MessageId) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(id.as_str().as_bytes());
        Some(mac)
    }

    /// The header's value for a message: 64 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, id: &MessageId) -> String {
        let Some(mac) = self.mac(id) else {
            return String::new();
        };
        hexadecimal(&mac.finalize().into_bytes())
    }

    /// Whether `mark` was made here for this id. Takes the same time whatever differs.
    #[must_use]
    pub fn verify(&self, id: &MessageId, mark: &str) -> bool {
        use subtle::ConstantTimeEq as _;
        let expected = self.sign(id);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(mark.trim().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_one_message_and_one_installation() {
        let id = |text: &str| MessageId::parse(text).unwrap();
        let here = OwnMark::new([1; 32]);
        let mark = here.sign(&id("a@b"));
        assert!(here.verify(&id("a@b"), &mark));
        assert!(!here.verify(&id("c@d"), &mark));
        assert!(!OwnMark::new([2; 32]).verify(&id("a@b"), &mark));
        assert!(!here.verify(&id("a@b"), ""));
    }
}
