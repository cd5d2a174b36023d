//! What became of a message, and how an answer of the server turns into that. No I/O.
//!
//! | when | answer | outcome |
//! |---|---|---|
//! | before MAIL | anything but yes | Deferred |
//! | MAIL, RCPT, DATA | 5xx | Refused; Deferred if the sender's quota is used up |
//! | MAIL, RCPT, DATA | 4xx, nothing, nonsense | Deferred |
//! | after the body | exactly 250 | Accepted |
//! | after the body | 5xx | Refused |
//! | after the body | 4xx but 421 | Deferred in phase Body: look for the message before a repeat |
//! | after the body | 421, nothing, nonsense, 3xx, another 2xx | Unknown: never repeat |

use std::fmt;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::quota::is_about_quota;
use crate::net::{self, NetError};

/// How far a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Connect,
    Tls,
    Greeting,
    Login,
    Mail,
    Rcpt,
    Data,
    /// The first byte of the body has left.
    Body,
}

impl Phase {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Greeting => "greeting",
            Self::Login => "login",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
        }
    }
}

/// What became of a message. `answer` is the server's text (or ours if it said nothing): one
/// line of at most 300 characters. It may hold addresses, so it belongs into the ledger and not
/// into the log; `Display` is what the log may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the message over.
    Accepted { answer: String },
    /// The server will never take it.
    Refused { phase: Phase, code: u16, answer: String },
    /// Not taken; a later try is safe (in phase `Body` only after a look for the message).
    Deferred { phase: Phase, code: Option<u16>, answer: String, login_refused: bool },
    /// It may or may not have been taken.
    Unknown { phase: Phase, cause: String },
}

impl Outcome {
    /// What the server said if it took nothing because too much was sent already.
    #[must_use]
    pub fn quota(&self) -> Option<&str> {
        match self {
            Self::Deferred { code: Some(code), answer, .. }
            | Self::Refused { code, answer, .. } => {
                is_about_quota(*code, answer).then_some(answer.as_str())
            }
            Self::Deferred { code: None, .. } | Self::Accepted { .. } | Self::Unknown { .. } => {
                None
            }
        }
    }

    pub(super) fn not_connected(error: NetError) -> Self {
        let phase = match error {
            NetError::Unreachable { .. } => Phase::Connect,
            NetError::Tls { .. } | NetError::CaFile { .. } => Phase::Tls,
        };
        let answer = one_line(&error.to_string());
        Self::Deferred { phase, code: None, answer, login_refused: false }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { .. } => f.write_str("accepted"),
            Self::Refused { phase, code, .. } => {
                write!(f, "refused with {code} in phase {}", phase.as_str())
            }
            Self::Deferred { phase, code: Some(code), .. } => {
                write!(f, "deferred with {code} in phase {}", phase.as_str())
            }
            // Words of this computer, not of a server.
            Self::Deferred { phase: Phase::Connect | Phase::Tls, code: None, answer, .. } => {
                f.write_str(answer)
            }
            Self::Deferred { phase, code: None, .. } => {
                write!(f, "deferred without an answer in phase {}", phase.as_str())
            }
            Self::Unknown { phase, .. } => write!(f, "unknown in phase {}", phase.as_str()),
        }
    }
}

/// What was heard after a line of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Reply {
        code: u16,
        text: String,
    },
    /// No answer in time, no connection, or no SMTP.
    Nothing {
        cause: String,
    },
}

impl From<Result<Response, Error>> for Heard {
    fn from(answer: Result<Response, Error>) -> Self {
        match answer {
            Ok(response) => {
                let text = response.message().collect::<Vec<_>>().join(" ");
                Self::Reply { code: response.code().into(), text: one_line(&text) }
            }
            Err(error) => match error.status() {
                Some(code) => {
                    let text = std::error::Error::source(&error)
                        .map_or_else(String::new, ToString::to_string);
                    Self::Reply { code: code.into(), text: one_line(&text) }
                }
                None => Self::Nothing { cause: one_line(&error.to_string()) },
            },
        }
    }
}

impl Heard {
    /// A server that repeats what it was told must not get the secret into our log or the record.
    pub(super) fn without(self, secret: &str) -> Self {
        let safe = |words: String| {
            if net::repeats(&words, secret) { "(no reason)".to_owned() } else { words }
        };
        match self {
            Self::Reply { code, text } => Self::Reply { code, text: safe(text) },
            Self::Nothing { cause } => Self::Nothing { cause: safe(cause) },
        }
    }
}

/// Judges an answer heard before the body.
pub(super) fn before_body(
    phase: Phase,
    heard: Heard,
    wanted: impl Fn(u16) -> bool,
) -> Result<(), Outcome> {
    match heard {
        Heard::Reply { code, .. } if wanted(code) => Ok(()),
        other => Err(stopped(phase, other)),
    }
}

/// What it means that the way to the body ended in this phase.
pub(super) fn stopped(phase: Phase, heard: Heard) -> Outcome {
    match heard {
        Heard::Reply { code, text } => {
            let permanent = (500..600).contains(&code);
            let about_the_message = matches!(phase, Phase::Mail | Phase::Rcpt | Phase::Data);
            if permanent && about_the_message && !is_about_quota(code, &text) {
                return Outcome::Refused { phase, code, answer: text };
            }
            let quota = is_about_quota(code, &text);
            let login_refused = permanent && phase == Phase::Login && !quota;
            Outcome::Deferred { phase, code: Some(code), answer: text, login_refused }
        }
        Heard::Nothing { cause } => {
            Outcome::Deferred { phase, code: None, answer: cause, login_refused: false }
        }
    }
}

/// Judges what was heard after the first byte of the body.
pub(super) fn after_body(heard: Heard) -> Outcome {
    let phase = Phase::Body;
    match heard {
        Heard::Reply { code: 250, text } => Outcome::Accepted { answer: text },
        Heard::Reply { code, text } if (500..600).contains(&code) => {
            Outcome::Refused { phase, code, answer: text }
        }
        Heard::Reply { code, text } if (400..500).contains(&code) && code != 421 => {
            Outcome::Deferred { phase, code: Some(code), answer: text, login_refused: false }
        }
        Heard::Reply { code, text } => {
            Outcome::Unknown { phase, cause: one_line(&format!("{code} {text}")) }
        }
        Heard::Nothing { cause } => Outcome::Unknown { phase, cause },
    }
}

/// At most 300 characters.
fn one_line(text: &str) -> String {
    net::one_line(text, 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> Heard {
        Heard::Reply { code, text: "text".to_owned() }
    }

    fn nothing() -> Heard {
        Heard::Nothing { cause: "silence".to_owned() }
    }

    #[test]
    fn before_mail_everything_may_be_tried_again() {
        for phase in [Phase::Greeting, Phase::Login] {
            for heard in [reply(421), reply(535), reply(554), reply(354), nothing()] {
                let outcome = before_body(phase, heard, |code| code == 220).unwrap_err();
                assert!(matches!(outcome, Outcome::Deferred { .. }), "{phase:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn only_a_permanent_no_to_the_login_is_a_refused_login() {
        let cases =
            [(reply(535), true), (reply(534), true), (reply(454), false), (nothing(), false)];
        for (heard, expected) in cases {
            let outcome = before_body(Phase::Login, heard, |code| code == 235).unwrap_err();
            assert!(
                matches!(outcome, Outcome::Deferred { login_refused, .. } if login_refused == expected),
                "{outcome:?}"
            );
        }
    }

    #[test]
    fn a_permanent_no_to_the_message_is_final_and_a_temporary_one_is_not() {
        for phase in [Phase::Mail, Phase::Rcpt, Phase::Data] {
            let outcome = |heard| before_body(phase, heard, |code| code == 354).unwrap_err();
            assert!(matches!(outcome(reply(550)), Outcome::Refused { code: 550, .. }));
            for heard in [reply(450), reply(421), reply(250), reply(334), nothing()] {
                assert!(matches!(outcome(heard), Outcome::Deferred { .. }), "{phase:?}");
            }
        }
    }

    #[test]
    fn after_the_body_only_250_is_yes_and_silence_is_no_answer() {
        assert!(matches!(after_body(reply(250)), Outcome::Accepted { .. }));
        assert!(matches!(after_body(reply(554)), Outcome::Refused { code: 554, .. }));
        assert!(matches!(after_body(reply(451)), Outcome::Deferred { phase: Phase::Body, .. }));
        for heard in [reply(421), reply(354), reply(220), reply(251), nothing()] {
            assert!(matches!(after_body(heard.clone()), Outcome::Unknown { .. }), "{heard:?}");
        }
    }

    #[test]
    fn texts_of_servers_are_short_and_harmless() {
        assert_eq!(one_line("a\x1b[31m\r\n\u{202E}b\0c"), "a [31m b c");
        assert_eq!(one_line(&"é".repeat(1000)).chars().count(), 300);
    }

    #[test]
    fn the_log_never_shows_what_the_server_said() {
        let answer = "<anna@acme.example> unknown".to_owned();
        let refused = Outcome::Refused { phase: Phase::Rcpt, code: 550, answer };
        assert_eq!(refused.to_string(), "refused with 550 in phase rcpt");
    }
}
