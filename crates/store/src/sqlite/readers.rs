//! The reading connections of a database file.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use switchboard_core::error::Result;
use tokio::sync::{Mutex, MutexGuard};

use super::connect;
use crate::sql::{Statement, fault};

const READERS: usize = 4;

/// Read-only connections to a file. The driver's pool is not used, because it would test each connection after use, and the
/// test takes as long as reading a row.
pub(super) struct Readers {
    connections: Vec<Mutex<Option<SqliteConnection>>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let options = connect::reader(path);
        let mut connections = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            connections.push(Mutex::new(Some(connect::connect(&options).await?)));
        }
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    pub(super) async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        match self.free().await.as_mut() {
            Some(connection) => statement.query().fetch_all(connection).await.map_err(fault::storage),
            None => Err(fault::unavailable("The store is closed.")),
        }
    }

    /// Waits for running reads and closes the connections.
    pub(super) async fn close(&self) {
        for connection in &self.connections {
            if let Some(connection) = connection.lock().await.take() {
                connect::close(connection).await;
            }
        }
    }

    /// Returns an idle connection. If all connections are busy, waits for one connection. Consecutive calls wait for
    /// different connections.
    async fn free(&self) -> MutexGuard<'_, Option<SqliteConnection>> {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (later, first) = self.connections.split_at(next);
        match first.iter().chain(later).find_map(|connection| connection.try_lock().ok()) {
            Some(free) => free,
            None => self.connections[next].lock().await,
        }
    }
}
