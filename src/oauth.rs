//! OAuth 2 (RFC 6749) as a program on the user's own computer uses it (RFC 8252): the user signs in
//! at the provider with a browser, and what the provider grants is kept in a file and renewed.
//!
//! It logs in at no mail server and decides nothing about mail. What to do with a token at a moment
//! (`grant`) and what a browser brings back (`redirect`) are pure.
//! Surprising: nothing is kept in memory. The file is read each time, so a service that runs sees
//! at once that the user has signed in again.

mod endpoint;
mod grant;
mod http;
mod redirect;
mod sign_in;
mod token_file;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::config::{ConfigError, OAuth2};

pub use sign_in::SignIn;

use endpoint::TokenEndpoint;
use grant::{Decision, Grant, Owner};
use token_file::TokenFile;

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("nobody has signed in yet ({} is not there); run `afterword login`", .0.display())]
    NotSignedIn(PathBuf),
    #[error(
        "{} was made for another user name, client id or provider; run `afterword login` again",
        .0.display()
    )]
    OtherOwner(PathBuf),
    /// The refresh token serves no more.
    #[error(
        "the provider does not renew the sign-in any more ({0}): it was taken back or has ended; \
         run `afterword login` again"
    )]
    Ended(String),
    /// The program itself is not accepted.
    #[error(
        "the provider does not accept this program ({0}); look at client_id, client secret and \
         scopes in [mail.oauth2]"
    )]
    NotAccepted(String),
    /// In the browser the user said no, or the provider did.
    #[error("the provider did not let you in: {0}")]
    Denied(String),
    #[error(
        "the provider granted nothing that can be renewed; in [mail.oauth2], scopes has to ask for \
         lasting access (mostly offline_access)"
    )]
    NothingLasting,
    #[error("nobody came back from the browser in time; nothing was changed")]
    TooLate,
    #[error("no port of 127.0.0.1 can be opened: {0}")]
    NoPort(std::io::Error),
    #[error("{host} cannot be reached: {cause}")]
    Unreachable { host: String, port: u16, cause: String },
    /// The token file, or the way to the client secret.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The disk is full, or nothing may be written there. It passes.
    #[error("what the provider grants cannot be kept: {0}")]
    NotKept(String),
    #[error("the program was stopped while it renewed the sign-in")]
    Stopped,
}

/// What opens the mailbox, for as long as the provider renews it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tokens(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    config: OAuth2,
    owner: Owner,
    endpoint: TokenEndpoint,
    file: TokenFile,
}

impl Tokens {
    /// Fetches the client secret and looks at the token file. Connects to nothing.
    ///
    /// # Errors
    /// If there is no way to the secret, or others may read the token file. A file that is not
    /// there is no error here: the user may still sign in.
    pub fn open(config: &OAuth2, username: &str) -> Result<Self, ConfigError> {
        let tokens = Self::for_sign_in(config, username)?;
        tokens.0.file.check()?;
        if let Err(error) = tokens.0.file.tidy() {
            tracing::warn!("what a renewal left behind stays there: {error}");
        }
        Ok(tokens)
    }

    /// The same for a sign-in that puts a new token file in the place of an older one.
    ///
    /// # Errors
    /// If there is no way to the client secret.
    pub fn for_sign_in(config: &OAuth2, username: &str) -> Result<Self, ConfigError> {
        let secret = config.client_secret()?;
        Ok(Self(Arc::new(Kept {
            owner: Owner::new(username, config),
            endpoint: TokenEndpoint::new(config, secret),
            file: TokenFile::new(config),
            config: config.clone(),
        })))
    }

    /// By this, refusals of one login are told from those of another: it is another one after each
    /// sign-in and with another client secret. Renewals keep it.
    #[must_use]
    pub fn identity(&self) -> SecretString {
        let sign_in = self.0.read().map(|grant| grant.sign_in).unwrap_or_default();
        format!("{sign_in} {}", self.0.endpoint.client_secret()).into()
    }

    /// A token that serves now; it is renewed if it is about to end.
    ///
    /// # Errors
    /// Every variant but those of signing in.
    pub async fn access_token(&self, now: DateTime<Utc>) -> Result<SecretString, TokenError> {
        // Without a refusal there is one.
        self.obtain(now, None).await?.ok_or(TokenError::Stopped)
    }

    /// Another token than the one a server has just refused. `None` if that one is so fresh that
    /// another would be refused as well.
    ///
    /// # Errors
    /// As `access_token`.
    pub async fn another_token(
        &self,
        now: DateTime<Utc>,
        refused: &SecretString,
    ) -> Result<Option<SecretString>, TokenError> {
        self.obtain(now, Some(refused)).await
    }

    async fn obtain(
        &self,
        now: DateTime<Utc>,
        refused: Option<&SecretString>,
    ) -> Result<Option<SecretString>, TokenError> {
        let grant = self.0.read()?;
        match grant.decide(now, refused) {
            Decision::Use => Ok(Some(grant.access_token)),
            Decision::GiveUp => Ok(None),
            Decision::Renew => {
                let (kept, refused) = (Arc::clone(&self.0), refused.cloned());
                let renewing = move || kept.renew(now, refused.as_ref());
                tokio::task::spawn_blocking(renewing).await.map_err(|_| TokenError::Stopped)?
            }
        }
    }

    /// Begins to sign in anew: what follows happens in the user's browser.
    ///
    /// # Errors
    /// `NoPort`; `Config` if something else lies where what is granted is to be kept.
    pub async fn begin_sign_in(&self) -> Result<SignIn, TokenError> {
        SignIn::begin(self.clone()).await
    }
}

impl Kept {
    fn read(&self) -> Result<Grant, TokenError> {
        let grant = self.file.read()?;
        if grant.owner == self.owner {
            Ok(grant)
        } else {
            Err(TokenError::OtherOwner(self.file.path().to_owned()))
        }
    }

    /// Of several programs and connections that want to renew, one does; the others find what it
    /// got. Providers may give a new refresh token each time and forget the old one.
    fn renew(
        &self,
        now: DateTime<Utc>,
        refused: Option<&SecretString>,
    ) -> Result<Option<SecretString>, TokenError> {
        let _lock = self.file.lock()?;
        let grant = self.read()?;
        match grant.decide(now, refused) {
            Decision::Use => Ok(Some(grant.access_token)),
            Decision::GiveUp => Ok(None),
            Decision::Renew => {
                let room = self.file.make_room(&grant)?;
                let renewed = grant.renewed(self.endpoint.renew(&grant.refresh_token)?, now);
                self.file.write(room, &renewed)?;
                tracing::debug!("the sign-in at the provider was renewed");
                Ok(Some(renewed.access_token))
            }
        }
    }
}
