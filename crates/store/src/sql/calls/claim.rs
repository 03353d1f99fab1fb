//! The claim of due calls, as a unit of work.

use std::{collections::HashMap, time::Duration};

use super::{Columns, Dialect, Statement, values};
use crate::sql::{Failure, Session, UnitOfWork};

/// A claim of due calls. The unit of work returns the claimed rows, the longest overdue first.
pub(super) struct ClaimCalls {
    pub(super) hold: Duration,
    pub(super) except: Vec<String>,
    pub(super) limit: u32,
    /// True to look for calls that still wait because the clock was set back.
    pub(super) checks_clock: bool,
}

impl UnitOfWork for ClaimCalls {
    type Output<R: Columns> = Vec<R>;

    async fn run<S: Session>(&self, session: &mut S) -> Result<Vec<S::Row>, Failure> {
        if self.checks_clock && session.change(advance(S::DIALECT)).await? > 0 {
            tracing::warn!("the clock was set back; waiting calls are due now, and holds begin again");
        }
        let due = session.rows(due(S::DIALECT, &self.except, self.limit)).await?;
        let due = due.iter().map(|due| due.text("id")).collect::<Result<Vec<_>, _>>()?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let held = session.rows(hold(S::DIALECT, &due, self.hold)).await?;
        let held = held.into_iter().map(|held| Ok((held.text("id")?, held)));
        let mut held = held.collect::<Result<HashMap<String, S::Row>, Failure>>()?;
        Ok(due.iter().filter_map(|id| held.remove(id)).collect())
    }
}

/// Makes a call due if its due time and its last change are both in the future, which shows that the clock was set back
/// after the change. A call that is intended or sent keeps its hold, because a process may be dialling it, but the whole
/// hold begins again now.
fn advance(dialect: Dialect) -> Statement {
    Statement::new(
        dialect,
        "UPDATE calls SET due_at = CASE WHEN progress IN ('intended', 'sent') THEN @now + due_at - updated_at \
         ELSE @now END, updated_at = @now WHERE due_at > @now AND updated_at > @now",
        [],
    )
}

/// Selects the ids of at most `limit` due calls, the longest overdue first.
pub(super) fn due(dialect: Dialect, except: &[String], limit: u32) -> Statement {
    let select = Statement::new(dialect, "SELECT id FROM calls WHERE due_at <= @now", []);
    let select = leave_out(select, except).then(" ORDER BY due_at, id LIMIT ?", values![limit]);
    match dialect {
        Dialect::Sqlite => select,
        // A concurrent claim skips the locked calls instead of waiting for them.
        Dialect::Postgres => select.then(" FOR UPDATE SKIP LOCKED", []),
    }
}

/// Selects the time until the next call is due, in microseconds. The time is negative if a call is overdue.
pub(super) fn next_due(dialect: Dialect, except: &[String]) -> Statement {
    let select =
        Statement::new(dialect, "SELECT due_at - @now AS wait FROM calls WHERE due_at IS NOT NULL", []);
    leave_out(select, except).then(" ORDER BY due_at LIMIT 1", [])
}

/// Holds the calls with these ids, and returns them in no particular order.
fn hold(dialect: Dialect, ids: &[String], hold: Duration) -> Statement {
    let hold = Statement::new(
        dialect,
        "UPDATE calls SET fence = fence + 1, due_at = @now + ?, updated_at = @now WHERE id IN ",
        values![hold],
    );
    hold.list(ids).then(" RETURNING *", [])
}

fn leave_out(select: Statement, vendors: &[String]) -> Statement {
    match vendors {
        [] => select,
        vendors => select.then(" AND vendor NOT IN ", []).list(vendors),
    }
}
