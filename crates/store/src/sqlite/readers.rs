//! The read-only connections to a database file.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rusqlite::Connection;
use switchboard_core::error::Result;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::spawn_blocking,
};

use super::{connect, row::SqliteRow, statement};
use crate::sql::{Statement, fault};

const READERS: usize = 4;

/// Read-only connections to a file. A connection is `None` after the store was closed.
pub(super) struct Readers {
    connections: Vec<Arc<Mutex<Option<Connection>>>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let open = |_| Ok(Arc::new(Mutex::new(Some(connect::reader(path)?))));
        Ok(Self { connections: (0..READERS).map(open).collect::<Result<_>>()?, next: AtomicUsize::new(0) })
    }

    /// Reads on a thread that may wait for the disk.
    pub(super) async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        let connection = self.free().await;
        spawn_blocking(move || rows(&connection, &statement))
            .await
            .map_err(|cause| fault::unavailable("The store cannot be read.").caused_by(cause))?
    }

    /// Reads on the thread of the caller, which must not wait long for the disk. A read of a few rows takes less time
    /// than a switch to another thread.
    pub(super) async fn read_here(&self, statement: &Statement) -> Result<Vec<SqliteRow>> {
        rows(&*self.free().await, statement)
    }

    /// Waits for running reads and closes the connections.
    pub(super) async fn close(&self) {
        for connection in &self.connections {
            if let Some(connection) = connection.lock().await.take() {
                connect::close(connection);
            }
        }
    }

    /// Returns an idle connection. If all connections are busy, waits for one of them. Consecutive calls wait for
    /// different connections.
    async fn free(&self) -> OwnedMutexGuard<Option<Connection>> {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (later, first) = self.connections.split_at(next);
        let idle = |connection: &Arc<Mutex<_>>| Arc::clone(connection).try_lock_owned().ok();
        match first.iter().chain(later).find_map(idle) {
            Some(free) => free,
            None => Arc::clone(&self.connections[next]).lock_owned().await,
        }
    }
}

fn rows(connection: &Option<Connection>, statement: &Statement) -> Result<Vec<SqliteRow>> {
    let connection = connection.as_ref().ok_or_else(|| fault::unavailable("The store is closed."))?;
    statement::rows(connection, statement).map_err(fault::storage)
}
