//! Counts of stored rows and of open operations.

use std::time::Duration;

use crate::{Collection, OperationState};

/// The number of open operations of one vendor in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCount {
    /// Name of the configured vendor.
    pub vendor: String,
    /// The state: held, waiting or attention.
    pub state: OperationState,
    /// Number of operations, at least 1.
    pub operations: u64,
    /// Time since the oldest of these operations was stored. Zero if the clock was set back to before that time.
    pub oldest: Duration,
}

/// The number of rows of one collection at one vendor in one sync state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCount {
    /// The collection.
    pub collection: Collection,
    /// Name of the configured vendor.
    pub vendor: String,
    /// The sync state, or `None` for rows without an entry in the search index, because they are hidden or not indexed
    /// yet.
    pub sync: Option<String>,
    /// Number of rows, at least 1.
    pub rows: u64,
}
