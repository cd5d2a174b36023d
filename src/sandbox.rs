//! A mail server inside this process, for the demo and the tests: IMAP and SMTP over TLS on
//! loopback, mailboxes in memory, a clock that the caller moves, and faults by script.
//!
//! It serves one account, writes nothing to disk but the certificate that clients have to trust,
//! and passes no mail on: what goes to others ends in a list ([`Sandbox::delivered`]).
//! Surprising: it shares no line of protocol code with the service. Commands are parsed by another
//! library than the one the service reads answers with, so that a mistake in one of them shows.

mod certificate;
mod fault;
mod imap;
mod post;
mod smtp;
mod wire;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;

pub use fault::{Action, Fault};
pub use post::Delivered;

use fault::Faults;
use post::Post;
use wire::Wire;

/// What the server is like.
#[derive(Debug, Clone)]
pub struct Options {
    /// Of the one account; also its login.
    pub address: String,
    pub password: String,
    pub style: Style,
    /// By this, delivered mail is dated.
    pub clock: Clock,
    /// Where the certificate to trust is written.
    pub folder: PathBuf,
}

/// How mail is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// INBOX, Sent and the other usual mailboxes; each copy is a message of its own.
    Plain,
    /// One store of messages with labels, All Mail, and the server files what it sends.
    Gmail,
}

/// The names under which it is reached.
const LOCAL: [&str; 2] = ["localhost", "127.0.0.1"];

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    ca_file: PathBuf,
    imap_port: u16,
    smtp_port: u16,
    listeners: [AbortHandle; 2],
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    address: String,
    password: String,
    /// The access tokens that open the account by XOAUTH2, which is offered where there are some.
    tokens: Mutex<Vec<String>>,
    post: Mutex<Post>,
    faults: Mutex<Faults>,
    /// What was heard over IMAP.
    heard: Mutex<Vec<String>>,
    clock: Mutex<Clock>,
    /// Logins that were refused, over both protocols.
    refused: AtomicUsize,
    /// Says to idle connections that something changed.
    news: watch::Sender<()>,
}

/// The two protocols.
#[derive(Debug, Clone, Copy)]
enum Protocol {
    Imap,
    Smtp,
}

impl Sandbox {
    /// Starts both servers on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// If no certificate can be made or written, or no port can be opened.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        Self::start_as(options, &LOCAL).await
    }

    /// The same, with a certificate for these names instead of those of this computer.
    ///
    /// # Errors
    /// As those of [`Self::start`].
    pub async fn start_as(options: Options, names: &[&str]) -> anyhow::Result<Self> {
        let (ca_file, config) = certificate::make(&options.folder, names)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let shared = Arc::new(Shared {
            post: Mutex::new(Post::new(options.style, &options.address)),
            faults: Mutex::default(),
            heard: Mutex::default(),
            refused: AtomicUsize::new(0),
            clock: Mutex::new(options.clock),
            news: watch::Sender::new(()),
            address: options.address,
            password: options.password,
            tokens: Mutex::default(),
        });
        let (imap_port, imap) = listen(Protocol::Imap, &shared, &acceptor).await?;
        let (smtp_port, smtp) = listen(Protocol::Smtp, &shared, &acceptor).await?;
        Ok(Self { shared, ca_file, imap_port, smtp_port, listeners: [imap, smtp] })
    }

    /// The certificate, in PEM, that a client has to trust.
    #[must_use]
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    #[must_use]
    pub fn imap_port(&self) -> u16 {
        self.imap_port
    }

    #[must_use]
    pub fn smtp_port(&self) -> u16 {
        self.smtp_port
    }

    /// Moves the clock by which delivered mail is dated.
    pub fn set_clock(&self, clock: Clock) {
        *lock(&self.shared.clock) = clock;
    }

    /// Puts a message into a mailbox, as if it had arrived there, and announces it. A mailbox
    /// that does not exist is made.
    pub fn deliver(&self, mailbox: &str, bytes: &[u8], arrived_at: DateTime<Utc>) {
        lock(&self.shared.post).put(mailbox, bytes, arrived_at, &[]);
        self.shared.announce();
    }

    /// Every message of a mailbox, lowest UID first; none if there is no such mailbox.
    #[must_use]
    pub fn messages(&self, mailbox: &str) -> Vec<Vec<u8>> {
        lock(&self.shared.post).contents(mailbox, |message| message.bytes.to_vec())
    }

    /// The flags of every message of a mailbox, lowest UID first.
    #[must_use]
    pub fn flags(&self, mailbox: &str) -> Vec<Vec<String>> {
        lock(&self.shared.post).contents(mailbox, |message| message.flags.iter().cloned().collect())
    }

    /// The labels of every message of a mailbox, lowest UID first; empty unless in Gmail style.
    #[must_use]
    pub fn labels(&self, mailbox: &str) -> Vec<Vec<String>> {
        lock(&self.shared.post)
            .contents(mailbox, |message| message.labels.iter().cloned().collect())
    }

    /// Names of all mailboxes.
    #[must_use]
    pub fn mailboxes(&self) -> Vec<String> {
        lock(&self.shared.post).mailboxes.iter().map(|mailbox| mailbox.name.clone()).collect()
    }

    /// Gives every message of a mailbox a new UID under a new UIDVALIDITY.
    pub fn renumber(&self, mailbox: &str) {
        lock(&self.shared.post).renumber(mailbox);
    }

    /// Takes a message out of a mailbox, as the user does who removes or files it, and announces
    /// that; `false` if it is not there.
    pub fn remove(&self, mailbox: &str, message_id: &str) -> bool {
        let removed = lock(&self.shared.post).remove(mailbox, message_id);
        self.shared.announce();
        removed
    }

    /// Shows a mailbox to nobody any more, as the user can have it at Gmail.
    pub fn hide(&self, mailbox: &str) {
        lock(&self.shared.post).hide(mailbox);
    }

    /// Dates mail, and searches for days, by another calendar than that of UTC.
    pub fn set_calendar(&self, calendar: FixedOffset) {
        lock(&self.shared.post).calendar = calendar;
    }

    /// The commands heard over IMAP, in order: without tags, LOGIN without name and password, and
    /// `GREETING` for each connection.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        lock(&self.shared.heard).clone()
    }

    /// What was handed in for other people, in order.
    #[must_use]
    pub fn delivered(&self) -> Vec<Delivered> {
        lock(&self.shared.post).outbox.clone()
    }

    /// From now on these access tokens open the account, by XOAUTH2, and no others do.
    pub fn accept_tokens(&self, tokens: &[&str]) {
        *lock(&self.shared.tokens) = tokens.iter().map(|token| (*token).to_owned()).collect();
    }

    /// How many logins were refused so far, for reading and for sending together.
    #[must_use]
    pub fn refused_logins(&self) -> usize {
        self.shared.refused.load(Ordering::SeqCst)
    }

    /// Scripts a fault; it counts commands from now on and happens once.
    pub fn script(&self, fault: Fault) {
        lock(&self.shared.faults).add(fault);
    }

    /// Scripted faults that have not happened yet.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        lock(&self.shared.faults).left()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

impl Shared {
    fn announce(&self) {
        self.news.send_replace(());
    }

    fn now(&self) -> DateTime<Utc> {
        lock(&self.clock).now()
    }

    fn knows(&self, username: &[u8], password: &[u8]) -> bool {
        self.counted(username == self.address.as_bytes() && password == self.password.as_bytes())
    }

    /// `user=name^Aauth=Bearer token^A^A`
    /// (<https://developers.google.com/gmail/imap/xoauth2-protocol>).
    fn knows_token(&self, response: &[u8]) -> bool {
        let name = &self.address;
        let known = lock(&self.tokens).iter().any(|token| {
            format!("user={name}\u{1}auth=Bearer {token}\u{1}\u{1}").as_bytes() == response
        });
        self.counted(known)
    }

    fn takes_tokens(&self) -> bool {
        !lock(&self.tokens).is_empty()
    }

    fn counted(&self, known: bool) -> bool {
        if !known {
            self.refused.fetch_add(1, Ordering::SeqCst);
        }
        known
    }

    /// `\0name\0password` (RFC 4616).
    fn knows_plain(&self, credentials: &[u8]) -> bool {
        let mut parts = credentials.split(|octet| *octet == 0).skip(1);
        let name = parts.next().unwrap_or_default();
        self.knows(name, parts.next().unwrap_or_default())
    }
}

/// A thread that panicked has not left half a message behind: everything is put in whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections until it is aborted; its connections end with it.
async fn listen(
    protocol: Protocol,
    shared: &Arc<Shared>,
    acceptor: &TlsAcceptor,
) -> anyhow::Result<(u16, AbortHandle)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("Open a port on 127.0.0.1 for the embedded mail server")?;
    let port = listener.local_addr()?.port();
    let (shared, acceptor) = (Arc::clone(shared), acceptor.clone());
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((tcp, _)) = listener.accept().await {
            let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
            connections.spawn(async move {
                // A client that goes away in the middle is no event for a server.
                let _ = tcp.set_nodelay(true);
                let Ok(stream) = acceptor.accept(tcp).await else { return };
                let wire = Wire::new(stream);
                let _ = match protocol {
                    Protocol::Imap => imap::serve(wire, &shared).await,
                    Protocol::Smtp => smtp::serve(wire, &shared).await,
                };
            });
            while connections.try_join_next().is_some() {}
        }
    });
    Ok((port, task.abort_handle()))
}
