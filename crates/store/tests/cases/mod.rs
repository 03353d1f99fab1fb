//! The cases by topic.

pub mod call_caps;
pub mod call_claims;
pub mod call_lists;
pub mod call_races;
pub mod calls;
pub mod claims;
pub mod commits;
pub mod leases;
pub mod lists;
pub mod lost;
pub mod migrations;
pub mod moves;
pub mod operations;
pub mod races;
pub mod replays;
pub mod revisions;
pub mod rows;
pub mod schema;
pub mod search;
pub mod shared;
pub mod sweeps;
pub mod transcripts;
pub mod values;

use serde_json::json;
use switchboard_core::error::{Error, InputLocation, Result};
use switchboard_store::{
    Collection, Migration, MigrationState, Move, MoveState, Mutation, Replay, Row, Store,
};

use crate::fixture::document;

/// Returns a replay whose answer an operation will provide.
pub fn replay(key: &str, operation: &str) -> Replay {
    Replay {
        scope: "dev".to_owned(),
        key: key.to_owned(),
        fingerprint: vec![0, 1, 254, 255],
        operation: Some(operation.to_owned()),
        reply: None,
        created_at: "2026-11-21T10:00:00.000004Z".parse().unwrap(),
    }
}

/// Returns a migration. A store must ignore its version and times.
pub fn migration(id: &str, state: MigrationState) -> Migration {
    Migration {
        id: id.to_owned(),
        state,
        version: 77,
        document: document(json!({"to": "autocalls"})),
        created_at: "1999-01-01T00:00:00Z".parse().unwrap(),
        updated_at: "1999-01-01T00:00:00Z".parse().unwrap(),
    }
}

/// Returns a move of an agent. A store must ignore its version and times.
pub fn moving(migration: &str, record: &str, state: MoveState) -> Move {
    Move {
        migration: migration.to_owned(),
        collection: Collection::Agents,
        record: record.to_owned(),
        state,
        version: 77,
        document: document(json!({"to": "autocalls", "speed": 1.15})),
        created_at: "1999-01-01T00:00:00Z".parse().unwrap(),
        updated_at: "1999-01-01T00:00:00Z".parse().unwrap(),
    }
}

/// Returns the JSON pointers of the error's violations.
pub fn pointers(error: &Error) -> Vec<String> {
    let violations = error.violations.iter();
    violations
        .map(|violation| match &violation.location {
            InputLocation::Pointer(pointer) => pointer.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

pub async fn delete(store: &dyn Store, row: &Row) -> Result<()> {
    store.commit(vec![removal(row)]).await
}

/// Returns the mutation that removes this row at its version.
pub fn removal(row: &Row) -> Mutation {
    Mutation::Delete { collection: row.collection, id: row.id.clone(), version: row.version }
}
