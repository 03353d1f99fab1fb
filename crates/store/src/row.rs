//! Rows: the records of a store.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::Document;

/// A set of rows with its own ids and its own unique values.
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

    /// Returns the stored name. It never changes, as stored secrets are bound to it.
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
/// Documents and secrets may contain the character U+0000; in any other column PostgreSQL refuses it as
/// `validation_failed`.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's collection.
    pub collection: Collection,
    /// The record's id, unique in the collection.
    pub id: String,
    /// Number of accepted writes, counted from 1. An update never lowers it.
    pub revision: u64,
    /// Number of the latest write, counted from 1. An update or removal must name it.
    pub version: u64,
    /// Hidden from lists, for example because the record is not accepted yet or is being removed.
    pub hidden: bool,
    /// Name of the configured vendor that runs the record.
    pub vendor: String,
    /// The vendor's id, unique in the collection at that vendor.
    pub remote_id: Option<String>,
    /// The caller's own key, unique in the collection.
    pub external_ref: Option<String>,
    /// The record itself, opaque to the store. Readable with access to the database, so it must hold no secret.
    pub document: Document,
    /// The record's secrets, encrypted at rest and bound to this row.
    pub secrets: Option<SecretString>,
    /// Time of the insertion, in whole microseconds; finer parts are truncated. An update does not change it.
    pub created_at: Timestamp,
    /// Time of the latest write, in whole microseconds; finer parts are truncated.
    pub updated_at: Timestamp,
}

/// A remote id with the row that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundId {
    /// The vendor's id.
    pub remote_id: String,
    /// The row's id.
    pub id: String,
    /// Hidden state of the row.
    pub hidden: bool,
}

/// A filter for rows. A row must match every value given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Name of the configured vendor that runs the record.
    pub vendor: Option<String>,
    /// The caller's own key.
    pub external_ref: Option<String>,
}
