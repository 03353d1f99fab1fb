//! Moving the write-ahead log into the database, beside the writer.

use sqlx::SqlitePool;
use tokio::task::JoinHandle;

/// What is written before the log is moved, in bytes. More at a time is cheaper: a page that was written often moves once.
const MUCH: u64 = 16 << 20;
/// From when on writers wait until the log can begin anew, in bytes: it would grow without end where they never pause.
const TOO_MUCH: u64 = 64 << 20;
/// What a piece of work adds to the log besides its values, in bytes: a few pages of tables and indexes.
const PIECE: u64 = 32 << 10;
/// SQLite's pages, in bytes.
const PAGE: u64 = 4096;

/// Checkpoints, when they are needed.
pub(super) struct Checkpoints {
    pool: SqlitePool,
    /// How large the log is at most, about.
    log: u64,
    /// What was written since the last checkpoint began, about.
    since: u64,
    running: Option<JoinHandle<Option<Outcome>>>,
}

/// What a checkpoint found.
struct Outcome {
    /// Whether somebody was in its way.
    busy: bool,
    /// How large the log was when it began.
    log: u64,
}

impl Checkpoints {
    /// Checkpoints on the connection of this pool.
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool, log: 0, since: 0, running: None }
    }

    /// Takes account of what was written.
    pub(super) async fn wrote(&mut self, pieces: usize, bytes: usize) {
        let written = pieces as u64 * PIECE + bytes as u64;
        self.log += written;
        self.since += written;
        if self.log >= TOO_MUCH {
            self.finish().await;
        }
        if self.log >= TOO_MUCH {
            let done = checkpoint(self.pool.clone(), "PRAGMA wal_checkpoint(RESTART)").await;
            let anew = done.is_some_and(|done| !done.busy);
            // Where a reader is in the way, the next try comes after as much again.
            self.log = if anew { 0 } else { TOO_MUCH - MUCH };
            self.since = 0;
        } else if self.since >= MUCH {
            self.finish().await;
            let moving = checkpoint(self.pool.clone(), "PRAGMA wal_checkpoint(PASSIVE)");
            self.running = Some(tokio::spawn(moving));
            self.since = 0;
        }
    }

    /// Ends, and lets the connection go.
    pub(super) async fn close(mut self) {
        self.finish().await;
        self.pool.close().await;
    }

    /// Waits for the one that runs. SQLite began the log anew if it could, which the next one will find.
    async fn finish(&mut self) {
        if let Some(running) = self.running.take()
            && let Ok(Some(done)) = running.await
        {
            self.log = done.log + self.since;
        }
    }
}

async fn checkpoint(pool: SqlitePool, pragma: &'static str) -> Option<Outcome> {
    match sqlx::query_as::<_, (bool, i64, i64)>(pragma).fetch_one(&pool).await {
        Ok((busy, pages, _)) => Some(Outcome { busy, log: u64::try_from(pages).unwrap_or(0) * PAGE }),
        Err(cause) => {
            tracing::warn!(error = %cause, "the write-ahead log could not be moved into the database");
            None
        }
    }
}
