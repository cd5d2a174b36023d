//! The connections to the file: one that writes, a few that read.
//!
//! The surprising fact: on some failures, a full disk among them, SQLite undoes the whole
//! transaction by itself (sqlite.org/lang_transaction.html §3), and later statements would each
//! be a transaction of their own. So a rollback nobody asked for is noted, the transaction takes
//! no further statement, and its connection, which still counts one open, is replaced.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use super::StoreError;

/// How long one command waits for another one's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether the transaction that is open was undone behind its back.
#[derive(Debug, Clone, Default)]
pub(super) struct Undone(Arc<AtomicBool>);

impl Undone {
    pub fn forget(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    pub fn check(&self) -> Result<(), StoreError> {
        if self.0.load(Ordering::SeqCst) { Err(StoreError::Undone) } else { Ok(()) }
    }
}

/// Every commit is on the disk when it returns, whichever table it touches; `begin_relaxed` is the
/// one exception.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// A connection that only looks, and leaves even the way in which the file is kept as it is.
pub(super) fn looking(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("query_only", "ON")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

fn pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .acquire_timeout(BUSY_TIMEOUT)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
}

/// The one connection that writes.
pub(super) async fn writer(
    options: SqliteConnectOptions,
    undone: &Undone,
) -> Result<SqlitePool, StoreError> {
    let undone = undone.clone();
    let pool = pool()
        .max_connections(1)
        .after_connect(move |connection, _| {
            let Undone(flag) = undone.clone();
            Box::pin(async move {
                let mut handle = connection.lock_handle().await?;
                handle.set_rollback_hook(move || flag.store(true, Ordering::SeqCst));
                Ok(())
            })
        })
        .before_acquire(|connection, _| {
            let usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// The one connection that cannot write; opened when it is wanted, and then kept: opening it and
/// reading the schema again takes longer than what is asked of it when a message arrives. It has
/// few pages. A second one would hold a megabyte and answer no sooner, as all questions come from
/// one thread; so who has it asks for no other.
pub(super) fn reader(options: SqliteConnectOptions) -> SqlitePool {
    let few_pages = options.pragma("query_only", "ON").pragma("cache_size", "-512");
    pool().min_connections(1).max_connections(1).connect_lazy_with(few_pages)
}
