//! Hearing of news without asking: one connection for each mailbox in which it matters, kept open
//! from one pass to the next. What arrives is read over the same connection at once; the pass that
//! follows draws the conclusions.
//!
//! The surprising fact: what a server announces is mostly nothing, such as a mail that was marked
//! as read elsewhere. Only a message that was not there before ends the waiting.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::domain::ids::AccountId;
use crate::domain::mailbox::Opened;
use crate::imap::{Idled, ImapError};

use super::Service;
use super::backoff::Backoff;
use super::watch::{ListenTo, Reader};

/// How long one IDLE lasts: connections that are silent for longer are dropped on the way.
const IDLE: Duration = Duration::from_secs(9 * 60);
/// The shortest time between two looks at what was announced and turned out to be nothing.
const BREATH: Duration = Duration::from_secs(1);
/// How long one goodbye may take.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a server that refused to announce anything, though it offered to, is not asked again.
const DEAF: Duration = Duration::from_secs(3600);

/// The listening connections.
#[derive(Default)]
pub(super) struct Ears(Vec<Ear>);

struct Ear {
    at: ListenTo,
    reader: Option<Reader>,
    backoff: Backoff,
    /// How the mailbox was found when it was last behind: a pass followed.
    behind: Option<Opened>,
    /// When the server refused to announce anything.
    refused_at: Option<Instant>,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    News,
    Enough,
}

impl Ears {
    /// Listens to these mailboxes from now on; connections for others are closed.
    pub async fn turn_to(&mut self, mailboxes: &[ListenTo]) {
        for ear in self.0.extract_if(.., |ear| !mailboxes.contains(&ear.at)) {
            ear.close().await;
        }
        for mailbox in mailboxes {
            if !self.0.iter().any(|ear| ear.at == *mailbox) {
                self.0.push(Ear::to(mailbox.clone()));
            }
        }
    }

    /// Returns when something new was read, or when it is enough; the connections are at rest then.
    pub async fn listen(&mut self, service: &Service, enough: &CancellationToken) {
        let at_rest = enough.child_token();
        join_all(self.0.iter_mut().map(|ear| ear.listen(service, &at_rest))).await;
        if self.0.is_empty() {
            enough.cancelled().await;
        }
    }

    /// Whether the server announces news, and does not only say that it does.
    pub fn can_hear(&self) -> bool {
        let now = Instant::now();
        !self.0.iter().any(|ear| ear.is_deaf(now))
    }

    /// The lines may have died while the machine slept, and nobody would answer.
    pub fn drop_connections(&mut self) {
        for ear in &mut self.0 {
            ear.reader = None;
        }
    }

    pub async fn close(self) {
        for ear in self.0 {
            ear.close().await;
        }
    }
}

impl Ear {
    fn to(mailbox: ListenTo) -> Self {
        let backoff = Backoff::default();
        Self { at: mailbox, reader: None, backoff, behind: None, refused_at: None }
    }

    fn is_deaf(&self, now: Instant) -> bool {
        self.refused_at.is_some_and(|at| now.duration_since(at) < DEAF)
    }

    /// A connection that was lost is opened again, in ever longer steps. After a refusal a pass
    /// follows, and from then on the server is asked instead.
    async fn listen(&mut self, service: &Service, at_rest: &CancellationToken) {
        if self.is_deaf(Instant::now()) {
            return at_rest.cancelled().await;
        }
        while !at_rest.is_cancelled() {
            let begun = Instant::now();
            let heard = self.hear(service, at_rest).await;
            if let Err(error) = service.count_refusal(self.at.account, &heard).await {
                tracing::warn!("a refused login was not counted: {error:#}");
            }
            let error = match heard {
                Ok(heard) => {
                    self.backoff.reset();
                    if heard == Heard::News {
                        at_rest.cancel();
                    }
                    return;
                }
                Err(error) => error,
            };
            tracing::debug!("no news by IDLE: {error:#}");
            self.hang_up().await;
            self.backoff.lost_after(begun.elapsed());
            match error.downcast_ref::<ImapError>() {
                Some(ImapError::No { command: "IDLE", .. }) => {
                    self.refused_at = Some(Instant::now());
                    return at_rest.cancel();
                }
                Some(ImapError::No { .. } | ImapError::Auth(_) | ImapError::Temporary(_)) => {
                    self.backoff.take_longest();
                }
                Some(
                    ImapError::Protocol(_)
                    | ImapError::Gone(_)
                    | ImapError::Net(_)
                    | ImapError::Unsendable(_),
                )
                | None => {}
            }
            tokio::select! {
                () = sleep(self.backoff.wait()) => {}
                () = at_rest.cancelled() => {}
            }
        }
    }

    async fn hear(
        &mut self,
        service: &Service,
        at_rest: &CancellationToken,
    ) -> anyhow::Result<Heard> {
        let (account, mailbox) = (self.at.account, &self.at.mailbox);
        let reader = match &mut self.reader {
            Some(reader) if reader.session.is_usable() => reader,
            _ => self.reader.insert(enter(service, account).await?),
        };
        let opened = reader.session.examine(mailbox).await?;
        let Some(mut listening) = service.listening(account, mailbox, opened).await? else {
            return Ok(Heard::News);
        };
        // If a pass changed nothing about it, another one would not: servers with several machines
        // do not always agree.
        if !listening.is_read && self.behind != Some(opened) {
            self.behind = Some(opened);
            return Ok(Heard::News);
        }
        loop {
            match reader.session.idle(IDLE, at_rest).await? {
                Idled::Quiet if at_rest.is_cancelled() => return Ok(Heard::Enough),
                Idled::Quiet => {}
                Idled::Changed if service.glance(reader, &mut listening).await? => {
                    return Ok(Heard::News);
                }
                Idled::Changed => sleep(BREATH).await,
            }
        }
    }

    async fn close(mut self) {
        self.hang_up().await;
    }

    async fn hang_up(&mut self) {
        if let Some(reader) = self.reader.take() {
            // There is nothing to do about a goodbye that fails.
            let _in_time = timeout(FAREWELL, reader.session.logout()).await;
        }
    }
}

/// A new connection. After a refused login it is a look that tries again.
async fn enter(service: &Service, account: AccountId) -> anyhow::Result<Reader> {
    let way = service.way(account)?;
    let refused = service.record.was_refused(&service.login(way)).await?;
    anyhow::ensure!(!refused, "the login was refused before");
    Ok(Reader::connect(service.door(way)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_refuses_to_announce_news_is_not_asked_for_it_for_an_hour() {
        let ear =
            |name: &str| Ear::to(ListenTo { account: AccountId(1), mailbox: name.to_owned() });
        let mut ears = Ears(vec![ear("INBOX"), ear("Sent")]);
        assert!(ears.can_hear());
        let refused = Instant::now();
        ears.0[1].refused_at = Some(refused);
        assert!(!ears.can_hear());
        assert!(ears.0[1].is_deaf(refused + DEAF / 2));
        assert!(!ears.0[1].is_deaf(refused + DEAF));
        assert!(!ears.0[0].is_deaf(refused));
    }
}
