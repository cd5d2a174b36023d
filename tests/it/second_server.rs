//! The reading path against Cyrus: the same life of a mailbox on a server of another kind.

use std::time::Duration;

use afterword::clock::Clock;
use afterword::config;
use afterword::service::{Record, Service};
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use crate::servers::cyrus::{Cyrus, USER};
use crate::servers::{PASSWORD, Servers, unique};

const ANNA: &str = "Anna Schmidt <anna@acme.test>";

/// A letter; `extra` are further lines of its head. Letters of a stranger have another subject:
/// Cyrus makes threads by subjects, too.
fn letter(from: &str, to: &str, id: &str, extra: &str, body: &str, at: DateTime<Utc>) -> Vec<u8> {
    let date = at.to_rfc2822();
    let subject = if from.contains("friends") { "Hello" } else { "Interview Data Engineer" };
    let text = format!(
        "From: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\n\
         Message-ID: <{id}@mail.test>\nMIME-Version: 1.0\n{extra}\n{body}\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}

fn invitation(user: &str, at: DateTime<Utc>) -> Vec<u8> {
    let begins = (at + TimeDelta::days(3)).format("%Y%m%dT130000Z");
    let body = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Acme//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:interview-1\nDTSTAMP:{begins}\nDTSTART:{begins}\nDURATION:PT1H\n\
         SUMMARY:Interview Data Engineer\nORGANIZER;CN=Anna Schmidt:mailto:anna@acme.test\n\
         END:VEVENT\nEND:VCALENDAR"
    );
    let kind = "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n";
    letter(ANNA, user, "invitation", kind, &body, at)
}

/// The numbers of interviews, answers and attempts of the one application.
async fn recorded(record: &Record) -> Option<(usize, usize, usize)> {
    let overview = record.overview().await.unwrap();
    let [one] = overview.applications.as_slice() else { return None };
    Some((one.interviews.len(), one.replies.len(), one.attempts.len()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_on_cyrus_is_read_like_one_on_dovecot() {
    let (cyrus, servers) = (Cyrus::start(), Servers::start());
    let folder = tempfile::tempdir().unwrap();
    let user = unique("jane");
    let (imap, smtp) = (cyrus.imap_port(), servers.smtp_port());
    let (imap_ca, smtp_ca) = (cyrus.ca_file(), servers.ca_file());
    let text = format!(
        "[account]\nname = \"Jane Doe\"\naddress = \"{user}\"\ntime_zone = \"Europe/Berlin\"\n\
         [mail]\nprovider = \"custom\"\nusername = \"{USER}\"\n\
         password_command = [\"echo\", \"{PASSWORD}\"]\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{}\"\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{}\"\n",
        imap_ca.display(),
        smtp_ca.display()
    );
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let clock = Clock::System;
    let mut service = Service::open(config::load(&path).unwrap(), clock).await.unwrap();
    let record = Record::open(config::load(&path).unwrap(), clock).await.unwrap();

    let begin = clock.now() - TimeDelta::days(1);
    cyrus.append("INBOX", &invitation(&user, begin), begin);
    for n in 0..20 {
        let id = format!("friend{n}");
        let text = letter("Lou <lou@friends.test>", &user, &id, "", "See you.", begin);
        cyrus.append("INBOX", &text, begin);
    }
    let watched = service.pass().await.unwrap();
    assert_eq!((watched.mailboxes, watched.blind.as_slice()), (5, &[][..]));
    assert!(watched.can_idle);
    assert_eq!(recorded(&record).await, Some((1, 1, 0)));

    let answers = "In-Reply-To: <invitation@mail.test>\nReferences: <invitation@mail.test>\n";
    let mine = letter(&user, ANNA, "mine", answers, "Thank you, I will be there.", clock.now());
    cyrus.append("Sent", &mine, clock.now());
    let stop = CancellationToken::new();
    let story = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let text = "Bring your passport, please.";
        let more = letter(ANNA, &user, "more", answers, text, clock.now());
        cyrus.append("INBOX", &more, clock.now());
        for _ in 0..200 {
            if recorded(&record).await == Some((1, 2, 0)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), story);
    ran.unwrap();
    assert_eq!(recorded(&record).await, Some((1, 2, 0)), "it heard of the answer");
    let flags = cyrus.flags("INBOX");
    assert_eq!(flags.len(), 22);
    assert!(flags.iter().all(Vec::is_empty), "nothing was marked: {flags:?}");
}
