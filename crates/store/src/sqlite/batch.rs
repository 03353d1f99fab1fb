//! Batches: several jobs in one transaction, which share one wait for the disk.

use rusqlite::Connection;

use super::{row::SqliteRow, statement};
use crate::sql::{DatabaseError, Dialect, Guarded, Session, Statement};

/// The jobs of one transaction, which run one after the other.
pub(super) struct Batch<'c> {
    connection: &'c mut Connection,
    mode: BatchMode,
    /// True if the changes of at least one job are kept.
    has_changes: bool,
}

/// The way in which a batch undoes its jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BatchMode {
    /// The batch undoes all jobs together. If one of several jobs is refused, the batch must run again with savepoints.
    Whole,
    /// The batch undoes each job separately. For this, SQLite keeps a copy of every page that it changes.
    Savepoints,
}

impl<'c> Batch<'c> {
    /// Begins the transaction.
    pub(super) fn begin(connection: &'c mut Connection, mode: BatchMode) -> Result<Self, DatabaseError> {
        let batch = Self { connection, mode, has_changes: false };
        batch.execute("BEGIN IMMEDIATE")?;
        Ok(batch)
    }

    /// Marks the start of a job.
    pub(super) fn begin_job(&self) -> Result<(), DatabaseError> {
        match self.mode {
            BatchMode::Whole => Ok(()),
            BatchMode::Savepoints => self.execute("SAVEPOINT job"),
        }
    }

    /// Marks the end of a job. Undoes the job's changes if `keep` is false and the batch undoes each job separately.
    pub(super) fn end_job(&mut self, keep: bool) -> Result<(), DatabaseError> {
        self.has_changes |= keep;
        if self.mode == BatchMode::Savepoints {
            if !keep {
                self.execute("ROLLBACK TO job")?;
            }
            self.execute("RELEASE job")?;
        }
        Ok(())
    }

    /// Commits the transaction and makes the kept changes durable. Rolls the transaction back if no job's changes are
    /// kept.
    pub(super) fn commit(&self) -> Result<(), DatabaseError> {
        self.execute(if self.has_changes { "COMMIT" } else { "ROLLBACK" })
    }

    /// Rolls the transaction back. SQLite may have rolled it back already, for example if the disk is full. The second
    /// rollback then fails, which is harmless.
    pub(super) fn abandon(self) {
        if let Err(cause) = self.execute("ROLLBACK") {
            tracing::debug!(error = %cause, "the transaction had already ended");
        }
    }

    fn execute(&self, sql: &str) -> Result<(), DatabaseError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// The methods never wait, because the writer's thread calls SQLite directly.
impl Session for Batch<'_> {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Row = SqliteRow;

    async fn rows(&mut self, statement: Statement) -> Result<Vec<SqliteRow>, DatabaseError> {
        statement::rows(self.connection, &statement)
    }

    async fn all(&mut self, statements: &[Guarded]) -> Result<Option<usize>, DatabaseError> {
        for (place, guarded) in statements.iter().enumerate() {
            let changed = statement::change(self.connection, &guarded.statement)?;
            if changed == 0 && guarded.guards.is_some() {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    async fn change(&mut self, statement: Statement) -> Result<u64, DatabaseError> {
        statement::change(self.connection, &statement)
    }
}
