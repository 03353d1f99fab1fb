//! SQL for revisions.

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, values};
use crate::{Collection, Revision, StoredSecrets, seal::Seal};

pub(super) fn add(dialect: Dialect, revision: &Revision, seal: &Seal) -> Result<Statement> {
    let place = place(revision.collection, &revision.record, revision.number);
    Ok(Statement::new(
        dialect,
        "INSERT INTO revisions (collection, record, number, document, secrets, created_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT DO NOTHING",
        values![
            revision.collection.as_str(),
            &revision.record,
            revision.number,
            &revision.document,
            revision.secrets.close(seal, &place)?,
            revision.created_at,
        ],
    ))
}

pub(super) fn remove(dialect: Dialect, collection: Collection, record: &str, number: u64) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM revisions WHERE collection = ? AND record = ? AND number = ?",
        values![collection.as_str(), record, number],
    )
}

pub(super) fn remove_all(dialect: Dialect, collection: Collection, record: &str) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM revisions WHERE collection = ? AND record = ?",
        values![collection.as_str(), record],
    )
}

pub(super) fn get(dialect: Dialect, collection: Collection, record: &str, number: u64) -> Statement {
    Statement::new(
        dialect,
        "SELECT * FROM revisions WHERE collection = ? AND record = ? AND number = ?",
        values![collection.as_str(), record, number],
    )
}

pub(super) fn list(
    dialect: Dialect,
    collection: Collection,
    record: &str,
    before: Option<u64>,
    limit: u32,
) -> Statement {
    let mut list = Statement::new(
        dialect,
        "SELECT * FROM revisions WHERE collection = ? AND record = ?",
        values![collection.as_str(), record],
    );
    if let Some(before) = before {
        list = list.then(" AND number < ?", values![before]);
    }
    list.then(" ORDER BY number DESC LIMIT ?", values![limit])
}

/// Selects at most `limit` records that have more than `kept` revisions.
pub(super) fn crowded(dialect: Dialect, kept: u32, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "SELECT collection, record FROM revisions GROUP BY collection, record HAVING COUNT(*) > ? LIMIT ?",
        values![kept, limit],
    )
}

/// Removes at most `limit` revisions of a record, oldest first. Does not remove the newest `kept` revisions.
pub(super) fn thin(dialect: Dialect, collection: &str, record: &str, kept: u32, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM revisions WHERE collection = ? AND record = ? AND number IN (\
         SELECT number FROM revisions WHERE collection = ? AND record = ? AND number <= (\
         SELECT number FROM revisions WHERE collection = ? AND record = ? ORDER BY number DESC LIMIT 1 OFFSET ?) \
         ORDER BY number LIMIT ?)",
        values![collection, record, collection, record, collection, record, kept, limit],
    )
}

/// Reads a revision of a record.
pub(super) fn read(
    collection: Collection,
    record: &str,
    columns: &impl Columns,
    seal: &Seal,
) -> Result<Revision> {
    let number = columns.count("number", record)?;
    let place = place(collection, record, number);
    let secrets = columns.maybe_bytes("secrets")?;
    Ok(Revision {
        collection,
        record: record.to_owned(),
        number,
        document: columns.document()?,
        secrets: StoredSecrets::open(seal, &place, secrets),
        created_at: columns.time("created_at", &place)?,
    })
}

/// Returns the place for which the secrets of a revision are sealed. No row has this place, because no collection is
/// named `revisions`.
fn place(collection: Collection, record: &str, number: u64) -> String {
    format!("revisions/{collection}/{record}/{number}")
}
