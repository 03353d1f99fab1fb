//! One attempt at a unit of work, in a transaction.

use std::time::Duration;

use sqlx::{PgPool, Postgres, Transaction, postgres::PgRow};
use tokio::time::{sleep, timeout};

use super::connect::{CONNECT_TIMEOUT, with_timeout};
use crate::sql::{
    Columns as _, DatabaseError, Dialect, Failure, Guarded, Session, Statement, UnitOfWork, fault, values,
};

/// Pause between two queries for a transaction's status.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Runs a unit of work once, completely or not at all. If the commit returns an error, for example because the
/// connection is lost, queries whether the commit succeeded. If the status cannot be queried either, returns an error
/// that states that the result is unknown.
pub(super) async fn attempt<W: UnitOfWork>(pool: &PgPool, work: &W) -> Result<W::Output<PgRow>, Failure> {
    let begin = pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED");
    let mut writing = WriteTransaction(with_timeout(begin).await.map_err(DatabaseError::from)?);
    let name = Statement::new(Dialect::Postgres, "SELECT pg_current_xact_id()::text AS name", []);
    let name = writing.rows(name).await?.first().map(|found| found.text("name")).transpose()?;
    let output = work.run(&mut writing).await?;
    match with_timeout(writing.0.commit()).await {
        Ok(()) => Ok(output),
        // The commit may have succeeded even if its response was lost.
        Err(cause) => match commit_status(pool, name.as_deref()).await {
            Some(CommitStatus::Committed) => Ok(output),
            Some(CommitStatus::Aborted) => Err(DatabaseError::from(cause).into()),
            None => Err(fault::unavailable(
                "The connection to the database was lost during a commit; it is unknown whether the commit succeeded.",
            )
            .caused_by(cause)
            .into()),
        },
    }
}

/// Final status of a transaction.
enum CommitStatus {
    Committed,
    Aborted,
}

/// Queries the status of a transaction until the status is final. Returns `None` if `CONNECT_TIMEOUT` passes before
/// that, or if the transaction's name is not known.
async fn commit_status(pool: &PgPool, name: Option<&str>) -> Option<CommitStatus> {
    let name = name?;
    let asking = async {
        loop {
            let ask = Statement::new(
                Dialect::Postgres,
                "SELECT pg_xact_status(?::text::xid8) AS status",
                values![name],
            );
            let found = ask.query().fetch_one(pool).await;
            match found.ok().and_then(|found: PgRow| found.text("status").ok()).as_deref() {
                Some("committed") => return CommitStatus::Committed,
                Some("aborted") => return CommitStatus::Aborted,
                _ => sleep(POLL_INTERVAL).await,
            }
        }
    };
    timeout(CONNECT_TIMEOUT, asking).await.ok()
}

/// A write transaction. It is rolled back if it is dropped before the commit.
struct WriteTransaction(Transaction<'static, Postgres>);

impl Session for WriteTransaction {
    const DIALECT: Dialect = Dialect::Postgres;
    type Row = PgRow;

    async fn rows(&mut self, statement: Statement) -> Result<Vec<PgRow>, DatabaseError> {
        Ok(with_timeout(statement.query().fetch_all(&mut *self.0)).await?)
    }

    async fn all(&mut self, statements: &[Guarded]) -> Result<Option<usize>, DatabaseError> {
        for (place, guarded) in statements.iter().enumerate() {
            let changed = self.change(guarded.statement.clone()).await?;
            if changed == 0 && guarded.guards.is_some() {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    async fn change(&mut self, statement: Statement) -> Result<u64, DatabaseError> {
        Ok(with_timeout(statement.query().execute(&mut *self.0)).await?.rows_affected())
    }
}
