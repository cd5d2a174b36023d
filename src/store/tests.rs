//! The file as a whole: its mode, its lock, its copies, its age.

use std::os::unix::fs::PermissionsExt as _;

use super::testing::{Bench, at, id, message};
use super::*;
use crate::domain::attribution::Strength as MatchedBy;
use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::ids::{ApplicationId, EmployerId, MailboxId, MessageKey};
use crate::domain::mailbox::{Cursor, Role};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn database_log_lock_and_backup_are_readable_by_their_owner_only() {
    let bench = Bench::new().await;
    let _lock = Store::lock(&bench.path()).unwrap();
    let backup = bench.path().with_file_name("backup.db");
    bench.store.backup(&backup).await.unwrap();
    for name in ["a.db", "a.db-wal", "a.db.lock", "backup.db"] {
        let path = bench.path().with_file_name(name);
        assert_eq!(mode(&path), 0o600, "{name}");
    }
    assert!(bench.store.backup(&backup).await.is_err(), "an existing file is never overwritten");
    let copy = Store::open(&backup, at(9)).await.unwrap();
    let mut tx = copy.snapshot().await.unwrap();
    let mut original = bench.store.snapshot().await.unwrap();
    assert_eq!(tx.installation().await.unwrap(), original.installation().await.unwrap());
}

#[tokio::test]
async fn a_database_that_others_can_read_is_closed_to_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    std::fs::write(&path, b"").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&path, at(0)).await.unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn the_lock_is_exclusive_and_ends_with_its_owner() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let first = Store::lock(&path).unwrap();
    assert!(matches!(Store::lock(&path), Err(StoreError::LockedByAnother(_))));
    drop(first);
    Store::lock(&path).unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20990101000000, 'from the future', 1, x'00', 0)",
    )
    .execute(tx.conn().unwrap())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let refused = Store::open(&bench.path(), at(0)).await;
    assert!(
        matches!(refused, Err(StoreError::NewerSchema { found: 20_990_101_000_000, known: 1 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_to_be_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    let refused = Store::open(&path, at(0)).await;
    assert!(matches!(refused, Err(StoreError::Damaged)), "{refused:?}");
}

#[tokio::test]
async fn a_snapshot_reads_one_moment_and_writes_nothing() {
    let bench = Bench::new().await;
    let mut snapshot = bench.store.snapshot().await.unwrap();
    assert_eq!(snapshot.paused(bench.account, at(1)).await.unwrap(), None);
    let mut tx = bench.store.begin().await.unwrap();
    tx.pause(bench.account, at(1), None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(snapshot.paused(bench.account, at(1)).await.unwrap(), None);
    let refused = snapshot.pause(bench.account, at(1), None).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    drop(snapshot);
    let mut later = bench.store.snapshot().await.unwrap();
    assert_eq!(later.paused(bench.account, at(1)).await.unwrap(), Some(None));
}

#[tokio::test]
async fn many_programs_that_start_together_make_one_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let opened = futures_util::future::join_all((0..6).map(|_| Store::open(&path, at(0)))).await;
    let mut ids = std::collections::BTreeSet::new();
    for store in opened {
        let mut tx = store.unwrap().snapshot().await.unwrap();
        ids.insert(tx.installation().await.unwrap().id);
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn every_commit_is_durable_and_every_table_is_strict() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (synchronous,): (i64,) =
        sqlx::query_as("PRAGMA synchronous").fetch_one(tx.conn().unwrap()).await.unwrap();
    assert_eq!(synchronous, 2, "FULL");
    drop(tx);
    let mut relaxed = bench.store.begin_relaxed().await.unwrap();
    let (synchronous,): (i64,) =
        sqlx::query_as("PRAGMA synchronous").fetch_one(relaxed.conn().unwrap()).await.unwrap();
    assert_eq!(synchronous, 1, "NORMAL, for this one");
    drop(relaxed);
    let mut tx = bench.store.begin().await.unwrap();
    let (synchronous,): (i64,) =
        sqlx::query_as("PRAGMA synchronous").fetch_one(tx.conn().unwrap()).await.unwrap();
    assert_eq!(synchronous, 2, "FULL again");
    let (foreign_keys,): (i64,) =
        sqlx::query_as("PRAGMA foreign_keys").fetch_one(tx.conn().unwrap()).await.unwrap();
    assert_eq!(foreign_keys, 1);
    let loose: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0
           AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'",
    )
    .fetch_all(tx.conn().unwrap())
    .await
    .unwrap();
    assert_eq!(loose, vec![]);
    let without_account: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM pragma_table_list t
         WHERE schema = 'main' AND type = 'table'
           AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'
           AND name NOT IN ('installation', 'accounts')
           AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'account_id')",
    )
    .fetch_all(tx.conn().unwrap())
    .await
    .unwrap();
    assert_eq!(without_account, vec![]);
}

#[tokio::test]
async fn message_event_and_cursor_happen_together_or_not_at_all() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let application = bench.application(&mut tx, "Acme").await;
    let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
    tx.commit().await.unwrap();
    for commit in [false, true] {
        let mut tx = bench.store.begin().await.unwrap();
        let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
        let fact = Fact::Reopened;
        let event = NewEvent { application, at: at(1), source: Source::Message(key), fact };
        tx.append(&event, true).await.unwrap();
        let cursor =
            Cursor { uid_validity: 7, next_uid: 2, live_from: 1, past: None, in_hand: None };
        tx.set_cursor(inbox, cursor).await.unwrap();
        if commit {
            tx.commit().await.unwrap();
        } else {
            drop(tx);
        }
        let mut tx = bench.store.snapshot().await.unwrap();
        let stored = tx.find_message(bench.account, &[1; 32]).await.unwrap();
        let events = tx.load_events(application).await.unwrap();
        let rows = tx.load_mailboxes(bench.account).await.unwrap();
        let cursors = rows.iter().filter_map(|row| row.cursor).count();
        assert_eq!(
            (stored.is_some(), events.len(), cursors),
            match commit {
                false => (false, 0, 0),
                true => (true, 1, 1),
            }
        );
    }
}

#[tokio::test]
async fn a_full_disk_is_named_and_leaves_the_record_whole() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.store.begin().await.unwrap();
    // As many pages as there are: the next one does not fit, as on a full disk.
    sqlx::query("PRAGMA max_page_count = 1").execute(tx.conn().unwrap()).await.unwrap();
    let full = tx.note_error(inbox, &"x".repeat(1_000_000), at(1)).await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    // SQLite has undone the transaction: a further statement must not happen on its own.
    let further = tx.note_error(inbox, "y", at(1)).await;
    assert!(matches!(further, Err(StoreError::Undone)), "{further:?}");
    let committed = tx.commit().await;
    assert!(matches!(committed, Err(StoreError::Undone)), "{committed:?}");
    let mut tx = bench.store.begin().await.unwrap();
    let rows = tx.load_mailboxes(bench.account).await.unwrap();
    assert!(rows.iter().all(|row| row.error.is_none()), "{rows:?}");
    tx.note_error(inbox, "there is room again", at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_hangs_on_a_row_that_is_not_there_is_refused_aloud() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (key, application) = (MessageKey(99), ApplicationId(99));
    let mailbox = MailboxId(99);
    let place = Location { mailbox, uid_validity: 1, uid: 1 };
    let fact = Fact::Reopened;
    let event = NewEvent { application, at: at(1), source: Source::Service, fact };
    let results = [
        tx.link(key, application, MatchedBy::Reference).await,
        tx.add_message_id(key, &id("a@b.example")).await,
        tx.add_location(key, place, Filed::Usual).await.map(drop),
        tx.note_contact(EmployerId(99), at(1)).await,
        tx.append(&event, true).await.map(drop),
        tx.ensure_pursuit(application, "interview:1", at(1)).await.map(drop),
        tx.note_error(mailbox, "NO", at(1)).await,
    ];
    for (index, result) in results.into_iter().enumerate() {
        assert!(matches!(result, Err(StoreError::Refused(_))), "{index}: {result:?}");
    }
}
