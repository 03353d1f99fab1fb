//! What a store keeps.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::Document;

/// A set of rows whose ids, and whose unique values, are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Phone agents.
    Agents,
    /// Ways by which calls reach the network.
    Trunks,
}

impl Collection {
    /// Every collection.
    pub const ALL: [Self; 2] = [Self::Agents, Self::Trunks];

    /// The name it is stored under; never changes, as stored secrets are bound to it.
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

/// One stored resource.
///
/// The character U+0000 is kept in documents and secrets; elsewhere PostgreSQL refuses it as `validation_failed`.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it belongs.
    pub collection: Collection,
    /// Our id, unique in the collection.
    pub id: String,
    /// Counts the accepted writes, from 1. An update never moves it back.
    pub revision: u64,
    /// Counts everything that was written, from 1: what an update or removal compares.
    pub version: u64,
    /// Whether it is kept for the store's user alone: not accepted yet, or on its way out.
    pub hidden: bool,
    /// The configured vendor it is placed at.
    pub vendor: String,
    /// The vendor's id, unique in the collection at that vendor.
    pub remote_id: Option<String>,
    /// The caller's own key, unique in the collection.
    pub external_ref: Option<String>,
    /// The resource itself, opaque to the store. Readable by whoever can read the database: no secret belongs here.
    pub document: Document,
    /// Text that is encrypted at rest and bound to this row.
    pub secrets: Option<SecretString>,
    /// When it was first stored, in whole microseconds: finer parts are cut off. An update does not change it.
    pub created_at: Timestamp,
    /// When it was last written, in whole microseconds: finer parts are cut off.
    pub updated_at: Timestamp,
}

/// A remote id that a row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundId {
    /// The vendor's id.
    pub remote_id: String,
    /// The row's id.
    pub id: String,
    /// Whether the row is hidden.
    pub hidden: bool,
}

/// Which rows to list: those that have every value given here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Placed at this configured vendor.
    pub vendor: Option<String>,
    /// Known to the caller by this key.
    pub external_ref: Option<String>,
}
