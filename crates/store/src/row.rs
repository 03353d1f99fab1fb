//! Rows: the records of a store.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::Document;

/// A set of rows. Ids, external references and remote ids are unique within a collection.
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

    /// Returns the stored name. The name never changes, because stored secrets are bound to it.
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
/// Documents and secrets may contain the character U+0000. PostgreSQL refuses this character in any other column as
/// `validation_failed`.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's collection.
    pub collection: Collection,
    /// The record's id, unique in the collection.
    pub id: String,
    /// Number of the accepted desired state, counted from 1. An update cannot lower it.
    pub revision: u64,
    /// Number of the latest write, counted from 1. An update or removal must pass the present number.
    pub version: u64,
    /// True if the row is hidden from lists, for example because the record is not accepted yet or is being deleted.
    pub hidden: bool,
    /// Name of the configured vendor that runs the record.
    pub vendor: String,
    /// The vendor's id of the record, unique in the collection for each vendor.
    pub remote_id: Option<String>,
    /// The caller's own key, unique in the collection.
    pub external_ref: Option<String>,
    /// The record's data. The store does not parse it. It is not encrypted, so it must not contain secrets.
    pub document: Document,
    /// The record's secrets, encrypted at rest and bound to this row.
    pub secrets: Option<SecretString>,
    /// Time of the insertion, truncated to microseconds. An update does not change it.
    pub created_at: Timestamp,
    /// Time of the latest write, truncated to microseconds.
    pub updated_at: Timestamp,
}

/// A remote id, and the row that has it.
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
