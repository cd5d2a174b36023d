//! Names of things: row ids that cannot be mixed up, message ids without
//! angle brackets, and the short code a person reads (`ACME-1`).

use std::fmt;

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);
    )+};
}

row_id! {
    /// One mail account. The first of a record stands for its owner, too; every table carries one.
    AccountId,
    /// One application to one employer.
    ApplicationId,
    /// One employer, known by its registrable domain or its name.
    EmployerId,
    /// One IMAP mailbox of an account.
    MailboxId,
    /// One stored message, wherever it lies.
    MessageKey,
    /// One pursuit: at most two attempts.
    PursuitId,
    /// One version of one draft.
    DraftId,
    /// One approval request that was mailed.
    RequestId,
    /// One reply of the user.
    ReplyId,
    /// One entry of the ledger; grows, never reused.
    EventId,
}

/// A Message-ID without angle brackets (RFC 5322 §3.6.4), at most 998 octets,
/// free of white space, brackets and control characters. Compared octet by octet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// Longest id that fits a header line (RFC 5322 §2.1.1).
    pub const MAX_OCTETS: usize = 998;

    /// Reads one id, with or without angle brackets. `None` if it is empty or not usable.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('<').unwrap_or(text);
        let text = text.strip_suffix('>').unwrap_or(text);
        let usable = !text.is_empty()
            && text.len() <= Self::MAX_OCTETS
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>'));
        usable.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The short code of an application that a person reads and types: `ACME-1`.
/// Capital ASCII letters and digits, a hyphen, a number. Stable for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadableId(String);

impl ReadableId {
    /// Makes the code for the `number`th application of an employer.
    #[must_use]
    pub fn for_employer(name: &str, number: u32) -> Self {
        let stem: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .take(12)
            .collect();
        let stem = if stem.is_empty() { "EMPLOYER".to_owned() } else { stem };
        Self(format!("{stem}-{number}"))
    }

    /// Reads a typed code; case and surrounding braces do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('{').trim_end_matches('}');
        let (stem, number) = text.rsplit_once('-')?;
        let well_formed = !stem.is_empty()
            && stem.len() <= 12
            && stem.chars().all(|c| c.is_ascii_alphanumeric())
            && number.parse::<u32>().is_ok_and(|n| n > 0);
        well_formed.then(|| Self(text.to_ascii_uppercase()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReadableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_lose_their_brackets_and_refuse_header_breaks() {
        let id = |text: &str| MessageId::parse(text).map(|id| id.as_str().to_owned());
        assert_eq!(id("<a@b>"), Some("a@b".to_owned()));
        assert_eq!(id(" a@b "), Some("a@b".to_owned()));
        assert_eq!(id(""), None);
        assert_eq!(id("<>"), None);
        assert_eq!(id("a@b\r\nBcc: x"), None);
        assert_eq!(id("a b@c"), None);
    }

    #[test]
    fn readable_ids_are_made_and_read_back() {
        assert_eq!(ReadableId::for_employer("Acme GmbH & Co", 1).as_str(), "ACMEGMBHCO-1");
        assert_eq!(ReadableId::for_employer("株式会社", 2).as_str(), "EMPLOYER-2");
        assert_eq!(ReadableId::parse("{acme-1}"), Some(ReadableId::for_employer("Acme", 1)));
        assert_eq!(ReadableId::parse("acme"), None);
        assert_eq!(ReadableId::parse("acme-0"), None);
    }
}
