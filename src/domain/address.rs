//! Mail addresses and the people behind them. Comparison is by the whole
//! address in lower case: no provider is known to give two people addresses
//! that differ only in case.

use std::fmt;

/// One addr-spec (RFC 5322 §3.4.1), in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// Reads one address leniently, as it occurs in other people's mail.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let usable = !local.is_empty()
            && !domain.is_empty()
            && text.len() <= 320
            && !text
                .chars()
                .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';'));
        usable.then_some(Self(text))
    }

    /// Stands in where a message names no sender; `.invalid` is never written to (RFC 2606 §2).
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown@sender.invalid".to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The domain an organisation registers: `acme.co.uk` of `mail.acme.co.uk`.
    #[must_use]
    pub fn registrable_domain(&self) -> Option<&str> {
        psl::domain_str(self.domain())
    }

    /// Whether we would ever write to it: ASCII dot-atom local part (RFC 5322 §3.2.3),
    /// a domain with a dot that is no address literal.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        let atom = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        };
        let label = |part: &str| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        self.local().len() <= 64
            && self.local().split('.').all(atom)
            && self.domain().contains('.')
            && self.domain().split('.').all(label)
    }

    /// An address nobody reads (E19).
    #[must_use]
    pub fn is_no_reply(&self) -> bool {
        const MACHINES: [&str; 16] = [
            "noreply",
            "donotreply",
            "nepasrepondre",
            "nichtantworten",
            "keineantwort",
            "noresponder",
            "mailerdaemon",
            "postmaster",
            "bounce",
            "bounces",
            "notification",
            "notifications",
            "autoresponder",
            "mailer",
            "system",
            "calendarnotification",
        ];
        let plain: String = self
            .local()
            .split('+')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        MACHINES.contains(&plain.as_str())
            || plain.starts_with("noreply")
            || plain.ends_with("noreply")
            || plain.contains("donotreply")
            || plain.starts_with("autoconfirm")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person or a machine at an address, with the name it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    /// Display name without control characters; `None` if there is none.
    pub name: Option<String>,
    pub address: Address,
}

impl Correspondent {
    #[must_use]
    pub fn bare(address: Address) -> Self {
        Self { name: None, address }
    }
}

impl fmt::Display for Correspondent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

/// The user's own addresses: the account's and its aliases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAddresses(Vec<Address>);

impl OwnAddresses {
    #[must_use]
    pub fn new(account: Address, aliases: Vec<Address>) -> Self {
        let mut all = vec![account];
        all.extend(aliases);
        Self(all)
    }

    /// For reading a message without knowing whose mailbox it came from.
    #[must_use]
    pub fn none() -> Self {
        Self(Vec::new())
    }

    #[must_use]
    pub fn contains(&self, address: &Address) -> bool {
        self.0.contains(address)
    }

    /// Whether `address` is ours, or ours with a plus suffix on the local part.
    #[must_use]
    pub fn contains_with_suffix(&self, address: &Address) -> bool {
        let plain = address.local().split('+').next().unwrap_or_default();
        self.0
            .iter()
            .any(|own| own == address || (own.local() == plain && own.domain() == address.domain()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Address> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    proptest::proptest! {
        #[test]
        fn what_was_read_once_is_read_again(text in ".{0,40}@.{1,20}") {
            if let Some(address) = Address::parse(&text) {
                proptest::prop_assert_eq!(Address::parse(address.as_str()), Some(address.clone()));
            }
        }
    }

    #[test]
    fn an_address_that_grows_in_lower_case_keeps_its_limit() {
        assert_eq!(Address::parse(&format!("{}@evil.example", "İ".repeat(150))), None);
    }

    #[test]
    fn registrable_domains_follow_the_public_suffix_list() {
        assert_eq!(address("a@mail.acme.co.uk").registrable_domain(), Some("acme.co.uk"));
        assert_eq!(address("a@acme.example").registrable_domain(), Some("acme.example"));
    }

    #[test]
    fn only_plain_public_addresses_are_written_to() {
        for good in ["anna.schmidt@acme.example", "a+b@x.co.uk"] {
            assert!(address(good).is_sendable(), "{good}");
        }
        for bad in [
            "a@localhost",
            "\"a\"@acme.example",
            "a..b@acme.example",
            "a@[127.0.0.1]",
            "é@acme.example",
        ] {
            assert!(!address(bad).is_sendable(), "{bad}");
        }
    }

    #[test]
    fn machines_are_told_from_people() {
        for machine in [
            "no-reply@acme.example",
            "NoReply+17@x.example",
            "acme-noreply@x.example",
            "mailer-daemon@x.example",
        ] {
            assert!(address(machine).is_no_reply(), "{machine}");
        }
        for person in ["anna@acme.example", "jobs@acme.example", "norepsky@acme.example"] {
            assert!(!address(person).is_no_reply(), "{person}");
        }
    }
}
