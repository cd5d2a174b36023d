//! From the server's announcement of a message to its fact in the record: the program as it is used,
//! and beside it the embedded server, which announces at once. (Dovecot gathers news for half a
//! second before it tells.)

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use afterword::clock::Clock;
use afterword::sandbox::{Options, Sandbox, Style};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::sqlite::SqliteConnectOptions;

use crate::measure::PROGRAM;
use crate::wanted;

const USER: &str = "jane@doe.example";

/// Measures `times` messages and prints the 50th and 95th of a hundred.
pub fn measure(times: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut figures = runtime.block_on(deliveries(times));
    figures.sort();
    let of_hundred = |nth: usize| figures[figures.len() * nth / 100].as_secs_f64() * 1e3;
    println!("\nfrom the announcement to the recorded fact, {} messages", figures.len());
    println!("  median {:.1} ms", of_hundred(50));
    wanted("p95", &format!("{:.1} ms", of_hundred(95)), "at most 10 ms");
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
    let mut program = Command::new(PROGRAM);
    program.arg("--config").arg(&path).arg("run").stdin(Stdio::null()).stderr(Stdio::null());
    let mut program = program.spawn().unwrap();
    let ledger = Ledger::open(&folder.path().join("afterword.db")).await;
    let figures = deliver(&sandbox, &ledger, clock, times).await;
    program.kill().unwrap();
    program.wait().unwrap();
    figures
}

async fn deliver(sandbox: &Sandbox, ledger: &Ledger, clock: Clock, times: u32) -> Vec<Duration> {
    let mut figures = Vec::new();
    for n in 0..times {
        // Until the pass after the last one is over and the service listens again.
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let before = ledger.entries().await;
        let begun = Instant::now();
        sandbox.deliver("INBOX", &message(n, clock.now()), clock.now());
        ledger.wait_for_more_than(before).await;
        figures.push(begun.elapsed());
    }
    figures
}

/// The ledger as somebody beside the service reads it.
struct Ledger {
    pool: sqlx::SqlitePool,
    index: File,
}

impl Ledger {
    /// As soon as the program has made it.
    async fn open(path: &Path) -> Self {
        let index = path.with_extension("db-shm");
        let begun = Instant::now();
        while !index.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the program makes no record");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        Self { pool, index: File::open(index).unwrap() }
    }

    /// Asks only after something was written, so that looking does not take the processor away
    /// from what is measured.
    async fn wait_for_more_than(&self, before: i64) {
        let begun = Instant::now();
        let mut written = None;
        loop {
            assert!(begun.elapsed() < Duration::from_secs(20), "it was not recorded");
            let now = self.transactions();
            if written.replace(now) != Some(now) && self.entries().await > before {
                return;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    }

    /// The counter of transactions in the index of the log (sqlite.org/walformat.html §2.1).
    fn transactions(&self) -> [u8; 4] {
        let mut counter = [0; 4];
        self.index.read_exact_at(&mut counter, 8).unwrap();
        counter
    }

    async fn entries(&self) -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&self.pool);
        count.await.unwrap()
    }
}

/// The interviews of ten employers are moved, one after the other.
fn message(n: u32, now: DateTime<Utc>) -> Vec<u8> {
    let employer = format!("acme{}.example", n % 10);
    let day = (now + TimeDelta::days(30)).format("%Y%m%dT130000Z");
    let text = format!(
        "From: Kim Meyer <kim@{employer}>\nTo: Jane Doe <{USER}>\nSubject: Interview Analyst\n\
         Date: {}\nMessage-ID: <m{n}@{employer}>\nMIME-Version: 1.0\n\
         Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
         BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//E//E//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:interview@{employer}\nSEQUENCE:{n}\nDTSTAMP:{day}\nDTSTART:{day}\nDURATION:PT1H\n\
         SUMMARY:Interview Analyst\nORGANIZER;CN=Kim Meyer:mailto:kim@{employer}\n\
         END:VEVENT\nEND:VCALENDAR\n",
        now.to_rfc2822()
    );
    text.replace('\n', "\r\n").into_bytes()
}
