//! Why `imap::guard` stands between the network and the library: which bounds there are without it.
//! Sizes are small here; what counts is that they are as large as the server likes.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use async_imap::imap_proto::{AttributeValue, BodyStructure, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A server that says one thing. It notes how much room it is given for each piece.
#[derive(Debug)]
struct Server {
    says: Vec<u8>,
    said: usize,
    rooms: Arc<Mutex<Vec<usize>>>,
}

impl AsyncRead for Server {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.rooms.lock().unwrap().push(buf.remaining());
        let step = buf.remaining().min(this.says.len() - this.said);
        buf.put_slice(&this.says[this.said..this.said + step]);
        this.said += step;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Server {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The room for each piece of one answer, and whether the answer was read.
async fn rooms_for(says: &str) -> (Vec<usize>, bool) {
    let rooms = Arc::new(Mutex::new(Vec::new()));
    let server = Server { says: says.as_bytes().to_vec(), said: 0, rooms: Arc::clone(&rooms) };
    let read = async_imap::Client::new(server).read_response().await;
    let rooms = rooms.lock().unwrap().clone();
    (rooms, matches!(read, Ok(Some(_))))
}

#[tokio::test]
async fn room_is_made_for_whatever_a_server_announces() {
    const ANNOUNCED: usize = 8_000_000;
    let (rooms, read) = rooms_for(&format!("* 1 FETCH (BODY[] {{{ANNOUNCED}}}\r\nab")).await;
    assert!(!read, "two octets came");
    assert!(*rooms.last().unwrap() >= ANNOUNCED - 2, "{rooms:?}");
    // Only beyond half a gigabyte there is a bound.
    let (rooms, read) = rooms_for("* 1 FETCH (BODY[] {600000000}\r\nab").await;
    assert!(!read);
    assert!(rooms.iter().all(|room| *room <= 4_096), "{rooms:?}");
}

/// So the numbers of a search are parsed from the first one again with each piece, and `search`
/// asks about a bounded span of UIDs.
#[tokio::test]
async fn a_long_line_is_taken_in_small_pieces_and_parsed_anew_with_each() {
    let mut pieces = Vec::new();
    for numbers in [5_000, 20_000] {
        let found: String = (0..numbers).map(|n| format!(" {}", 1_000_000 + n)).collect();
        let (rooms, read) = rooms_for(&format!("* SEARCH{found}\r\n")).await;
        assert!(read && rooms.iter().all(|room| *room <= 4_096), "{rooms:?}");
        pieces.push(rooms.len());
    }
    assert!(pieces[1] >= 3 * pieces[0], "four times the numbers: {pieces:?}");
    let begun = Response::parse(b"* SEARCH 1000000 1000001 10000");
    assert!(begun.unwrap_err().is_incomplete(), "nothing is kept of it");
}

/// How deep the parser follows structures in structures; 0 if it refuses.
fn followed(depth: usize) -> usize {
    let leaf = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
    let (open, close) = ("(".repeat(depth), " \"MIXED\")".repeat(depth));
    let answer = format!("* 1 FETCH (BODYSTRUCTURE {open}{leaf}{close})\r\n");
    let Ok((_, Response::Fetch(_, attributes))) = Response::parse(answer.as_bytes()) else {
        return 0;
    };
    let [AttributeValue::BodyStructure(outermost)] = attributes.as_slice() else { return 0 };
    let (mut followed, mut level) = (0, outermost);
    while let BodyStructure::Multipart { bodies, .. } = level {
        followed += 1;
        level = &bodies[0];
    }
    followed
}

/// So nothing that nests is asked for, and the guard counts parentheses. On the stack that a worker
/// has, a few hundred would be the end of the process.
#[test]
fn the_parser_follows_a_structure_to_any_depth() {
    const DEPTH: usize = 2_000;
    let roomy = std::thread::Builder::new().stack_size(256 << 20);
    let deep = roomy.spawn(|| followed(DEPTH)).unwrap().join().unwrap();
    assert_eq!(deep, DEPTH);
}
