//! One command, one answer, heard to its end.
//!
//! [`Wire`] writes a line, passes every response to a listener and stops at the tagged reply.
//! It knows no command but LOGOUT.
//! Surprising: the state is `Busy` from the first octet of a command to its tagged reply. A
//! caller that drops the future half way leaves it so, and the next call finds the session spent:
//! otherwise it would read the old answer as its own.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_imap::imap_proto::{Response, Status};
use futures_util::FutureExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::connect::Transport;
use super::error::{is_passing, spoken};
use super::guard::{Excess, Guard};
use super::notes::Notes;
use super::{Deadlines, ImapError, quote};

/// Hears every response to a command; an error from it ends the session.
pub(super) type Listener<'a> = &'a mut (dyn FnMut(&Response<'_>) -> Result<(), ImapError> + Send);

/// What kind of response was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Untagged,
    /// `* OK` without news: a sign of life.
    StillHere,
    Continue,
    /// The tagged reply: the command is over.
    Done(Ended),
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Ok,
    No(String),
    Bad(String),
}

enum State {
    Ready,
    Busy,
    Spent(String),
}

/// The connection below a session.
pub(super) struct Wire {
    client: async_imap::Client<Guard<Box<dyn Transport>>>,
    pub(super) deadlines: Deadlines,
    state: State,
    tags: u64,
    tag: String,
    pub(super) notes: Notes,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Transport>, deadlines: Deadlines) -> Self {
        Self {
            client: async_imap::Client::new(Guard::new(stream)),
            deadlines,
            // Until the server has greeted.
            state: State::Busy,
            tags: 0,
            tag: String::new(),
            notes: Notes::default(),
        }
    }

    pub(super) fn is_usable(&self) -> bool {
        matches!(self.state, State::Ready)
    }

    /// The greeting was heard; commands may follow.
    pub(super) fn ready(&mut self) {
        self.state = State::Ready;
    }

    /// Sets how many octets of literals a response may bring; `None` is the usual measure.
    pub(super) fn allow_literals(&mut self, octets: Option<usize>) {
        self.client.get_mut().allow_literals(octets);
    }

    /// Runs a command to its end. Anything but a tagged OK is an error.
    pub(super) async fn run(
        &mut self,
        name: &'static str,
        line: &str,
        on: Listener<'_>,
    ) -> Result<(), ImapError> {
        let ended = self.run_within(name, line, self.deadlines.command, on).await?;
        ended.into_result(name)
    }

    /// Runs a command to its end, whatever the tagged reply says.
    pub(super) async fn run_within(
        &mut self,
        name: &'static str,
        line: &str,
        longest: Duration,
        on: Listener<'_>,
    ) -> Result<Ended, ImapError> {
        let until = Instant::now() + longest;
        self.begin(name, line, until).await?;
        self.finish(name, until, on).await
    }

    /// Writes a tagged line. From here to [`Self::finish`] the wire is busy.
    pub(super) async fn begin(
        &mut self,
        name: &'static str,
        line: &str,
        until: Instant,
    ) -> Result<(), ImapError> {
        match &self.state {
            State::Ready => {}
            State::Busy => return Err(self.spent("an earlier command was cut short".to_owned())),
            State::Spent(cause) => return Err(ImapError::Gone(cause.clone())),
        }
        quote::check_line(line)?;
        self.state = State::Busy;
        self.tags += 1;
        self.tag = format!("a{}", self.tags);
        // The line may hold a password: it goes straight to the stream, past the library's log,
        // and the copy is wiped.
        let text = secrecy::zeroize::Zeroizing::new(format!("{} {line}\r\n", self.tag));
        self.write(name, text.as_bytes(), until).await
    }

    /// Writes octets that belong to the command at hand.
    pub(super) async fn write(
        &mut self,
        name: &'static str,
        octets: &[u8],
        until: Instant,
    ) -> Result<(), ImapError> {
        let stream = self.client.get_mut();
        let written = timeout_at(until, async {
            stream.write_all(octets).await?;
            stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) => Err(self.spent(format!("{name} could not be sent: {}", e.kind()))),
            Err(_) => Err(self.spent(format!("{name} could not be sent in time"))),
        }
    }

    /// Hears responses up to the tagged reply.
    pub(super) async fn finish(
        &mut self,
        name: &'static str,
        until: Instant,
        on: Listener<'_>,
    ) -> Result<Ended, ImapError> {
        loop {
            if let Heard::Done(ended) = self.next(name, until, on).await? {
                return Ok(ended);
            }
        }
    }

    /// Hears responses up to the server's `+`; what comes before it is passed on.
    /// A tagged reply instead ends the command.
    pub(super) async fn go_ahead(
        &mut self,
        name: &'static str,
        until: Instant,
        on: Listener<'_>,
    ) -> Result<Option<Ended>, ImapError> {
        loop {
            match self.next(name, until, on).await? {
                Heard::Continue => return Ok(None),
                Heard::Done(ended) => return Ok(Some(ended)),
                Heard::Untagged | Heard::StillHere => {}
            }
        }
    }

    /// One response. It is an error if `until` passes, or if not an octet comes for
    /// [`Deadlines::quiet`].
    async fn next(
        &mut self,
        name: &'static str,
        until: Instant,
        on: Listener<'_>,
    ) -> Result<Heard, ImapError> {
        loop {
            let before = self.client.get_ref().received();
            let quiet = Instant::now() + self.deadlines.quiet;
            if let Some(heard) = self.hear(name, until.min(quiet), on).await? {
                return Ok(heard);
            }
            if Instant::now() >= until || self.client.get_ref().received() == before {
                return Err(self.spent(format!("{name}: no answer in time")));
            }
        }
    }

    /// One response, or `None` if none is whole by then; nothing is lost in that case.
    pub(super) async fn hear(
        &mut self,
        name: &'static str,
        until: Instant,
        on: Listener<'_>,
    ) -> Result<Option<Heard>, ImapError> {
        // The parser is not ours and may panic on odd octets; that is one bad answer, not the
        // end of the process.
        let read = AssertUnwindSafe(self.client.read_response()).catch_unwind();
        let response = match timeout_at(until, read).await {
            Err(_) => return Ok(None),
            Ok(Ok(Ok(Some(response)))) => response,
            Ok(Ok(Ok(None))) => {
                return Err(self.spent(format!("{name}: the server closed the connection")));
            }
            Ok(Ok(Err(e))) => return Err(self.unreadable(name, &e)),
            Ok(Err(_)) => return Err(self.broken(format!("{name}: the parser gave up"))),
        };
        let response = response.parsed();
        self.notes.hear(response);
        let heard = self.sort(name, response)?;
        if let Err(e) = on(response) {
            return Err(match e {
                ImapError::Protocol(text) => self.broken(text),
                other => {
                    self.state = State::Spent(other.to_string());
                    other
                }
            });
        }
        if matches!(heard, Heard::Done(_)) {
            self.state = State::Ready;
        }
        Ok(Some(heard))
    }

    fn sort(&mut self, name: &'static str, response: &Response<'_>) -> Result<Heard, ImapError> {
        match response {
            Response::Done { tag, status, outcome } => {
                if tag.0 != self.tag {
                    return Err(self.broken(format!("{name}: a reply to something never asked")));
                }
                Ok(Heard::Done(match status {
                    Status::Ok => Ended::Ok,
                    Status::No => Ended::No(spoken(outcome)),
                    Status::Bad | Status::PreAuth | Status::Bye => Ended::Bad(spoken(outcome)),
                }))
            }
            Response::Data { status: Status::Bye, outcome } => {
                let text = format!("{name}: the server says goodbye: {}", spoken(outcome));
                let gone = self.spent(text.clone());
                Err(if is_passing(&text) { ImapError::Temporary(text) } else { gone })
            }
            Response::Data { status: Status::Bad, outcome } => {
                Err(self.broken(format!("{name}: {}", spoken(outcome))))
            }
            Response::Data { status: Status::Ok, .. } => Ok(Heard::StillHere),
            Response::Continue(_) => Ok(Heard::Continue),
            // Everything else is data; the library's enum is open.
            _ => Ok(Heard::Untagged),
        }
    }

    /// The connection is of no more use; says why, now and on every later call.
    pub(super) fn spent(&mut self, cause: String) -> ImapError {
        self.state = State::Spent(cause.clone());
        ImapError::Gone(cause)
    }

    /// As [`Self::spent`], for a server that does not keep to the protocol.
    pub(super) fn broken(&mut self, cause: String) -> ImapError {
        self.state = State::Spent(cause.clone());
        ImapError::Protocol(cause)
    }

    /// The library's own text quotes the octets at hand, so it is not repeated.
    fn unreadable(&mut self, name: &'static str, e: &std::io::Error) -> ImapError {
        let excess = e.get_ref().and_then(|inner| inner.downcast_ref::<Excess>());
        match (excess, e.kind()) {
            (Some(Excess::CutOff), _) | (None, std::io::ErrorKind::UnexpectedEof) => {
                self.spent(format!("{name}: the connection ended inside an answer"))
            }
            (Some(excess), _) => self.broken(format!("{name}: an answer was refused: {excess}")),
            (None, std::io::ErrorKind::Other) => {
                self.broken(format!("{name}: an answer cannot be read"))
            }
            (None, kind) => self.spent(format!("{name}: {kind}")),
        }
    }

    /// Says goodbye if that is still possible, and closes. No result: there is nothing to do about it.
    pub(super) async fn logout(mut self) {
        let budget = self.deadlines.logout;
        let farewell = async {
            if self.is_usable() {
                let _ended = self.run_within("LOGOUT", "LOGOUT", budget, &mut |_| Ok(())).await;
            }
            let _closed = self.client.get_mut().shutdown().await;
        };
        let _in_time = timeout(budget, farewell).await;
    }
}

impl Ended {
    pub(super) fn into_result(self, command: &'static str) -> Result<(), ImapError> {
        match self {
            Self::Ok => Ok(()),
            Self::No(text) | Self::Bad(text) if is_passing(&text) => {
                Err(ImapError::Temporary(text))
            }
            Self::No(text) => Err(ImapError::No { command, text }),
            Self::Bad(text) => Err(ImapError::Protocol(format!("{command}: {text}"))),
        }
    }
}

#[cfg(test)]
mod tests;
