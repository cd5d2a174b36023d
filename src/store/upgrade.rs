//! Bringing the database of an older version up to date, with a copy of it as it was left beside
//! it. What changes is said by the migrations; nothing here reads a row of the record.
//!
//! The surprising fact: the copy is made while this program holds the right to write. So it is
//! what the migrations begin with, and of several programs that start together one makes it. It
//! takes a connection of its own, because SQLite copies from outside a transaction only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::{Store, StoreError, Tx, connection, files};

/// So many copies stay; with one more the oldest goes.
const KEPT: usize = 3;

/// When a copy was made (UTC), as its name has it.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";

/// Refuses a file of a newer version, by a look that changes nothing.
pub(super) async fn refuse_newer(path: &Path, migrations: &Migrator) -> Result<(), StoreError> {
    if !path.exists() {
        return Ok(());
    }
    let mut look = connection::looking(path).connect().await?;
    let applied = applied(&mut look).await;
    look.close().await?;
    let known = newest(migrations);
    match applied?.last() {
        Some(&found) if found > known => Err(StoreError::NewerSchema { found, known }),
        Some(_) | None => Ok(()),
    }
}

/// The newest schema of a version of the program.
fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The migrations that a file has behind it; none if it is new.
async fn applied(connection: &mut SqliteConnection) -> Result<BTreeSet<i64>, StoreError> {
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_all(&mut *connection)
    .await?;
    if tables.is_empty() {
        return Ok(BTreeSet::new());
    }
    let versions: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations").fetch_all(connection).await?;
    Ok(versions.into_iter().map(|(version,)| version).collect())
}

async fn migrate(tx: &mut Tx, migrations: &Migrator, now: DateTime<Utc>) -> Result<(), StoreError> {
    migrations
        .run_direct(None, tx.conn()?, false)
        .await
        .map_err(|error| StoreError::from_migration(error, newest(migrations)))?;
    tx.install(now).await
}

impl Store {
    /// In one transaction, so that two programs that start together do not disturb each other. Older
    /// copies go only when it is done: one that fails again and again must not push them out.
    pub(super) async fn bring_up_to_date(
        &self,
        migrations: &Migrator,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let applied = applied(tx.conn()?).await?;
        let behind = migrations.iter().any(|it| !applied.contains(&it.version));
        let Some(&schema) = applied.last().filter(|_| behind) else {
            migrate(&mut tx, migrations, now).await?;
            return tx.commit().await;
        };
        let copy = keep_copy(&self.path, schema, now).await?;
        if let Err(error) = migrate(&mut tx, migrations, now).await {
            // Nothing was changed, so it is a copy of what is there. The first error is the one to
            // tell.
            let _ = files::remove(&copy);
            return Err(error);
        }
        tx.commit().await?;
        tracing::warn!(
            "the database was of an older version and is brought up to date; as it was, it is \
             kept in {}",
            copy.display()
        );
        prune(&self.path, &copy)
    }

    /// The copies that upgrades left beside the database, oldest first.
    pub fn copies_before_upgrades(&self) -> Result<Vec<PathBuf>, StoreError> {
        copies(&files::real(&self.path))
    }

    /// Removes them, and what is left of one that was not finished.
    pub(super) fn remove_copies(&self) -> Result<(), StoreError> {
        for copy in self.copies_before_upgrades()? {
            files::remove(&copy)?;
        }
        files::remove(&unfinished(&files::real(&self.path)))
    }
}

/// Writes a copy under a name of its own. It has that name only when it is whole.
pub(super) async fn keep_copy(
    database: &Path,
    schema: i64,
    now: DateTime<Utc>,
) -> Result<PathBuf, StoreError> {
    let database = files::real(database);
    let unfinished = unfinished(&database);
    // An upgrade that was stopped in the middle of its copy has left it.
    files::remove(&unfinished)?;
    let mut connection = connection::options(&database).connect().await?;
    let copied = files::copy(&mut connection, &unfinished).await;
    let closed = connection.close().await.map_err(StoreError::from);
    copied.and(closed)?;
    let copy = free_name(&database, schema, now);
    files::name(&unfinished, &copy)?;
    Ok(copy)
}

/// Removes the oldest copies beside the newest one.
fn prune(database: &Path, newest: &Path) -> Result<(), StoreError> {
    let mut others = copies(&files::real(database))?;
    // By a clock that was set back, the newest one may look like the oldest.
    others.retain(|other| other != newest);
    let too_many = (others.len() + 1).saturating_sub(KEPT);
    for other in others.into_iter().take(too_many) {
        files::remove(&other)?;
    }
    Ok(())
}

/// Where a copy grows; it holds what the database holds.
fn unfinished(database: &Path) -> PathBuf {
    files::beside(database, ".copying")
}

/// The name says which schema is in it, and when it was made.
fn free_name(database: &Path, schema: i64, now: DateTime<Utc>) -> PathBuf {
    let mut moment = now;
    loop {
        let end = format!(".schema-{schema}.{}", moment.format(MOMENT));
        let name = files::beside(database, &end);
        if !name.exists() {
            return name;
        }
        // The second copy within a second.
        moment += TimeDelta::seconds(1);
    }
}

/// The copies of a database, oldest first.
fn copies(database: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let folder = files::folder(database);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(files::at(folder))? {
        let path = entry.map_err(files::at(folder))?.path();
        if let Some(moment) = made_at(database, &path) {
            found.push((moment, path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// When a copy of this database was made; `None` if the file is something else.
fn made_at(database: &Path, file: &Path) -> Option<NaiveDateTime> {
    let name = database.file_name()?.to_str()?;
    let end = file.file_name()?.to_str()?.strip_prefix(name)?;
    let (schema, moment) = end.strip_prefix(".schema-")?.split_once('.')?;
    schema.parse::<i64>().ok()?;
    NaiveDateTime::parse_from_str(moment, MOMENT).ok()
}

#[cfg(test)]
mod tests;
