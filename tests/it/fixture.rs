//! Whether the fixture itself can be believed.

use chrono::{DateTime, Utc};

use afterword::net::{self, Endpoint};
use tokio::io::AsyncReadExt as _;

use crate::servers::{Servers, unique};

const LETTER: &[u8] = b"From: anna@acme.test\r\nSubject: Hello\r\n\r\nbody {5}\r\nline\r\n";

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn what_is_appended_is_found_with_its_date_and_looking_changes_nothing() {
    let servers = Servers::start();
    let jane = unique("jane");
    let dates = [moment("2024-03-01T09:30:00Z"), moment("2023-12-31T23:59:59Z")];
    let uids = dates.map(|date| servers.append(&jane, "INBOX", LETTER, date));
    assert_eq!(uids, [1, 2]);
    for _ in 0..2 {
        assert_eq!(servers.messages(&jane, "INBOX"), [LETTER, LETTER]);
        assert_eq!(servers.flags(&jane, "INBOX"), [[""; 0]; 2]);
        assert_eq!(servers.dates(&jane, "INBOX"), dates);
    }
}

#[test]
fn users_are_strangers_to_each_other_and_mailboxes_appear_when_needed() {
    let servers = Servers::start();
    let [jane, anna] = [unique("jane"), unique("anna")];
    servers.append(&jane, "Bewerbungen", LETTER, moment("2024-03-01T09:30:00Z"));
    assert_eq!(servers.messages(&jane, "Bewerbungen").len(), 1);
    assert!(servers.messages(&anna, "Bewerbungen").is_empty());
    assert!(servers.messages(&anna, "Sent").is_empty());
}

#[tokio::test]
async fn both_servers_are_secure_from_the_first_byte() {
    let servers = Servers::start();
    let expected = [(servers.imap_port(), "* OK "), (servers.smtp_port(), "220 ")];
    for (port, greeting) in expected {
        let ca_file = Some(servers.ca_file());
        let endpoint = Endpoint { host: "localhost".to_owned(), port, ca_file };
        let mut stream = net::connect(&endpoint).await.unwrap();
        let mut first = vec![0; greeting.len()];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(first, greeting.as_bytes());
    }
}
