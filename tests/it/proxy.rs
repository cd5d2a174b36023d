//! A pipe between the program and a server that counts what passes and understands none of it.

use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Clone)]
pub struct Proxy {
    pub port: u16,
    connections: Arc<AtomicU64>,
    /// Octets from the server to the program.
    octets: Arc<AtomicU64>,
    /// Connections up to this one are dead.
    dead: Arc<AtomicU64>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            octets: Arc::default(),
            dead: Arc::default(),
            open: Arc::default(),
        };
        let counting = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let number = counting.connections.fetch_add(1, Ordering::SeqCst) + 1;
                counting.open.lock().unwrap().push(client.try_clone().unwrap());
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).unwrap();
                let up = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let there = counting.clone();
                std::thread::spawn(move || {
                    pass_on(up.0, up.1, |_| there.is_alive(number));
                });
                let back = counting.clone();
                std::thread::spawn(move || {
                    pass_on(server, client, |read| {
                        back.octets.fetch_add(read as u64, Ordering::SeqCst);
                        back.is_alive(number)
                    });
                });
            }
        });
        proxy
    }

    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Ends every connection there is, without a word.
    pub fn cut(&self) {
        for client in self.open.lock().unwrap().drain(..) {
            // It may be gone already.
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// Lets nothing pass any more over the connections there are, and neither side hears of it: so
    /// lines are found after a night asleep.
    pub fn deaden(&self) {
        self.dead.store(self.connections(), Ordering::SeqCst);
    }

    fn is_alive(&self, number: u64) -> bool {
        number > self.dead.load(Ordering::SeqCst)
    }

    pub fn octets(&self) -> u64 {
        self.octets.load(Ordering::SeqCst)
    }
}

/// Until one side is gone; then the other learns of it. `passes` is told how many octets came and
/// says whether they go on.
fn pass_on(mut from: TcpStream, mut to: TcpStream, passes: impl Fn(usize) -> bool) {
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        if passes(read) && to.write_all(&chunk[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
