//! What is kept although nobody needs it any more.

use std::time::Duration;

/// How long things are kept that nobody needs any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Remembered requests, from when they were first made. Those without an answer whose operation is open stay.
    pub replays: Duration,
    /// Operations that are over, from when they last changed.
    pub operations: Duration,
    /// Migrations that are over, with their moves, from when they last changed.
    pub migrations: Duration,
    /// Planned migrations, from when they last changed.
    pub plans: Duration,
    /// The newest revisions of each record.
    pub revisions: u32,
}
