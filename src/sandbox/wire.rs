//! Lines and octets over a connection, for both protocols. It knows no command.
//!
//! Surprising: a line that is begun stays in here until it is whole, so waiting for one can be
//! given up and taken up again, as IDLE does.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Longer lines are no commands.
const LONGEST_LINE: u64 = 64 * 1024;

/// `{"status":"400"}`
const REFUSED_TOKEN: &str = "eyJzdGF0dXMiOiI0MDAifQ==";

/// One connection.
pub(super) struct Wire {
    stream: BufReader<TlsStream<TcpStream>>,
    begun: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TlsStream<TcpStream>) -> Self {
        Self { stream: BufReader::new(stream), begun: Vec::new() }
    }

    /// The next line with its end; `None` when the client has gone.
    pub(super) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut limited = (&mut self.stream).take(LONGEST_LINE);
        limited.read_until(b'\n', &mut self.begun).await?;
        let line = std::mem::take(&mut self.begun);
        Ok(line.ends_with(b"\n").then_some(line))
    }

    pub(super) async fn exact(&mut self, octets: usize) -> io::Result<Vec<u8>> {
        let mut data = vec![0; octets];
        self.stream.read_exact(&mut data).await?;
        Ok(data)
    }

    pub(super) async fn say(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets).await?;
        self.stream.flush().await
    }

    /// Says why a token is refused, after `begin`, and waits for the empty line to it. A client that
    /// says anything else there gets no answer.
    pub(super) async fn refuse_token(&mut self, begin: &str) -> io::Result<()> {
        self.say(format!("{begin} {REFUSED_TOKEN}\r\n").as_bytes()).await?;
        while self.line().await?.is_some_and(|line| line != b"\r\n") {}
        Ok(())
    }

    /// Listens and says nothing until the client goes away.
    pub(super) async fn stall(&mut self) -> io::Result<()> {
        while self.line().await?.is_some() {}
        Ok(())
    }

    /// Says half of it; the caller closes.
    pub(super) async fn say_half(&mut self, octets: &[u8]) -> io::Result<()> {
        let half = octets.get(..octets.len() / 2).unwrap_or_default();
        self.say(half).await
    }
}
