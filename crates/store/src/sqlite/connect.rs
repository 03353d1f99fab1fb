//! Connections to SQLite.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};
use switchboard_core::error::Result;
use url::Url;

use crate::sql::fault;

/// Longest wait of a connection for a lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of prepared statements that a connection keeps.
const MAX_PREPARED: usize = 128;

/// Opens the writing connection to a file. Creates the file if it does not exist.
pub(super) fn writer(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, |connection| {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // A separate connection runs the checkpoints, because a checkpoint would take longer than the commit itself.
        connection.pragma_update(None, "wal_autocheckpoint", 0)
    })
}

/// Opens a read-only connection to a file.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, |_| Ok(()))
}

/// Opens a connection that reads a file and creates no other file. Returns `None` if the database has a log that an
/// earlier process has left, because SQLite cannot read the log without changing its index.
pub(super) fn inspector(path: &Path) -> Result<Option<Connection>> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Ok(None);
    }
    let Ok(mut url) = Url::from_file_path(path) else { return Ok(None) };
    url.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    open(Path::new(url.as_str()), flags, |_| Ok(())).map(Some)
}

/// Opens a connection that runs the checkpoints of a file.
pub(super) fn checkpointer(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, |connection| {
        connection.pragma_update(None, "synchronous", "full")
    })
}

/// Opens the only connection to a new database in memory.
pub(super) fn memory() -> Result<Connection> {
    open(Path::new(":memory:"), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_MEMORY, |_| Ok(()))
}

/// Closes a connection. If it is the last connection to a file and may write, SQLite moves the log into the database
/// and deletes the log. Logs a failure as a warning.
pub(super) fn close(connection: Connection) {
    if let Err((_, cause)) = connection.close() {
        tracing::warn!(error = %cause, "failed to close a connection to the database");
    }
}

/// Opens a connection, which only one thread at a time may use.
fn open(
    path: &Path,
    flags: OpenFlags,
    configure: fn(&Connection) -> rusqlite::Result<()>,
) -> Result<Connection> {
    let connect = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(MAX_PREPARED);
        connection.pragma_update(None, "foreign_keys", true)?;
        configure(&connection)?;
        Ok(connection)
    };
    connect().map_err(|cause: rusqlite::Error| {
        fault::unavailable(format!("The database {} cannot be opened.", path.display())).caused_by(cause)
    })
}
