//! The record: SQLite behind sqlx, and the only place with SQL. It keeps facts and guards
//! promises; it decides nothing.
//!
//! The surprising fact: every function is on a `Tx`. A caller opens one, puts messages, events and
//! cursors into it, and commits them together or not at all; a `Tx` that is dropped never happened.
//! Each statement goes to a thread of its connection and back, which takes longer than most of them
//! do: what belongs together is one statement.

mod applications;
mod backlog;
mod checks;
mod claims;
mod connection;
mod copies;
mod drafts;
mod error;
mod events;
mod fact_record;
mod fetched;
mod files;
mod forget;
mod installation;
mod logins;
mod looked_back;
mod mailboxes;
mod messages;
mod names;
mod old_texts;
mod pauses;
mod questions;
mod replies;
mod requests;
mod returned;
mod seen;
mod stops;
mod time;
mod transfer;
mod upgrade;
mod user_mails;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection, Transaction};

pub use applications::{ApplicationRow, EmployerRow};
pub use backlog::Waiting;
pub use checks::{AuditRow, Check};
pub use claims::{
    AttemptId, AttemptRow, AttemptState, ClaimResult, Limits, NewClaim, Outcome, UnfinishedAttempt,
};
pub use copies::CopyBy;
pub use drafts::DraftRow;
pub use error::StoreError;
pub use events::{Edge, Ties};
pub use files::InstanceLock;
pub use installation::{Accounts, Installation};
pub use logins::{LoginAt, RefusedLogins};
pub use mailboxes::MailboxRow;
pub use messages::{
    EvidenceRow, Filed, Linked, Location, Met, NewMessage, PlaceRow, StoredMessage, Strength,
};
pub use old_texts::TextClocks;
pub use questions::{Choice, NewQuestion, QuestionId, QuestionKind, QuestionRow};
pub use replies::{NewReply, ReplyRow, ReplyState};
pub use requests::NewRequest;
pub use returned::Returned;
pub use seen::{SeenHash, seen_hash};
pub use stops::BlindTime;
pub use user_mails::{UserMailId, UserMailRow, UserMailState};

use connection::Undone;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The open database: one connection that writes, a few that read.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    undone: Undone,
    path: PathBuf,
}

/// One transaction. Everything in it happens at `commit`, or not at all.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    undone: Undone,
}

/// Where the statements of a `Tx` go.
#[derive(Debug)]
enum Inner {
    Transaction(Transaction<'static, Sqlite>),
    /// Each statement has a view of its own, and none can write.
    Reader(PoolConnection<Sqlite>),
}

impl Tx {
    /// Makes everything durable: when this returns, it survives a power cut, unless it was begun
    /// relaxed.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.undone.check()?;
        match self.inner {
            Inner::Transaction(inner) => Ok(inner.commit().await?),
            Inner::Reader(_) => Ok(()),
        }
    }

    fn conn(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.undone.check()?;
        match &mut self.inner {
            Inner::Transaction(inner) => Ok(&mut **inner),
            Inner::Reader(inner) => Ok(&mut **inner),
        }
    }
}

impl Store {
    /// Opens the database, makes it (mode 0600) if there is none, and brings its schema up to date:
    /// an older one is copied first, a newer one is refused and left as it is.
    pub async fn open(path: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        Self::open_with(path, &MIGRATIONS, now).await
    }

    /// The same for a version of the program that has these migrations.
    async fn open_with(
        path: &Path,
        migrations: &Migrator,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        upgrade::refuse_newer(path, migrations).await?;
        files::make_private(path)?;
        let options = connection::options(path);
        let undone = Undone::default();
        let writer = connection::writer(options.clone(), &undone).await?;
        let reader = connection::reader(options);
        let store = Self { writer, reader, undone, path: path.to_owned() };
        store.bring_up_to_date(migrations, now).await?;
        Ok(store)
    }

    /// Begins to write. At most one transaction on this file is open at a time, in all programs
    /// together; others wait ten seconds. So none is held while a server is waited for.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.begin_with("PRAGMA synchronous = FULL; BEGIN IMMEDIATE").await
    }

    /// The same for what a mailbox will show again: its commit does not wait for the disk. It
    /// survives the end of the process; a power cut may undo it, whole, with all that followed it
    /// up to the next commit of the other kind.
    pub async fn begin_relaxed(&self) -> Result<Tx, StoreError> {
        self.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await
    }

    async fn begin_with(&self, statement: &'static str) -> Result<Tx, StoreError> {
        let inner = Inner::Transaction(self.writer.begin_with(statement).await?);
        // There is one writing connection, so what was undone before is of an earlier transaction.
        self.undone.forget();
        Ok(Tx { inner, undone: self.undone.clone() })
    }

    /// One consistent view for reading, taken at its first query; a write in it is refused.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let inner = Inner::Transaction(self.reader.begin().await?);
        Ok(Tx { inner, undone: Undone::default() })
    }

    /// For a single question, which is a view by itself: what is asked after it may be of a later
    /// moment.
    pub async fn peek(&self) -> Result<Tx, StoreError> {
        let inner = Inner::Reader(self.reader.acquire().await?);
        Ok(Tx { inner, undone: Undone::default() })
    }

    /// Gives back the memory that the last work left behind.
    pub async fn slim(&self) -> Result<(), StoreError> {
        for pool in [&self.writer, &self.reader] {
            sqlx::query("PRAGMA shrink_memory").execute(pool).await?;
        }
        Ok(())
    }

    /// Closes every connection; a later use is an error.
    pub async fn close(self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}
