//! SQL for operations.

use std::time::Duration;

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault::damaged, values};
use crate::{Next, Operation, OperationCount, OperationFilter, OperationState};

pub(super) fn begin(dialect: Dialect, operation: &Operation, hold: Option<Duration>) -> Statement {
    let begin = Statement::new(
        dialect,
        "INSERT INTO operations (id, collection, record, vendor, document, created_at, updated_at, state, fence, due_at) \
         SELECT ?, ?, ?, ?, ?, @now, @now",
        values![
            &operation.id,
            operation.collection.as_str(),
            &operation.record,
            &operation.vendor,
            &operation.document,
        ],
    );
    let begin = match hold {
        Some(hold) => begin.then(
            ", 'held', 1, @now + ? WHERE NOT EXISTS (SELECT 1 FROM operations \
             WHERE collection = ? AND record = ? AND state IN ('waiting', 'attention'))",
            values![hold, operation.collection.as_str(), &operation.record],
        ),
        None => begin.then(", 'waiting', 0, @now WHERE TRUE", []),
    };
    begin.then(" ON CONFLICT DO NOTHING", [])
}

pub(super) fn settle(dialect: Dialect, operation: &Operation, next: Next) -> Statement {
    let settle = Statement::new(
        dialect,
        "UPDATE operations SET document = ?, updated_at = @now, ",
        values![&operation.document],
    );
    let settle = match next {
        Next::End(ending) => settle
            .then("state = ?, due_at = NULL", values![OperationState::Ended(ending).as_str()]),
        Next::Later(wait) => settle.then(
            "state = CASE WHEN EXISTS (SELECT 1 FROM operations AS newer WHERE newer.collection = ? AND newer.record = ? \
             AND newer.state IN ('waiting', 'attention')) THEN 'superseded' ELSE 'waiting' END, \
             due_at = CASE WHEN EXISTS (SELECT 1 FROM operations AS newer WHERE newer.collection = ? AND newer.record = ? \
             AND newer.state IN ('waiting', 'attention')) THEN NULL ELSE @now + ? END",
            values![
                operation.collection.as_str(),
                &operation.record,
                operation.collection.as_str(),
                &operation.record,
                wait,
            ],
        ),
        Next::Attention => settle.then(
            "state = CASE WHEN EXISTS (SELECT 1 FROM operations AS newer WHERE newer.collection = ? AND newer.record = ? \
             AND newer.state IN ('waiting', 'attention')) THEN 'superseded' ELSE 'attention' END, due_at = NULL",
            values![operation.collection.as_str(), &operation.record],
        ),
    };
    settle.then(" WHERE id = ? AND fence = ? AND state = 'held'", values![&operation.id, operation.fence])
}

pub(super) fn supersede(dialect: Dialect, id: &str, fence: u64) -> Statement {
    Statement::new(
        dialect,
        "UPDATE operations SET state = 'superseded', due_at = NULL, updated_at = @now \
         WHERE id = ? AND fence = ? AND state IN ('waiting', 'attention')",
        values![id, fence],
    )
}

pub(super) fn reopen(dialect: Dialect, operation: &Operation) -> Statement {
    Statement::new(
        dialect,
        "UPDATE operations SET state = 'waiting', due_at = @now, updated_at = @now, document = ? \
         WHERE id = ? AND fence = ? AND state = 'attention'",
        values![&operation.document, &operation.id, operation.fence],
    )
}

pub(super) fn get(dialect: Dialect, id: &str) -> Statement {
    Statement::new(dialect, "SELECT * FROM operations WHERE id = ?", values![id])
}

pub(super) fn list(dialect: Dialect, filter: &OperationFilter, after: Option<&str>, limit: u32) -> Statement {
    let mut list = Statement::new(dialect, "SELECT * FROM operations WHERE TRUE", []);
    if !filter.states.is_empty() {
        list = list.then(" AND state IN ", []).list(filter.states.iter().map(|state| state.as_str()));
    }
    if let Some(record) = &filter.record {
        list = list.then(" AND record = ?", values![record]);
    }
    if let Some(vendor) = &filter.vendor {
        list = list.then(" AND vendor = ?", values![vendor]);
    }
    if let Some(after) = after {
        list = list.then(" AND id > ?", values![after]);
    }
    list.then(" ORDER BY id LIMIT ?", values![limit])
}

/// Makes a waiting operation due if its due time and its last change are both in the future, which shows that the clock
/// was set back after the change. Otherwise, the operation would wait until the clock reaches its old due time. A held
/// operation keeps its hold, because a process may be working on it, but the whole hold begins again now.
pub(super) fn advance(dialect: Dialect) -> Statement {
    Statement::new(
        dialect,
        "UPDATE operations SET due_at = CASE WHEN state = 'held' THEN @now + due_at - updated_at ELSE @now END, \
         updated_at = @now WHERE due_at > @now AND updated_at > @now",
        [],
    )
}

/// Selects the ids of at most `limit` operations that can be claimed now, the longest overdue first.
pub(super) fn claimable(dialect: Dialect, except: &[String], limit: u32) -> Statement {
    let select = Statement::new(dialect, "SELECT due.id FROM operations AS due WHERE due.due_at <= @now", []);
    let select = free(select, except).then(" ORDER BY due.due_at, due.id LIMIT ?", values![limit]);
    match dialect {
        Dialect::Sqlite => select,
        // A concurrent claim skips the locked operations instead of waiting for them.
        Dialect::Postgres => select.then(" FOR UPDATE OF due SKIP LOCKED", []),
    }
}

/// Holds the operations with these ids, and returns the operations in no particular order.
pub(super) fn hold(dialect: Dialect, ids: &[String], hold: Duration) -> Statement {
    Statement::new(
        dialect,
        "UPDATE operations SET state = 'held', fence = fence + 1, due_at = @now + ?, updated_at = @now WHERE id IN ",
        values![hold],
    )
    .list(ids)
    .then(" RETURNING *", [])
}

/// Selects the time until the next operation can be claimed, in microseconds. The time is negative if an operation is
/// overdue.
pub(super) fn next_due(dialect: Dialect, except: &[String]) -> Statement {
    let select = Statement::new(
        dialect,
        "SELECT due.due_at - @now AS wait FROM operations AS due WHERE due.due_at IS NOT NULL",
        [],
    );
    free(select, except).then(" ORDER BY due.due_at LIMIT 1", [])
}

/// Counts the open operations by vendor and state, with the age of the oldest one in microseconds.
pub(super) fn count(dialect: Dialect) -> Statement {
    Statement::new(
        dialect,
        "SELECT vendor, state, COUNT(*) AS operations, @now - MIN(created_at) AS age FROM operations \
         WHERE state IN ('held', 'waiting', 'attention') GROUP BY vendor, state",
        [],
    )
}

/// Removes at most `limit` operations that ended more than `age` ago.
pub(super) fn forget(dialect: Dialect, age: Duration, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM operations WHERE id IN (SELECT id FROM operations \
         WHERE state IN ('succeeded', 'failed', 'superseded') AND updated_at < @now - ? ORDER BY updated_at LIMIT ?)",
        values![age, limit],
    )
}

/// Reads the number of open operations of one vendor in one state.
pub(super) fn read_count(columns: &impl Columns) -> Result<OperationCount> {
    let place = "a count of operations";
    // The age is negative if the clock was set back.
    let oldest = Duration::from_micros(columns.whole("age")?.try_into().unwrap_or(0));
    let (vendor, state) = (columns.text("vendor")?, state(columns, place)?);
    Ok(OperationCount { vendor, state, operations: columns.count("operations", place)?, oldest })
}

pub(super) fn read(columns: &impl Columns) -> Result<Operation> {
    let id = columns.text("id")?;
    let place = format!("operation {id}");
    Ok(Operation {
        collection: columns.collection(&place)?,
        record: columns.text("record")?,
        vendor: columns.text("vendor")?,
        state: state(columns, &place)?,
        fence: columns.count("fence", &place)?,
        document: columns.document()?,
        due_at: columns.maybe_time("due_at", &place)?,
        created_at: columns.time("created_at", &place)?,
        updated_at: columns.time("updated_at", &place)?,
        id,
    })
}

/// Appends the conditions that exclude waiting operations whose record has a held operation, and operations at the
/// vendors `except`.
fn free(select: Statement, except: &[String]) -> Statement {
    let select = select.then(
        " AND (due.state = 'held' OR NOT EXISTS (SELECT 1 FROM operations AS other \
         WHERE other.collection = due.collection AND other.record = due.record AND other.state = 'held'))",
        [],
    );
    match except {
        [] => select,
        except => select.then(" AND due.vendor NOT IN ", []).list(except),
    }
}

fn state(columns: &impl Columns, place: &str) -> Result<OperationState> {
    let state = columns.text("state")?;
    let known = OperationState::ALL.into_iter().find(|known| known.as_str() == state);
    known.ok_or_else(|| damaged("state", place))
}
