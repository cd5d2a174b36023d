//! Why a pass did not finish, in the few kinds that the outside has to tell apart.
//!
//! The surprising fact: it is found in the causes of an error, whoever has put which words around
//! them, so that an error may name the account it happened in.

use crate::imap::ImapError;
use crate::net::NetError;
use crate::oauth::TokenError;
use crate::service::login_memory::LoginLeftAlone;
use crate::smtp::Outcome;
use crate::store::StoreError;

/// The submission server did not let us in, or did not take a mail to the user.
#[derive(Debug, thiserror::Error)]
#[error("the mail server for sending: {0}")]
pub(in crate::service) struct NotTaken(pub Outcome);

/// Why a pass did not finish, as far as the outside has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassError {
    LoginRefused,
    /// Not reachable, or no secure connection.
    Unreachable,
    /// Another one works on this database, it belongs to another account or another version, or the
    /// token file cannot be used.
    Store,
    Other,
}

impl PassError {
    /// What kind of failure an error of this service is.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        for cause in error.chain() {
            if let Some(imap) = cause.downcast_ref::<ImapError>() {
                return match imap {
                    ImapError::Net(_) | ImapError::Gone(_) | ImapError::Temporary(_) => {
                        Self::Unreachable
                    }
                    ImapError::Auth(_) => Self::LoginRefused,
                    ImapError::Protocol(_) | ImapError::No { .. } | ImapError::Unsendable(_) => {
                        Self::Other
                    }
                };
            }
            if let Some(token) = cause.downcast_ref::<TokenError>() {
                return Self::of_sign_in(token);
            }
            if let Some(NotTaken(outcome)) = cause.downcast_ref::<NotTaken>() {
                return match outcome {
                    Outcome::Deferred { login_refused: true, .. } => Self::LoginRefused,
                    Outcome::Accepted { .. }
                    | Outcome::Refused { .. }
                    | Outcome::Deferred { .. }
                    | Outcome::Unknown { .. } => Self::Unreachable,
                };
            }
            if cause.downcast_ref::<LoginLeftAlone>().is_some() {
                return Self::LoginRefused;
            }
            if cause.downcast_ref::<NetError>().is_some() {
                return Self::Unreachable;
            }
            if let Some(
                StoreError::LockedByAnother(_)
                | StoreError::OtherAccount
                | StoreError::NewerSchema { .. }
                | StoreError::Migration(_),
            ) = cause.downcast_ref::<StoreError>()
            {
                return Self::Store;
            }
        }
        Self::Other
    }

    /// What kind of failure it is that somebody could not sign in.
    fn of_sign_in(error: &TokenError) -> Self {
        match error {
            TokenError::Unreachable { .. } => Self::Unreachable,
            TokenError::NotSignedIn(_)
            | TokenError::OtherOwner(_)
            | TokenError::Ended(_)
            | TokenError::NotAccepted(_)
            | TokenError::Denied(_)
            | TokenError::NothingLasting => Self::LoginRefused,
            TokenError::Config(_) => Self::Store,
            TokenError::TooLate
            | TokenError::NoPort(_)
            | TokenError::NotKept(_)
            | TokenError::Stopped => Self::Other,
        }
    }
}
