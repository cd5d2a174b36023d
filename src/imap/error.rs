//! What can go wrong with a server, sorted by what the caller does about it.
//!
//! Texts are for people and logs: the server's words are cut, cleaned of control and invisible
//! characters and of addresses, and never hold a line of mail or a password.
//! Surprising: response codes the parser does not know stay in the free text, so the text is
//! searched for them too.

use async_imap::imap_proto::{Outcome, ResponseCode};

use crate::net::{self, NetError};

/// Why an IMAP call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The login was refused. Trying again with the same password is pointless and may lock the account.
    #[error("the login was refused: {0}")]
    Auth(String),
    /// The server is busy, throttles or counts connections. Wait, then try again; whether the
    /// same session serves, [`super::Session::is_usable`] says.
    #[error("the server asks for patience: {0}")]
    Temporary(String),
    /// The answer does not follow the protocol or exceeds what was asked for.
    #[error("the server's answer is not usable: {0}")]
    Protocol(String),
    /// The session is over. Connect again.
    #[error("the IMAP session is over: {0}")]
    Gone(String),
    #[error(transparent)]
    Net(#[from] NetError),
    /// The server refused one command; the session goes on.
    #[error("the server refused {command}: {text}")]
    No { command: &'static str, text: String },
    /// The value cannot be written in a command; nothing was sent.
    #[error("not sendable in an IMAP command: {0}")]
    Unsendable(&'static str),
}

impl ImapError {
    /// True if the password or the account is the trouble.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self, Self::Auth(_))
    }
}

const LONGEST_TEXT: usize = 200;

/// What the server said, code first, fit to be shown.
pub(super) fn spoken(outcome: &Outcome<'_>) -> String {
    let code = outcome.code.as_ref().and_then(code_name).unwrap_or_default();
    let words = outcome.information.as_deref().unwrap_or_default();
    let clean: String = format!("{code} {words}")
        .split_whitespace()
        .map(|word| if word.contains('@') { "(address)" } else { word })
        .collect::<Vec<_>>()
        .join(" ");
    net::one_line(&clean, LONGEST_TEXT)
}

fn code_name(code: &ResponseCode<'_>) -> Option<&'static str> {
    match code {
        ResponseCode::Alert => Some("[ALERT]"),
        ResponseCode::TryCreate => Some("[TRYCREATE]"),
        ResponseCode::BadCharset(_) => Some("[BADCHARSET]"),
        ResponseCode::Parse => Some("[PARSE]"),
        ResponseCode::ReadOnly => Some("[READ-ONLY]"),
        // The other codes carry data, not reasons; the enum is open.
        _ => None,
    }
}

/// Words of RFC 5530 codes and of providers that mean "later", not "no".
const PASSING: [&str; 10] = [
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "[OVERQUOTA]",
    "[THROTTLED]",
    "TOO MANY",
    "TRY AGAIN",
    "TEMPORAR",
    "AUTHENTICATED BUT NOT CONNECTED",
    "BANDWIDTH LIMIT",
];

/// Codes that settle it: this login will not work (RFC 5530 §3).
const SETTLED: [&str; 6] = [
    "[AUTHENTICATIONFAILED]",
    "[AUTHORIZATIONFAILED]",
    "[EXPIRED]",
    "[PRIVACYREQUIRED]",
    "[CONTACTADMIN]",
    "INVALID CREDENTIALS",
];

/// True if the text says that the trouble will pass.
pub(super) fn is_passing(text: &str) -> bool {
    holds_one_of(text, &PASSING)
}

/// True if the server says that it answers more slowly than it could. Gmail says so in the words of
/// a good reply: "OK Success [THROTTLED]".
pub(super) fn is_throttling(text: &str) -> bool {
    holds_one_of(text, &["[THROTTLED]"])
}

/// Sorts a NO to one of the commands that log in. A fault of the server's own says nothing about
/// the password; elsewhere it may well come from one message, and is not taken for passing.
pub(super) fn login_refused(text: String) -> ImapError {
    let busy = is_passing(&text) || holds_one_of(&text, &["[SERVERBUG]"]);
    if busy && !holds_one_of(&text, &SETTLED) {
        ImapError::Temporary(text)
    } else {
        ImapError::Auth(text)
    }
}

fn holds_one_of(text: &str, words: &[&str]) -> bool {
    let text = text.to_ascii_uppercase();
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn refused_logins_are_told_from_busy_servers() {
        let cases = [
            ("[AUTHENTICATIONFAILED] Authentication failed.", true),
            ("[ALERT] Application-specific password required", true),
            ("LOGIN failed", true),
            ("[UNAVAILABLE] Temporary authentication failure", false),
            ("[LIMIT] Too many simultaneous connections", false),
            ("[INUSE] mailbox is locked", false),
            ("[SERVERBUG] Internal error occurred", false),
            ("[AUTHENTICATIONFAILED] too many failures", true),
        ];
        for (text, refused) in cases {
            assert_eq!(login_refused(text.to_owned()).is_auth(), refused, "{text}");
        }
    }

    #[test]
    fn what_the_server_said_is_shown_without_addresses_and_controls() {
        let outcome = Outcome {
            code: Some(ResponseCode::TryCreate),
            information: Some(Cow::Borrowed("no box\u{7} for jane@example.org here")),
        };
        assert_eq!(spoken(&outcome), "[TRYCREATE] no box for (address) here");
        let long = Outcome { code: None, information: Some(Cow::Owned("x".repeat(5000))) };
        assert_eq!(spoken(&long).len(), LONGEST_TEXT);
    }
}
