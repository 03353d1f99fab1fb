//! Revisions: what a record was asked to be, each time it was asked.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::{Collection, Document};

/// What a record was asked to be. `Debug` does not show the secrets.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Of which kind of record.
    pub collection: Collection,
    /// Of which record.
    pub record: String,
    /// Counted from 1.
    pub number: u64,
    /// Opaque to the store, without secrets.
    pub document: Document,
    /// Opaque to the store, encrypted at rest.
    pub secrets: Option<SecretString>,
    /// When it was asked for, in whole microseconds.
    pub created_at: Timestamp,
}
