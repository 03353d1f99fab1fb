//! Batches: several jobs in one transaction, which share one wait for the disk.

use futures::TryStreamExt as _;
use sqlx::{
    Either, Executor as _,
    sqlite::{SqliteConnection, SqliteRow},
};

use crate::sql::{Dialect, Guarded, Session, Statement};

/// Maximum number of statements in one script. When SQLite prepares a statement, it copies all statements after it in the
/// script. Chunks with the same SQL are prepared only once.
const CHUNK_SIZE: usize = 64;

/// The jobs of one transaction, which run one after the other.
///
/// The statements that begin, keep or undo a job are sent to SQLite together with the job's statements. A separate round trip
/// to SQLite's thread would cost more than most statements.
pub(super) struct Batch<'c> {
    connection: &'c mut SqliteConnection,
    mode: BatchMode,
    transaction: TransactionState,
    /// True if the changes of at least one job are kept.
    has_changes: bool,
}

/// The way in which a batch undoes its jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BatchMode {
    /// The batch has a single job. Rolling the transaction back undoes the job.
    Single,
    /// The batch undoes all jobs together. If one job is refused, the batch must run again.
    Shared,
    /// The batch undoes each job separately. For this, SQLite keeps a copy of every page that it changes.
    Savepoints,
}

/// State of the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TransactionState {
    /// Not begun.
    None,
    /// During a job.
    Within,
    /// After a job whose changes are kept.
    Kept,
    /// After a job whose changes must be undone.
    Refused,
}

impl<'c> Batch<'c> {
    pub(super) fn new(connection: &'c mut SqliteConnection, mode: BatchMode) -> Self {
        Self { connection, mode, transaction: TransactionState::None, has_changes: false }
    }

    /// Marks the end of a job. The next statement or the commit keeps the job's changes if `keep` is true, and undoes them
    /// otherwise.
    pub(super) fn end_job(&mut self, keep: bool) {
        self.has_changes |= keep;
        if self.transaction == TransactionState::Within {
            self.transaction = if keep { TransactionState::Kept } else { TransactionState::Refused };
        }
    }

    /// Commits the transaction and makes the kept changes durable. Rolls the transaction back if no job's changes are kept.
    pub(super) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        let end = match self.transaction {
            TransactionState::None => return Ok(()),
            _ if !self.has_changes => "ROLLBACK",
            TransactionState::Refused => "ROLLBACK TO piece; COMMIT",
            TransactionState::Kept | TransactionState::Within => "COMMIT",
        };
        self.connection.execute(Statement::new(Dialect::Sqlite, end, []).query()).await?;
        Ok(())
    }

    /// Rolls the transaction back. SQLite may have rolled it back already, for example if the disk is full. The second
    /// rollback then fails, which is harmless.
    pub(super) async fn abandon(self) {
        if self.transaction == TransactionState::None {
            return;
        }
        if let Err(cause) = self.connection.execute("ROLLBACK").await {
            tracing::debug!(error = %cause, "the transaction had already ended");
        }
    }

    /// Returns the SQL that must precede the next statement, and the number of statements in this SQL.
    fn prelude(&self) -> (&'static str, usize) {
        match (self.transaction, self.mode) {
            (TransactionState::None, BatchMode::Savepoints) => ("BEGIN IMMEDIATE; SAVEPOINT piece", 2),
            (TransactionState::None, _) => ("BEGIN IMMEDIATE", 1),
            (TransactionState::Kept, BatchMode::Savepoints) => ("RELEASE piece; SAVEPOINT piece", 2),
            (TransactionState::Within | TransactionState::Kept, _) => ("", 0),
            (TransactionState::Refused, BatchMode::Savepoints) => ("ROLLBACK TO piece", 1),
            (TransactionState::Refused, _) => ("ROLLBACK; BEGIN IMMEDIATE", 2),
        }
    }

    /// Runs statements. Returns the number of rows that each statement changed, and all returned rows.
    async fn run<'s>(
        &mut self,
        statements: impl IntoIterator<Item = &'s Statement>,
    ) -> Result<(Vec<u64>, Vec<SqliteRow>), sqlx::Error> {
        let (before, skip) = self.prelude();
        let script = Statement::script(before, statements);
        self.transaction = TransactionState::Within;
        let (mut changes, mut rows) = (Vec::new(), Vec::new());
        let mut answers = self.connection.fetch_many(script.query());
        while let Some(answer) = answers.try_next().await? {
            match answer {
                Either::Left(done) => changes.push(done.rows_affected()),
                Either::Right(row) => rows.push(row),
            }
        }
        Ok((changes.split_off(skip.min(changes.len())), rows))
    }

    /// Runs statements in chunks until a statement with a guard changes no row. The other statements of its chunk still run.
    /// Returns the index of that statement, or `None` if there is none.
    async fn all_in_chunks(&mut self, statements: &[Guarded]) -> Result<Option<usize>, sqlx::Error> {
        let idle = |(guarded, changes): (&Guarded, &u64)| guarded.guards.is_some() && *changes == 0;
        for (number, part) in statements.chunks(CHUNK_SIZE).enumerate() {
            let (changes, _) = self.run(part.iter().map(|guarded| &guarded.statement)).await?;
            if let Some(refused) = part.iter().zip(&changes).position(idle) {
                return Ok(Some(number * CHUNK_SIZE + refused));
            }
        }
        Ok(None)
    }
}

impl Session for Batch<'_> {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Row = SqliteRow;

    async fn rows(&mut self, statement: Statement) -> Result<Vec<SqliteRow>, sqlx::Error> {
        Ok(self.run([&statement]).await?.1)
    }

    /// Runs many statements in each script, because refusals are rare. After a refusal in shared mode, the whole batch must
    /// run again. In the other modes, the job is undone and repeated up to the refused statement.
    async fn all(&mut self, statements: &[Guarded]) -> Result<Option<usize>, sqlx::Error> {
        let refused = self.all_in_chunks(statements).await?;
        if let Some(refused) = refused
            && self.mode != BatchMode::Shared
        {
            self.transaction = TransactionState::Refused;
            self.all_in_chunks(&statements[..refused]).await?;
        }
        Ok(refused)
    }

    async fn change(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        Ok(self.run([&statement]).await?.0.iter().sum())
    }
}
