//! Connections.

use std::{path::Path, time::Duration};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use switchboard_core::Result;

use crate::sql::fault;

/// How long a statement waits for a connection, and a connection for a lock.
const WAIT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The connection that writes.
pub(super) async fn writer(path: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // Another connection does that: within a commit it would be the longest part.
        .pragma("wal_autocheckpoint", "0")
        .busy_timeout(WAIT);
    pool(1).connect_with(options).await.map_err(|cause| refuse(path, cause))
}

/// The connections that read.
pub(super) async fn readers(path: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(WAIT);
    pool(READERS).connect_with(options).await.map_err(|cause| refuse(path, cause))
}

/// The connection that moves the log into the database, made at first need.
pub(super) fn checkpointer(path: &Path) -> SqlitePool {
    let options =
        SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Full).busy_timeout(WAIT);
    pool(1).connect_lazy_with(options)
}

/// The one connection of a new database in memory.
pub(super) async fn memory() -> Result<SqlitePool> {
    let name = Path::new(":memory:");
    let options = SqliteConnectOptions::new().filename(name).in_memory(true);
    pool(1).connect_with(options).await.map_err(|cause| refuse(name, cause))
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(WAIT)
        // A connection costs little to keep, and a database in memory is gone with its only one.
        .idle_timeout(None)
        .max_lifetime(None)
        // Nothing on the way to a file can break unnoticed.
        .test_before_acquire(false)
}

fn refuse(path: &Path, cause: sqlx::Error) -> switchboard_core::Error {
    fault::unavailable(format!("The database {} cannot be opened.", path.display())).caused_by(cause)
}
