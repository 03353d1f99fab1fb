//! Moving the write-ahead log into the database, beside the writer.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use switchboard_core::Result;
use tokio::task::JoinHandle;

use super::connect;
use crate::sql::fault;

/// What is written before the log is moved, in bytes. More at a time is cheaper: a page that was written often moves once.
const CHECKPOINT_BYTES: u64 = 16 << 20;
/// From when on writers wait until the log can begin anew, in bytes: it would grow without end where they never pause.
const MAX_LOG_BYTES: u64 = 64 << 20;
/// What a piece of work adds to the log besides its values, in bytes: a few pages of tables and indexes.
const JOB_OVERHEAD_BYTES: u64 = 32 << 10;
/// SQLite's pages, in bytes.
const PAGE_BYTES: u64 = 4096;

/// Checkpoints, when they are needed.
pub(super) struct Checkpoints {
    options: SqliteConnectOptions,
    /// How large the log is at most, about.
    log: u64,
    /// What was written since the last checkpoint began, about.
    since: u64,
    running: Option<JoinHandle<Result<CheckpointResult>>>,
}

/// What a checkpoint found.
struct CheckpointResult {
    /// Whether somebody was in its way.
    busy: bool,
    /// How large the log was when it began.
    log: u64,
}

impl Checkpoints {
    /// Checkpoints of this file.
    pub(super) fn new(path: &Path) -> Self {
        Self { options: connect::checkpointer(path), log: 0, since: 0, running: None }
    }

    /// Takes account of what was written.
    pub(super) async fn record_write(&mut self, pieces: usize, bytes: usize) {
        let written = pieces as u64 * JOB_OVERHEAD_BYTES + bytes as u64;
        self.log += written;
        self.since += written;
        if self.log >= MAX_LOG_BYTES {
            self.finish().await;
        }
        if self.log >= MAX_LOG_BYTES {
            let done = checkpoint(self.options.clone(), "PRAGMA wal_checkpoint(RESTART)").await;
            let anew = done.inspect_err(warn).is_ok_and(|done| !done.busy);
            // Where a reader is in the way, the next try comes after as much again.
            self.log = if anew { 0 } else { MAX_LOG_BYTES - CHECKPOINT_BYTES };
            self.since = 0;
        } else if self.since >= CHECKPOINT_BYTES {
            self.finish().await;
            let moving = checkpoint(self.options.clone(), "PRAGMA wal_checkpoint(PASSIVE)");
            self.running = Some(tokio::spawn(moving));
            self.since = 0;
        }
    }

    /// Waits for the one that runs. SQLite began the log anew if it could, which the next one will find.
    pub(super) async fn finish(&mut self) {
        if let Some(running) = self.running.take()
            && let Ok(done) = running.await
            && let Ok(done) = done.inspect_err(warn)
        {
            self.log = done.log + self.since;
        }
    }
}

/// On a connection of its own: there are few checkpoints, and they take longer than to connect.
async fn checkpoint(options: SqliteConnectOptions, pragma: &'static str) -> Result<CheckpointResult> {
    let mut connection: SqliteConnection = connect::connect(&options).await?;
    let found = sqlx::query_as(pragma).fetch_one(&mut connection).await;
    connect::close(connection).await;
    let (busy, pages, _): (bool, i64, i64) = found.map_err(fault::storage)?;
    Ok(CheckpointResult { busy, log: u64::try_from(pages).unwrap_or(0) * PAGE_BYTES })
}

fn warn(error: &switchboard_core::Error) {
    tracing::warn!(%error, "the write-ahead log could not be moved into the database");
}
