//! Connections.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use switchboard_core::Result;

use crate::sql::fault;

/// How long a connection waits for a lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// For the connection that writes. It makes the file, if need be.
pub(super) fn writer(path: &Path) -> SqliteConnectOptions {
    checkpointer(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Another connection does that: within a commit it would be the longest part.
        .pragma("wal_autocheckpoint", "0")
}

/// For the connections that read.
pub(super) fn reader(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT)
}

/// For the connection that moves the log into the database.
pub(super) fn checkpointer(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Full).busy_timeout(BUSY_TIMEOUT)
}

/// For the only connection to a new database in memory.
pub(super) fn memory() -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(":memory:").in_memory(true)
}

pub(super) async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection> {
    SqliteConnection::connect_with(options).await.map_err(|cause| {
        let name = options.get_filename().display();
        fault::unavailable(format!("The database {name} cannot be opened.")).caused_by(cause)
    })
}

/// Closes a connection; the last one to a file moves the log into the database and removes it.
pub(super) async fn close(connection: SqliteConnection) {
    if let Err(cause) = connection.close().await {
        tracing::warn!(error = %cause, "a connection to the database did not close well");
    }
}
