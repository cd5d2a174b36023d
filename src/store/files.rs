//! The files around the database: its mode, its lock, its copies. Nothing in here reads a row.
//!
//! SQLite gives the WAL beside the database the database's own mode, so the mode is set once.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;

use super::{Store, StoreError};

const PRIVATE: u32 = 0o600;

/// Held by `run` and `once` for as long as they live; the system lets go of it when they end.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    move |cause| match cause.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::File { path: path.to_owned(), cause },
    }
}

/// Makes the file readable by its owner only, before anything is in it.
pub(super) fn make_private(path: &Path) -> Result<(), StoreError> {
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(PRIVATE)
        .open(path)
        .map_err(at(path))?;
    let mode = file.metadata().map_err(at(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(PRIVATE)).map_err(at(path))?;
    }
    Ok(())
}

/// One database under two names, by a link, has one lock and one row of copies.
pub(super) fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The file in the same folder whose name has this end more.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(at(path)),
    }
}

/// Gives a finished file its name; when this returns, it has it after a power cut, too.
pub(super) fn name(finished: &Path, name: &Path) -> Result<(), StoreError> {
    std::fs::rename(finished, name).map_err(at(name))?;
    File::open(folder(name)).and_then(|folder| folder.sync_all()).map_err(at(name))
}

/// Writes a consistent copy, by a connection that is in no transaction. An existing file is never
/// overwritten.
pub(super) async fn copy(from: &mut SqliteConnection, target: &Path) -> Result<(), StoreError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(target)
        .map_err(at(target))?;
    let copied = copy_into(from, target).await;
    if copied.is_err() {
        // A half copy must not look like a backup; the first error is the one to tell.
        let _ = std::fs::remove_file(target);
    }
    copied?;
    file.sync_all().map_err(at(target))
}

async fn copy_into(from: &mut SqliteConnection, target: &Path) -> Result<(), StoreError> {
    let Some(name) = target.to_str() else {
        let cause = std::io::Error::from(std::io::ErrorKind::InvalidFilename);
        return Err(StoreError::File { path: target.to_owned(), cause });
    };
    sqlx::query("VACUUM INTO ?").bind(name).execute(from).await?;
    Ok(())
}

impl Store {
    /// Takes the lock beside the database. Only one process has it at a time.
    pub fn lock(path: &Path) -> Result<InstanceLock, StoreError> {
        let name = beside(&real(path), ".lock");
        make_private(&name)?;
        let file = OpenOptions::new().append(true).open(&name).map_err(at(&name))?;
        match file.try_lock() {
            Ok(()) => Ok(InstanceLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::LockedByAnother(name)),
            Err(TryLockError::Error(cause)) => Err(StoreError::File { path: name, cause }),
        }
    }

    /// Writes a consistent copy while everything runs. An existing file is never overwritten.
    pub async fn backup(&self, target: &Path) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        copy(&mut connection, target).await
    }

    /// Writes the write-ahead log into the file, as far as nobody reads from it. SQLite does it by
    /// itself in the commit that makes the log too long, which may be that of a message that has
    /// just come; and the first commit after it waits for the disk.
    pub async fn shorten_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&self.writer).await?;
        Ok(())
    }

    /// Empties the write-ahead log, so that forgotten words are not left in it; `false` if somebody
    /// was reading from it.
    pub(super) async fn empty_log(&self) -> Result<bool, StoreError> {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        Ok(busy == 0)
    }
}
