//! Hearing of news without asking: one connection for each mailbox in which it matters, kept open
//! from one pass to the next. What arrives is read over the same connection at once; the pass that
//! follows draws the conclusions.
//!
//! The surprising fact: what a server announces is mostly nothing, such as a mail that was marked
//! as read elsewhere. Only a message that was not there before ends the waiting.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::imap::{Idled, ImapError};

use super::Service;
use super::backoff::Backoff;
use super::watch::Reader;

/// How long one IDLE lasts: connections that are silent for longer are dropped on the way.
const IDLE: Duration = Duration::from_secs(9 * 60);
/// The shortest time between two looks at what was announced and turned out to be nothing.
const BREATH: Duration = Duration::from_secs(1);
/// How long one goodbye may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// The listening connections.
#[derive(Default)]
pub(super) struct Ears(Vec<Ear>);

struct Ear {
    /// As the server writes it.
    mailbox: String,
    reader: Option<Reader>,
    backoff: Backoff,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    News,
    Enough,
}

impl Ears {
    /// Listens to these mailboxes from now on; connections for others are closed.
    pub async fn turn_to(&mut self, mailboxes: &[String]) {
        for ear in self.0.extract_if(.., |ear| !mailboxes.contains(&ear.mailbox)) {
            ear.close().await;
        }
        for mailbox in mailboxes {
            if !self.0.iter().any(|ear| ear.mailbox == *mailbox) {
                let (mailbox, backoff) = (mailbox.clone(), Backoff::default());
                self.0.push(Ear { mailbox, reader: None, backoff });
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
    /// A connection that was lost is opened again, in ever longer steps.
    async fn listen(&mut self, service: &Service, at_rest: &CancellationToken) {
        while !at_rest.is_cancelled() {
            let error = match self.hear(service, at_rest).await {
                Ok(Heard::News) => return at_rest.cancel(),
                Ok(Heard::Enough) => return,
                Err(error) => error,
            };
            tracing::debug!("no news by IDLE: {error:#}");
            self.reader = None;
            let said_no = error
                .downcast_ref::<ImapError>()
                .is_some_and(|error| matches!(error, ImapError::No { .. } | ImapError::Auth(_)));
            if said_no {
                self.backoff.take_longest();
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
        let reader = match &mut self.reader {
            Some(reader) if reader.session.is_usable() => reader,
            _ => self.reader.insert(Reader::connect(&service.imap).await?),
        };
        let opened = reader.session.examine(&self.mailbox).await?;
        self.backoff.reset();
        if service.is_behind(&self.mailbox, opened).await? {
            return Ok(Heard::News);
        }
        loop {
            match reader.session.idle(IDLE, at_rest).await? {
                Idled::Quiet if at_rest.is_cancelled() => return Ok(Heard::Enough),
                Idled::Quiet => {}
                Idled::Changed if service.glance(reader, &self.mailbox, opened).await? > 0 => {
                    return Ok(Heard::News);
                }
                Idled::Changed => sleep(BREATH).await,
            }
        }
    }

    async fn close(self) {
        if let Some(reader) = self.reader {
            // There is nothing to do about a goodbye that fails.
            let _in_time = timeout(FAREWELL, reader.session.logout()).await;
        }
    }
}
