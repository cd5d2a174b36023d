//! The files around the database: its mode, its lock, its copies. Nothing in here reads a row.
//!
//! SQLite gives the WAL beside the database the database's own mode, so the mode is set once.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{Store, StoreError};

const PRIVATE: u32 = 0o600;

/// Held by `run` and `once` for as long as they live; the system lets go of it when they end.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    move |source| match source.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::File { path: path.to_owned(), source },
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

impl Store {
    /// Takes the lock beside the database. Only one process has it at a time.
    pub fn lock(path: &Path) -> Result<InstanceLock, StoreError> {
        // One database under two names, by a link, has one lock.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = path.into_os_string();
        name.push(".lock");
        let name = PathBuf::from(name);
        make_private(&name)?;
        let file = OpenOptions::new().append(true).open(&name).map_err(at(&name))?;
        match file.try_lock() {
            Ok(()) => Ok(InstanceLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::LockedByAnother(name)),
            Err(TryLockError::Error(source)) => Err(StoreError::File { path: name, source }),
        }
    }

    /// Writes a consistent copy while everything runs. An existing file is never overwritten.
    pub async fn backup(&self, target: &Path) -> Result<(), StoreError> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(PRIVATE)
            .open(target)
            .map_err(at(target))?;
        let copied = self.copy_into(target).await;
        if copied.is_err() {
            // A half copy must not look like a backup; the first error is the one to tell.
            let _ = std::fs::remove_file(target);
        }
        copied?;
        file.sync_all().map_err(at(target))
    }

    async fn copy_into(&self, target: &Path) -> Result<(), StoreError> {
        let Some(name) = target.to_str() else {
            let source = std::io::Error::from(std::io::ErrorKind::InvalidFilename);
            return Err(StoreError::File { path: target.to_owned(), source });
        };
        sqlx::query("VACUUM INTO ?").bind(name).execute(&self.writer).await?;
        Ok(())
    }

    /// Empties the write-ahead log, so that forgotten words are not left in it.
    pub(super) async fn empty_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        Ok(())
    }
}
