//! Connections.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use switchboard_core::Result;

use super::fault;

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
        .foreign_keys(true)
        .busy_timeout(WAIT);
    connect(path, 1, options).await
}

/// The connections that read.
pub(super) async fn readers(path: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(WAIT);
    connect(path, READERS, options).await
}

/// The one connection of a new database in memory.
pub(super) async fn memory() -> Result<SqlitePool> {
    let name = Path::new(":memory:");
    let options = SqliteConnectOptions::new().filename(name).in_memory(true).foreign_keys(true);
    connect(name, 1, options).await
}

async fn connect(path: &Path, size: u32, options: SqliteConnectOptions) -> Result<SqlitePool> {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(WAIT)
        // A connection costs little to keep, and a database in memory is gone with its only one.
        .idle_timeout(None)
        .max_lifetime(None)
        // Nothing on the way to a file can break unnoticed.
        .test_before_acquire(false)
        // SQLite itself rolls back when the disk is full, of which the driver keeps no account: such a connection
        // would refuse every transaction after. The ping comes behind the driver's own rollback.
        .after_release(|connection, _| {
            Box::pin(async {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(options)
        .await
        .map_err(|cause| {
            fault::unavailable(format!("The database {} cannot be opened.", path.display())).caused_by(cause)
        })
}
