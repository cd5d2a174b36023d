//! Refused logins, counted for both servers together (they look at the same password): after two
//! this account is left alone for six hours, or until the configuration changes. Mail cannot tell
//! the user; the log, `status` and the exit code do.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::domain::ids::AccountId;
use crate::imap::ImapError;
use crate::smtp::Outcome;
use crate::store::{LoginAt, RefusedLogins, Tx};

use super::run::NotTaken;
use super::view::Local;
use super::{Record, Service};

/// Refusals after which a login is not tried again for a while.
const REFUSALS: u32 = 2;
/// How long it is not tried then.
const LEFT_ALONE: TimeDelta = TimeDelta::hours(6);

/// Connections log in one beside the other: what refuses them within this time is one refusal.
const ONE_MOMENT: TimeDelta = TimeDelta::minutes(1);

/// A login that was refused too often, and is not tried now.
#[derive(Debug, thiserror::Error)]
#[error(
    "the login was refused before; to keep the account from being locked it is not tried again \
     before {until}, or {unless}"
)]
pub(super) struct LoginLeftAlone {
    until: String,
    unless: &'static str,
}

/// A login at one account. With another password, or after a new sign-in, it is another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownLogin {
    pub account: AccountId,
    pub hash: [u8; 32],
}

/// What is known about a login, without the login: with another password it is another one.
/// `names` are those of both servers and of the user.
pub(super) fn login_hash(key: &[u8; 32], names: [&str; 3], secret: &SecretString) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(key);
    for part in names.into_iter().chain([secret.expose_secret()]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// Until when a server is not asked. One that has not refused anything itself is still asked.
fn left_alone_until(refused: &[RefusedLogins], at: LoginAt) -> Option<DateTime<Utc>> {
    let total: u32 = refused.iter().map(|it| it.times).sum();
    let here = refused.iter().any(|it| it.at == at);
    let last = refused.iter().map(|it| it.last_at).max()?;
    (here && total >= REFUSALS).then(|| last + LEFT_ALONE)
}

/// At which server a login was refused, if that is what went wrong.
fn refused_at(error: &anyhow::Error) -> Option<LoginAt> {
    error.chain().find_map(|cause| match cause.downcast_ref::<ImapError>() {
        Some(ImapError::Auth(_)) => Some(LoginAt::Reading),
        _ => match cause.downcast_ref::<NotTaken>() {
            Some(NotTaken(Outcome::Deferred { login_refused: true, .. })) => Some(LoginAt::Sending),
            _ => None,
        },
    })
}

impl Service {
    /// Counts a refusal that a connection for reading met beside a pass. A connection that works
    /// says nothing of the login now: it may be an old one.
    pub(super) async fn count_refusal<T>(
        &self,
        account: AccountId,
        result: &anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        let Some(at) = result.as_ref().err().and_then(refused_at) else { return Ok(()) };
        let login = self.login(self.way(account)?);
        let now = self.record.clock.now();
        // Asked and counted in one, because two connections may be refused at once.
        let mut tx = self.record.store.begin().await.context("Count a login")?;
        let known = tx.refused_logins(account, &login.hash).await?;
        let counted = |it: &RefusedLogins| (now - it.last_at).abs() < ONE_MOMENT;
        if !known.iter().any(counted) {
            tx.note_refused_login(account, at, &login.hash, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Record {
    /// An error if the login must not be tried at this server now.
    pub(super) async fn may_log_in(&self, login: &KnownLogin, at: LoginAt) -> anyhow::Result<()> {
        match self.held_until(login, at).await? {
            Some(until) => {
                let unless = self.accounts.get(login.account)?.remedy;
                Err(LoginLeftAlone { until, unless }.into())
            }
            None => Ok(()),
        }
    }

    /// Whether the server for reading has refused a login since it last accepted one.
    pub(super) async fn was_refused(&self, login: &KnownLogin) -> anyhow::Result<bool> {
        let mut tx = self.store.snapshot().await?;
        let refused = tx.refused_logins(login.account, &login.hash).await?;
        Ok(refused.iter().any(|it| it.at == LoginAt::Reading))
    }

    /// Until when the service does not try this login at this server, in the user's time; `None`
    /// if it does.
    pub(super) async fn held_until(
        &self,
        login: &KnownLogin,
        at: LoginAt,
    ) -> anyhow::Result<Option<String>> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let refused = tx.refused_logins(login.account, &login.hash).await?;
        let until = left_alone_until(&refused, at).filter(|until| now < *until);
        Ok(until.map(|until| self.clock_words(until)))
    }

    /// Until when a login is not tried at one of the servers of an account, for whoever shows it.
    /// It needs no password, so another one in the configuration shows only after the next pass.
    pub(super) async fn login_left_alone_until(
        &self,
        tx: &mut Tx,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Local>> {
        let refused = tx.last_refused_logins(account).await?;
        let servers = [LoginAt::Reading, LoginAt::Sending].into_iter();
        let until = servers.filter_map(|at| left_alone_until(&refused, at)).max();
        Ok(until.filter(|until| now < *until).map(|until| self.local(until)))
    }

    /// Counts what became of a login at one server.
    pub(super) async fn count_login<T>(
        &self,
        login: &KnownLogin,
        at: LoginAt,
        result: &anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        if result.is_err() {
            return self.count_if_refused(login, result).await;
        }
        let mut tx = self.store.begin().await.context("Count a login")?;
        tx.login_accepted(login.account, at).await?;
        tx.forget_other_logins(login.account, &login.hash).await?;
        Ok(tx.commit().await?)
    }

    /// Counts a refusal, if that is what went wrong. Where nothing was handed in there may have been
    /// no login; so one that was accepted for sending is noted where something is handed over.
    pub(super) async fn count_if_refused<T>(
        &self,
        login: &KnownLogin,
        result: &anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        let Some(at) = result.as_ref().err().and_then(refused_at) else { return Ok(()) };
        let mut tx = self.store.begin().await.context("Count a login")?;
        tx.note_refused_login(login.account, at, &login.hash, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_refusals_at_both_servers_together_are_enough_and_a_server_that_refused_none_is_asked() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let refused = |at, times| RefusedLogins { at, times, last_at: now };
        let (reading, sending) = (LoginAt::Reading, LoginAt::Sending);
        let cases = [
            (vec![], reading, false),
            (vec![refused(reading, 1)], reading, false),
            (vec![refused(reading, 2)], reading, true),
            (vec![refused(reading, 2)], sending, false),
            (vec![refused(reading, 1), refused(sending, 1)], reading, true),
            (vec![refused(reading, 1), refused(sending, 1)], sending, true),
            (vec![refused(sending, 3)], reading, false),
        ];
        for (known, at, expected) in cases {
            let until = left_alone_until(&known, at);
            assert_eq!(until, expected.then(|| now + LEFT_ALONE), "{known:?} {at:?}");
        }
    }
}
