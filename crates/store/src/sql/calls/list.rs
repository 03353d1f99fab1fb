//! SQL for lists of calls.
//!
//! A list follows one index, in which the rows of one condition are ordered by time, and checks the other conditions
//! row by row. It starts from the external reference or the peer, if one is given, and otherwise from the condition
//! that selects the fewest calls. The store counts at most [`MAX_SAMPLE`] calls for each condition. If all conditions
//! reach this number, the list starts from any of them: each condition selects so many calls that a page of matching
//! ones should be found early in its index.

use std::time::Duration;

use super::{Dialect, Statement, values};
use crate::{CallPosition, CallSearch};

/// The maximum number of calls of a condition that are counted in order to compare conditions.
const MAX_SAMPLE: u32 = 2000;

/// The index that a list follows: the name of its first column, or `None` for the index of all calls.
pub(super) type Start = Option<&'static str>;

/// Returns the start of a list, if the conditions alone decide it.
pub(super) fn obvious_start(search: &CallSearch) -> Option<Start> {
    if search.external_ref.is_some() {
        return Some(Some("external_ref"));
    }
    if search.peer.is_some() {
        return Some(Some("peer"));
    }
    match columns(search).as_slice() {
        [] => Some(None),
        [(only, _)] => Some(Some(only)),
        _ => None,
    }
}

/// Lists the columns for which the search gives a value, each with that value.
pub(super) fn columns(search: &CallSearch) -> Vec<(&'static str, &str)> {
    [
        ("agent", search.agent.as_deref()),
        ("status", search.status.as_deref()),
        ("vendor", search.vendor.as_deref()),
        ("direction", search.direction.as_deref()),
        ("origin", search.origin.as_deref()),
    ]
    .into_iter()
    .filter_map(|(column, value)| Some((column, value?)))
    .collect()
}

/// Counts the calls of a condition, at most [`MAX_SAMPLE`].
pub(super) fn sample(dialect: Dialect, column: &'static str, value: &str) -> Statement {
    Statement::new(dialect, "SELECT count(*) AS found FROM (SELECT 1 FROM calls WHERE ", [])
        .then(column, [])
        .then(" = ? LIMIT ?) AS sample", values![value, MAX_SAMPLE])
}

/// Selects at most `limit` matching calls that are older than a position, newest first.
pub(super) fn list(
    dialect: Dialect,
    search: &CallSearch,
    start: Start,
    after: Option<&CallPosition>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(dialect, "SELECT * FROM calls WHERE TRUE", []);
    if let Some(external_ref) = &search.external_ref {
        list = list.then(" AND external_ref = ?", values![external_ref]);
    }
    if let Some(peer) = &search.peer {
        list = list.then(" AND peer = ?", values![peer.as_slice()]);
    }
    for (column, value) in columns(search) {
        list = match start == Some(column) {
            true => list.then(" AND ", []).then(column, []).then(" = ?", values![value]),
            // The call to `coalesce` keeps the database from following another index.
            false => list.then(" AND coalesce(", []).then(column, []).then(", '') = ?", values![value]),
        };
    }
    if let Some(time) = search.created_after {
        list = list.then(" AND created_at > ?", values![time]);
    }
    if let Some(time) = search.created_before {
        list = list.then(" AND created_at < ?", values![time]);
    }
    if let Some(CallPosition { created_us, id }) = after {
        list = list.then(" AND (created_at, id) < (?, ?)", values![*created_us, id]);
    }
    list.then(" ORDER BY created_at DESC, id DESC LIMIT ?", values![limit])
}

/// The kind of open calls that a list selects.
#[derive(Clone, Copy)]
pub(super) enum Open {
    Live,
    Unmatched,
}

/// Selects at most `limit` calls of a vendor that are newer than a position, oldest first.
pub(super) fn open(
    dialect: Dialect,
    vendor: &str,
    which: Open,
    after: Option<&CallPosition>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(
        dialect,
        "SELECT * FROM calls WHERE progress <> 'over' AND vendor = ?",
        values![vendor],
    );
    list = match which {
        Open::Live => list.then(" AND progress <> 'settling'", []),
        Open::Unmatched => list.then(" AND remote_id IS NULL", []),
    };
    if let Some(CallPosition { created_us, id }) = after {
        list = list.then(" AND (created_at, id) > (?, ?)", values![*created_us, id]);
    }
    list.then(" ORDER BY created_at, id LIMIT ?", values![limit])
}

/// Selects the calls of a vendor with these remote ids, of which there must be at least one.
pub(super) fn bound(dialect: Dialect, vendor: &str, remote_ids: &[String]) -> Statement {
    Statement::new(dialect, "SELECT * FROM calls WHERE vendor = ? AND remote_id IN ", values![vendor])
        .list(remote_ids)
}

/// Selects at most `limit` calls that are over and have not changed for the duration `age`, the oldest first.
pub(super) fn expired(dialect: Dialect, age: Duration, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "SELECT id, version, fence FROM calls WHERE progress = 'over' AND updated_at < @now - ? ORDER BY updated_at \
         LIMIT ?",
        values![age, limit],
    )
}
