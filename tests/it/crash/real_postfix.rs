//! The same against a real Postfix: what the program says reaches it up to a certain octet, and
//! then the program is killed.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::crash::{DUE, Due};

/// A pipe to a server that passes on so many octets of each client, and no more.
struct Gate {
    port: u16,
    /// What the last client was let through with.
    passed: Arc<AtomicUsize>,
}

impl Gate {
    fn to(server: u16, octets: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let passed = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&passed);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).unwrap();
                let down = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || {
                    pass_on(down.0, down.1, usize::MAX, &AtomicUsize::new(0))
                });
                counting.store(0, Ordering::SeqCst);
                let counting = Arc::clone(&counting);
                std::thread::spawn(move || pass_on(client, server, octets, &counting));
            }
        });
        Self { port, passed }
    }
}

/// Up to `most` octets; then it only waits for the end of the other side.
fn pass_on(mut from: TcpStream, mut to: TcpStream, most: usize, passed: &AtomicUsize) {
    let mut chunk = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        let left = most - passed.load(Ordering::SeqCst).min(most);
        let some = &chunk[..read.min(left)];
        if to.write_all(some).is_err() {
            break;
        }
        passed.fetch_add(some.len(), Ordering::SeqCst);
    }
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn killed_at_any_octet_a_real_postfix_delivers_at_most_once() {
    // All these histories share one mailbox: none must see what another sent.
    let due = Due::with("[sending]\nsave_to_sent = \"never\"");
    let servers = due.person.servers;
    let at_employer = || servers.messages(&due.person.anna, "INBOX").len();
    // How much is said in all, the mail to the user that follows left out.
    let mut total = usize::MAX;
    for eighth in 0..=8 {
        let before = at_employer();
        let folder = tempfile::tempdir().unwrap();
        let program = due.program.copy_to(folder.path());
        let gate = Gate::to(
            servers.smtp_port(),
            if eighth == 0 { usize::MAX } else { total * eighth / 8 },
        );
        let gated = program.with_smtp_port(servers, gate.port);
        if eighth == 0 {
            gated.pass_at(DUE);
            total = gate.passed.load(Ordering::SeqCst);
        } else {
            let mut running = gated.start(DUE, &["once"]);
            while !running.ended() && gate.passed.load(Ordering::SeqCst) < total * eighth / 8 {
                std::thread::sleep(Duration::from_millis(2));
            }
            running.kill();
        }
        for later in ["2026-12-08T08:02:00Z", "2026-12-08T08:20:00Z"] {
            program.pass_at(later);
        }
        std::thread::sleep(Duration::from_millis(300));
        let sent = at_employer() - before;
        let view = program.application_at("2026-12-08T08:21:00Z");
        let state = view["state"].as_str().unwrap();
        assert!(sent <= 1, "{eighth}/8: sent {sent} times");
        assert!(sent == 1 || state == "in_doubt", "{eighth}/8: none, in silence: {state}");
        assert!(["waiting", "in_doubt"].contains(&state), "{eighth}/8: {state}");
        assert_eq!(view["attempts"].as_array().unwrap().len(), 1, "{eighth}/8");
    }
}
