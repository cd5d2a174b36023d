//! Ports that no other pair of servers on this machine uses.
//!
//! The surprising fact: two Postfixes can listen on one port without a word (SO_REUSEPORT), so
//! "it started" proves nothing. One port of each block is therefore held by this process for as
//! long as it lives, and a block counts only if all of its ports are free.

use std::net::{Ipv4Addr, TcpListener};

/// Below the range from which Linux takes ports for outgoing connections.
const FIRST: u16 = 10_000;
const BLOCKS: u16 = 5_000;
const BLOCK: u16 = 4;

pub struct Ports {
    /// Plain, for the tests' own looks into mailboxes.
    pub imap: u16,
    pub imaps: u16,
    pub smtps: u16,
    _claim: TcpListener,
}

impl Ports {
    pub fn claim() -> Self {
        let start = std::process::id() % u32::from(BLOCKS);
        let start = u16::try_from(start).expect("a remainder of a u16");
        (0..BLOCKS)
            .map(|i| FIRST + (start + i) % BLOCKS * BLOCK)
            .find_map(Self::claim_block)
            .expect("no four free ports between 10000 and 30000")
    }

    fn claim_block(base: u16) -> Option<Self> {
        let listen = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        let claim = listen(base)?;
        let [imap, imaps, smtps] = [base + 1, base + 2, base + 3];
        let free = [imap, imaps, smtps].into_iter().all(|port| listen(port).is_some());
        free.then_some(Self { imap, imaps, smtps, _claim: claim })
    }
}
