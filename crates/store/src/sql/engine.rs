//! Engines: the databases that run the statements.

use std::future::Future;

use switchboard_core::error::{Error, Kind, Result};

use super::{Columns, Dialect, Guarded, Statement, fault};

/// A database.
pub(crate) trait Engine: Send + Sync + 'static {
    const DIALECT: Dialect;
    type Row: Columns;

    /// Returns the rows that a statement finds, as they are between two units of work.
    fn read(&self, statement: Statement) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// Runs a unit of work, whole or not at all. A returned result is durable.
    fn write<W: UnitOfWork>(&self, work: W) -> impl Future<Output = Result<W::Output<Self::Row>>> + Send;

    /// Finishes started work and releases the database.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// A unit of work: statements that are applied together. It may run more than once but takes effect once.
pub(crate) trait UnitOfWork: Send + Sync + 'static {
    /// The result, for a database with rows of this type.
    type Output<R: Columns>: Send + 'static;

    /// Returns the approximate number of bytes that it writes.
    fn size(&self) -> usize {
        0
    }

    /// Runs the statements. On failure, their changes are undone.
    fn run<S: Session>(
        &self,
        session: &mut S,
    ) -> impl Future<Output = Result<Self::Output<S::Row>, Failure>> + Send;
}

/// A read as a unit of work, for a database to which only the writer has a connection.
pub(crate) struct Read(pub(crate) Statement);

impl UnitOfWork for Read {
    type Output<R: Columns> = Vec<R>;

    async fn run<S: Session>(&self, session: &mut S) -> Result<Vec<S::Row>, Failure> {
        Ok(session.rows(self.0.clone()).await?)
    }
}

/// The writing side of a database, during a unit of work.
pub(crate) trait Session: Send {
    const DIALECT: Dialect;
    type Row: Columns;

    /// Returns the rows that a statement finds or returns.
    fn rows(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Vec<Self::Row>, sqlx::Error>> + Send;

    /// Runs statements in order, up to the first guarded one that changes nothing. Returns its index, if there is one; the
    /// statements after it have no effect then.
    fn all(
        &mut self,
        statements: &[Guarded],
    ) -> impl Future<Output = Result<Option<usize>, sqlx::Error>> + Send;

    /// Returns the number of rows that a statement changes.
    fn change(&mut self, statement: Statement) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;
}

/// The reason for which a unit of work failed.
pub(crate) enum Failure {
    /// Refused, with the error for the caller.
    Refused(Error),
    /// Blocked by a concurrent writer of the same rows; a repetition sees the new state.
    Raced,
    /// Failed in the database.
    Database(sqlx::Error),
}

impl Failure {
    /// Converts the failure to the caller's error.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Raced => fault::unavailable("Too many concurrent writes of the same rows."),
            Self::Database(cause) => fault::storage(cause),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(cause: sqlx::Error) -> Self {
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
