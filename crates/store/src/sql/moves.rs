//! SQL for moves of migrations.

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault::damaged, values};
use crate::{Collection, Move, MoveState};

pub(super) fn add(dialect: Dialect, added: &Move) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO moves (migration, collection, record, state, version, document, created_at, updated_at) \
         SELECT ?, ?, ?, ?, 1, ?, @now, @now WHERE EXISTS (SELECT 1 FROM migrations WHERE id = ?) \
         ON CONFLICT DO NOTHING",
        values![
            &added.migration,
            added.collection.as_str(),
            &added.record,
            added.state.as_str(),
            &added.document,
            &added.migration,
        ],
    )
}

pub(super) fn update(dialect: Dialect, changed: &Move) -> Statement {
    let update = Statement::new(
        dialect,
        "UPDATE moves SET state = ?, version = version + 1, document = ?, updated_at = @now \
         WHERE migration = ? AND record = ? AND version = ?",
        values![
            changed.state.as_str(),
            &changed.document,
            &changed.migration,
            &changed.record,
            changed.version,
        ],
    );
    if !changed.state.is_open() {
        return update;
    }
    // The statement itself checks for another open move, because a violation of the unique index would abort the
    // transaction. The reason for the refusal could then not be queried.
    update.then(
        " AND NOT EXISTS (SELECT 1 FROM moves AS other WHERE other.collection = moves.collection \
         AND other.record = moves.record AND other.migration <> moves.migration \
         AND other.state IN ('waiting', 'underway'))",
        [],
    )
}

pub(super) fn get(dialect: Dialect, migration: &str, record: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT * FROM moves WHERE migration = ? AND record = ?",
        values![migration, record],
    )
}

pub(super) fn open(dialect: Dialect, collection: Collection, record: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT * FROM moves WHERE collection = ? AND record = ? AND state IN ('waiting', 'underway')",
        values![collection.as_str(), record],
    )
}

pub(super) fn list(
    dialect: Dialect,
    migration: &str,
    states: &[MoveState],
    after: Option<&str>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(dialect, "SELECT * FROM moves WHERE migration = ?", values![migration]);
    if !states.is_empty() {
        list = list.then(" AND state IN ", []).list(states.iter().map(|state| state.as_str()));
    }
    if let Some(after) = after {
        list = list.then(" AND record > ?", values![after]);
    }
    list.then(" ORDER BY record LIMIT ?", values![limit])
}

pub(super) fn count(dialect: Dialect, migration: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT state, COUNT(*) AS moves FROM moves WHERE migration = ? GROUP BY state",
        values![migration],
    )
}

/// Selects the ids of at most `limit` removed migrations that still have moves.
pub(super) fn left(dialect: Dialect, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "SELECT DISTINCT migration FROM moves \
         WHERE NOT EXISTS (SELECT 1 FROM migrations WHERE migrations.id = moves.migration) LIMIT ?",
        values![limit],
    )
}

/// Removes at most `limit` moves of a migration that no longer exists. Does nothing if the migration exists.
pub(super) fn forget(dialect: Dialect, migration: &str, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM moves WHERE migration = ? AND record IN (SELECT record FROM moves WHERE migration = ? \
         AND NOT EXISTS (SELECT 1 FROM migrations WHERE id = ?) LIMIT ?)",
        values![migration, migration, migration, limit],
    )
}

pub(super) fn read(columns: &impl Columns) -> Result<Move> {
    let (migration, record) = (columns.text("migration")?, columns.text("record")?);
    let place = place(&migration, &record);
    Ok(Move {
        collection: columns.collection(&place)?,
        state: state(columns, &place)?,
        version: columns.count("version", &place)?,
        document: columns.document()?,
        created_at: columns.time("created_at", &place)?,
        updated_at: columns.time("updated_at", &place)?,
        migration,
        record,
    })
}

/// Reads a state and the number of moves in that state.
pub(super) fn read_count(migration: &str, columns: &impl Columns) -> Result<(MoveState, u64)> {
    let place = format!("a move of {migration}");
    Ok((state(columns, &place)?, columns.count("moves", &place)?))
}

fn state(columns: &impl Columns, place: &str) -> Result<MoveState> {
    let state = columns.text("state")?;
    let known = MoveState::ALL.into_iter().find(|known| known.as_str() == state);
    known.ok_or_else(|| damaged("state", place))
}

fn place(migration: &str, record: &str) -> String {
    format!("the move of {record} in {migration}")
}
