//! Waiting for news without asking (RFC 2177).
//!
//! It says only that there may be news, never which: the caller opens the mailbox again and looks.
//! Surprising: the longest wait is counted from the start. Servers send signs of life every few
//! minutes, and a timer that each of them resets never ends.

use std::time::Duration;

use async_imap::imap_proto::Response;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::command::{Ended, Heard};
use super::{ImapError, Session};

const NAME: &str = "IDLE";

/// Servers may log a client off after 29 minutes (RFC 2177).
const LONGEST: Duration = Duration::from_secs(28 * 60);

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idled {
    /// Something happened; look.
    Changed,
    /// The time is over.
    Quiet,
}

/// What this session has learned about the server's IDLE.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// It offered IDLE and does not keep to it.
    refused: bool,
    /// The longest time between two signs of life.
    beat: Option<Duration>,
}

impl Session {
    /// Whether [`Self::idle`] is worth calling; if not, ask every few minutes.
    #[must_use]
    pub fn can_idle(&self) -> bool {
        self.capabilities.idle() && !self.idle.refused
    }

    /// Waits for news in the open mailbox, at most `longest` and never more than 28 minutes, or
    /// until it is enough. News that came during earlier commands, after the mailbox was opened,
    /// ends it at once.
    pub async fn idle(
        &mut self,
        longest: Duration,
        enough: &CancellationToken,
    ) -> Result<Idled, ImapError> {
        self.need_open()?;
        if !self.can_idle() {
            let text = "the server does not offer it".to_owned();
            return Err(ImapError::No { command: NAME, text });
        }
        if self.wire.notes.take_news() {
            return Ok(Idled::Changed);
        }
        let until = Instant::now() + longest.min(LONGEST);
        let begun = Instant::now() + self.wire.deadlines.idle_begin;
        let mut changed = false;
        self.wire.begin(NAME, "IDLE", begun).await?;
        let refusal = self
            .wire
            .go_ahead(NAME, begun, &mut |response| {
                changed |= is_fetch(response);
                Ok(())
            })
            .await?;
        if let Some(ended) = refusal {
            return Err(self.not_idling(ended));
        }
        let waiting_since = Instant::now();
        let ended = if self.wire.notes.has_news() || changed {
            None
        } else {
            self.wait(until, enough, &mut changed).await?
        };
        match ended {
            None => self.done(&mut changed).await?,
            Some(Ended::Ok) if waiting_since.elapsed() >= self.wire.deadlines.idle_served => {}
            Some(ended) => return Err(self.not_idling(ended)),
        }
        Ok(if self.wire.notes.take_news() || changed { Idled::Changed } else { Idled::Quiet })
    }

    /// Hears until there is news or the time is over. `Some` if the server ends IDLE by itself.
    async fn wait(
        &mut self,
        until: Instant,
        enough: &CancellationToken,
        changed: &mut bool,
    ) -> Result<Option<Ended>, ImapError> {
        let mut last_sign = Instant::now();
        loop {
            let silence = self.idle.longest_silence(self.wire.deadlines.idle_silence);
            let dead = silence.map_or(until, |silence| last_sign + silence);
            let mut on = |response: &Response<'_>| {
                *changed |= is_fetch(response);
                Ok(())
            };
            let heard = tokio::select! {
                heard = self.wire.hear(NAME, until.min(dead), &mut on) => heard?,
                () = enough.cancelled() => return Ok(None),
            };
            match heard {
                None if Instant::now() >= until => return Ok(None),
                None => {
                    let text = "IDLE: the server's signs of life have stopped";
                    return Err(self.wire.spent(text.to_owned()));
                }
                Some(Heard::Done(ended)) => return Ok(Some(ended)),
                Some(Heard::StillHere) => {
                    let gap = last_sign.elapsed();
                    self.idle.beat = Some(self.idle.beat.unwrap_or_default().max(gap));
                }
                Some(Heard::Untagged | Heard::Continue) => {}
            }
            last_sign = Instant::now();
            if self.wire.notes.has_news() || *changed {
                return Ok(None);
            }
        }
    }

    async fn done(&mut self, changed: &mut bool) -> Result<(), ImapError> {
        let until = Instant::now() + self.wire.deadlines.idle_end;
        self.wire.write(NAME, b"DONE\r\n", until).await?;
        let ended = self
            .wire
            .finish(NAME, until, &mut |response| {
                *changed |= is_fetch(response);
                Ok(())
            })
            .await?;
        ended.into_result(NAME)
    }

    /// A server that ends IDLE almost at once is polled from now on: idling again would spin.
    fn not_idling(&mut self, ended: Ended) -> ImapError {
        self.idle.refused = true;
        match ended.into_result(NAME) {
            Err(ImapError::Temporary(text) | ImapError::Protocol(text)) => {
                ImapError::No { command: NAME, text }
            }
            Err(other) => other,
            Ok(()) => ImapError::No { command: NAME, text: "ended unasked".to_owned() },
        }
    }
}

impl Habits {
    /// After how much silence the line is dead; `None` while the server sent no sign of life yet.
    fn longest_silence(&self, least: Duration) -> Option<Duration> {
        self.beat.map(|beat| least.max(beat * 2))
    }
}

/// News about a message that was there before, such as a label; new and removed messages are
/// noted by the wire.
fn is_fetch(response: &Response<'_>) -> bool {
    matches!(response, Response::Fetch(..))
}

#[cfg(test)]
mod tests;
