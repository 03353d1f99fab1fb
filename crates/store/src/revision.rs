//! Revisions: the desired states of a record, one per write.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::{Collection, Document};

/// One desired state of a record. `Debug` does not show the secrets.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record.
    pub record: String,
    /// Number of the revision, counted from 1.
    pub number: u64,
    /// The desired state. Opaque to the store, without secrets.
    pub document: Document,
    /// The secrets of the desired state. Opaque to the store, encrypted at rest.
    pub secrets: Option<SecretString>,
    /// Time of the request, in whole microseconds.
    pub created_at: Timestamp,
}
