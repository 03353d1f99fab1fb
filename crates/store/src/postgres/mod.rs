//! The store on PostgreSQL, for any number of concurrent processes. PostgreSQL 13 or later is required.

mod connect;
mod open;
mod row;
mod transaction;

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use sqlx::{PgPool, postgres::PgRow};
use switchboard_core::error::Result;

pub(crate) use open::{migrate, open};

use crate::sql::{DatabaseError, Dialect, Engine, Failure, Statement, UnitOfWork, fault};

/// A PostgreSQL database.
struct Postgres {
    pool: PgPool,
}

impl Engine for Postgres {
    const DIALECT: Dialect = Dialect::Postgres;
    type Row = PgRow;

    async fn read(&self, statement: Statement) -> Result<Vec<PgRow>> {
        connect::with_timeout(statement.query().fetch_all(&self.pool)).await.map_err(fault::storage)
    }

    async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output<PgRow>> {
        // Conflicts between writers of the same row usually last only milliseconds.
        let pauses = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(2))
            .with_max_delay(Duration::from_millis(200))
            .with_max_times(10)
            .with_jitter();
        let attempt = || transaction::attempt(&self.pool, &work);
        attempt.retry(pauses).when(is_transient).await.map_err(Failure::into_error)
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// Returns true if a repetition may succeed soon. In that case, the failed attempt has changed nothing.
fn is_transient(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(_) | Failure::Database(DatabaseError::Sqlite(_)) => false,
        Failure::Raced => true,
        Failure::Database(DatabaseError::Postgres(cause)) => match cause
            .as_database_error()
            .and_then(|cause| cause.code())
        {
            Some(code) => TRANSIENT_SQLSTATES.contains(&code.as_ref()),
            None => matches!(cause, sqlx::Error::Io(cause) if cause.kind() != std::io::ErrorKind::TimedOut),
        },
    }
}

/// SQLSTATE codes of transient failures: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
const TRANSIENT_SQLSTATES: [&str; 6] = [
    "40001", // serialization_failure
    "40P01", // deadlock_detected
    "23505", // unique_violation: another writer inserted the value after the statement's own check
    "57P01", // admin_shutdown
    "57P02", // crash_shutdown
    "57P03", // cannot_connect_now
];
