//! A real Dovecot and a real Postfix on loopback, one pair per test process, shared by its tests.
//!
//! Every address is a user with the password `pw`, and mail to any address ends in that user's
//! INBOX: Postfix knows no way off this machine. So a test needs no set-up beyond addresses that
//! no other test uses (`unique`). The surprising fact: nothing here is stopped by `Drop`, since
//! statics are never dropped; a small shell process watches over the servers and ends them when
//! this process is gone, however it went.

mod certificate;
mod config;
pub mod cyrus;
mod imap_client;
mod ports;
mod process;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use imap_client::ImapClient;
use ports::Ports;
use process::Watched;

pub const PASSWORD: &str = "pw";

/// The longest that mail may take from Postfix's yes to the mailbox.
const DELIVERY: Duration = Duration::from_secs(10);

pub struct Servers {
    dir: PathBuf,
    ports: Ports,
    _watched: Watched,
}

impl Servers {
    /// Starts the pair at the first call in this process. Panics with the servers' own words if
    /// that is not possible.
    pub fn start() -> &'static Self {
        static SERVERS: OnceLock<Servers> = OnceLock::new();
        SERVERS.get_or_init(|| {
            process::check_requirements();
            let dir = process::new_directory();
            let ports = Ports::claim();
            certificate::write_all(&dir);
            config::write_all(&dir, &ports);
            let watched = Watched::start(&dir, process::PAIR, &[]);
            Self { dir, ports, _watched: watched }
        })
    }

    /// IMAP with implicit TLS.
    pub fn imap_port(&self) -> u16 {
        self.ports.imaps
    }

    /// Submission with implicit TLS.
    pub fn smtp_port(&self) -> u16 {
        self.ports.smtps
    }

    /// The certificate authority both servers are believed by; their name is `localhost`.
    pub fn ca_file(&self) -> PathBuf {
        self.dir.join(certificate::CA)
    }

    /// A certificate authority that nobody here is signed by.
    pub fn other_ca_file(&self) -> PathBuf {
        self.dir.join(certificate::OTHER_CA)
    }

    /// Files a message as the user's mail client would, creating the mailbox if need be.
    /// Returns its UID.
    pub fn append(
        &self,
        user: &str,
        mailbox: &str,
        bytes: &[u8],
        internal_date: DateTime<Utc>,
    ) -> u32 {
        self.client(user).append(mailbox, bytes, internal_date)
    }

    /// All messages as they lie there, lowest UID first. Changes nothing. A mailbox that does not
    /// exist holds none.
    /// The mailbox is gone, and another one of its name is there.
    pub fn make_anew(&self, user: &str, mailbox: &str) {
        self.client(user).make_anew(mailbox);
    }

    pub fn messages(&self, user: &str, mailbox: &str) -> Vec<Vec<u8>> {
        self.client(user).messages(mailbox)
    }

    /// The flags of each message, sorted, lowest UID first; without `\Recent`, which belongs to a
    /// session.
    pub fn flags(&self, user: &str, mailbox: &str) -> Vec<Vec<String>> {
        self.client(user).flags(mailbox)
    }

    /// INTERNALDATE of each message, lowest UID first.
    pub fn dates(&self, user: &str, mailbox: &str) -> Vec<DateTime<Utc>> {
        self.client(user).dates(mailbox)
    }

    /// Waits until a mailbox holds at least `count` messages, and returns them.
    pub fn wait_for(&self, user: &str, mailbox: &str, count: usize) -> Vec<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let messages = self.messages(user, mailbox);
            if messages.len() >= count {
                return messages;
            }
            assert!(
                begun.elapsed() < DELIVERY,
                "{} of {count} messages in {mailbox} of {user} after {DELIVERY:?}\n{}",
                messages.len(),
                process::logs(&self.dir)
            );
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    fn client(&self, user: &str) -> ImapClient {
        ImapClient::log_in(self.ports.imap, user)
    }
}

/// An address nobody else in this process uses: `unique("jane")` is `jane@t1.test`.
pub fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{name}@t{}.test", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
}
