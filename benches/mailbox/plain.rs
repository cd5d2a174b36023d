//! What is possible at all: one connection, one command for everything. `raw` counts octets,
//! `parse` parses responses and headers and stores nothing. Each runs in a process of its own.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_imap::imap_proto::{AttributeValue, Response};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::it::servers::{PASSWORD, Servers};
use crate::measure::{Measured, run as run_measured};

/// The headers that Afterword asks for.
pub const FIELDS: &str = "Message-ID X-Microsoft-Original-Message-ID In-Reply-To References From \
    Sender Reply-To To Cc Subject Date Content-Type Auto-Submitted Precedence Return-Path List-Id \
    List-Unsubscribe List-Post Feedback-ID X-Autoreply X-Autorespond X-Auto-Response-Suppress \
    X-Failed-Recipients X-Loop X-Afterword-Kind X-Afterword-Mark X-Afterword-Installation";
const MAILBOXES: [&str; 2] = ["INBOX", "Sent"];

fn fetch() -> String {
    format!(
        "UID FETCH 1:* (UID INTERNALDATE RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS ({FIELDS})])"
    )
}

/// Starts this program once more, to do nothing but that.
pub fn start(how: &str, servers: &Servers, user: &str) -> Measured {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(how).arg(servers.imap_port().to_string()).arg(servers.ca_file()).arg(user);
    let (measured, said) = run_measured(&mut command);
    let mut figures = said.split_whitespace().map(|it| it.parse::<u64>().unwrap());
    let (messages, millis) = (figures.next().unwrap(), figures.next().unwrap());
    Measured { messages, reading: Duration::from_millis(millis), ..measured }
}

pub fn run(how: &str, arguments: &[String]) {
    let [port, ca, user] = arguments else { panic!("port, certificate, user") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (messages, took) = runtime.block_on(async {
        let stream = connect(port.parse().unwrap(), ca).await;
        if how == "raw" { raw(stream, user).await } else { parse(stream, user).await }
    });
    println!("{messages} {}", took.as_millis());
}

async fn connect(port: u16, ca: &str) -> TlsStream<TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tcp.set_nodelay(true).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap()
}

async fn raw(mut stream: TlsStream<TcpStream>, user: &str) -> (u64, Duration) {
    let mut buffer = vec![0; 1 << 18];
    command(&mut stream, &mut buffer, "a0", &format!("LOGIN {user} {PASSWORD}")).await;
    let (mut messages, mut took) = (0, Duration::ZERO);
    for mailbox in MAILBOXES {
        let told = command(&mut stream, &mut buffer, "a1", &format!("EXAMINE {mailbox}")).await;
        messages += exists(&told);
        let begun = Instant::now();
        command(&mut stream, &mut buffer, "a2", &fetch()).await;
        took += begun.elapsed();
    }
    (messages, took)
}

/// Sends a command and reads to its tagged answer; gives the last octets.
async fn command(
    stream: &mut TlsStream<TcpStream>,
    buffer: &mut [u8],
    tag: &str,
    line: &str,
) -> Vec<u8> {
    stream.write_all(format!("{tag} {line}\r\n").as_bytes()).await.unwrap();
    let end = format!("\r\n{tag} ");
    let mut tail = b"\r\n".to_vec();
    loop {
        let read = stream.read(buffer).await.unwrap();
        assert!(read > 0, "the server has gone");
        tail.extend_from_slice(&buffer[read.saturating_sub(4096)..read]);
        let from = tail.len().saturating_sub(8192);
        tail.drain(..from);
        if tail.ends_with(b"\r\n") && tail.windows(end.len()).any(|it| it == end.as_bytes()) {
            return tail;
        }
    }
}

fn exists(told: &[u8]) -> u64 {
    let told = String::from_utf8_lossy(told);
    let line = told.lines().find(|line| line.ends_with(" EXISTS")).unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

async fn parse(stream: TlsStream<TcpStream>, user: &str) -> (u64, Duration) {
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.unwrap().unwrap();
    let mut session = client.login(user, PASSWORD).await.map_err(|(error, _)| error).unwrap();
    let parser = mail_parser::MessageParser::default();
    let (mut messages, mut took) = (0, Duration::ZERO);
    for mailbox in MAILBOXES {
        until_done(&mut session, &format!("EXAMINE {mailbox}"), |_| {}).await;
        let begun = Instant::now();
        until_done(&mut session, &fetch(), |response| {
            let Response::Fetch(_, attributes) = response else { return };
            for attribute in attributes {
                if let AttributeValue::BodySection { data: Some(data), .. } = attribute {
                    let message = parser.parse_headers(&data[..]).unwrap();
                    std::hint::black_box((message.message_id(), message.from(), message.subject()));
                    messages += 1;
                }
            }
        })
        .await;
        took += begun.elapsed();
    }
    (messages, took)
}

async fn until_done(
    session: &mut async_imap::Session<TlsStream<TcpStream>>,
    line: &str,
    mut on: impl FnMut(&Response<'_>),
) {
    let tag = session.run_command(line).await.unwrap();
    loop {
        let response = session.read_response().await.unwrap().expect("the server has gone");
        match response.parsed() {
            Response::Done { tag: done, .. } if *done == tag => return,
            other => on(other),
        }
    }
}
