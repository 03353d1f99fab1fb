//! SQL for rows.

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, values};
use crate::{BoundId, Collection, Filter, Row, RowCount, StoredSecrets, seal::Seal};

pub(super) fn insert(dialect: Dialect, row: &Row, seal: &Seal) -> Result<Statement> {
    Ok(Statement::new(
        dialect,
        "INSERT INTO resources (collection, id, revision, version, hidden, vendor, remote_id, external_ref, document, \
         secrets, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        values![
            row.collection.as_str(),
            &row.id,
            row.revision,
            row.hidden,
            &row.vendor,
            &row.remote_id,
            &row.external_ref,
            &row.document,
            row.secrets.close(seal, &place(row.collection, &row.id))?,
            row.created_at,
            row.updated_at,
        ],
    ))
}

pub(super) fn update(dialect: Dialect, row: &Row, seal: &Seal) -> Result<Statement> {
    let mut update = Statement::new(
        dialect,
        "UPDATE resources SET revision = ?, version = version + 1, hidden = ?, vendor = ?, remote_id = ?, \
         external_ref = ?, document = ?, secrets = ?, updated_at = ? \
         WHERE collection = ? AND id = ? AND version = ? AND revision <= ?",
        values![
            row.revision,
            row.hidden,
            &row.vendor,
            &row.remote_id,
            &row.external_ref,
            &row.document,
            row.secrets.close(seal, &place(row.collection, &row.id))?,
            row.updated_at,
            row.collection.as_str(),
            &row.id,
            row.version,
            row.revision,
        ],
    );
    // The statement itself checks for duplicates, because a violation of a unique index would abort the transaction.
    // The reason for the refusal could then not be queried.
    if row.external_ref.is_some() {
        update = update.then(
            " AND NOT EXISTS (SELECT 1 FROM resources AS other \
             WHERE other.collection = ? AND other.external_ref = ? AND other.id <> ?)",
            values![row.collection.as_str(), &row.external_ref, &row.id],
        );
    }
    if row.remote_id.is_some() {
        update = update.then(
            " AND NOT EXISTS (SELECT 1 FROM resources AS other \
             WHERE other.collection = ? AND other.vendor = ? AND other.remote_id = ? AND other.id <> ?)",
            values![row.collection.as_str(), &row.vendor, &row.remote_id, &row.id],
        );
    }
    Ok(update)
}

/// Writes the row without changing it, so that any other writer of the row waits until the commit ends.
pub(super) fn expect(dialect: Dialect, collection: Collection, id: &str, version: u64) -> Statement {
    Statement::new(
        dialect,
        "UPDATE resources SET version = version WHERE collection = ? AND id = ? AND version = ?",
        values![collection.as_str(), id, version],
    )
}

pub(super) fn delete(dialect: Dialect, collection: Collection, id: &str, version: u64) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM resources WHERE collection = ? AND id = ? AND version = ?",
        values![collection.as_str(), id, version],
    )
}

pub(super) fn get(dialect: Dialect, collection: Collection, id: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT * FROM resources WHERE collection = ? AND id = ?",
        values![collection.as_str(), id],
    )
}

/// Selects rows that are not hidden. The statement has conditions only for the values that the filter gives, so that
/// the database can use an index.
pub(super) fn list(
    dialect: Dialect,
    collection: Collection,
    filter: &Filter,
    after: Option<&str>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(
        dialect,
        "SELECT * FROM resources WHERE collection = ? AND NOT hidden",
        values![collection.as_str()],
    );
    if let Some(vendor) = &filter.vendor {
        list = list.then(" AND vendor = ?", values![vendor]);
    }
    if let Some(external_ref) = &filter.external_ref {
        list = list.then(" AND external_ref = ?", values![external_ref]);
    }
    if let Some(after) = after {
        list = list.then(" AND id > ?", values![after]);
    }
    list.then(" ORDER BY id LIMIT ?", values![limit])
}

pub(super) fn remote_ids(dialect: Dialect, collection: Collection, vendor: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT remote_id FROM resources WHERE collection = ? AND vendor = ? AND remote_id IS NOT NULL",
        values![collection.as_str(), vendor],
    )
}

pub(super) fn bound_ids(dialect: Dialect, collection: Collection, vendor: &str) -> Statement {
    Statement::new(
        dialect,
        "SELECT remote_id, id, hidden FROM resources WHERE collection = ? AND vendor = ? AND remote_id IS NOT NULL",
        values![collection.as_str(), vendor],
    )
}

/// Reads the remote id, the id and the flag `hidden` of a row that has a remote id.
pub(super) fn read_bound_id(columns: &impl Columns) -> Result<BoundId> {
    let (remote_id, id) = (columns.text("remote_id")?, columns.text("id")?);
    Ok(BoundId { remote_id, id, hidden: columns.flag("hidden")? })
}

/// Counts the rows by collection and vendor, hidden rows included, from an index that has these columns.
pub(super) fn count(dialect: Dialect) -> Statement {
    let count = "SELECT collection, vendor, COUNT(*) AS amount FROM resources GROUP BY collection, vendor";
    Statement::new(dialect, count, [])
}

/// Counts the rows with an entry in the search index, by collection, vendor and sync state.
pub(super) fn count_listed(dialect: Dialect) -> Statement {
    let count = "SELECT collection, vendor, sync, COUNT(*) AS amount FROM resource_search \
                 GROUP BY collection, vendor, sync";
    Statement::new(dialect, count, [])
}

/// Reads a result of [`count`]: the number of rows of one collection at one vendor, in all sync states, hidden rows
/// included.
pub(super) fn read_count(columns: &impl Columns) -> Result<RowCount> {
    let place = "a count of rows";
    let (collection, vendor) = (columns.collection(place)?, columns.text("vendor")?);
    Ok(RowCount { collection, vendor, sync: None, rows: columns.count("amount", place)? })
}

/// Reads a result of [`count_listed`]: the number of indexed rows of one collection at one vendor, in one sync state.
pub(super) fn read_listed_count(columns: &impl Columns) -> Result<RowCount> {
    Ok(RowCount { sync: Some(columns.text("sync")?), ..read_count(columns)? })
}

/// Reads a row of `collection`.
pub(super) fn read(collection: Collection, columns: &impl Columns, seal: &Seal) -> Result<Row> {
    let id = columns.text("id")?;
    let place = place(collection, &id);
    let secrets = columns.maybe_bytes("secrets")?;
    Ok(Row {
        collection,
        revision: columns.count("revision", &place)?,
        version: columns.count("version", &place)?,
        hidden: columns.flag("hidden")?,
        vendor: columns.text("vendor")?,
        remote_id: columns.maybe_text("remote_id")?,
        external_ref: columns.maybe_text("external_ref")?,
        document: columns.document()?,
        secrets: StoredSecrets::open(seal, &place, secrets),
        created_at: columns.time("created_at", &place)?,
        updated_at: columns.time("updated_at", &place)?,
        id,
    })
}

/// Returns the place for which the secrets of a row are sealed.
fn place(collection: Collection, id: &str) -> String {
    format!("{collection}/{id}")
}
