//! One pass, and the loop around it. The loop sleeps at most a minute at a time and looks at the
//! wall clock again, because timers stand still while a laptop sleeps.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::domain::mailbox::Role;
use crate::imap::{Deadlines, Idled, ImapError, Session};
use crate::net::NetError;
use crate::smtp::Outcome;
use crate::store::{MailboxRow, StoreError};

use super::Service;
use super::watch::Watched;

/// How long to wait after refused logins.
const AFTER_REFUSED_LOGINS: TimeDelta = TimeDelta::hours(6);
const REFUSED_LOGINS: u32 = 2;
/// The shortest time between two passes, whatever the server announces.
const BREATH: Duration = Duration::from_secs(1);
/// How long one IDLE lasts: connections that are silent for longer are dropped on the way.
const IDLE: Duration = Duration::from_secs(9 * 60);
const FIRST_BACKOFF: Duration = Duration::from_secs(2);
/// The longest a failed connection keeps us from trying again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(600);

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

impl Service {
    /// Exactly one full pass: read, obey, decide, ask, send what is approved and due, mail.
    pub async fn pass(&mut self) -> anyhow::Result<Watched> {
        self.record.recover().await?;
        let watched = self.look().await?;
        self.record.begin_watching().await?;
        self.record.answer_unproven().await?;
        let asked = self.record.ask_questions().await;
        let planned = self.record.plan().await;
        let delivered = self.deliver().await;
        let summarised = self.record.summarise().await;
        let posted = self.post().await;
        asked.and(planned).and(delivered).and(summarised).and(posted)?;
        Ok(watched)
    }

    /// Passes until `stop`: at once when the server announces something, else every few minutes.
    pub async fn run(&mut self, stop: CancellationToken) -> anyhow::Result<()> {
        self.stop = stop.clone();
        let mut refused = 0;
        let mut backoff = FIRST_BACKOFF;
        while !stop.is_cancelled() {
            let passed = self.pass().await;
            let well = passed.is_ok();
            let next_look = match passed {
                Ok(watched) => {
                    refused = 0;
                    backoff = FIRST_BACKOFF;
                    self.poll_interval(watched.can_idle)
                }
                Err(error) if PassError::of(&error) == PassError::LoginRefused => {
                    refused += 1;
                    tracing::error!("the mail server refused the login: {error:#}");
                    if refused >= REFUSED_LOGINS { AFTER_REFUSED_LOGINS } else { minutes(10) }
                }
                Err(_) if stop.is_cancelled() => break,
                Err(error) => {
                    tracing::warn!("a pass did not finish: {error:#}");
                    backoff = (backoff * 2).min(LONGEST_BACKOFF);
                    TimeDelta::from_std(backoff).unwrap_or(minutes(10))
                }
            };
            let until = self.record.clock.now() + next_look;
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.rest(until, well) => {}
            }
        }
        Ok(())
    }

    /// Where the server cannot announce news, it is asked every two minutes.
    fn poll_interval(&self, can_idle: bool) -> TimeDelta {
        let watch = &self.record.config.watch;
        let chosen = minutes(i64::from(watch.poll_minutes));
        if can_idle && watch.idle { chosen } else { chosen.min(minutes(2)) }
    }

    /// Waits for news, for the next planned moment, or until `until`.
    async fn rest(&self, until: DateTime<Utc>, listen: bool) {
        tokio::time::sleep(BREATH).await;
        let planned =
            if listen { self.record.next_planned().await.unwrap_or(until) } else { until };
        let planned = planned.min(until);
        let listening = listen && self.record.config.watch.idle;
        tokio::select! {
            () = self.until(planned) => {}
            () = self.news(), if listening => {}
        }
    }

    /// Returns when the wall clock says so, however long the machine slept.
    async fn until(&self, moment: DateTime<Utc>) {
        loop {
            let now = self.record.clock.now();
            let Ok(left) = (moment - now).to_std() else { return };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_secs(60))).await;
        }
    }

    /// Returns when INBOX or Sent changed: an approval lies in Sent. Never returns where the
    /// server cannot tell; polling does the work there.
    async fn news(&self) {
        let heard = self.heard_mailboxes().await.unwrap_or_default();
        let listening = heard.iter().map(|mailbox| Box::pin(self.listen(mailbox)));
        let listening: Vec<_> = listening.collect();
        if listening.is_empty() {
            return std::future::pending().await;
        }
        futures_util::future::select_all(listening).await;
    }

    /// INBOX and the first Sent: two connections besides the one of a pass.
    async fn heard_mailboxes(&self) -> anyhow::Result<Vec<MailboxRow>> {
        let mut tx = self.record.store.snapshot().await?;
        let mailboxes = tx.load_mailboxes(self.record.account).await?;
        let first = |role: Role| {
            let of_role = mailboxes.iter().filter(|mailbox| mailbox.role == role);
            of_role.max_by_key(|mailbox| mailbox.last_read_at).cloned()
        };
        Ok(first(Role::Inbox).into_iter().chain(first(Role::Sent)).collect())
    }

    /// A connection that was lost is opened again; where the server says no, polling remains.
    async fn listen(&self, mailbox: &MailboxRow) {
        let mut pause = FIRST_BACKOFF;
        while let Err(error) = self.try_listen(mailbox).await {
            tracing::debug!("no news by IDLE: {error}");
            if matches!(error, ImapError::No { .. } | ImapError::Auth(_)) {
                return std::future::pending().await;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_BACKOFF);
        }
    }

    async fn try_listen(&self, mailbox: &MailboxRow) -> Result<(), ImapError> {
        let mut session = Session::connect(&self.imap, &Deadlines::default()).await?;
        let opened = session.examine(&mailbox.name).await?;
        let missed = mailbox.cursor.is_none_or(|cursor| cursor.next_uid < opened.uid_next);
        let mut heard = if missed { Idled::Changed } else { Idled::Quiet };
        while heard == Idled::Quiet {
            heard = session.idle(IDLE).await?;
        }
        session.logout().await;
        Ok(())
    }
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}
