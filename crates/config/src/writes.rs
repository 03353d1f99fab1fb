//! Writes: `[writes]`.

use std::time::Duration;

use super::table::Table;

/// Settings for writes to vendors and for retention.
#[derive(Debug, Clone, PartialEq)]
pub struct Writes {
    /// Wait for the vendor by default, if the caller requests none.
    pub wait: Duration,
    /// Longest wait that a caller can request.
    pub longest_wait: Duration,
    /// Longest time between two attempts.
    pub longest_retry: Duration,
    /// Time for which a record must have been missing at the vendor before it is created again.
    pub absence: Duration,
    /// Interval between checks of the vendors for changes made elsewhere; zero disables them.
    pub poll: Duration,
    /// Retention of answers by idempotency key.
    pub keep_answers: Duration,
    /// Retention of ended operations.
    pub keep_operations: Duration,
    /// Number of revisions kept per record.
    pub keep_revisions: usize,
}

const HOUR: f64 = 3600.0;

impl Writes {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let wait = table.must("wait_s", |t, key| t.seconds(key, 0.0..=600.0));
        let longest_wait = table.must("longest_wait_s", |t, key| t.seconds(key, 0.0..=600.0));
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
            longest_retry: longest_retry?,
            absence: absence?,
            poll: poll?,
            keep_answers: keep_answers?,
            keep_operations: keep_operations?,
            keep_revisions: keep_revisions?,
        })
    }
}
