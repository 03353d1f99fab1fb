//! Migrations: sets of records that move between vendors.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A set of records that moves between vendors, or a plan for one.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The migration's id.
    pub id: String,
    /// The stored state.
    pub state: MigrationState,
    /// Number of the latest write, counted from 1. An update must name it.
    pub version: u64,
    /// The engine's view of the migration. Opaque to the store, without secrets.
    pub document: Document,
    /// Time of the first write.
    pub created_at: Timestamp,
    /// Time of the latest write.
    pub updated_at: Timestamp,
}

/// State of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// Planned only; nothing has been started.
    Planned,
    /// Started and not yet ended.
    Open,
    /// Completed, failed or cancelled.
    Ended,
}

impl MigrationState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Open, Self::Ended];

    /// Returns the stored name: `planned`, `open`, `ended`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }
}

/// One record of a migration. At most one move of a record is open, across all migrations.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Id of the migration.
    pub migration: String,
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record. A migration has at most one move of it.
    pub record: String,
    /// The stored state.
    pub state: MoveState,
    /// Number of the latest write, counted from 1. An update must name it.
    pub version: u64,
    /// The engine's view of the move. Opaque to the store, without secrets.
    pub document: Document,
    /// Time of the first write.
    pub created_at: Timestamp,
    /// Time of the latest write.
    pub updated_at: Timestamp,
}

/// State of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveState {
    /// Not started.
    Waiting,
    /// Started and not yet cut over.
    Underway,
    /// The record is at its new vendor; the copy at the old one is not removed yet. The record may already move again.
    Retiring,
    /// The record is at its new vendor.
    Moved,
    /// The record remains at its old vendor because the move failed.
    Failed,
    /// The record remains at its old vendor; the move was rolled back before its cut-over.
    RolledBack,
}

impl MoveState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Underway, Self::Retiring, Self::Moved, Self::Failed, Self::RolledBack];

    /// Returns the stored name: `waiting`, `underway`, `retiring`, `moved`, `failed`, `rolled_back`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Underway => "underway",
            Self::Retiring => "retiring",
            Self::Moved => "moved",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
        }
    }

    /// Returns whether the record may still be at its old vendor, so that no other move of it may start.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Underway)
    }
}
