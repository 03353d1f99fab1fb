//! Retention: the limits that a sweep applies.

use std::time::Duration;

/// Retention of expired rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Age limit of replays, from their first request. A replay without an answer stays while its operation is open.
    pub replays: Duration,
    /// Age limit of ended operations, from their latest write.
    pub operations: Duration,
    /// Age limit of ended migrations and their moves, from the migration's latest write.
    pub migrations: Duration,
    /// Age limit of planned migrations, from their latest write.
    pub plans: Duration,
    /// Number of newest revisions that each record keeps.
    pub revisions: u32,
}
