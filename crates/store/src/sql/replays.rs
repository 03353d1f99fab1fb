//! SQL for replays.

use std::time::Duration;

use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault::damaged, values};
use crate::Replay;

pub(super) fn add(dialect: Dialect, replay: &Replay) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO replays (scope, key, fingerprint, operation, reply, created_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT DO NOTHING",
        values![
            &replay.scope,
            &replay.key,
            replay.fingerprint.as_slice(),
            &replay.operation,
            replay.reply.clone(),
            replay.created_at,
        ],
    )
}

pub(super) fn answer(dialect: Dialect, operation: &str, reply: &[u8]) -> Statement {
    Statement::new(
        dialect,
        "UPDATE replays SET reply = ? WHERE operation = ? AND reply IS NULL",
        values![reply, operation],
    )
}

pub(super) fn get(dialect: Dialect, scope: &str, key: &str) -> Statement {
    Statement::new(dialect, "SELECT * FROM replays WHERE scope = ? AND key = ?", values![scope, key])
}

/// Removes the replay of an operation or call, if it has no answer.
pub(super) fn remove(dialect: Dialect, operation: &str) -> Statement {
    Statement::new(dialect, "DELETE FROM replays WHERE operation = ? AND reply IS NULL", values![operation])
}

/// Removes at most `limit` replays that are older than `age`. Does not remove a replay without an answer while its
/// operation is open, or its call is intended or sent.
pub(super) fn forget(dialect: Dialect, age: Duration, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "DELETE FROM replays WHERE (scope, key) IN (SELECT scope, key FROM replays AS old WHERE created_at < @now - ? \
         AND (reply IS NOT NULL OR NOT EXISTS (SELECT 1 FROM operations WHERE operations.id = old.operation \
         AND operations.state IN ('held', 'waiting', 'attention')) AND NOT EXISTS (SELECT 1 FROM calls \
         WHERE calls.id = old.operation AND calls.progress IN ('intended', 'sent'))) ORDER BY created_at LIMIT ?)",
        values![age, limit],
    )
}

pub(super) fn read(columns: &impl Columns) -> Result<Replay> {
    let scope = columns.text("scope")?;
    let place = || format!("a request of {scope}");
    Ok(Replay {
        key: columns.text("key")?,
        fingerprint: columns.maybe_bytes("fingerprint")?.ok_or_else(|| damaged("fingerprint", &place()))?,
        operation: columns.maybe_text("operation")?,
        reply: columns.maybe_bytes("reply")?,
        created_at: columns.time("created_at", &place())?,
        scope,
    })
}
