//! Engines: the interface to the databases that run the statements.

use std::future::Future;

use switchboard_core::error::{Error, Kind, Result};

use super::{Columns, DatabaseError, Dialect, Guarded, Statement, fault};

/// A database that runs statements and units of work.
pub(crate) trait Engine: Send + Sync + 'static {
    const DIALECT: Dialect;
    type Row: Columns;

    /// Returns the rows that a statement finds. The statement never sees the changes of an unfinished unit of work.
    fn read(&self, statement: Statement) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// Reads like [`read`](Self::read), but returns only the first row that the statement finds, or `None` if it finds
    /// none. The statement must read only a few rows, because SQLite reads a database in a file on the thread of the
    /// caller.
    fn read_by_key(&self, statement: Statement) -> impl Future<Output = Result<Option<Self::Row>>> + Send {
        async { Ok(self.read(statement).await?.into_iter().next()) }
    }

    /// Runs a unit of work completely or not at all. If the method returns `Ok`, the changes are durable.
    fn write<W: UnitOfWork>(&self, work: W) -> impl Future<Output = Result<W::Output<Self::Row>>> + Send;

    /// Completes started units of work and closes the database.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// A unit of work: statements that take effect together. An engine may run it repeatedly, but its changes take effect
/// at most once.
pub(crate) trait UnitOfWork: Send + Sync + 'static {
    /// The result of the unit of work, for a database with rows of type `R`.
    type Output<R: Columns>: Send + 'static;

    /// Returns the approximate number of bytes that the statements write.
    fn size(&self) -> usize {
        0
    }

    /// Runs the statements. After a failure, the engine undoes their changes.
    fn run<S: Session>(
        &self,
        session: &mut S,
    ) -> impl Future<Output = Result<Self::Output<S::Row>, Failure>> + Send;
}

/// A read as a unit of work, for a database whose only connection belongs to the writer.
pub(crate) struct Read(pub(crate) Statement);

impl UnitOfWork for Read {
    type Output<R: Columns> = Vec<R>;

    async fn run<S: Session>(&self, session: &mut S) -> Result<Vec<S::Row>, Failure> {
        Ok(session.rows(self.0.clone()).await?)
    }
}

/// The connection that runs the statements of a unit of work.
pub(crate) trait Session: Send {
    const DIALECT: Dialect;
    type Row: Columns;

    /// Runs a statement and returns the rows that it selects or returns.
    fn rows(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Vec<Self::Row>, DatabaseError>> + Send;

    /// Runs statements in order until a statement with a guard changes no row. Returns the index of that statement and
    /// does not run the statements after it. Returns `None` if there is no such statement.
    fn all(
        &mut self,
        statements: &[Guarded],
    ) -> impl Future<Output = Result<Option<usize>, DatabaseError>> + Send;

    /// Runs a statement and returns the number of rows that it changes.
    fn change(&mut self, statement: Statement) -> impl Future<Output = Result<u64, DatabaseError>> + Send;
}

/// The failure of a unit of work.
pub(crate) enum Failure {
    /// The caller receives this error: a refusal, damaged data, or a commit whose result is unknown.
    Refused(Error),
    /// Another writer changed the same rows concurrently. A repetition sees the new state.
    Raced,
    /// The database failed.
    Database(DatabaseError),
}

impl Failure {
    /// Converts the failure to the error that the caller receives.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Raced => fault::unavailable("Too many concurrent writes of the same rows."),
            Self::Database(cause) => fault::storage(cause),
        }
    }
}

impl From<DatabaseError> for Failure {
    fn from(cause: DatabaseError) -> Self {
        Self::Database(cause)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Returns a refusal of this kind.
pub(super) fn refuse(kind: Kind, detail: impl Into<String>) -> Failure {
    Failure::Refused(Error::new(kind, detail))
}
