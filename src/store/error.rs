//! Why the record cannot be used, in the cases a caller tells apart. No message here carries
//! a value from a row: errors are logged.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteQueryResult;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database was written by a newer version of Afterword: its schema is {found}, and this \
         version, {version}, knows schemas up to {known}. Nothing in it was changed; install the \
         newer version, or put an older backup in its place",
        version = env!("CARGO_PKG_VERSION")
    )]
    NewerSchema { found: i64, known: i64 },
    #[error("another Afterword is running on this database (lock file {})", .0.display())]
    LockedByAnother(PathBuf),
    #[error(
        "the database belongs to another account; set account.address back, or give the new \
         account its own store.path"
    )]
    OtherAccount,
    #[error("the disk is full: nothing is recorded or sent until there is room")]
    Full,
    #[error("the database cannot be written: nothing is recorded or sent until it can")]
    ReadOnly,
    #[error("the database is busy: another command holds it")]
    Busy,
    #[error("an earlier failure undid this transaction; nothing of it was recorded")]
    Undone,
    #[error("the database file is damaged or is no database")]
    Damaged,
    /// A constraint or a trigger said no; the text names the rule, never a value.
    #[error("refused by the record: {0}")]
    Refused(String),
    #[error("the database holds a {0} this version cannot read")]
    Unreadable(&'static str),
    #[error("{path} cannot be used: {cause}")]
    File { path: PathBuf, cause: std::io::Error },
    #[error("no random numbers from the system")]
    NoRandomness,
    #[error("the schema cannot be brought up to date: {0}")]
    Migration(String),
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
}

// Primary result codes, the low byte of what SQLite reports (sqlite.org/rescode.html).
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READ_ONLY: u32 = 8;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const CONSTRAINT: u32 = 19;
const NOT_A_DATABASE: u32 = 26;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::Refused("no such row".to_owned());
        }
        let code = error
            .as_database_error()
            .and_then(|database| database.code())
            .and_then(|code| code.parse::<u32>().ok())
            .map(|extended| extended & 0xff);
        match code {
            Some(BUSY | LOCKED) => Self::Busy,
            Some(READ_ONLY | CANNOT_OPEN) => Self::ReadOnly,
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged,
            Some(FULL) => Self::Full,
            Some(CONSTRAINT) => {
                let text = error.as_database_error().map_or("", |database| database.message());
                Self::Refused(text.to_owned())
            }
            _ => Self::Database(error),
        }
    }
}

/// For a statement that must reach exactly one row.
pub(super) fn one(result: &SqliteQueryResult) -> Result<(), StoreError> {
    match result.rows_affected() {
        1 => Ok(()),
        _ => Err(sqlx::Error::RowNotFound.into()),
    }
}

impl StoreError {
    /// Whether it was what was to be written that went wrong, so that something else can be
    /// written. Neither waiting nor trying again helps then.
    #[must_use]
    pub fn is_of_what_was_written(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::NewerSchema { .. }
            | Self::LockedByAnother(_)
            | Self::OtherAccount
            | Self::Full
            | Self::ReadOnly
            | Self::Busy
            | Self::Undone
            | Self::Damaged
            | Self::Unreadable(_)
            | Self::File { .. }
            | Self::NoRandomness
            | Self::Migration(_)
            | Self::Database(_) => false,
        }
    }

    /// What went wrong with the schema; `known` is the newest version in this program.
    pub(super) fn from_migration(error: MigrateError, known: i64) -> Self {
        match error {
            MigrateError::VersionMissing(found) if found > known => {
                Self::NewerSchema { found, known }
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migration(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_of_what_was_written_and_a_record_that_takes_nothing_is_not() {
        let cases = [
            (StoreError::Refused("CHECK constraint failed".to_owned()), true),
            (sqlx::Error::RowNotFound.into(), true),
            (sqlx::Error::PoolTimedOut.into(), false),
            (StoreError::Full, false),
            (StoreError::ReadOnly, false),
            (StoreError::Busy, false),
            (StoreError::Undone, false),
            (StoreError::Damaged, false),
            (StoreError::Unreadable("fact"), false),
            (StoreError::Database(sqlx::Error::WorkerCrashed), false),
        ];
        for (error, expected) in cases {
            assert_eq!(error.is_of_what_was_written(), expected, "{error}");
        }
    }
}
