//! Rows: the records of a store.

use std::fmt;

use jiff::Timestamp;

use crate::{Document, StoredSecrets};

/// A set of rows. Ids and external references are unique within a collection. Remote ids are unique within a collection
/// and vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Voice agents.
    Agents,
    /// SIP trunks.
    Trunks,
}

impl Collection {
    /// All collections.
    pub const ALL: [Self; 2] = [Self::Agents, Self::Trunks];

    /// Returns the stored name. The name must never change, because stored secrets are bound to it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Trunks => "trunks",
        }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One stored record.
///
/// Documents and secrets may contain the character U+0000. The store on PostgreSQL refuses this character in any other
/// column as `validation_failed`.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's collection.
    pub collection: Collection,
    /// The record's id, unique in the collection.
    pub id: String,
    /// Number of the accepted desired state, counted from 1. An update cannot lower this number.
    pub revision: u64,
    /// Version of the row, counted from 1 and incremented by each write. An update or removal must pass the stored
    /// version.
    pub version: u64,
    /// True if the row is hidden from lists, for example because the record is not accepted yet or is being deleted.
    pub hidden: bool,
    /// Name of the configured vendor that runs the record.
    pub vendor: String,
    /// The vendor's id of the record, unique in the collection for each vendor. `None` if no such id is recorded.
    pub remote_id: Option<String>,
    /// The caller's own key of the record, unique in the collection. `None` if the caller gave no key.
    pub external_ref: Option<String>,
    /// The record's data. The store neither parses nor encrypts the document, so the document must not contain secrets.
    pub document: Document,
    /// The record's secrets.
    pub secrets: StoredSecrets,
    /// Time that the caller passed with the insertion, truncated to microseconds. An update does not change this time.
    pub created_at: Timestamp,
    /// Time that the caller passed with the latest write, truncated to microseconds. The store does not set this time.
    pub updated_at: Timestamp,
}

/// A remote id, and the row to which it is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundId {
    /// The vendor's id of the record.
    pub remote_id: String,
    /// The row's id.
    pub id: String,
    /// True if the row is hidden from lists.
    pub hidden: bool,
}

/// A filter for rows. A row matches if it has every given value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Name of the configured vendor that runs the record.
    pub vendor: Option<String>,
    /// The caller's own key of the record.
    pub external_ref: Option<String>,
}
