//! A first look at a mailbox that is killed again and again, or once at any of the moments at which
//! it makes something durable, ends like one that was not.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::program::Program;
use crate::scripted_smtp::ScriptedSmtp;
use crate::world::{Person, utc};

const NOW: &str = "2026-11-20T08:00:00Z";
const MESSAGES: u32 = 300;
/// A server that lives before `NOW` gives messages its own time, which may be long ago.
pub const WHOLE_PAST: &str = "[watch]\nbackfill_days = 3650";

/// One message of a mixed mailbox: mostly letters and newsletters, and every twelfth is an
/// invitation of another employer, followed by a line in its thread.
fn message(n: u32, user: &str, at: DateTime<Utc>) -> String {
    let employer = n / 12;
    let from = format!("Kim Meyer <kim@employer{employer}.test>");
    let date = at.to_rfc2822();
    let head = format!("To: Jane Doe <{user}>\nDate: {date}\nMessage-ID: <m{n}@mixed.test>\n");
    let day = (at + TimeDelta::days(4)).format("%Y%m%dT130000Z");
    match n % 12 {
        3 => format!(
            "From: {from}\n{head}Subject: Interview Analyst\nMIME-Version: 1.0\n\
             Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
             BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//E//E//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
             UID:u{n}@mixed.test\nSEQUENCE:0\nDTSTAMP:{day}\nDTSTART:{day}\nDURATION:PT1H\n\
             SUMMARY:Interview Analyst\nORGANIZER;CN=Kim Meyer:mailto:kim@employer{employer}.test\n\
             ATTENDEE:mailto:{user}\nSTATUS:CONFIRMED\nEND:VEVENT\nEND:VCALENDAR\n"
        ),
        9 => format!(
            "From: {from}\n{head}Subject: Re: Interview Analyst\n\
             In-Reply-To: <m{}@mixed.test>\n\nWe look forward to seeing you.\n\nKim\n",
            n - 6
        ),
        1 | 6 => format!(
            "From: News <news@letters.test>\n{head}Subject: News of the week\n\
             List-Unsubscribe: <mailto:off@letters.test>\nPrecedence: bulk\n\nRead on.\n"
        ),
        _ => format!("From: Lou <lou@friends.test>\n{head}Subject: Hello {n}\n\nSee you.\n"),
    }
}

fn fill(person: &Person) {
    for n in 0..MESSAGES {
        let at = utc("2026-08-20T08:00:00Z") + TimeDelta::hours(i64::from(n) * 7);
        let mailbox = if n % 12 == 5 { "Archive" } else { "INBOX" };
        let text = message(n, &person.user, at).replace('\n', "\r\n");
        person.servers.append(&person.user, mailbox, text.as_bytes(), at);
    }
}

/// Rows of every table.
pub async fn rows(database: &Path) -> Option<BTreeMap<String, i64>> {
    if !database.exists() {
        return None;
    }
    let url = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&url).await.ok()?;
    let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut connection)
        .await
        .ok()?;
    let mut rows = BTreeMap::new();
    for table in tables {
        let name: String = table.get(0);
        if name.starts_with("sqlite_") {
            continue;
        }
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM \"{name}\""));
        let count = sqlx::query_scalar(count).fetch_one(&mut connection).await.ok()?;
        rows.insert(name, count);
    }
    Some(rows)
}

async fn read_so_far(database: &Path) -> i64 {
    let rows = rows(database).await.unwrap_or_default();
    ["seen", "messages"].iter().filter_map(|table| rows.get(*table)).sum()
}

/// What `status` shows, without the moments at which it was looked at, and in one order: the
/// server lists mailboxes in any, and applications are met in the order of the reading.
fn end_state(program: &Program) -> Value {
    let mut status = program.status_at("2026-11-20T08:10:00Z");
    let mailboxes = status["health"]["mailboxes"].as_array_mut().unwrap();
    mailboxes.sort_by_key(|mailbox| mailbox["name"].to_string());
    for mailbox in mailboxes {
        assert!(!mailbox["last_read_at"].is_null(), "{mailbox}");
        mailbox["last_read_at"] = Value::Null;
    }
    let applications = status["applications"].as_array_mut().unwrap();
    // They are numbered in the order in which they were met.
    applications.sort_by_key(|application| application["id"].to_string());
    for application in applications {
        if !application["closed"].is_null() {
            application["closed"]["at"] = Value::Null;
            application["turn_since"] = Value::Null;
        }
    }
    status
}

/// The first few lines that differ.
fn assert_same(now: &Value, expected: &Value) {
    let [now, expected] = [now, expected].map(|value| format!("{value:#}"));
    let different: Vec<_> =
        now.lines().zip(expected.lines()).filter(|(a, b)| a != b).take(10).collect();
    assert!(now == expected, "{different:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_is_killed_again_and_again_ends_like_one_that_is_not() {
    let person = Person::with(WHOLE_PAST);
    // Nothing it sends may come back, since two records read the same mailbox here.
    let smtp = ScriptedSmtp::start(person.servers);
    let program = Program::new(&person.config()).with_smtp_port(person.servers, smtp.port);
    let folder = tempfile::tempdir().unwrap();
    let killed = program.copy_to(folder.path());
    fill(&person);

    program.pass_at(NOW);
    let expected = end_state(&program);
    assert_eq!(expected["applications"].as_array().unwrap().len(), 25, "{expected:#}");
    let expected_rows = rows(&program.database()).await.unwrap();

    // Every time it has come a good way further, or a little before that.
    let mut kills = 0;
    for round in 1_u64..=6 {
        let enough = i64::try_from(round).unwrap() * 48;
        let mut running = killed.start(NOW, &["once"]);
        while !running.ended() && read_so_far(&killed.database()).await < enough {
            tokio::time::sleep(Duration::from_millis(round)).await;
        }
        if !running.ended() {
            running.kill();
            kills += 1;
        }
    }
    assert!(kills >= 3, "only {kills} passes were killed before they ended");
    killed.pass_at(NOW);
    assert_same(&end_state(&killed), &expected);
    assert_eq!(rows(&killed.database()).await.unwrap(), expected_rows);

    killed.pass_at(NOW);
    assert_eq!(
        rows(&killed.database()).await.unwrap(),
        expected_rows,
        "one pass more did something"
    );
    assert_same(&end_state(&killed), &expected);
}

/// Of so many writes one is where the program is killed.
const EVERY: u32 = 41;

/// Three windows of headers and a little over.
fn fill_three_windows(person: &Person) {
    let begin = utc("2026-10-01T08:00:00Z");
    person.servers.append(&person.user, "INBOX", b"Subject: the first\r\n\r\n", begin);
    let (local, domain) = person.user.split_once('@').unwrap();
    let home = person.servers.ca_file().with_file_name("mail").join(domain).join(local);
    for n in 0..1_100 {
        let at = begin + TimeDelta::minutes(i64::from(n) * 60);
        // One of a hundred is about an application; the rest is letters.
        let kind = if n % 100 == 50 { 12 * n + 3 } else { 12 * n };
        let name = format!("Maildir/cur/{}.M{n}P1.test:2,", at.timestamp());
        let path = home.join(name);
        std::fs::write(&path, message(kind, &person.user, at)).unwrap();
        // By this the server dates it.
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(at.into()).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    }
}

#[test]
fn a_first_sync_stopped_after_any_durable_step_ends_like_one_that_was_not() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let person = Person::with(WHOLE_PAST);
    let smtp = ScriptedSmtp::start(person.servers);
    let program = Program::new(&person.config()).with_smtp_port(person.servers, smtp.port);
    fill_three_windows(&person);
    let empty = tempfile::tempdir().unwrap();
    program.copy_to(empty.path());
    program.pass_at(NOW);
    let expected = end_state(&program);
    assert_eq!(expected["applications"].as_array().unwrap().len(), 11, "{expected:#}");
    let rows_of = |program: &Program| runtime.block_on(rows(&program.database())).unwrap();
    let expected_rows = rows_of(&program);

    // What waits for the disk, one after the other; and some of all the places in between.
    let kills = [("fsync,fdatasync", 1), ("pwrite64", EVERY)].map(|(calls, every)| {
        let mut kills = 0;
        loop {
            let folder = tempfile::tempdir().unwrap();
            let killed = program.in_folder(empty.path()).copy_to(folder.path());
            if !killed.killed_at(NOW, &["once"], calls, (kills + 1) * every) {
                return kills;
            }
            kills += 1;
            killed.pass_at(NOW);
            let place = format!("killed at {calls} {}", kills * every);
            assert_eq!(rows_of(&killed), expected_rows, "{place}");
            assert_same(&end_state(&killed), &expected);
            if kills % 8 == 0 {
                killed.pass_at(NOW);
                assert_eq!(rows_of(&killed), expected_rows, "{place}, one pass more");
            }
        }
    });
    assert!(kills.iter().all(|kills| *kills >= 10), "only {kills:?} places");
}
