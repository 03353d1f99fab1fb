//! Migrations: sets of records that move between vendors.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A set of records that is moved between vendors, or the plan of such a migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The migration's id.
    pub id: String,
    /// The stored state.
    pub state: MigrationState,
    /// Version of the stored row, counted from 1 and incremented by each write. An update must pass the stored version.
    pub version: u64,
    /// The engine's data about the migration, without secrets. The store does not parse it.
    pub document: Document,
    /// Time at which the migration was stored.
    pub created_at: Timestamp,
    /// Time of the last change to the stored migration.
    pub updated_at: Timestamp,
}

/// State of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// Planned and not started.
    Planned,
    /// Started and not yet ended.
    Open,
    /// Completed, failed or cancelled.
    Ended,
}

impl MigrationState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Open, Self::Ended];

    /// Returns the stored name: `planned`, `open` or `ended`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }
}

/// The move of one record in a migration. A record has at most one open move across all migrations.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Id of the migration.
    pub migration: String,
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record. A migration has at most one move for each record.
    pub record: String,
    /// The stored state.
    pub state: MoveState,
    /// Version of the stored row, counted from 1 and incremented by each write. An update must pass the stored version.
    pub version: u64,
    /// The engine's data about the move, without secrets. The store does not parse it.
    pub document: Document,
    /// Time at which the move was stored.
    pub created_at: Timestamp,
    /// Time of the last change to the stored move.
    pub updated_at: Timestamp,
}

/// State of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveState {
    /// Not started.
    Waiting,
    /// Started and not yet cut over, or being rolled back.
    Underway,
    /// The record is at its new vendor, but the copy at the old vendor has not been removed yet. Another move of the
    /// record may already start.
    Retiring,
    /// The record is at its new vendor, and the move has ended.
    Moved,
    /// The record remains at its old vendor because the move failed.
    Failed,
    /// The move ended before its cut-over without a failure: it was rolled back, it was not started before its
    /// migration was cancelled, or the record was deleted.
    RolledBack,
}

impl MoveState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Underway, Self::Retiring, Self::Moved, Self::Failed, Self::RolledBack];

    /// Returns the stored name: `waiting`, `underway`, `retiring`, `moved`, `failed` or `rolled_back`.
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

    /// Returns true if the move is waiting or underway. While a move is open, no other move of the record may start.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Underway)
    }
}
