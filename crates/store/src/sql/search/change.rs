//! SQL for changes to the search index.

use std::sync::Arc;

use switchboard_core::error::Result;

use super::{super::statement::Value, Dialect, FORMAT, Statement, resources, values};
use crate::{Collection, Document, IndexedRoute, SearchChange, SearchEntry, Term};

/// All kinds of terms.
const KINDS: [&str; 4] = ["label", "word", "handover", "damaged"];

/// Returns the statements of a change.
pub(crate) fn statements(dialect: Dialect, change: &SearchChange) -> Result<Vec<Statement>> {
    Ok(match change {
        SearchChange::Replace(entry) => {
            let mut all = vec![replace(dialect, entry), forget(dialect, entry.collection, &entry.id)];
            terms(dialect, entry, None, &mut all)?;
            all
        }
        SearchChange::Touch { collection, id, updated_at, sync, routed_by } => {
            let mut touch =
                Statement::new(dialect, "UPDATE resource_search SET updated_at = ?", values![*updated_at]);
            touch = touch.then(", sync = ?", values![sync]);
            if let Some(routed_by) = routed_by {
                touch = touch.then(", routed_by = ?", values![*routed_by]);
            }
            vec![touch.then(" WHERE collection = ? AND id = ?", values![collection.as_str(), id])]
        }
        SearchChange::Remove { collection, id } => remove(dialect, *collection, id).into(),
        SearchChange::Add { entry, version } => {
            let mut all = Vec::new();
            if dialect == Dialect::Postgres {
                // Lock the row, so that a concurrent write of the row waits for this commit and then replaces the
                // entry.
                all.push(resources::expect(dialect, entry.collection, &entry.id, *version));
            }
            all.push(add(dialect, entry, *version));
            terms(dialect, entry, Some(*version), &mut all)?;
            all
        }
        SearchChange::Route { collection, id, seen, route } => {
            let IndexedRoute { vendor, stale, routed_by } = route;
            vec![Statement::new(
                dialect,
                "UPDATE resource_search SET route = ?, stale = ?, routed_by = ? WHERE collection = ? AND id = ? AND \
                 routed_by = ?",
                values![vendor, *stale, *routed_by, collection.as_str(), id, *seen],
            )]
        }
        SearchChange::Complete => vec![Statement::new(
            dialect,
            "INSERT INTO meta (name, value) VALUES ('indexed', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            values![FORMAT],
        )],
    })
}

/// Removes the entry of a row and its terms.
pub(crate) fn remove(dialect: Dialect, collection: Collection, id: &str) -> [Statement; 2] {
    let remove = Statement::new(
        dialect,
        "DELETE FROM resource_search WHERE collection = ? AND id = ?",
        values![collection.as_str(), id],
    );
    [remove, forget(dialect, collection, id)]
}

fn forget(dialect: Dialect, collection: Collection, id: &str) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM resource_terms WHERE collection = ? AND id = ?",
        values![collection.as_str(), id],
    )
}

fn replace(dialect: Dialect, entry: &SearchEntry) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO resource_search (collection, id, name, vendor, language, primary_language, direction, sync, \
         fidelity, updated_at, route, stale, routed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (collection, id) DO UPDATE SET name = excluded.name, vendor = excluded.vendor, \
         language = excluded.language, primary_language = excluded.primary_language, direction = excluded.direction, \
         sync = excluded.sync, fidelity = excluded.fidelity, updated_at = excluded.updated_at, \
         route = excluded.route, stale = excluded.stale, routed_by = excluded.routed_by",
        columns(entry),
    )
}

fn add(dialect: Dialect, entry: &SearchEntry, version: u64) -> Statement {
    let text = match dialect {
        Dialect::Sqlite => {
            "INSERT INTO resource_search (collection, id, name, vendor, language, primary_language, direction, sync, \
             fidelity, updated_at, route, stale, routed_by) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        }
        // Without the casts, the server treats the selected parameters as strings.
        Dialect::Postgres => {
            "INSERT INTO resource_search (collection, id, name, vendor, language, primary_language, direction, sync, \
             fidelity, updated_at, route, stale, routed_by) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::bigint, ?, ?::boolean, \
             ?::bigint"
        }
    };
    only_at(Statement::new(dialect, text, columns(entry)), entry, version).then(" ON CONFLICT DO NOTHING", [])
}

/// Appends the condition that the row has this version and is not hidden.
fn only_at(statement: Statement, entry: &SearchEntry, version: u64) -> Statement {
    statement.then(
        " WHERE EXISTS (SELECT 1 FROM resources WHERE collection = ? AND id = ? AND version = ? AND NOT hidden)",
        values![entry.collection.as_str(), &entry.id, version],
    )
}

fn columns(entry: &SearchEntry) -> [Value; 13] {
    values![
        entry.collection.as_str(),
        &entry.id,
        &entry.name,
        &entry.vendor,
        &entry.language,
        &entry.primary_language,
        &entry.direction,
        &entry.sync,
        &entry.fidelity,
        entry.updated_at,
        &entry.route.vendor,
        entry.route.stale,
        entry.route.routed_by,
    ]
}

/// Appends to `all` one statement for each kind of term in `entry`. The statement inserts all terms of that kind. If
/// `version` is given, it inserts them only if the row exists with that version and is not hidden.
fn terms(
    dialect: Dialect,
    entry: &SearchEntry,
    version: Option<u64>,
    all: &mut Vec<Statement>,
) -> Result<()> {
    for kind in KINDS {
        let given: Vec<&str> =
            entry.terms.iter().filter(|term| term.kind() == kind).map(Term::value).collect();
        if given.is_empty() {
            continue;
        }
        let (collection, id) = (entry.collection.as_str(), &entry.id);
        let given: Arc<str> = Document::new(&given)?.shared();
        // The SQL is the same for any number of terms, so the database prepares it only once.
        let insert =
            "INSERT INTO resource_terms (collection, kind, term, id) SELECT ?, ?, given.value, ? FROM ";
        let list = match dialect {
            Dialect::Sqlite => "json_each(?) AS given",
            Dialect::Postgres => "json_array_elements_text(?::json) AS given (value)",
        };
        let insert = Statement::new(dialect, insert, values![collection, kind, id]);
        let insert = insert.then(list, [Value::Text(Some(given))]);
        let insert = match version {
            // SQLite requires a condition between `SELECT` and `ON CONFLICT`.
            None => insert.then(" WHERE true", []),
            Some(version) => only_at(insert, entry, version),
        };
        all.push(insert.then(" ON CONFLICT DO NOTHING", []));
    }
    Ok(())
}
