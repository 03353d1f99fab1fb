//! Several pieces of work in one transaction, so that they share its wait for the disk.

use futures::TryStreamExt as _;
use sqlx::{
    Either, Executor as _,
    sqlite::{SqliteConnection, SqliteRow},
};

use crate::sql::{Dialect, Guarded, Session, Statement};

/// How many statements of a commit go to SQLite at a time: for each that it prepares, it copies all that are behind it. Parts
/// that are alike are prepared once.
const CHUNK_SIZE: usize = 64;

/// The pieces of work in one transaction, one after the other.
///
/// What opens, keeps and undoes a piece goes to SQLite together with its statements: the driver's way to SQLite's thread
/// and back costs more than most statements.
pub(super) struct Batch<'c> {
    connection: &'c mut SqliteConnection,
    mode: BatchMode,
    transaction: TransactionState,
    /// Whether any piece is to be kept.
    has_changes: bool,
}

/// How the pieces of a group are undone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BatchMode {
    /// There is one, and with it goes the transaction.
    Single,
    /// All of them, where one has to be: the group has to be done again then.
    Shared,
    /// Each alone, for which SQLite keeps a copy of every page that it writes to.
    Savepoints,
}

/// How far the transaction is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TransactionState {
    /// Not begun.
    None,
    /// In the middle of a piece.
    Within,
    /// Behind a piece that is to be kept.
    Kept,
    /// Behind a piece that is to be undone.
    Refused,
}

impl<'c> Batch<'c> {
    pub(super) fn new(connection: &'c mut SqliteConnection, mode: BatchMode) -> Self {
        Self { connection, mode, transaction: TransactionState::None, has_changes: false }
    }

    /// Ends a piece of work.
    pub(super) fn end_job(&mut self, keep: bool) {
        self.has_changes |= keep;
        if self.transaction == TransactionState::Within {
            self.transaction = if keep { TransactionState::Kept } else { TransactionState::Refused };
        }
    }

    /// Makes what was kept durable.
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

    /// Undoes everything. Where SQLite itself did already, as it does on a full disk, there is nothing left to undo.
    pub(super) async fn abandon(self) {
        if self.transaction == TransactionState::None {
            return;
        }
        if let Err(cause) = self.connection.execute("ROLLBACK").await {
            tracing::debug!(error = %cause, "the transaction was over already");
        }
    }

    /// What has to go before the next statement, and of how many statements it is made.
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

    /// Carries statements out; gives back how many rows each changed, and the rows that any gave back.
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

    /// Carries statements out, a part of them beyond the first that changed nothing although it has to; gives back its place.
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

    /// Many at once, as refusals are rare: where there was one, the piece is undone and redone up to there.
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
