//! Sends mail: one secure connection per message, one step at a time, one named outcome.
//!
//! It does not decide, retry, log or remember; the caller claims the attempt before and records
//! the outcome after. The surprising fact: a lost connection after the body is *not* a failure.
//! The server may hold the message already, so that is `Outcome::Unknown` and nobody here
//! repeats it.

mod conversation;
mod envelope;
#[cfg(test)]
mod fake_server;
mod outcome;
mod plain_answers;
mod quota;
#[cfg(test)]
mod tests;
mod wire;

use std::fmt;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::net::{self, Credential, Endpoint};
use conversation::Conversation;
pub use envelope::{Envelope, NotSendable, ToEmployer, ToUser, UserMailbox};
pub use outcome::{Outcome, Phase};

/// Where and as whom mail is handed in.
#[derive(Clone)]
pub struct Login {
    pub endpoint: Endpoint,
    pub username: String,
    pub credential: Credential,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// How long each step may take, from our line to the last line of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// The greeting and the answer to EHLO together.
    pub greeting: Duration,
    /// Each line of the login.
    pub login: Duration,
    /// MAIL and RCPT, each.
    pub command: Duration,
    pub data: Duration,
    /// The body and the final answer. Short values make `Outcome::Unknown` out of slow servers
    /// (RFC 5321 §4.5.3.2.6 asks for ten minutes).
    pub body: Duration,
    /// The farewell, whose answer nobody needs.
    pub quit: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(60),
            login: Duration::from_secs(60),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            body: Duration::from_mins(10),
            quit: Duration::from_secs(2),
        }
    }
}

/// The way mail leaves this machine.
#[derive(Debug, Clone)]
pub struct Submission {
    login: Login,
    deadlines: Deadlines,
}

impl Submission {
    #[must_use]
    pub fn new(login: Login, deadlines: Deadlines) -> Self {
        Self { login, deadlines }
    }

    /// Goes as far as DATA. Nothing of the body has left, so every error here is safe to
    /// repeat unless it is `Refused`.
    ///
    /// # Errors
    /// `Deferred` or `Refused`, with the phase it ended in.
    pub async fn open(&self, envelope: &impl Envelope) -> Result<Ready, Outcome> {
        let stream = net::connect(&self.login.endpoint).await.map_err(Outcome::not_connected)?;
        self.open_over(stream, envelope).await
    }

    /// Connects and logs in, and leaves again.
    ///
    /// # Errors
    /// `Deferred`, with `login_refused` if the server knows the name and password and wants
    /// neither.
    pub async fn verify(&self) -> Result<(), Outcome> {
        let stream = net::connect(&self.login.endpoint).await.map_err(Outcome::not_connected)?;
        self.verify_over(stream).await
    }

    /// The caller vouches that `stream` is secure: the password goes over it.
    async fn open_over<S>(&self, stream: S, envelope: &impl Envelope) -> Result<Ready, Outcome>
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
    {
        let route = envelope.route();
        let mut conversation = self.logged_in(stream).await?;
        match conversation.announce(route).await {
            Ok(()) => Ok(Ready { conversation, bytes: route.bytes.clone() }),
            Err(outcome) => Err(conversation.leave_after(outcome).await),
        }
    }

    async fn verify_over<S>(&self, stream: S) -> Result<(), Outcome>
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
    {
        self.logged_in(stream).await?.leave().await;
        Ok(())
    }

    async fn logged_in<S>(&self, stream: S) -> Result<Conversation, Outcome>
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
    {
        let mut conversation = Conversation::begin(stream, self.deadlines).await?;
        match conversation.log_in(&self.login).await {
            Ok(()) => Ok(conversation),
            Err(outcome) => Err(conversation.leave_after(outcome).await),
        }
    }
}

/// A server that waits for the body. Dropping it closes the connection before the first byte of
/// the body, and nothing is sent.
#[must_use = "dropping it sends nothing"]
pub struct Ready {
    conversation: Conversation,
    bytes: Vec<u8>,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("octets", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Ready {
    /// Sends the body the envelope carried. The attempt must be on record as handed over before
    /// this is called. A future that is dropped half-way leaves the outcome unknown.
    pub async fn hand_over(self) -> Outcome {
        self.conversation.hand_over(&self.bytes).await
    }
}
