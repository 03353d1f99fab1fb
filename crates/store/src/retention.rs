//! Retention: the limits that a sweep applies.

use std::time::Duration;

/// The limits beyond which a sweep deletes data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Age limit of replays, measured from the first request. A replay without an answer is not deleted while its
    /// operation is open, or its call is intended or sent.
    pub replays: Duration,
    /// Age limit of ended operations, measured from the last change to the stored operation.
    pub operations: Duration,
    /// Age limit of ended migrations and their moves, measured from the last change to the stored migration.
    pub migrations: Duration,
    /// Age limit of planned migrations, measured from the last change to the stored migration.
    pub plans: Duration,
    /// Number of the newest revisions of each record that a sweep retains.
    pub revisions: u32,
}
