//! Writes: `[writes]`.

use std::time::Duration;

use super::table::Table;

/// Settings for writes to vendors and for retention.
#[derive(Debug, Clone, PartialEq)]
pub struct Writes {
    /// Time that a write waits for the vendor if the caller does not request a wait.
    pub wait: Duration,
    /// Maximum wait that a caller can request.
    pub longest_wait: Duration,
    /// Maximum number of concurrent writes, including those whose callers have disconnected or were answered.
    pub max_in_progress: usize,
    /// Maximum pause between two attempts of an operation. A pause that the vendor requests is added.
    pub longest_retry: Duration,
    /// Minimum time between two searches for a record whose creation was requested. The gateway requests the creation
    /// again only if neither search finds the record at the vendor. If zero, one search is enough.
    pub absence: Duration,
    /// Interval between checks of a vendor's records for changes made outside the gateway; zero disables the checks.
    pub poll: Duration,
    /// Retention time of answers to requests with an idempotency key, and of migration plans.
    pub keep_answers: Duration,
    /// Retention time of ended operations and migrations.
    pub keep_operations: Duration,
    /// Maximum number of stored revisions per record.
    pub keep_revisions: usize,
}

const HOUR: f64 = 3600.0;

impl Writes {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let wait = table.must("wait_s", |t, key| t.seconds(key, 0.0..=600.0));
        let longest_wait = table.must("longest_wait_s", |t, key| t.seconds(key, 0.0..=600.0));
        let max_in_progress = table.must("max_in_progress", |t, key| t.count(key, 1..=65536));
        let longest_retry = table.must("longest_retry_s", |t, key| t.seconds(key, 0.1..=HOUR));
        let absence = table.must("absence_s", |t, key| t.seconds(key, 0.0..=HOUR));
        let poll = table.must("poll_s", |t, key| t.seconds(key, 0.0..=24.0 * HOUR));
        let keep_answers = table.must("keep_answers_h", |t, key| t.hours(key, 1.0..=24.0 * 365.0));
        let keep_operations = table.must("keep_operations_h", |t, key| t.hours(key, 1.0..=24.0 * 365.0));
        let keep_revisions = table.must("keep_revisions", |t, key| t.count(key, 10..=1_000_000));
        if let (Some(wait), Some(longest)) = (wait, longest_wait)
            && wait > longest
        {
            table.refuse("wait_s", "must not be longer than longest_wait_s");
        }
        table.end();
        Some(Self {
            wait: wait?,
            longest_wait: longest_wait?,
            max_in_progress: max_in_progress?,
            longest_retry: longest_retry?,
            absence: absence?,
            poll: poll?,
            keep_answers: keep_answers?,
            keep_operations: keep_operations?,
            keep_revisions: keep_revisions?,
        })
    }
}
