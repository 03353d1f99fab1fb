//! Several pieces of work in one transaction, so that they share its wait for the disk.

use futures::TryStreamExt as _;
use sqlx::{
    Either, Executor as _,
    sqlite::{SqliteConnection, SqliteRow},
};

use crate::sql::{Dialect, Guarded, Session, Statement};

/// How many statements of a commit go to SQLite at a time: for each that it prepares, it copies all that are behind it. Parts
/// that are alike are prepared once.
const PART: usize = 64;

/// The pieces of work in one transaction, one after the other.
///
/// What opens, keeps and undoes a piece goes to SQLite together with its statements: the driver's way to SQLite's thread
/// and back costs more than most statements.
pub(super) struct Group<'c> {
    connection: &'c mut SqliteConnection,
    pieces: Pieces,
    transaction: Transaction,
    /// Whether any piece is to be kept.
    worth: bool,
}

/// How the pieces of a group are undone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// There is one, and with it goes the transaction.
    One,
    /// All of them, where one has to be: the group has to be done again then.
    Together,
    /// Each alone, for which SQLite keeps a copy of every page that it writes to.
    Apart,
}

/// How far the transaction is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transaction {
    /// Not begun.
    None,
    /// In the middle of a piece.
    Within,
    /// Behind a piece that is to be kept.
    Kept,
    /// Behind a piece that is to be undone.
    Refused,
}

impl<'c> Group<'c> {
    pub(super) fn new(connection: &'c mut SqliteConnection, pieces: Pieces) -> Self {
        Self { connection, pieces, transaction: Transaction::None, worth: false }
    }

    /// Ends a piece of work.
    pub(super) fn end_piece(&mut self, keep: bool) {
        self.worth |= keep;
        if self.transaction == Transaction::Within {
            self.transaction = if keep { Transaction::Kept } else { Transaction::Refused };
        }
    }

    /// Makes what was kept durable.
    pub(super) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        let end = match self.transaction {
            Transaction::None => return Ok(()),
            _ if !self.worth => "ROLLBACK",
            Transaction::Refused => "ROLLBACK TO piece; COMMIT",
            Transaction::Kept | Transaction::Within => "COMMIT",
        };
        self.connection.execute(Statement::new(Dialect::Sqlite, end, []).query()).await?;
        Ok(())
    }

    /// Undoes everything. Where SQLite itself did already, as it does on a full disk, there is nothing left to undo.
    pub(super) async fn abandon(self) {
        if self.transaction == Transaction::None {
            return;
        }
        if let Err(cause) = self.connection.execute("ROLLBACK").await {
            tracing::debug!(error = %cause, "the transaction was over already");
        }
    }

    /// What has to go before the next statement, and of how many statements it is made.
    fn before(&self) -> (&'static str, usize) {
        match (self.transaction, self.pieces) {
            (Transaction::None, Pieces::Apart) => ("BEGIN IMMEDIATE; SAVEPOINT piece", 2),
            (Transaction::None, _) => ("BEGIN IMMEDIATE", 1),
            (Transaction::Kept, Pieces::Apart) => ("RELEASE piece; SAVEPOINT piece", 2),
            (Transaction::Within | Transaction::Kept, _) => ("", 0),
            (Transaction::Refused, Pieces::Apart) => ("ROLLBACK TO piece", 1),
            (Transaction::Refused, _) => ("ROLLBACK; BEGIN IMMEDIATE", 2),
        }
    }

    /// Carries statements out; gives back how many rows each changed, and the rows that any gave back.
    async fn run<'s>(
        &mut self,
        statements: impl IntoIterator<Item = &'s Statement>,
    ) -> Result<(Vec<u64>, Vec<SqliteRow>), sqlx::Error> {
        let (before, skip) = self.before();
        let script = Statement::script(before, statements);
        self.transaction = Transaction::Within;
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
    async fn all_in_parts(&mut self, statements: &[Guarded]) -> Result<Option<usize>, sqlx::Error> {
        let idle = |(guarded, changes): (&Guarded, &u64)| guarded.guards.is_some() && *changes == 0;
        for (number, part) in statements.chunks(PART).enumerate() {
            let (changes, _) = self.run(part.iter().map(|guarded| &guarded.statement)).await?;
            if let Some(refused) = part.iter().zip(&changes).position(idle) {
                return Ok(Some(number * PART + refused));
            }
        }
        Ok(None)
    }
}

impl Session for Group<'_> {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Row = SqliteRow;

    async fn rows(&mut self, statement: Statement) -> Result<Vec<SqliteRow>, sqlx::Error> {
        Ok(self.run([&statement]).await?.1)
    }

    /// Many at once, as refusals are rare: where there was one, the piece is undone and redone up to there.
    async fn all(&mut self, statements: &[Guarded]) -> Result<Option<usize>, sqlx::Error> {
        let refused = self.all_in_parts(statements).await?;
        if let Some(refused) = refused
            && self.pieces != Pieces::Together
        {
            self.transaction = Transaction::Refused;
            self.all_in_parts(&statements[..refused]).await?;
        }
        Ok(refused)
    }

    async fn change(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        Ok(self.run([&statement]).await?.0.iter().sum())
    }
}
