//! SQL for leases, as units of work.

use std::time::Duration;

use super::{Columns, Dialect, Statement, values};
use crate::sql::{Failure, Session, UnitOfWork};

/// Tolerance of the clock check. If a statement has waited for the lock on a lease, its current time may be before the
/// latest renewal. No statement waits for as long as this tolerance.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// A change to one lease. The unit of work returns true if it changed the lease.
pub(super) struct ChangeLease(pub(super) Statement);

impl UnitOfWork for ChangeLease {
    type Output<R: Columns> = bool;

    async fn run<S: Session>(&self, session: &mut S) -> Result<bool, Failure> {
        Ok(session.change(self.0.clone()).await? > 0)
    }
}

/// Gives a lease to the holder if the lease is free, has expired, or already belongs to this holder. A lease whose
/// latest renewal is in the future also counts as free, because the clock was set back since then.
pub(super) fn acquire(dialect: Dialect, name: &str, holder: &str, time: Duration) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO leases (name, holder, renewed_at, expires_at) VALUES (?, ?, @now, @now + ?) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at, \
         expires_at = excluded.expires_at WHERE leases.holder = excluded.holder OR leases.expires_at <= @now \
         OR leases.renewed_at > @now + ?",
        values![name, holder, time, CLOCK_TOLERANCE],
    )
}

pub(super) fn renew(dialect: Dialect, name: &str, holder: &str, time: Duration) -> Statement {
    Statement::new(
        dialect,
        "UPDATE leases SET renewed_at = @now, expires_at = @now + ? WHERE name = ? AND holder = ? AND expires_at > @now",
        values![time, name, holder],
    )
}

pub(super) fn release(dialect: Dialect, name: &str, holder: &str) -> Statement {
    Statement::new(dialect, "DELETE FROM leases WHERE name = ? AND holder = ?", values![name, holder])
}
