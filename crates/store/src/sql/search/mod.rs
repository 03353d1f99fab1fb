//! SQL for the search index.

mod change;
mod choice;
#[cfg(test)]
mod plan_test;
mod query;

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, resources, values};
use crate::{Collection, Found, Unrouted, seal::Seal};

pub(super) use change::{remove, statements};
pub(super) use query::search;

/// The format of the index. An index of another format counts as incomplete.
const FORMAT: &[u8] = &[1];

/// Selects a row if the index is complete.
pub(super) fn complete(dialect: Dialect) -> Statement {
    Statement::new(dialect, "SELECT name FROM meta WHERE name = 'indexed' AND value = ?", values![FORMAT])
}

/// Selects rows that are not hidden and have no entry, in the order of their ids.
pub(super) fn missing(
    dialect: Dialect,
    collection: Collection,
    after: Option<&str>,
    limit: u32,
) -> Statement {
    Statement::new(
        dialect,
        "SELECT * FROM resources WHERE collection = ? AND id > ? AND NOT hidden AND NOT EXISTS (SELECT 1 FROM \
         resource_search AS entry WHERE entry.collection = resources.collection AND entry.id = resources.id) \
         ORDER BY id LIMIT ?",
        values![collection.as_str(), after.unwrap_or_default(), limit],
    )
}

/// Selects rows whose entry has a `routed_by` other than the given one, in no particular order.
pub(super) fn unrouted(dialect: Dialect, collection: Collection, routed_by: i64, limit: u32) -> Statement {
    let collection = collection.as_str();
    Statement::new(
        dialect,
        "SELECT resources.*, entry.routed_by FROM (SELECT id, routed_by FROM resource_search WHERE collection = ? AND \
         routed_by < ? UNION ALL SELECT id, routed_by FROM resource_search WHERE collection = ? AND routed_by > ? \
         LIMIT ?) AS entry CROSS JOIN resources WHERE resources.collection = ? AND resources.id = entry.id",
        values![collection, routed_by, collection, routed_by, limit, collection],
    )
}

/// Selects the ids of rows that are marked as damaged, in byte order.
pub(super) fn damaged(dialect: Dialect, collection: Collection, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "SELECT id FROM resource_terms WHERE collection = ? AND kind = 'damaged' AND term = '' ORDER BY id LIMIT ?",
        values![collection.as_str(), limit],
    )
}

/// Selects the ids of agents whose entry has a handover to the agent `to`, in byte order, after the id `after`.
pub(super) fn handing_over(dialect: Dialect, to: &str, after: Option<&str>, limit: u32) -> Statement {
    let ids = Statement::new(
        dialect,
        "SELECT id FROM resource_terms WHERE collection = ? AND kind = 'handover' AND term = ?",
        values![Collection::Agents.as_str(), to],
    );
    let ids = match after {
        Some(after) => ids.then(" AND id > ?", values![after]),
        None => ids,
    };
    ids.then(" ORDER BY id LIMIT ?", values![limit])
}

/// Reads a row that a search found.
pub(super) fn read(collection: Collection, columns: &impl Columns, seal: &Seal) -> Result<Found> {
    Ok(Found { row: resources::read(collection, columns, seal)?, name: columns.text("sort_name")? })
}

/// Reads a row that has to be routed.
pub(super) fn read_unrouted(collection: Collection, columns: &impl Columns, seal: &Seal) -> Result<Unrouted> {
    Ok(Unrouted { row: resources::read(collection, columns, seal)?, routed_by: columns.whole("routed_by")? })
}
