//! From the server's announcement of a message to its fact in the record, on the embedded server,
//! which announces at once. (Dovecot gathers news for half a second before it tells.)

use std::time::{Duration, Instant};

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Options, Sandbox, Style};
use afterword::service::{Record, Service};
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

const USER: &str = "jane@doe.example";

/// Measures `times` messages and prints the 50th and 95th of a hundred.
pub fn measure(times: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut figures = runtime.block_on(deliveries(times));
    figures.sort();
    let of_hundred = |nth: usize| figures[figures.len() * nth / 100].as_secs_f64() * 1e3;
    println!(
        "\nfrom the announcement to the recorded fact, {} messages: median {:.1} ms, p95 {:.1} ms",
        figures.len(),
        of_hundred(50),
        of_hundred(95)
    );
}

async fn deliveries(times: u32) -> Vec<Duration> {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::System;
    let options = Options {
        address: USER.to_owned(),
        password: "pw".to_owned(),
        style: Style::Plain,
        clock,
        folder: folder.path().to_owned(),
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let (imap, smtp, ca) = (sandbox.imap_port(), sandbox.smtp_port(), sandbox.ca_file().display());
    let text = format!(
        "[account]\nname = \"Jane Doe\"\naddress = \"{USER}\"\ntime_zone = \"Europe/Berlin\"\n\
         [mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"pw\"]\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n"
    );
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let mut service = Service::open(config::load(&path).unwrap(), clock).await.unwrap();
    let record = Record::open(config::load(&path).unwrap(), clock).await.unwrap();
    let stop = CancellationToken::new();
    let (ran, figures) = tokio::join!(service.run(stop.clone()), async {
        let figures = deliver(&sandbox, &record, clock, times).await;
        stop.cancel();
        figures
    });
    ran.unwrap();
    figures
}

async fn deliver(sandbox: &Sandbox, record: &Record, clock: Clock, times: u32) -> Vec<Duration> {
    let mut figures = Vec::new();
    for n in 0..times {
        // Until the pass after the last one is over and the service listens again.
        tokio::time::sleep(Duration::from_millis(1_400)).await;
        let before = facts(record).await;
        let begun = Instant::now();
        sandbox.deliver("INBOX", &message(n, clock.now()), clock.now());
        while facts(record).await == before {
            assert!(begun.elapsed() < Duration::from_secs(20), "it was not recorded");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        figures.push(begun.elapsed());
    }
    figures
}

/// Entries of all timelines.
async fn facts(record: &Record) -> usize {
    let mut count = 0;
    for application in record.overview().await.unwrap().applications {
        let shown = record.application(&application.id).await.unwrap();
        count += shown.map_or(0, |(_, timeline)| timeline.len());
    }
    count
}

fn message(n: u32, now: DateTime<Utc>) -> Vec<u8> {
    let day = (now + TimeDelta::days(30)).format("%Y%m%dT130000Z");
    let text = format!(
        "From: Kim Meyer <kim@acme.example>\nTo: Jane Doe <{USER}>\nSubject: Interview Analyst\n\
         Date: {}\nMessage-ID: <m{n}@acme.example>\nMIME-Version: 1.0\n\
         Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
         BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//E//E//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:interview@acme.example\nSEQUENCE:{n}\nDTSTAMP:{day}\nDTSTART:{day}\nDURATION:PT1H\n\
         SUMMARY:Interview Analyst\nORGANIZER;CN=Kim Meyer:mailto:kim@acme.example\n\
         END:VEVENT\nEND:VCALENDAR\n",
        now.to_rfc2822()
    );
    text.replace('\n', "\r\n").into_bytes()
}
