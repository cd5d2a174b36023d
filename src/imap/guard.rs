//! The reader between the network and the parser: it hands on one whole response at a time,
//! and only if that response is within bounds.
//!
//! It does not understand responses; `bounds` counts octets and parentheses, no more.
//! Surprising: a response is kept back until its last octet is here. The parser then never works
//! on half a response, which some of its rules would take for an error.

mod bounds;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(in crate::imap) use bounds::Excess;
pub(in crate::imap) use bounds::{Limits, Progress};

const CHUNK: usize = 16 * 1024;
/// What has been handed on is dropped from the front of the store at this size.
const COMPACT: usize = 64 * 1024;

/// The guarded stream; writing passes through.
pub(super) struct Guard<S> {
    inner: S,
    limits: Limits,
    chunk: Box<[u8]>,
    /// Octets received and not yet dropped; those before `handed` are with the parser.
    store: Vec<u8>,
    handed: usize,
    /// End of the last whole response.
    whole: usize,
    progress: Progress,
    received: u64,
}

impl<S> Guard<S> {
    pub(super) fn new(inner: S) -> Self {
        Self {
            inner,
            limits: Limits::default(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
            store: Vec::new(),
            handed: 0,
            whole: 0,
            progress: Progress::default(),
            received: 0,
        }
    }

    /// Octets received so far: growing means that the server is at work.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Sets what the answer to the next command may bring; `None` is the usual measure.
    pub(super) fn allow_literals(&mut self, octets: Option<usize>) {
        self.limits.literals = octets.unwrap_or(Limits::default().literals);
    }

    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) {
        let step = buf.remaining().min(self.whole - self.handed);
        if let Some(part) = self.store.get(self.handed..self.handed + step) {
            buf.put_slice(part);
        }
        self.handed += step;
        if self.handed == self.whole && (self.handed > COMPACT || self.handed == self.store.len()) {
            self.store.drain(..self.handed);
            self.store.shrink_to(COMPACT);
            self.handed = 0;
            self.whole = 0;
        }
    }

    fn look(&mut self) -> io::Result<()> {
        let response = self.store.get(self.handed..).unwrap_or_default();
        if let Some(end) = self.progress.end(response, &self.limits).map_err(io::Error::other)? {
            self.whole = self.handed + end;
            self.progress = Progress::default();
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.handed == this.whole {
                this.look()?;
            }
            if this.handed < this.whole {
                this.hand_on(buf);
                return Poll::Ready(Ok(()));
            }
            let mut chunk = ReadBuf::new(&mut this.chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            let fresh = chunk.filled();
            if fresh.is_empty() {
                let cut = this.handed < this.store.len();
                return Poll::Ready(if cut {
                    Err(io::Error::other(Excess::CutOff))
                } else {
                    Ok(())
                });
            }
            this.received += fresh.len() as u64;
            this.store.extend_from_slice(fresh);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("received", &self.received).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn whole_responses_pass_one_at_a_time_and_unchanged() {
        let fetch = b"* 1 FETCH (UID 1 BODY[] {7}\r\n{9}\r\n\r\n)\r\n";
        let mut sent = b"* OK hi\r\n".to_vec();
        sent.extend_from_slice(fetch);
        sent.extend_from_slice(b"* 2 FETCH (BODY[] {9}\r\nabc");
        let mut guard = Guard::new(&sent[..]);
        let mut got = [0; 256];
        let n = guard.read(&mut got).await.unwrap();
        assert_eq!(got[..n], b"* OK hi\r\n"[..]);
        let n = guard.read(&mut got).await.unwrap();
        assert_eq!(got[..n], fetch[..]);
        let cut = guard.read(&mut got).await.unwrap_err();
        assert!(cut.to_string().contains("middle"), "{cut}");
    }

    #[tokio::test]
    async fn an_end_between_responses_is_an_end() {
        let mut guard = Guard::new(&b"* OK hi\r\n"[..]);
        let mut got = Vec::new();
        assert_eq!(guard.read_to_end(&mut got).await.unwrap(), 9);
    }
}
