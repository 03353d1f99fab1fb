//! A store over an engine, and its access to the engine.

use switchboard_core::error::Result;

use super::{Dialect, Engine, UnitOfWork, clock_check::ClockCheck, statement::Statement};
use crate::{metrics::measured, seal::Seal};

/// A store in an SQL database.
pub(crate) struct SqlStore<E> {
    pub(super) engine: E,
    pub(super) seal: Seal,
    pub(super) operation_clock: ClockCheck,
    pub(super) call_clock: ClockCheck,
}

impl<E: Engine> SqlStore<E> {
    pub(super) const DIALECT: Dialect = E::DIALECT;

    pub(crate) fn new(engine: E, seal: Seal) -> Self {
        Self { engine, seal, operation_clock: ClockCheck::default(), call_clock: ClockCheck::default() }
    }

    pub(super) async fn read_one(&self, statement: Statement) -> Result<Option<E::Row>> {
        measured(Self::DIALECT.system(), "get", self.engine.read_by_key(statement)).await
    }

    pub(super) async fn read_all(&self, statement: Statement) -> Result<Vec<E::Row>> {
        self.read_as("list", statement).await
    }

    pub(super) async fn read_as(&self, operation: &'static str, statement: Statement) -> Result<Vec<E::Row>> {
        measured(Self::DIALECT.system(), operation, self.engine.read(statement)).await
    }

    pub(super) async fn write<W: UnitOfWork>(
        &self,
        operation: &'static str,
        work: W,
    ) -> Result<W::Output<E::Row>> {
        measured(Self::DIALECT.system(), operation, self.engine.write(work)).await
    }
}
