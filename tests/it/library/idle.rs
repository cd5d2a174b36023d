//! Why `imap::idle` is our own: what the library makes of signs of life, of the end of the stream and
//! of a refusal.

use std::time::Duration;

use async_imap::extensions::idle::{Handle, IdleResponse};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

/// Between two lines of the server.
const BEAT: Duration = Duration::from_millis(50);

/// An IDLE that is about to begin, with a server that answers it with these lines, one by one, `$`
/// being the tag, and then hangs up.
async fn about_to_idle(lines: Vec<&'static str>) -> Handle<DuplexStream> {
    let (client, server) = tokio::io::duplex(4096);
    tokio::spawn(async move {
        let mut server = BufReader::new(server);
        let mut line = String::new();
        server.write_all(b"* OK hi\r\n").await.unwrap();
        server.read_line(&mut line).await.unwrap();
        let tag = line.split(' ').next().unwrap();
        server.write_all(format!("{tag} OK in\r\n").as_bytes()).await.unwrap();
        line.clear();
        server.read_line(&mut line).await.unwrap();
        let tag = line.split(' ').next().unwrap();
        for says in lines {
            // The client may have gone.
            let _ = server.write_all(format!("{}\r\n", says.replace('$', tag)).as_bytes()).await;
            tokio::time::sleep(BEAT).await;
        }
    });
    let mut client = async_imap::Client::new(client);
    client.read_response().await.unwrap().unwrap();
    let session = client.login("jane", "secret").await.map_err(|(error, _)| error).unwrap();
    session.idle()
}

/// How a wait ends with this server.
async fn waited(lines: Vec<&'static str>, longest: Duration) -> IdleResponse {
    let mut handle = about_to_idle(lines).await;
    handle.init().await.unwrap();
    let (waiting, _interrupt) = handle.wait_with_timeout(longest);
    waiting.await.unwrap()
}

/// So the longest wait is counted from its start.
#[tokio::test]
async fn every_sign_of_life_winds_the_timer_up_again() {
    let signs = 30;
    let longest = BEAT * signs * 2 / 3;
    let mut lines = vec!["+ idling"];
    lines.extend((0..signs).map(|_| "* OK still here"));
    lines.push("* 1 EXISTS");
    let ended = waited(lines, longest).await;
    assert!(matches!(ended, IdleResponse::NewData(_)), "{ended:?}");
}

/// So the end of the stream is an error, and BYE is none of the news.
#[tokio::test]
async fn the_end_of_the_stream_looks_like_an_interrupt_and_goodbye_like_news() {
    let long = Duration::from_secs(60);
    let ended = waited(vec!["+ idling"], long).await;
    assert_eq!(ended, IdleResponse::ManualInterrupt);
    let ended = waited(vec!["+ idling", "* BYE see you"], long).await;
    assert!(matches!(ended, IdleResponse::NewData(_)), "{ended:?}");
}

/// So a refusal is heard where it comes, and the server is polled from then on.
#[tokio::test]
async fn a_refusal_to_idle_is_passed_over_in_the_hope_of_a_go_ahead() {
    let mut handle = about_to_idle(vec!["$ NO disabled", "+ idling"]).await;
    handle.init().await.unwrap();
}
