//! Checkpoints, which move the write-ahead log into the database concurrently with the writer.

use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use switchboard_core::error::Result;

use super::connect;
use crate::sql::fault;

/// Number of bytes written between two checkpoints. Fewer checkpoints are cheaper, because a page that was written
/// several times is moved only once.
const CHECKPOINT_BYTES: u64 = 16 << 20;
/// Size of the log, in bytes, at which writers wait until the log can restart. Without this pause, the log could grow
/// without limit.
const MAX_LOG_BYTES: u64 = 64 << 20;
/// Estimated number of bytes that a job adds to the log in addition to its values. The estimate allows for a few pages
/// of tables and indexes.
const JOB_OVERHEAD_BYTES: u64 = 32 << 10;
/// Size of SQLite's pages in bytes.
const PAGE_BYTES: u64 = 4096;

/// The scheduler of checkpoints.
pub(super) struct Checkpoints {
    path: PathBuf,
    /// Upper estimate of the log's size in bytes.
    log: u64,
    /// Estimated number of bytes written since the start of the latest checkpoint.
    since: u64,
    running: Option<JoinHandle<Result<CheckpointResult>>>,
}

/// Result of a checkpoint.
struct CheckpointResult {
    /// True if another connection blocked the checkpoint.
    busy: bool,
    /// Size of the log in bytes when the checkpoint began.
    log: u64,
}

impl Checkpoints {
    /// Creates the scheduler for a database file.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), log: 0, since: 0, running: None }
    }

    /// Adds a batch of `pieces` jobs with values of `bytes` bytes to the estimates. If a checkpoint is due, waits for
    /// the running one and starts the next. If the log has reached `MAX_LOG_BYTES`, waits for the running checkpoint
    /// and, if necessary, for a restart of the log.
    pub(super) fn record_write(&mut self, pieces: usize, bytes: usize) {
        let written = pieces as u64 * JOB_OVERHEAD_BYTES + bytes as u64;
        self.log += written;
        self.since += written;
        if self.log >= MAX_LOG_BYTES {
            self.finish();
        }
        if self.log >= MAX_LOG_BYTES {
            let done = checkpoint(&self.path, "PRAGMA wal_checkpoint(RESTART)");
            let anew = done.inspect_err(warn).is_ok_and(|done| !done.busy);
            // If the restart failed or a reader blocked it, the next attempt follows after another `CHECKPOINT_BYTES`.
            self.log = if anew { 0 } else { MAX_LOG_BYTES - CHECKPOINT_BYTES };
            self.since = 0;
        } else if self.since >= CHECKPOINT_BYTES {
            self.finish();
            let path = self.path.clone();
            let moving = move || checkpoint(&path, "PRAGMA wal_checkpoint(PASSIVE)");
            self.running = thread::Builder::new().name("store-checkpoint".to_owned()).spawn(moving).ok();
            self.since = 0;
        }
    }

    /// Waits for a running checkpoint and updates the estimated size of the log. If SQLite has restarted the log since
    /// that checkpoint began, the estimate is too high until the next checkpoint.
    pub(super) fn finish(&mut self) {
        if let Some(running) = self.running.take()
            && let Ok(done) = running.join()
            && let Ok(done) = done.inspect_err(warn)
        {
            self.log = done.log + self.since;
        }
    }
}

/// Runs a checkpoint on a new connection. Opening a connection each time is acceptable, because checkpoints are rare
/// and take longer than connecting.
fn checkpoint(path: &Path, pragma: &'static str) -> Result<CheckpointResult> {
    let connection = connect::checkpointer(path)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found = connection.query_row(pragma, [], read);
    connect::close(connection);
    let (busy, pages): (bool, i64) = found.map_err(fault::storage)?;
    Ok(CheckpointResult { busy, log: u64::try_from(pages).unwrap_or(0) * PAGE_BYTES })
}

fn warn(error: &switchboard_core::error::Error) {
    tracing::warn!(%error, "failed to move the write-ahead log into the database");
}
