//! Revisions: the numbered desired states of records.

use jiff::Timestamp;

use crate::{Collection, Document, StoredSecrets};

/// One desired state of a record. `Debug` redacts the secrets.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record.
    pub record: String,
    /// Number of the revision, counted from 1.
    pub number: u64,
    /// The desired state, without secrets. The store does not parse it.
    pub document: Document,
    /// The secrets of the desired state.
    pub secrets: StoredSecrets,
    /// Time of the write, truncated to microseconds.
    pub created_at: Timestamp,
}
