use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType};

use super::super::MIGRATIONS;
use super::super::testing::{Bench, at};
use super::*;
use crate::domain::ids::AccountId;

const SOUND: &str = "ALTER TABLE installation ADD COLUMN nickname TEXT";

/// The migrations of a later version of the program: ours and one more.
fn later(sql: &'static str) -> Migrator {
    let mut all: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
    let (version, kind) = (newest(&MIGRATIONS) + 1, MigrationType::Simple);
    all.push(Migration::new(version, "one more".into(), kind, sql.into_sql_str(), false));
    Migrator::with_migrations(all)
}

/// A database of this version with an application in it, which no program has open.
async fn lived_in() -> Bench {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    bench.application(&mut tx, "Acme").await;
    tx.commit().await.unwrap();
    bench.store.clone().close().await;
    bench
}

/// The employers in a database, as this version of the program reads it.
async fn employers(path: &Path, account: AccountId) -> Vec<String> {
    let store = Store::open(path, at(500)).await.unwrap();
    let rows = store.snapshot().await.unwrap().load_applications(account).await.unwrap();
    store.close().await;
    rows.into_iter().map(|row| row.employer.name).collect()
}

/// Name, content and mode of every file beside a database, and itself.
fn files_beside(path: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32)> {
    let read = |path: PathBuf| {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        (path.clone(), (std::fs::read(&path).unwrap(), mode))
    };
    let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
    folder.map(|entry| read(entry.unwrap().path())).collect()
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_brought_up_to_date() {
    let bench = lived_in().await;
    let store = Store::open_with(&bench.path(), &later(SOUND), at(9)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let renamed = sqlx::query("UPDATE installation SET nickname = 'x'").execute(tx.conn().unwrap());
    assert_eq!(renamed.await.unwrap().rows_affected(), 1);
    drop(tx);
    let copies = store.copies_before_upgrades().unwrap();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let name = copies[0].file_name().unwrap().to_str().unwrap();
    let made = at(9).format("%Y%m%dT%H%M%SZ");
    assert_eq!(name, format!("a.db.schema-{}.{made}", newest(&MIGRATIONS)));
    assert_eq!(files_beside(&bench.path())[&copies[0]].1 & 0o777, 0o600);
    store.close().await;
    assert_eq!(employers(&copies[0], bench.account).await, ["Acme"], "as it was");
    let upgraded = Store::open(&bench.path(), at(10)).await;
    assert!(matches!(upgraded, Err(StoreError::NewerSchema { .. })), "{upgraded:?}");
}

#[tokio::test]
async fn what_is_new_or_up_to_date_is_not_copied() {
    let bench = lived_in().await;
    let again = Store::open(&bench.path(), at(5)).await.unwrap();
    assert!(again.copies_before_upgrades().unwrap().is_empty());
    again.close().await;
    let upgraded = Store::open_with(&bench.path(), &later(SOUND), at(9)).await.unwrap();
    upgraded.close().await;
    let again = Store::open_with(&bench.path(), &later(SOUND), at(10)).await.unwrap();
    assert_eq!(again.copies_before_upgrades().unwrap().len(), 1, "only that of the upgrade");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_both_versions_and_left_as_it_is() {
    let bench = lived_in().await;
    let newer = Store::open_with(&bench.path(), &later(SOUND), at(9)).await.unwrap();
    // A backup is kept in another way than a database in use, and may have come from elsewhere.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.db");
    newer.backup(&path).await.unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let before = files_beside(&path);
    let refused = Store::open(&path, at(10)).await.unwrap_err().to_string();
    let known = newest(&MIGRATIONS);
    for part in [format!("its schema is {}", known + 1), format!("up to {known}.")] {
        assert!(refused.contains(&part), "{refused}");
    }
    assert!(files_beside(&path) == before, "something was touched");
}

#[tokio::test]
async fn an_upgrade_that_fails_changes_nothing_and_a_better_one_does_it() {
    let bench = lived_in().await;
    let broken =
        later("ALTER TABLE installation ADD COLUMN nickname TEXT; UPDATE nowhere SET x = 1");
    let failed = Store::open_with(&bench.path(), &broken, at(9)).await;
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(employers(&bench.path(), bench.account).await, ["Acme"], "the old program goes on");
    let store = Store::open_with(&bench.path(), &later(SOUND), at(20)).await.unwrap();
    let copies = store.copies_before_upgrades().unwrap();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(employers(&copies[0], bench.account).await, ["Acme"]);
}

#[tokio::test]
async fn upgrades_that_fail_push_no_older_copy_out() {
    let bench = lived_in().await;
    let mut older = Vec::new();
    for second in 0..3 {
        older.push(keep_copy(&bench.path(), 1, at(second)).await.unwrap());
    }
    let broken = later("UPDATE nowhere SET x = 1");
    for second in 10..14 {
        let failed = Store::open_with(&bench.path(), &broken, at(second)).await;
        assert!(failed.is_err(), "{failed:?}");
        assert_eq!(copies(&bench.path()).unwrap(), older, "and leave none behind");
    }
    let store = Store::open_with(&bench.path(), &later(SOUND), at(20)).await.unwrap();
    let copies = store.copies_before_upgrades().unwrap();
    assert_eq!((copies.len(), &copies[..2]), (3, &older[1..]), "one that is done does");
}

#[tokio::test]
async fn an_upgrade_that_was_stopped_before_the_change_is_done_by_the_next_start() {
    let bench = lived_in().await;
    let schema = newest(&MIGRATIONS);
    // Once it was stopped when the copy was whole, and once in the middle of it.
    let first = keep_copy(&bench.path(), schema, at(9)).await.unwrap();
    let half = bench.path().with_file_name("a.db.copying");
    std::fs::write(&half, b"SQLite format 3\0 and no more").unwrap();
    let store = Store::open_with(&bench.path(), &later(SOUND), at(9)).await.unwrap();
    assert!(!half.exists(), "a half copy is no copy");
    let copies = store.copies_before_upgrades().unwrap();
    assert_eq!((copies.len(), &copies[0]), (2, &first), "within one second, and none overwritten");
    for copy in copies {
        assert_eq!(employers(&copy, bench.account).await, ["Acme"], "{}", copy.display());
    }
}

#[tokio::test]
async fn programs_that_start_together_upgrade_once_with_one_copy() {
    let bench = lived_in().await;
    let (path, migrations) = (bench.path(), later(SOUND));
    let starts = (0..6).map(|_| Store::open_with(&path, &migrations, at(9)));
    for store in futures_util::future::join_all(starts).await {
        assert_eq!(store.unwrap().copies_before_upgrades().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn few_copies_are_kept_and_nothing_else_is_taken_for_one() {
    let bench = lived_in().await;
    let others =
        ["a.db.schema-1", "a.db.schema-x.20261118T000000Z", "b.db.schema-1.20261118T000000Z"];
    for name in others {
        std::fs::write(bench.path().with_file_name(name), b"mine").unwrap();
    }
    let keep = async |second| {
        let copy = keep_copy(&bench.path(), 1, at(second)).await.unwrap();
        prune(&bench.path(), &copy).unwrap();
        copy
    };
    let mut made = Vec::new();
    for second in 0..5 {
        made.push(keep(second).await);
    }
    assert_eq!(copies(&bench.path()).unwrap(), made[2..]);
    let set_back = keep(-5000).await;
    assert_eq!(copies(&bench.path()).unwrap(), [set_back, made[3].clone(), made[4].clone()]);
    for name in others {
        assert!(bench.path().with_file_name(name).exists(), "{name}");
    }
}
