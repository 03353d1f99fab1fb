//! SQL for migrations.

use std::time::Duration;

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault::damaged, values};
use crate::{Migration, MigrationState};

pub(super) fn add(dialect: Dialect, migration: &Migration) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO migrations (id, state, version, document, created_at, updated_at) VALUES (?, ?, 1, ?, @now, @now) \
         ON CONFLICT DO NOTHING",
        values![&migration.id, migration.state.as_str(), &migration.document],
    )
}

pub(super) fn update(dialect: Dialect, migration: &Migration) -> Statement {
    Statement::new(
        dialect,
        "UPDATE migrations SET state = ?, version = version + 1, document = ?, updated_at = @now \
         WHERE id = ? AND version = ?",
        values![migration.state.as_str(), &migration.document, &migration.id, migration.version],
    )
}

pub(super) fn remove(dialect: Dialect, id: &str) -> Statement {
    Statement::new(dialect, "DELETE FROM migrations WHERE id = ?", values![id])
}

pub(super) fn get(dialect: Dialect, id: &str) -> Statement {
    Statement::new(dialect, "SELECT * FROM migrations WHERE id = ?", values![id])
}

pub(super) fn list(
    dialect: Dialect,
    states: &[MigrationState],
    after: Option<&str>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(dialect, "SELECT * FROM migrations WHERE TRUE", []);
    if !states.is_empty() {
        list = list.then(" AND state IN ", []).list(states.iter().map(|state| state.as_str()));
    }
    if let Some(after) = after {
        list = list.then(" AND id > ?", values![after]);
    }
    list.then(" ORDER BY id LIMIT ?", values![limit])
}

/// Removes at most `limit` migrations in this state whose latest write is older than `age`. Does not remove their
/// moves.
pub(super) fn forget(dialect: Dialect, state: MigrationState, age: Duration, limit: u32) -> Statement {
    // The conditions are repeated outside the subquery, because PostgreSQL checks only the outer conditions again if a
    // row has changed concurrently.
    Statement::new(
        dialect,
        "DELETE FROM migrations WHERE state = ? AND updated_at < @now - ? AND id IN (SELECT id FROM migrations \
         WHERE state = ? AND updated_at < @now - ? ORDER BY updated_at LIMIT ?)",
        values![state.as_str(), age, state.as_str(), age, limit],
    )
}

pub(super) fn read(columns: &impl Columns) -> Result<Migration> {
    let id = columns.text("id")?;
    let place = format!("migration {id}");
    let state = columns.text("state")?;
    let known = MigrationState::ALL.into_iter().find(|known| known.as_str() == state);
    Ok(Migration {
        state: known.ok_or_else(|| damaged("state", &place))?,
        version: columns.count("version", &place)?,
        document: columns.document()?,
        created_at: columns.time("created_at", &place)?,
        updated_at: columns.time("updated_at", &place)?,
        id,
    })
}
