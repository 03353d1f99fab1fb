//! Migrations: sets of records that move between vendors.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A set of records that moves between vendors, or the plan of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub state: MigrationState,
    /// Counts everything that was written, from 1: what an update compares.
    pub version: u64,
    /// What the service knows of it; opaque to the store, without secrets.
    pub document: Document,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// Nobody has asked for more than to know what it would do.
    Planned,
    /// It is not over.
    Open,
    /// It is over.
    Ended,
}

impl MigrationState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Open, Self::Ended];

    /// The word in the store: `planned`, `open`, `ended`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Ended => "ended",
        }
    }
}

/// One record of a migration. At most one move of a record is open, whatever migrations it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Of which migration.
    pub migration: String,
    /// Which kind of record moves.
    pub collection: Collection,
    /// Which record moves. A migration has one move of it.
    pub record: String,
    /// How it stands.
    pub state: MoveState,
    /// Counts everything that was written, from 1: what an update compares.
    pub version: u64,
    /// What the service knows of it; opaque to the store, without secrets.
    pub document: Document,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How a move stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveState {
    /// Nothing was done yet.
    Waiting,
    /// Something was done.
    Underway,
    /// The record is where it was to be, and what it left is not gone yet. It may move on meanwhile.
    Retiring,
    /// The record is where it was to be.
    Moved,
    /// The record is where it was, as it could not be moved.
    Failed,
    /// The record is where it was, as it was not to be moved any more.
    RolledBack,
}

impl MoveState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Underway, Self::Retiring, Self::Moved, Self::Failed, Self::RolledBack];

    /// The word in the store: `waiting`, `underway`, `retiring`, `moved`, `failed`, `rolled_back`.
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

    /// Whether the record may still be where it was, so that nothing else may move it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Underway)
    }
}
