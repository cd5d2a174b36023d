//! Why `imap` has a command loop of its own: the convenience calls report success for a refused
//! command and for one whose answer never came to its end.

use async_imap::Session;
use async_imap::imap_proto::{Response, Status};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

/// A session with a server that answers every command after LOGIN with these lines, `$` being
/// its tag, and hangs up if there is no `$` in them.
async fn session(lines: &'static str) -> Session<DuplexStream> {
    let (client, server) = tokio::io::duplex(4096);
    tokio::spawn(async move {
        let mut server = BufReader::new(server);
        server.write_all(b"* OK hi\r\n").await.unwrap();
        loop {
            let mut line = String::new();
            if server.read_line(&mut line).await.unwrap() == 0 {
                return;
            }
            let tag = line.split(' ').next().unwrap();
            let lines = if line.contains(" LOGIN ") { "$ OK in\r\n" } else { lines };
            server.write_all(lines.replace('$', tag).as_bytes()).await.unwrap();
            if !lines.contains('$') {
                return;
            }
        }
    });
    let mut client = async_imap::Client::new(client);
    client.read_response().await.unwrap().unwrap();
    client.login("jane", "secret").await.map_err(|(error, _)| error).unwrap()
}

const NO: &str = "$ NO [LIMIT] not now\r\n";
const TWO_AND_GONE: &str = "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n";

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "shows why they are disallowed")]
async fn the_convenience_calls_report_success_for_a_refused_command() {
    let mut session = session(NO).await;
    let fetched = session.uid_fetch("1:*", "(UID)").await.unwrap();
    assert!(fetched.try_collect::<Vec<_>>().await.unwrap().is_empty());
    assert!(session.uid_search("ALL").await.unwrap().is_empty());
    let listed = session.list(None, Some("*")).await.unwrap();
    assert!(listed.try_collect::<Vec<_>>().await.unwrap().is_empty());
    let stored = session.uid_store("1", "+FLAGS (\\Seen)").await.unwrap();
    assert!(stored.try_collect::<Vec<_>>().await.unwrap().is_empty());
    session.noop().await.unwrap();
    assert_eq!(session.capabilities().await.unwrap().len(), 0);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "shows why they are disallowed")]
async fn the_convenience_calls_report_success_for_an_answer_that_was_cut_off() {
    let mut cut = session(TWO_AND_GONE).await;
    let fetched = cut.uid_fetch("1:100", "(UID)").await.unwrap();
    assert_eq!(fetched.try_collect::<Vec<_>>().await.unwrap().len(), 2);
    assert!(session("").await.uid_search("ALL").await.unwrap().is_empty());
    session("").await.noop().await.unwrap();
    let opened = session("").await.examine("INBOX").await.unwrap();
    assert_eq!((opened.exists, opened.uid_validity), (0, None));
}

/// What our loop stands on.
#[tokio::test]
async fn the_low_calls_show_the_refusal_and_the_end() {
    let mut refused = session(NO).await;
    let tag = refused.run_command("UID FETCH 1:* (UID)").await.unwrap();
    let answer = refused.read_response().await.unwrap().unwrap();
    assert!(
        matches!(answer.parsed(), Response::Done { tag: of, status: Status::No, .. } if *of == tag),
        "{answer:?}"
    );

    let mut cut = session(TWO_AND_GONE).await;
    cut.run_command("UID FETCH 1:100 (UID)").await.unwrap();
    for _ in 0..2 {
        assert!(cut.read_response().await.unwrap().is_some());
    }
    assert!(cut.read_response().await.unwrap().is_none());
}

/// Why `append` waits for the go-ahead by itself: news that comes first is no refusal.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "shows why it is disallowed")]
async fn the_convenience_call_for_filing_takes_news_for_a_refusal() {
    let mut session = session("* 5 EXISTS\r\n+ go ahead\r\n").await;
    let filed = session.append("Sent", None, None, "Subject: x\r\n\r\nx\r\n").await;
    assert!(matches!(filed, Err(async_imap::error::Error::Append)), "{filed:?}");
}
