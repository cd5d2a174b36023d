//! Why a command ends without success, in one sentence and one exit code.

use std::fmt;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::service::{InAccount, PassError};

/// A failure that is shown to a person.
#[derive(Debug)]
pub enum Failure {
    /// Wrong usage; the text says what to do.
    Usage(String),
    Config(ConfigError),
    /// A login was refused to somebody who signs in with a browser.
    SignIn(anyhow::Error),
    /// Ctrl-C, where the program has to put something in order before it ends.
    Interrupted,
    Other(anyhow::Error),
}

/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

impl Failure {
    /// Where there is no password, a refused login wants other advice. `signs_in` tells it of an
    /// error that names no account.
    #[must_use]
    pub fn of_sign_in(self, signs_in: bool) -> Self {
        match self {
            Self::Other(error) if PassError::of(&error) == PassError::LoginRefused => {
                let named = error.downcast_ref::<InAccount>();
                let signs_in = named.map_or(signs_in, |account| account.signs_in);
                if signs_in { Self::SignIn(error) } else { Self::Other(error) }
            }
            other => other,
        }
    }

    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) | Self::Config(_) => 2,
            Self::SignIn(_) => 3,
            Self::Interrupted => INTERRUPTED,
            Self::Other(error) => match PassError::of(error) {
                PassError::LoginRefused | PassError::Unreachable => 3,
                PassError::Store => 2,
                PassError::Other if error.downcast_ref::<ConfigError>().is_some() => 2,
                PassError::Other => 1,
            },
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Config(error) => write!(f, "{error}"),
            Self::SignIn(error) => write!(
                f,
                "{error:#}\nSign in with `afterword login`, as the user that username in [mail] \
                 names, and allow reading and sending mail."
            ),
            Self::Interrupted => f.write_str("stopped"),
            Self::Other(error) => {
                write!(f, "{error:#}")?;
                match PassError::of(error) {
                    PassError::LoginRefused => f.write_str(
                        "\nCheck username and password. Gmail, Fastmail, iCloud and Yahoo want an \
                         app password: for Gmail see https://myaccount.google.com/apppasswords",
                    ),
                    PassError::Unreachable => f.write_str(
                        "\nCheck the host and port in the configuration, the network, and (for a \
                         server of your own) ca_file.",
                    ),
                    PassError::Store | PassError::Other => Ok(()),
                }
            }
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}
