//! Reading mail over IMAP: one [`Session`] is one connection, logged in and watched over.
//!
//! It opens mailboxes with EXAMINE and reads with PEEK, so nothing in a mailbox changes; the one
//! exception is [`Session::append`], which files a copy of a message that was sent. It decides
//! nothing, stores nothing and never tries again by itself.
//! Surprising: `async-imap` serves only as buffer and parser. Its convenience calls take a tagged
//! NO and the end of the stream for success, so every command here is written, and its answer
//! heard to the end, by the loop in `command`. Commands are written past the library, so that no
//! password meets its log; what it reads it prints at `trace`, which the log filter has to cap.

mod append;
mod capabilities;
mod command;
mod connect;
mod error;
mod fetch;
#[cfg(fuzzing)]
pub mod fuzz;
mod guard;
mod idle;
mod mailboxes;
mod notes;
mod open;
mod quote;
mod search;
mod utf7;

#[cfg(test)]
mod script;

use std::fmt;
use std::time::Duration;

pub use capabilities::Capabilities;
pub use connect::Transport;
pub use error::ImapError;
pub use fetch::FetchedHeaders;
pub use idle::Idled;
pub use mailboxes::Listed;
pub use quote::MOST_UIDS;
pub use search::MOST_CORRESPONDENTS;

use crate::net::{Credential, Endpoint};

/// Where to log in, and as whom.
#[derive(Clone)]
pub struct Login {
    pub endpoint: Endpoint,
    pub username: String,
    pub credential: Credential,
}

/// Without the user name: it is an address, and belongs in no log.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// How long the server may take. No wait of this layer is without one of these.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// From the secured connection to the greeting.
    pub greeting: Duration,
    /// Each step of logging in.
    pub login: Duration,
    /// Without a single octet while an answer is due.
    pub quiet: Duration,
    /// One command, however busy the server is.
    pub command: Duration,
    /// From IDLE to the server's go-ahead.
    pub idle_begin: Duration,
    /// From DONE to the end of IDLE.
    pub idle_end: Duration,
    /// Silence in IDLE that means a dead line, where the server is known to send signs of life.
    pub idle_silence: Duration,
    /// An IDLE that lasted so long was served, though the server itself ended it.
    pub idle_served: Duration,
    /// A last word; its answer does not matter.
    pub logout: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(20),
            login: Duration::from_secs(60),
            quiet: Duration::from_secs(60),
            command: Duration::from_secs(600),
            idle_begin: Duration::from_secs(15),
            idle_end: Duration::from_secs(15),
            idle_silence: Duration::from_secs(300),
            idle_served: Duration::from_secs(60),
            logout: Duration::from_secs(2),
        }
    }
}

/// A logged-in connection. After anything that leaves an answer half read (a missed deadline, a
/// dropped future, an unreadable response, BYE) every further call returns [`ImapError::Gone`].
pub struct Session {
    wire: command::Wire,
    capabilities: Capabilities,
    /// A mailbox is open; UIDs mean something.
    open: bool,
    idle: idle::Habits,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("usable", &self.is_usable())
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// What the server offered after the login.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether further commands have a chance. A refusal (`No`, `Temporary`) leaves it true.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.wire.is_usable()
    }

    /// Texts the server wants the user to see (`[ALERT]`), each once.
    pub fn take_alerts(&mut self) -> Vec<String> {
        self.wire.notes.take_alerts()
    }

    /// Whether the server said since the last call that it slows us down. It may say so with a good
    /// reply, and what came with it is whole all the same.
    pub fn take_throttled(&mut self) -> bool {
        self.wire.notes.take_throttled()
    }

    /// Asks for news without reading anything.
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.wire.run("NOOP", "NOOP", &mut |_| Ok(())).await
    }

    /// Says goodbye within the time [`Deadlines::logout`] allows, and closes the connection.
    pub async fn logout(self) {
        self.wire.logout().await;
    }
}
