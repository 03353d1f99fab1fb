//! Connections to SQLite.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use switchboard_core::error::Result;

use crate::sql::fault;

/// Longest wait of a connection for a lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the options of the writing connection. This connection creates the file if it does not exist.
pub(super) fn writer(path: &Path) -> SqliteConnectOptions {
    checkpointer(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A separate connection runs the checkpoints, because a checkpoint would take longer than the commit itself.
        .pragma("wal_autocheckpoint", "0")
}

/// Returns the options of the reading connections.
pub(super) fn reader(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT)
}

/// Returns the options of the connection that runs checkpoints.
pub(super) fn checkpointer(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Full).busy_timeout(BUSY_TIMEOUT)
}

/// Returns the options of the only connection to a new database in memory.
pub(super) fn memory() -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(":memory:").in_memory(true)
}

pub(super) async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection> {
    SqliteConnection::connect_with(options).await.map_err(|cause| {
        let name = options.get_filename().display();
        fault::unavailable(format!("The database {name} cannot be opened.")).caused_by(cause)
    })
}

/// Closes a connection. If it is the last connection to a file and may write, SQLite moves the log into the database and
/// deletes the log. Logs a failure as a warning.
pub(super) async fn close(connection: SqliteConnection) {
    if let Err(cause) = connection.close().await {
        tracing::warn!(error = %cause, "failed to close a connection to the database");
    }
}
