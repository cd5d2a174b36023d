//! What the server offers, as it said after the login.
//!
//! Nothing here is guessed from a host name. Surprising: what was said before the login is thrown
//! away, since servers offer more, or other things, once they know who asks (RFC 9051 §6.2.3).

use std::collections::BTreeSet;

use async_imap::imap_proto::Capability;

/// Capability names in capital letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    pub(super) fn read(listed: &[Capability<'_>]) -> Self {
        Self(
            listed
                .iter()
                .map(|capability| match capability {
                    Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                    Capability::Auth(how) => format!("AUTH={}", how.to_ascii_uppercase()),
                    Capability::Atom(name) => name.to_ascii_uppercase(),
                })
                .collect(),
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Capital letters do not matter.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name.to_ascii_uppercase())
    }

    /// Gmail's labels, message ids and thread ids.
    #[must_use]
    pub fn gmail(&self) -> bool {
        self.has("X-GM-EXT-1")
    }

    /// EMAILID and THREADID (RFC 8474).
    #[must_use]
    pub fn objectid(&self) -> bool {
        self.has("OBJECTID")
    }

    /// Modification sequences (RFC 7162).
    #[must_use]
    pub fn condstore(&self) -> bool {
        self.has("CONDSTORE") || self.has("QRESYNC")
    }

    /// News without asking (RFC 2177). Whether it was refused later, the session knows.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.has("IDLE")
    }
}
