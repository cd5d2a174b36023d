//! A submission server with TLS from the first byte that takes mail and delivers none. It counts
//! what it accepted, and can be told to stand still at one step of a session, so that a test can
//! do something to the program at that very moment.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::servers::Servers;

/// Where a session may stand still. Each is before the server's next answer, but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The first line of the body is here. The session ends at this step: what the program has
    /// written by then would otherwise still arrive.
    Body,
    /// The final dot is here: the message is accepted, and nobody knows it yet.
    Dot,
    /// The program has been told that the message is accepted.
    Told,
}

/// A message that was accepted.
#[derive(Debug, Clone)]
pub struct Accepted {
    pub to: String,
    pub bytes: Vec<u8>,
}

pub struct ScriptedSmtp {
    pub port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    accepted: Mutex<Vec<Accepted>>,
    /// Whoever comes to this step says so and waits for the other end.
    stop: Mutex<Option<Held>>,
}

/// The session's side of a `Stop`.
struct Held {
    at: Step,
    say: Sender<()>,
    wait: Receiver<()>,
}

/// A step that a session will stand still at, once.
pub struct Stop {
    reached: Receiver<()>,
    /// Dropping it lets the session go on.
    _go_on: Sender<()>,
}

impl Stop {
    /// Waits until a session stands still there.
    pub fn reached(&self) {
        self.reached.recv_timeout(Duration::from_secs(20)).expect("a session comes to the step");
    }
}

impl ScriptedSmtp {
    /// Has the name and the certificate of the real servers.
    pub fn start(servers: &Servers) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = tls(servers);
        let shared = Arc::new(Shared::default());
        let server = Self { port, shared: Arc::clone(&shared) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
                let stream = StreamOwned::new(connection, stream.unwrap());
                let shared = Arc::clone(&shared);
                // A client that is gone is what these tests are about, so it ends the session.
                std::thread::spawn(move || serve(BufReader::new(stream), &shared).ok());
            }
        });
        server
    }

    pub fn stop_at(&self, step: Step) -> Stop {
        let (say, reached) = channel();
        let (go_on, wait) = channel();
        *self.shared.stop.lock().unwrap() = Some(Held { at: step, say, wait });
        Stop { reached, _go_on: go_on }
    }

    pub fn accepted_for(&self, address: &str) -> Vec<Accepted> {
        let accepted = self.shared.accepted.lock().unwrap();
        accepted.iter().filter(|message| message.to == address).cloned().collect()
    }
}

impl Shared {
    /// Whether the session stood still here.
    fn come_to(&self, step: Step) -> bool {
        let stop = {
            let mut stop = self.stop.lock().unwrap();
            stop.take_if(|held| held.at == step)
        };
        let Some(Held { say, wait, .. }) = stop else { return false };
        say.send(()).unwrap();
        // An error is the sign to go on.
        let _ = wait.recv();
        true
    }
}

fn tls(servers: &Servers) -> Arc<ServerConfig> {
    let ca = servers.ca_file();
    let certificate = CertificateDer::from_pem_file(ca.with_file_name("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(ca.with_file_name("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

type Stream = BufReader<StreamOwned<ServerConnection, TcpStream>>;

fn serve(mut stream: Stream, shared: &Shared) -> std::io::Result<()> {
    let mut to = String::new();
    shared.come_to(Step::Greeting);
    say(&mut stream, "220 scripted ESMTP")?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line.split([' ', ':', '\r']).next().unwrap_or_default();
        match word {
            "EHLO" => say(&mut stream, "250-scripted\r\n250 AUTH PLAIN")?,
            "AUTH" => {
                shared.come_to(Step::Auth);
                say(&mut stream, "235 welcome")?;
            }
            "MAIL" => {
                shared.come_to(Step::Mail);
                say(&mut stream, "250 ok")?;
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                shared.come_to(Step::Rcpt);
                say(&mut stream, "250 ok")?;
            }
            "DATA" => {
                shared.come_to(Step::Data);
                say(&mut stream, "354 go on")?;
                let bytes = body(&mut stream, shared)?;
                shared.accepted.lock().unwrap().push(Accepted { to: to.clone(), bytes });
                shared.come_to(Step::Dot);
                say(&mut stream, "250 accepted")?;
                shared.come_to(Step::Told);
            }
            "QUIT" => return say(&mut stream, "221 bye"),
            _ => say(&mut stream, "500 what?")?,
        }
    }
}

/// Everything before the final dot; an end before that is an error, and nothing is accepted.
fn body(stream: &mut Stream, shared: &Shared) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if bytes.is_empty() && shared.come_to(Step::Body) {
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn say(stream: &mut Stream, line: &str) -> std::io::Result<()> {
    let stream = stream.get_mut();
    stream.write_all(format!("{line}\r\n").as_bytes())?;
    stream.flush()
}
