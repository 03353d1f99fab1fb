//! What carries the statements out.

use std::future::Future;

use switchboard_core::{Error, Kind, Result};

use super::{Columns, Dialect, Guarded, Statement, fault};

/// A database.
pub(crate) trait Engine: Send + Sync + 'static {
    const DIALECT: Dialect;
    type Row: Columns;

    /// The rows that a statement finds, as they are between two pieces of work.
    fn read(&self, statement: Statement) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// Does a piece of work whole or not at all. What was answered is durable.
    fn write<W: UnitOfWork>(&self, work: W) -> impl Future<Output = Result<W::Output<Self::Row>>> + Send;

    /// Finishes what was begun and lets the database go.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// A piece of work: statements that are carried out together. It may be run more than once, but counts once.
pub(crate) trait UnitOfWork: Send + Sync + 'static {
    /// What it gives back, where rows are such.
    type Output<R: Columns>: Send + 'static;

    /// How many bytes it writes, roughly.
    fn size(&self) -> usize {
        0
    }

    /// Does it. What it did is undone where it fails.
    fn run<S: Session>(
        &self,
        session: &mut S,
    ) -> impl Future<Output = Result<Self::Output<S::Row>, Failure>> + Send;
}

/// A reading as a piece of work, where only the writer has the database.
pub(crate) struct Read(pub(crate) Statement);

impl UnitOfWork for Read {
    type Output<R: Columns> = Vec<R>;

    async fn run<S: Session>(&self, session: &mut S) -> Result<Vec<S::Row>, Failure> {
        Ok(session.rows(self.0.clone()).await?)
    }
}

/// The one who writes, in the middle of a piece of work.
pub(crate) trait Session: Send {
    const DIALECT: Dialect;
    type Row: Columns;

    /// The rows that a statement finds or gives back.
    fn rows(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Vec<Self::Row>, sqlx::Error>> + Send;

    /// Carries statements out in their order, up to the first that changed nothing although it has to. Gives back its
    /// place, if there is one; nothing behind it was carried out then.
    fn all(
        &mut self,
        statements: &[Guarded],
    ) -> impl Future<Output = Result<Option<usize>, sqlx::Error>> + Send;

    /// How many rows a statement changes.
    fn change(&mut self, statement: Statement) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;
}

/// Why a piece of work was not done.
pub(crate) enum Failure {
    /// It may not be done.
    Refused(Error),
    /// Somebody else was at the same rows; doing it again shows how it is now.
    Raced,
    /// The database failed.
    Database(sqlx::Error),
}

impl Failure {
    /// What the caller hears.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Raced => fault::unavailable("Too many writes of the same rows at once."),
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

/// A refusal of this kind.
pub(super) fn refuse(kind: Kind, detail: impl Into<String>) -> Failure {
    Failure::Refused(Error::new(kind, detail))
}
