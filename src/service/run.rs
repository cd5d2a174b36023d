//! One pass, and the loop around it. The loop sleeps at most a minute at a time and looks at the
//! wall clock again, because timers stand still while a laptop sleeps.

mod failure;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::domain::ids::AccountId;
use crate::imap::ImapError;
use crate::store::LoginAt;

use super::Service;
use super::backoff::{Backoff, Rests};
use super::ears::Ears;
use super::login_memory::{KnownLogin, LoginLeftAlone};
use super::watch::{Looked, Watched};
pub(super) use failure::NotTaken;
pub use failure::PassError;

/// The shortest time between two passes, whatever the server announces.
const BREATH: Duration = Duration::from_secs(1);
/// How long after a refused login it is tried again, if at all.
const AFTER_REFUSED_LOGIN: TimeDelta = TimeDelta::minutes(10);
/// How long a server is left in peace that asks for patience, or counts connections.
const AFTER_BUSY: TimeDelta = TimeDelta::minutes(10);
/// How long the wall clock is left unlooked at.
const TICK: Duration = Duration::from_secs(60);
/// How long the connections that listen may take to come to rest.
const TO_REST: Duration = Duration::from_secs(2);

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
        let (logins, mut failed) = self.to_be_read(resting).await?;
        let mut watched: Option<Watched> = None;
        let (mut read, mut known) = (BTreeSet::new(), BTreeSet::new());
        if logins.is_empty() {
            return Ok(Passed { watched, read, failed, acted: Ok(()) });
        }
        self.record.recover().await?;
        for Looked { account, seen } in self.look(&logins.keys().copied().collect()).await? {
            let login = logins.get(&account).context("An account that was read was to be read")?;
            self.record.count_login(login, LoginAt::Reading, &seen).await?;
            match seen {
                Ok(seen) => {
                    self.record.begin_watching(account).await?;
                    read.insert(account);
                    known.extend(seen.has_arrivals.then_some(account));
                    watched = Some(match watched {
                        Some(before) => before.and(seen),
                        None => seen,
                    });
                }
                Err(error) => failed.push((account, self.record.accounts.blame(account, error))),
            }
        }
        let acted = if watched.is_some() { self.act(&read, &known).await } else { Ok(()) };
        Ok(Passed { watched, read, failed, acted })
    }

    /// The accounts whose login may be tried now, each with it, and the others that do not rest.
    async fn to_be_read(
        &self,
        resting: &BTreeSet<AccountId>,
    ) -> anyhow::Result<(BTreeMap<AccountId, KnownLogin>, Vec<(AccountId, anyhow::Error)>)> {
        let mut awake = BTreeMap::new();
        let mut held = Vec::new();
        for way in self.ways.iter().filter(|way| !resting.contains(&way.account)) {
            let login = self.login(way);
            match self.record.may_log_in(&login, LoginAt::Reading).await {
                Ok(()) => {
                    awake.insert(way.account, login);
                }
                Err(error) if error.is::<LoginLeftAlone>() => {
                    held.push((way.account, self.record.accounts.blame(way.account, error)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((awake, held))
    }

    /// Everything that follows from a look at these accounts; of those that are `known` it was seen
    /// what arrived.
    async fn act(
        &mut self,
        read: &BTreeSet<AccountId>,
        known: &BTreeSet<AccountId>,
    ) -> anyhow::Result<()> {
        self.record.answer_unproven().await?;
        if !read.contains(&self.record.accounts.first().id) {
            // The user is asked in the first account, and what arrived there is not known.
            return Ok(());
        }
        // A draft has its day; what a question is about is on record and can wait for a place.
        let planned = self.record.plan(&self.record.accounts.unread(known)).await;
        let asked = self.record.ask_questions(&(&self.record.accounts.ids() - known)).await;
        let alerted = self.record.alert().await;
        let all_read = self.record.accounts.ids() == *read;
        let handed_in = self.hand_in(all_read).await;
        let kept =
            if all_read && !self.is_dry() { self.record.remove_old_texts().await } else { Ok(()) };
        planned.and(asked).and(alerted).and(handed_in).and(kept)
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
        let login = self.login(self.first_way()?);
        if let Err(left_alone) = self.record.may_log_in(&login, LoginAt::Sending).await {
            self.record.summarise().await?;
            return Err(left_alone);
        }
        let delivered = if all_read { self.deliver(first).await } else { Ok(()) };
        let summarised = self.record.summarise().await;
        // A refused login is not tried a second time.
        let refused = |error: &anyhow::Error| PassError::of(error) == PassError::LoginRefused;
        let posted =
            if delivered.as_ref().is_err_and(refused) { Ok(()) } else { self.post().await };
        let handed_in = delivered.and(posted);
        if !self.is_dry() {
            self.record.count_if_refused(&login, &handed_in).await?;
        }
        summarised.and(handed_in).and(elsewhere)
    }

    /// What leaves from an account in which the user is not asked; its server is left in peace
    /// while there is nothing.
    async fn hand_in_from(&mut self, account: AccountId) -> anyhow::Result<()> {
        if self.is_dry() || self.record.due_from(account).await?.is_empty() {
            return Ok(());
        }
        let login = self.login(self.way(account)?);
        let delivered = match self.record.may_log_in(&login, LoginAt::Sending).await {
            Ok(()) => {
                let delivered = self.deliver(account).await;
                self.record.count_if_refused(&login, &delivered).await?;
                delivered
            }
            left_alone => left_alone,
        };
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
            // Before a pass, because what a pass writes need not be fast.
            if let Err(error) = self.record.store.shorten_log().await {
                tracing::debug!("the log stays as long as it is: {error}");
            }
            let passed = self.read_and_act(&rests.at(self.record.clock.now())).await;
            let read = passed.as_ref().is_ok_and(|passed| passed.watched.is_some());
            let next_look = match passed {
                Ok(passed) => self.after_pass(passed, &mut ears, &mut rests, &mut backoff).await,
                Err(_) if stop.is_cancelled() => break,
                Err(error) => after(&error, &mut backoff),
            };
            let until = self.record.clock.now() + next_look;
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(BREATH) => {}
            }
            if let Err(error) = self.record.store.slim().await {
                tracing::debug!("memory was not given back: {error}");
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
            let sees_all = watched.blind.is_empty();
            wait = self.poll_interval(watched.can_idle && ears.can_hear() && sees_all);
        }
        rests.end_of(&read);
        let now = self.record.clock.now();
        for (account, error) in &failed {
            let rest = after(error, rests.backoff(*account));
            rests.begin(*account, now, now + rest);
        }
        match acted {
            Ok(()) => backoff.reset(),
            Err(error) => wait = wait.min(after(&error, backoff)),
        }
        rests.next().map_or(wait, |until| wait.min(until - now))
    }

    /// Where the server cannot announce news, or a mailbox could not be read and is not listened to,
    /// it is asked every two minutes.
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
        let planned = self.record.next_planned().await.ok().flatten();
        let planned = planned.map_or(until, |at| at.min(until));
        if let Err(error) = self.record.keep_up().await {
            tracing::debug!("what is tracked is read when something arrives: {error:#}");
        }
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
    /// if the clock has jumped: the machine has just woken up, or its clock was set.
    async fn until(&self, moment: DateTime<Utc>) -> bool {
        loop {
            let now = self.record.clock.now();
            let Ok(left) = (moment - now).to_std() else { return false };
            if left.is_zero() {
                return false;
            }
            let step = left.min(TICK);
            tokio::time::sleep(step).await;
            if has_jumped(step, now, self.record.clock.now()) {
                tracing::info!("the clock has jumped; everything is looked at anew");
                return true;
            }
        }
    }
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

/// Whether the wall clock went on by much more than was slept, or back.
fn has_jumped(slept: Duration, before: DateTime<Utc>, after: DateTime<Utc>) -> bool {
    let slept = i64::try_from(slept.as_secs()).unwrap_or(i64::MAX);
    (after - before).num_seconds().abs_diff(slept) > TICK.as_secs()
}

/// How long to wait after a pass that did not come to its end.
fn after(error: &anyhow::Error, backoff: &mut Backoff) -> TimeDelta {
    if PassError::of(error) == PassError::LoginRefused {
        tracing::error!("no login: {error:#}");
        return AFTER_REFUSED_LOGIN;
    }
    tracing::warn!("a pass did not finish: {error:#}");
    let busy = |cause: &ImapError| matches!(cause, ImapError::Temporary(_));
    if error.chain().any(|cause| cause.downcast_ref().is_some_and(busy)) {
        return AFTER_BUSY;
    }
    TimeDelta::from_std(backoff.wait()).unwrap_or(AFTER_REFUSED_LOGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asks_for_patience_has_it_and_others_are_tried_again_soon() {
        let (busy, gone) = (
            ImapError::Temporary("[LIMIT] Too many connections".to_owned()),
            ImapError::Gone("NOOP: the server closed the connection".to_owned()),
        );
        let mut backoff = Backoff::default();
        let named = anyhow::Error::from(busy).context("List the mailboxes");
        assert_eq!(after(&named, &mut backoff), AFTER_BUSY);
        assert!(after(&gone.into(), &mut backoff) <= TimeDelta::seconds(2));
    }

    #[test]
    fn a_clock_that_went_on_much_longer_than_was_slept_or_back_has_jumped() {
        let before = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let cases = [
            // Slept, went on, both in seconds.
            (60, 60, false),
            (60, 61, false),
            (1, 0, false),
            // A busy machine.
            (60, 120, false),
            (1, 61, false),
            // Stopped or asleep.
            (60, 121, true),
            (1, 62, true),
            (60, 600, true),
            (60, 30 * 86_400, true),
            // Somebody set it.
            (60, 30, false),
            (60, -1, true),
            (60, -30 * 86_400, true),
            // A clock that stands still, as in tests.
            (60, 0, false),
        ];
        for (slept, went, jumped) in cases {
            let after = before + TimeDelta::seconds(went);
            let found = has_jumped(Duration::from_secs(slept), before, after);
            assert_eq!(found, jumped, "slept {slept}, went on {went}");
        }
    }
}
