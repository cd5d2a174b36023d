//! How the service gets in at both servers of an account: with the password it began with, or with
//! an access token (`[mail.oauth2]`) that is renewed before it ends, and once more if a server
//! refuses it. Each account has its own.
//!
//! The surprising fact: a provider that does not renew what it granted counts as a refused login.
//! So the service leaves it alone after two refusals, until the user has signed in again or the client
//! secret is another one.

use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

use crate::clock::Clock;
use crate::config::{self, Access, ConfigError};
use crate::domain::ids::AccountId;
use crate::imap::{self, ImapError, Session};
use crate::net::{Credential, Endpoint, NetError};
use crate::oauth::{TokenError, Tokens};
use crate::smtp::{self, Outcome, Phase, Submission};

use super::login_memory::{KnownLogin, login_hash};
use super::{Service, endpoint};

/// What opens the mailbox.
#[derive(Clone)]
enum Key {
    Password(SecretString),
    Tokens(Tokens),
}

/// The key of an account: fetched at the start or, if it could not be had then, when it is needed.
/// Cheap to clone.
#[derive(Clone)]
pub(super) struct KeyHolder {
    of: Arc<config::MailAccount>,
    key: Arc<OnceLock<Key>>,
}

/// The way into one account: both its servers, and what opens them.
pub(super) struct Way {
    pub account: AccountId,
    username: Arc<str>,
    reading: Arc<Endpoint>,
    /// `None` in a dry run: then there is no way to send anything.
    pub outlet: Option<Outlet>,
    /// Names of both servers and of the user.
    names: [String; 3],
    key: KeyHolder,
}

/// The way to the server for reading. Cheap to clone: a reader keeps it, to connect again.
#[derive(Clone)]
pub(super) struct Door {
    pub account: AccountId,
    endpoint: Arc<Endpoint>,
    username: Arc<str>,
    key: KeyHolder,
    clock: Clock,
}

/// The way to the server for sending.
pub(super) struct Outlet {
    pub endpoint: Endpoint,
    pub deadlines: smtp::Deadlines,
}

impl Key {
    /// Fetches what the configuration names. Connects to nothing.
    fn of(account: &config::MailAccount) -> Result<Self, ConfigError> {
        Ok(match &account.access {
            Access::Password(source) => Self::Password(source.fetch()?),
            Access::OAuth2(oauth2) => Self::Tokens(Tokens::open(oauth2, &account.login.username)?),
        })
    }

    /// By this, refusals of one login are told from those of another.
    fn identity(&self) -> SecretString {
        match self {
            Self::Password(password) => password.clone(),
            Self::Tokens(tokens) => tokens.identity(),
        }
    }

    /// What a server is shown.
    async fn credential(&self, clock: Clock) -> Result<Credential, TokenError> {
        Ok(match self {
            Self::Password(password) => Credential::Password(password.clone()),
            Self::Tokens(tokens) => {
                Credential::AccessToken(tokens.access_token(clock.now()).await?)
            }
        })
    }

    /// What it is shown after it has refused that; `None` if there is nothing better.
    async fn another(
        &self,
        clock: Clock,
        refused: &Credential,
    ) -> Result<Option<Credential>, TokenError> {
        let (Self::Tokens(tokens), Credential::AccessToken(refused)) = (self, refused) else {
            return Ok(None);
        };
        let another = tokens.another_token(clock.now(), refused).await?;
        Ok(another.map(Credential::AccessToken))
    }
}

impl KeyHolder {
    pub(super) fn new(account: config::MailAccount) -> Self {
        Self { of: Arc::new(account), key: Arc::default() }
    }

    fn fetch(&self) -> Result<&Key, ConfigError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = Key::of(&self.of)?;
        Ok(self.key.get_or_init(|| key))
    }

    async fn key(&self) -> Result<Key, TokenError> {
        if let Some(key) = self.key.get() {
            return Ok(key.clone());
        }
        let holder = self.clone();
        let fetched = tokio::task::spawn_blocking(move || holder.fetch().cloned()).await;
        Ok(fetched.map_err(|_| TokenError::Stopped)??)
    }

    /// A key that could not be had is told from every other.
    fn identity(&self) -> SecretString {
        self.key.get().map_or_else(|| "".into(), Key::identity)
    }
}

/// Fetches what opens each account. One whose key cannot be had is as one that refuses the login;
/// an error if there is no other.
pub(super) fn fetch_keys(holders: &[KeyHolder]) -> Result<(), ConfigError> {
    let failed: Vec<ConfigError> = holders.iter().filter_map(|it| it.fetch().err()).collect();
    let all_failed = failed.len() == holders.len();
    failed.into_iter().next().filter(|_| all_failed).map_or(Ok(()), Err)
}

impl Door {
    /// Connects and logs in.
    pub(super) async fn session(&self) -> Result<Session, ImapError> {
        let key = self.key.key().await.map_err(not_read)?;
        let shown = key.credential(self.clock).await.map_err(not_read)?;
        let refused = match self.session_by(shown.clone()).await {
            Err(error) if error.is_auth() => error,
            settled => return settled,
        };
        match key.another(self.clock, &shown).await.map_err(not_read)? {
            Some(another) => self.session_by(another).await,
            None => Err(refused),
        }
    }

    async fn session_by(&self, credential: Credential) -> Result<Session, ImapError> {
        let endpoint = Endpoint::clone(&self.endpoint);
        let username = self.username.to_string();
        let login = imap::Login { endpoint, username, credential };
        Session::connect(&login, &imap::Deadlines::default()).await
    }
}

impl Way {
    pub(super) fn new(account: AccountId, known: &config::MailAccount, key: KeyHolder) -> Self {
        let (imap, smtp) = (&known.imap.server, &known.smtp.server);
        let username = &known.login.username;
        let deadlines = smtp::Deadlines::default();
        Self {
            account,
            username: username.as_str().into(),
            reading: Arc::new(endpoint(imap)),
            outlet: Some(Outlet { endpoint: endpoint(smtp), deadlines }),
            names: [imap.host.clone(), smtp.host.clone(), username.clone()],
            key,
        }
    }

    fn submission(&self, outlet: &Outlet, credential: Credential) -> Submission {
        let (endpoint, username) = (outlet.endpoint.clone(), self.username.to_string());
        Submission::new(smtp::Login { endpoint, username, credential }, outlet.deadlines)
    }
}

impl Service {
    pub(super) fn door(&self, way: &Way) -> Door {
        Door {
            account: way.account,
            endpoint: Arc::clone(&way.reading),
            username: Arc::clone(&way.username),
            key: way.key.clone(),
            clock: self.record.clock,
        }
    }

    /// By this, refusals of the same login are counted. After a new sign-in it is another one.
    pub(super) fn login(&self, way: &Way) -> KnownLogin {
        let names = way.names.each_ref().map(String::as_str);
        let hash = login_hash(&self.record.mark_key, names, &way.key.identity());
        KnownLogin { account: way.account, hash }
    }

    /// Goes a way to the server for sending, and once more if it refuses a token.
    pub(super) async fn submit<T>(
        &self,
        way: &Way,
        outlet: &Outlet,
        go: impl AsyncFn(Submission) -> Result<T, Outcome>,
    ) -> Result<T, Outcome> {
        let clock = self.record.clock;
        let key = way.key.key().await.map_err(not_sent)?;
        let shown = key.credential(clock).await.map_err(not_sent)?;
        let refused = match go(way.submission(outlet, shown.clone())).await {
            Err(outcome @ Outcome::Deferred { login_refused: true, .. }) => outcome,
            settled => return settled,
        };
        match key.another(clock, &shown).await.map_err(not_sent)? {
            Some(another) => go(way.submission(outlet, another)).await,
            None => Err(refused),
        }
    }
}

/// What ends the wait after refused logins before its time.
pub(super) fn remedy(access: &Access) -> &'static str {
    match access {
        Access::Password(_) => "when the configuration has changed",
        Access::OAuth2(_) => {
            "when you have signed in again with `afterword login` or mended the client secret"
        }
    }
}

/// Without a token nothing is read.
fn not_read(error: TokenError) -> ImapError {
    match error {
        TokenError::Unreachable { host, port, cause } => {
            ImapError::Net(NetError::Unreachable { host, port, cause })
        }
        TokenError::NotKept(_) | TokenError::Stopped => ImapError::Gone(error.to_string()),
        TokenError::NotSignedIn(_)
        | TokenError::OtherOwner(_)
        | TokenError::Ended(_)
        | TokenError::NotAccepted(_)
        | TokenError::Denied(_)
        | TokenError::NothingLasting
        | TokenError::TooLate
        | TokenError::NoPort(_)
        | TokenError::Config(_) => ImapError::Auth(error.to_string()),
    }
}

/// Without a token nothing is handed in.
fn not_sent(error: TokenError) -> Outcome {
    let answer = error.to_string();
    let (phase, login_refused) = match not_read(error) {
        ImapError::Auth(_) => (Phase::Login, true),
        ImapError::Net(_)
        | ImapError::Gone(_)
        | ImapError::Temporary(_)
        | ImapError::Protocol(_)
        | ImapError::No { .. }
        | ImapError::Unsendable(_) => (Phase::Connect, false),
    };
    Outcome::Deferred { phase, code: None, answer, login_refused }
}
