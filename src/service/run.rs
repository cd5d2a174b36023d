//! One pass, and the loop around it. The loop sleeps at most a minute at a time and looks at the
//! wall clock again, because timers stand still while a laptop sleeps.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::domain::ids::AccountId;
use crate::imap::ImapError;
use crate::net::NetError;
use crate::smtp::Outcome;
use crate::store::{LoginAt, StoreError};

use super::Service;
use super::backoff::{Backoff, Rests};
use super::ears::Ears;
use super::login_memory::LoginLeftAlone;
use super::watch::{Looked, Watched};

/// The shortest time between two passes, whatever the server announces.
const BREATH: Duration = Duration::from_secs(1);
/// How long after a refused login it is tried again, if at all.
const AFTER_REFUSED_LOGIN: TimeDelta = TimeDelta::minutes(10);
/// How long the wall clock is left unlooked at.
const TICK: Duration = Duration::from_secs(60);
/// How long the connections that listen may take to come to rest.
const TO_REST: Duration = Duration::from_secs(2);

/// The submission server did not take a mail to the user.
#[derive(Debug, thiserror::Error)]
#[error("the mail server for sending did not take a message: {0}")]
pub(super) struct NotTaken(pub Outcome);

/// Why a pass did not finish, as far as the outside has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassError {
    LoginRefused,
    /// Not reachable, or no secure connection.
    Unreachable,
    /// Another one works on this database, or it belongs to another account.
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
            if let Some(StoreError::LockedByAnother(_) | StoreError::OtherAccount) =
                cause.downcast_ref::<StoreError>()
            {
                return Self::Store;
            }
        }
        Self::Other
    }
}

/// What a pass came to.
struct Passed {
    /// What was seen in the accounts that could be read; `None` if none could.
    watched: Option<Watched>,
    /// Those accounts.
    read: BTreeSet<AccountId>,
    /// Accounts that could not be read, and why.
    failed: Vec<(AccountId, anyhow::Error)>,
    /// Whether all that followed from it could be done.
    acted: anyhow::Result<()>,
}

impl Service {
    /// Exactly one full pass: read, obey, decide, ask, send what is approved and due, mail. An
    /// account that cannot be read is an error, after everything else was done.
    pub async fn pass(&mut self) -> anyhow::Result<Watched> {
        let Passed { watched, failed, acted, .. } = self.read_and_act(&BTreeSet::new()).await?;
        if let Some((_, error)) = failed.into_iter().next() {
            return Err(error);
        }
        acted?;
        watched.context("A pass reads an account")
    }

    /// A pass over the accounts that do not rest after a failure.
    async fn read_and_act(&mut self, resting: &BTreeSet<AccountId>) -> anyhow::Result<Passed> {
        let (awake, mut failed) = self.to_be_read(resting).await?;
        if awake.is_empty() {
            return Ok(Passed { watched: None, read: awake, failed, acted: Ok(()) });
        }
        self.record.recover().await?;
        let mut watched: Option<Watched> = None;
        let mut read = BTreeSet::new();
        for Looked { account, seen } in self.look(&awake).await? {
            self.record.count_login(self.way(account)?, LoginAt::Reading, &seen).await?;
            match seen {
                Ok(seen) => {
                    self.record.begin_watching(account).await?;
                    read.insert(account);
                    watched = Some(match watched {
                        Some(before) => before.and(seen),
                        None => seen,
                    });
                }
                Err(error) => failed.push((account, self.record.accounts.blame(account, error))),
            }
        }
        let acted = if watched.is_some() { self.act(&read).await } else { Ok(()) };
        Ok(Passed { watched, read, failed, acted })
    }

    /// The accounts whose login may be tried now, and the others that do not rest.
    async fn to_be_read(
        &self,
        resting: &BTreeSet<AccountId>,
    ) -> anyhow::Result<(BTreeSet<AccountId>, Vec<(AccountId, anyhow::Error)>)> {
        let mut awake = BTreeSet::new();
        let mut held = Vec::new();
        for way in self.ways.iter().filter(|way| !resting.contains(&way.account)) {
            match self.record.may_log_in(way, LoginAt::Reading).await {
                Ok(()) => {
                    awake.insert(way.account);
                }
                Err(error) if error.is::<LoginLeftAlone>() => {
                    held.push((way.account, self.record.accounts.blame(way.account, error)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((awake, held))
    }

    /// Everything that follows from a look at these accounts.
    async fn act(&mut self, read: &BTreeSet<AccountId>) -> anyhow::Result<()> {
        self.record.answer_unproven().await?;
        if !read.contains(&self.record.accounts.first().id) {
            // The user is asked in the first account, and what arrived there is not known.
            return Ok(());
        }
        let asked = self.record.ask_questions().await;
        let planned = self.record.plan(&self.record.accounts.unread(read)).await;
        let alerted = self.record.alert().await;
        let handed_in = self.hand_in(self.record.accounts.ids() == *read).await;
        asked.and(planned).and(alerted).and(handed_in)
    }

    /// Everything that needs a server for sending, and the summary of it. Nothing goes to an
    /// employer while an account is unread.
    async fn hand_in(&mut self, all_read: bool) -> anyhow::Result<()> {
        let first = self.record.accounts.first().id;
        let mut elsewhere: anyhow::Result<()> = Ok(());
        for account in self.record.accounts.ids() {
            if all_read && account != first {
                elsewhere = elsewhere.and(self.hand_in_from(account).await);
            }
        }
        if let Err(left_alone) = self.record.may_log_in(self.first_way()?, LoginAt::Sending).await {
            self.record.summarise().await?;
            return Err(left_alone);
        }
        let delivered = if all_read { self.deliver(first).await } else { Ok(()) };
        let summarised = self.record.summarise().await;
        let posted = self.post().await;
        let handed_in = delivered.and(posted);
        if !self.is_dry() {
            self.record.count_login(self.first_way()?, LoginAt::Sending, &handed_in).await?;
        }
        summarised.and(handed_in).and(elsewhere)
    }

    /// What leaves from an account in which the user is not asked; its server is left in peace
    /// while there is nothing.
    async fn hand_in_from(&mut self, account: AccountId) -> anyhow::Result<()> {
        if self.is_dry() || self.record.due_from(account).await?.is_empty() {
            return Ok(());
        }
        self.record.may_log_in(self.way(account)?, LoginAt::Sending).await?;
        let delivered = self.deliver(account).await;
        self.record.count_login(self.way(account)?, LoginAt::Sending, &delivered).await?;
        delivered.map_err(|error| self.record.accounts.blame(account, error))
    }

    /// Passes until `stop`: at once when a server announces something, else every few minutes. An
    /// account that fails rests, longer each time, and does not hold up the others.
    pub async fn run(&mut self, stop: CancellationToken) -> anyhow::Result<()> {
        self.stop = stop.clone();
        let mut rests = Rests::default();
        let mut backoff = Backoff::default();
        let mut ears = Ears::default();
        while !stop.is_cancelled() {
            let passed = self.read_and_act(&rests.at(self.record.clock.now())).await;
            let read = passed.as_ref().is_ok_and(|passed| passed.watched.is_some());
            let next_look = match passed {
                Ok(passed) => self.after_pass(passed, &mut ears, &mut rests, &mut backoff).await,
                Err(_) if stop.is_cancelled() => break,
                Err(error) => after(&error, &mut backoff),
            };
            let until = self.record.clock.now() + next_look;
            if let Err(error) = self.record.store.slim().await {
                tracing::debug!("memory was not given back: {error}");
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(BREATH) => {}
            }
            let listen = read && self.record.config.watch.idle;
            if self.rest(until, &mut ears, listen, &stop).await {
                rests.end();
            }
        }
        ears.close().await;
        Ok(())
    }

    /// How long to wait after a pass, and to what to listen meanwhile.
    async fn after_pass(
        &self,
        passed: Passed,
        ears: &mut Ears,
        rests: &mut Rests,
        backoff: &mut Backoff,
    ) -> TimeDelta {
        let Passed { watched, read, failed, acted } = passed;
        let mut wait = minutes(i64::from(self.record.config.watch.poll_minutes));
        if let Some(watched) = watched {
            ears.turn_to(if watched.can_idle { &watched.listen_to } else { &[] }).await;
            wait = self.poll_interval(watched.can_idle && ears.can_hear());
        }
        rests.end_of(&read);
        let now = self.record.clock.now();
        for (account, error) in &failed {
            let rest = after(error, rests.backoff(*account));
            rests.begin(*account, now + rest);
        }
        match acted {
            Ok(()) => backoff.reset(),
            Err(error) => wait = wait.min(after(&error, backoff)),
        }
        rests.next().map_or(wait, |until| wait.min(until - now))
    }

    /// Where the server cannot announce news, it is asked every two minutes.
    fn poll_interval(&self, can_idle: bool) -> TimeDelta {
        let watch = &self.record.config.watch;
        let chosen = minutes(i64::from(watch.poll_minutes));
        if can_idle && watch.idle { chosen } else { chosen.min(minutes(2)) }
    }

    /// Waits for news, for the next planned moment, or until `until`; `true` if the machine slept
    /// meanwhile.
    async fn rest(
        &self,
        until: DateTime<Utc>,
        ears: &mut Ears,
        listen: bool,
        stop: &CancellationToken,
    ) -> bool {
        if !listen {
            return tokio::select! {
                () = stop.cancelled() => false,
                slept = self.until(until) => slept,
            };
        }
        let planned = self.record.next_planned().await.unwrap_or(until).min(until);
        let enough = stop.child_token();
        let (slept, dead) = {
            let mut listening = pin!(ears.listen(self, &enough));
            let slept = tokio::select! {
                () = &mut listening => return false,
                slept = self.until(planned) => slept,
            };
            enough.cancel();
            let resting = tokio::time::timeout(TO_REST, listening).await;
            (slept, slept || resting.is_err())
        };
        if dead {
            ears.drop_connections();
        }
        slept
    }

    /// Returns when the wall clock says so, however long the machine slept; at once, and `true`,
    /// if it has just woken up.
    async fn until(&self, moment: DateTime<Utc>) -> bool {
        loop {
            let now = self.record.clock.now();
            let Ok(left) = (moment - now).to_std() else { return false };
            if left.is_zero() {
                return false;
            }
            let step = left.min(TICK);
            tokio::time::sleep(step).await;
            let passed = (self.record.clock.now() - now).to_std().unwrap_or_default();
            if passed > step + TICK {
                return true;
            }
        }
    }
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

/// How long to wait after a pass that did not come to its end.
fn after(error: &anyhow::Error, backoff: &mut Backoff) -> TimeDelta {
    if PassError::of(error) == PassError::LoginRefused {
        tracing::error!("the mail server refused the login: {error:#}");
        return AFTER_REFUSED_LOGIN;
    }
    tracing::warn!("a pass did not finish: {error:#}");
    TimeDelta::from_std(backoff.wait()).unwrap_or(AFTER_REFUSED_LOGIN)
}
