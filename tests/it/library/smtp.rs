//! Why `smtp` compares codes by itself, and takes a lost connection after the body for a doubt.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Hands a message to a server whose last word is this, and which then hangs up.
async fn handed_in(last: &'static [u8]) -> Result<Response, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let serving = tokio::spawn(async move {
        let mut server = BufReader::new(listener.accept().await.unwrap().0);
        let mut answer: &[u8] = b"220 hi\r\n";
        let mut line = String::new();
        while !line.starts_with("DATA") {
            server.write_all(answer).await.unwrap();
            line.clear();
            server.read_line(&mut line).await.unwrap();
            answer = b"250 ok\r\n";
        }
        server.write_all(b"354 go on\r\n").await.unwrap();
        while line != ".\r\n" {
            line.clear();
            server.read_line(&mut line).await.unwrap();
        }
        server.write_all(last).await.unwrap();
    });
    let name = ClientId::Domain("localhost".to_owned());
    let mut connection =
        AsyncSmtpConnection::connect_with_transport(Box::new(client), &name).await.unwrap();
    let [from, to] = ["jane@a.test", "anna@b.test"].map(|address| address.parse().unwrap());
    connection.command(Mail::new(Some(from), vec![])).await.unwrap();
    connection.command(Rcpt::new(to, vec![])).await.unwrap();
    connection.command(Data).await.unwrap();
    let answer = connection.message(b"Subject: hello\r\n\r\nhello\r\n").await;
    serving.await.unwrap();
    answer
}

/// So each step has a deadline of ours.
#[tokio::test]
async fn the_time_limit_of_a_connection_does_not_go_for_the_greeting() {
    const LIMIT: Duration = Duration::from_secs(1);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut server = BufReader::new(listener.accept().await.unwrap().0);
        tokio::time::sleep(LIMIT * 3 / 2).await;
        let mut line = String::new();
        server.write_all(b"220 hi\r\n").await.unwrap();
        server.read_line(&mut line).await.unwrap();
        server.write_all(b"250 ok\r\n").await.unwrap();
    });
    let name = ClientId::Domain("localhost".to_owned());
    let connected =
        AsyncSmtpConnection::connect_tokio1(address, Some(LIMIT), &name, None, None).await;
    assert!(connected.is_ok(), "{:?}", connected.err());
    serving.await.unwrap();
}

#[tokio::test]
async fn an_answer_that_asks_for_more_counts_as_success() {
    let answer = handed_in(b"354 go on\r\n").await.unwrap();
    assert_eq!(u16::from(answer.code()), 354);
    assert!(answer.is_positive(), "so we ask for the code 250");
}

#[tokio::test]
async fn a_connection_lost_after_the_body_is_neither_passing_nor_lasting() {
    let lost = handed_in(b"").await.unwrap_err();
    assert_eq!(lost.to_string(), "response error: incomplete response");
    let kinds = [lost.is_transient(), lost.is_permanent(), lost.is_timeout(), lost.is_client()];
    assert_eq!((kinds, lost.is_response()), ([false; 4], true), "so we call it a doubt");
}

#[tokio::test]
async fn a_server_that_closes_after_the_body_looks_like_one_to_try_again() {
    let closing = handed_in(b"421 closing\r\n").await.unwrap_err();
    assert!(closing.is_transient(), "so we look at the phase before we try anything again");
}
