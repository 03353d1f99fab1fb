//! Migrations and their moves, as the service keeps them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_config::routing::Retire;
use switchboard_core::{Described, Result, id};
use switchboard_store::{self as store, Collection, Document, MigrationState, MoveState};

use crate::records::{RecordedError, damaged, now};

/// What the ids of migrations begin with.
const PREFIX: &str = "mig";

/// The states of moves that are not over.
pub const OPEN_STATES: [MoveState; 2] = [MoveState::Waiting, MoveState::Underway];

/// A set of agents that moves between vendors.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Its id.
    pub id: String,
    /// Counts everything that was stored of it.
    pub version: u64,
    /// What was asked, and how far it is.
    pub spec: MigrationSpec,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What was asked of a migration, and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationSpec {
    /// How it stands.
    pub state: State,
    /// Who wanted it.
    pub cause: Cause,
    /// The plan that it carries out.
    pub plan_id: String,
    /// The vendor all agents go to; none where each goes to where its route leads.
    pub to: Option<String>,
    /// The losses that are accepted, as JSON pointers: each with all that is below it.
    pub accept_loss: Vec<String>,
    /// What becomes of the records that agents leave.
    pub retire: Retire,
    /// How many agents it moves.
    pub total: u64,
    /// The request that asked for it, or the id of the migration itself.
    pub request_id: String,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// The state of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Agents move.
    Running,
    /// No further agent begins to move.
    Paused,
    /// Agents that have not taken their new place give it up.
    Cancelling,
    /// Every agent has moved.
    Done,
    /// At least one agent could not move, and is where it was.
    Failed,
    /// The migration was cancelled.
    RolledBack,
}

impl State {
    /// Whether there is nothing more to come.
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

/// One agent of a migration.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The migration's id.
    pub migration: String,
    /// The agent's id.
    pub agent: String,
    /// Counts everything that was stored of it.
    pub version: u64,
    /// What is known of it.
    pub progress: MoveProgress,
    /// When it began.
    pub created_at: Timestamp,
}

/// What is known of a move, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveProgress {
    /// How far it is.
    pub stage: Stage,
    /// The vendor that the agent leaves.
    pub from: String,
    /// The vendor that it goes to.
    pub to: String,
    /// What decided that.
    pub because: String,
    /// The hidden record that is made where the agent goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Whether that was there already, from when the agent left this vendor before.
    #[serde(default)]
    pub returns: bool,
    /// The hidden record of what is being removed: the place that the agent left, or the successor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leftover: Option<String>,
    /// The operation that it waits for, or that was its last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// Why it is not over, or did not work out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<RecordedError>,
}

impl MoveProgress {
    /// One that has not begun.
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

/// How far a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has happened.
    Waiting,
    /// The new vendor is asked to have the agent.
    Making,
    /// The agent runs at its new vendor, the old one is asked to remove what is left.
    Retiring,
    /// It did not work out: what the new vendor has is removed.
    RollingBack,
    /// Over.
    Moved,
    /// Over: the agent is where it was.
    Failed,
    /// Over, as the migration was cancelled or the agent is no more.
    RolledBack,
}

impl Stage {
    /// What the store sees of it.
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

/// How many moves of a migration are how far.
pub type Counts = BTreeMap<MoveState, u64>;

impl Migration {
    /// One that begins now.
    pub fn new(spec: MigrationSpec) -> Self {
        let now = now();
        Self { id: id::prefixed(PREFIX), version: 1, spec, created_at: now, updated_at: now }
    }

    /// The migration that the store keeps.
    ///
    /// # Errors
    /// `internal` for one that this gateway did not write.
    pub fn from_stored(stored: store::Migration) -> Result<Self> {
        let store::Migration { id, version, document, created_at, updated_at, .. } = stored;
        let spec = document.read().map_err(|error| damaged("migration", &id, error))?;
        Ok(Self { id, version, spec, created_at, updated_at })
    }

    /// Writes the migration as the store keeps it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
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

    /// Whether this loss is accepted.
    pub fn accepts(&self, field: &str) -> bool {
        accepted(&self.spec.accept_loss, field)
    }
}

impl Move {
    /// One of this migration that begins now.
    pub fn new(migration: &str, agent: String, progress: MoveProgress) -> Self {
        Self { migration: migration.to_owned(), agent, version: 1, progress, created_at: now() }
    }

    /// The move that the store keeps.
    ///
    /// # Errors
    /// `internal` for one that this gateway did not write.
    pub fn from_stored(stored: store::Move) -> Result<Self> {
        let store::Move { migration, record, version, document, created_at, .. } = stored;
        let progress =
            document.read().map_err(|error| damaged("move", &format!("{migration} of {record}"), error))?;
        Ok(Self { migration, agent: record, version, progress, created_at })
    }

    /// Writes the move as the store keeps it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
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

    /// Gives the move with this progress.
    #[must_use]
    pub fn with_progress(&self, progress: MoveProgress) -> Self {
        Self { progress, ..self.clone() }
    }
}

/// Whether one of these pointers is the field or above it.
pub fn accepted(pointers: &[String], field: &str) -> bool {
    pointers.iter().any(|pointer| {
        field.strip_prefix(pointer.as_str()).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    })
}
