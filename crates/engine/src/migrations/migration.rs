//! Migrations and their moves, as the engine handles them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_config::routing::Retire;
use switchboard_core::{
    error::Result,
    model::{Described, id},
};
use switchboard_store::{self as store, Collection, Document, MigrationState, MoveState};

use crate::records::{RecordedError, damaged, now};

/// The prefix of migration ids.
const PREFIX: &str = "mig";

/// The states of moves that have not ended.
pub const OPEN_STATES: [MoveState; 2] = [MoveState::Waiting, MoveState::Underway];

/// A set of moves between vendors.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Its id.
    pub id: String,
    /// The version of the stored row.
    pub version: u64,
    /// The order, and its state.
    pub spec: MigrationSpec,
    /// The time of the start.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

/// The order to a migration, and its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationSpec {
    /// The state.
    pub state: State,
    /// The cause of the migration.
    pub cause: Cause,
    /// The plan that it executes.
    pub plan_id: String,
    /// The vendor that all agents move to, or `None` if each moves to the vendor of its route.
    pub to: Option<String>,
    /// The accepted losses: JSON pointers that also cover every field below them.
    pub accept_loss: Vec<String>,
    /// The treatment of the copies at the old vendors.
    pub retire: Retire,
    /// The number of moves.
    pub total: u64,
    /// The request that started it, or the plan's id if the configuration did.
    pub request_id: String,
    /// The time of the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// The state of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Moves start and proceed.
    Running,
    /// No further move starts.
    Paused,
    /// Moves before their cut-over are rolled back.
    Cancelling,
    /// Every agent has moved.
    Done,
    /// One or more agents could not move and stay at their old vendor.
    Failed,
    /// The migration was cancelled.
    RolledBack,
}

impl State {
    /// Returns true if the migration has ended.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::RolledBack)
    }
}

/// The origin of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
pub enum Cause {
    /// A caller started the migration.
    #[serde(rename = "request")]
    Request,
    /// The gateway started the migration because the configured routing changed.
    #[serde(rename = "routing.on_change")]
    Routing,
}

/// The move of one agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The migration's id.
    pub migration: String,
    /// The agent's id.
    pub agent: String,
    /// The version of the stored row.
    pub version: u64,
    /// The progress.
    pub progress: MoveProgress,
    /// The time of the start.
    pub created_at: Timestamp,
}

/// The progress of a move, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveProgress {
    /// The stage.
    pub stage: Stage,
    /// The old vendor.
    pub from: String,
    /// The new vendor.
    pub to: String,
    /// The configuration entry or order that selected the new vendor.
    pub because: String,
    /// The successor: the hidden record at the new vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// True if the successor is a standby from an earlier move away from this vendor.
    #[serde(default)]
    pub returns: bool,
    /// The leftover: the hidden record of what is being removed, at the old vendor or at the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leftover: Option<String>,
    /// The operation that the move waits for, or its last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// The reason why the move has not ended, or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<RecordedError>,
}

impl MoveProgress {
    /// Creates the progress of a move that has not started.
    pub fn new(from: &str, to: &str, because: &str) -> Self {
        Self {
            stage: Stage::Waiting,
            from: from.to_owned(),
            to: to.to_owned(),
            because: because.to_owned(),
            successor: None,
            returns: false,
            leftover: None,
            operation_id: None,
            last_error: None,
        }
    }
}

/// The stage of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not started.
    Waiting,
    /// The new vendor is creating or updating the successor.
    Making,
    /// The agent runs at its new vendor. The old vendor is removing the leftover.
    Retiring,
    /// The move failed or was cancelled. The new vendor is removing the successor.
    RollingBack,
    /// Ended: the agent has moved.
    Moved,
    /// Ended: the move failed, and the agent is at its old vendor.
    Failed,
    /// Ended: the migration was cancelled or the agent was deleted.
    RolledBack,
}

impl Stage {
    /// Returns the state that the store distinguishes.
    pub fn stored(self) -> MoveState {
        match self {
            Self::Waiting => MoveState::Waiting,
            Self::Making | Self::RollingBack => MoveState::Underway,
            Self::Retiring => MoveState::Retiring,
            Self::Moved => MoveState::Moved,
            Self::Failed => MoveState::Failed,
            Self::RolledBack => MoveState::RolledBack,
        }
    }
}

/// The number of moves by state.
pub type Counts = BTreeMap<MoveState, u64>;

impl Migration {
    /// Creates a migration that starts now.
    pub fn new(spec: MigrationSpec) -> Self {
        let now = now();
        Self { id: id::prefixed(PREFIX), version: 1, spec, created_at: now, updated_at: now }
    }

    /// Reads a stored migration.
    ///
    /// # Errors
    /// `internal` if this gateway did not write it.
    pub fn from_stored(stored: store::Migration) -> Result<Self> {
        let store::Migration { id, version, document, created_at, updated_at, .. } = stored;
        let spec = document.read().map_err(|error| damaged("migration", &id, error))?;
        Ok(Self { id, version, spec, created_at, updated_at })
    }

    /// Writes the migration in its stored form.
    ///
    /// # Errors
    /// `internal` if it cannot be serialised.
    pub fn to_stored(&self) -> Result<store::Migration> {
        let over = self.spec.state.is_over();
        Ok(store::Migration {
            id: self.id.clone(),
            state: if over { MigrationState::Ended } else { MigrationState::Open },
            version: self.version,
            document: Document::new(&self.spec)?,
            created_at: self.created_at,
            updated_at: now(),
        })
    }

    /// Returns true if this loss is accepted.
    pub fn accepts(&self, field: &str) -> bool {
        accepted(&self.spec.accept_loss, field)
    }
}

impl Move {
    /// Creates a move of a migration.
    pub fn new(migration: &str, agent: String, progress: MoveProgress) -> Self {
        Self { migration: migration.to_owned(), agent, version: 1, progress, created_at: now() }
    }

    /// Reads a stored move.
    ///
    /// # Errors
    /// `internal` if this gateway did not write it.
    pub fn from_stored(stored: store::Move) -> Result<Self> {
        let store::Move { migration, record, version, document, created_at, .. } = stored;
        let progress =
            document.read().map_err(|error| damaged("move", &format!("{migration} of {record}"), error))?;
        Ok(Self { migration, agent: record, version, progress, created_at })
    }

    /// Writes the move in its stored form.
    ///
    /// # Errors
    /// `internal` if it cannot be serialised.
    pub fn to_stored(&self) -> Result<store::Move> {
        Ok(store::Move {
            migration: self.migration.clone(),
            collection: Collection::Agents,
            record: self.agent.clone(),
            state: self.progress.stage.stored(),
            version: self.version,
            document: Document::new(&self.progress)?,
            created_at: self.created_at,
            updated_at: now(),
        })
    }

    /// Returns the move with this progress.
    #[must_use]
    pub fn with_progress(&self, progress: MoveProgress) -> Self {
        Self { progress, ..self.clone() }
    }
}

/// Returns true if one of these pointers covers the field.
pub fn accepted(pointers: &[String], field: &str) -> bool {
    pointers.iter().any(|pointer| {
        field.strip_prefix(pointer.as_str()).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    })
}
