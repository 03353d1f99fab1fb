//! The cases, by what they are about.

pub mod claims;
pub mod commits;
pub mod lists;
pub mod lost;
pub mod operations;
pub mod races;
pub mod replays;
pub mod revisions;
pub mod rows;
pub mod schema;
pub mod shared;
pub mod sweeps;
pub mod values;

use switchboard_core::Result;
use switchboard_store::{Replay, Row, Step, Store};

/// A remembered request that an operation answers.
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

pub async fn delete(store: &dyn Store, row: &Row) -> Result<()> {
    store.commit(vec![removal(row)]).await
}

/// The step that removes this row at its version.
pub fn removal(row: &Row) -> Step {
    Step::Delete { collection: row.collection, id: row.id.clone(), version: row.version }
}
