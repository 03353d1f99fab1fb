//! Migrations and their moves, and their stored forms.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_config::routing::Retire;
use switchboard_core::{
    error::Result,
    model::{Agent, Described, id},
};
use switchboard_store::{self as store, Collection, Document, MigrationState, MoveState};

use crate::records::{Batch, RecordedError, damaged, former, now};

/// The prefix of migration ids.
const PREFIX: &str = "mig";

/// The states of open moves. The agent of an open move has not moved yet. A retiring move is not open, although it has not
/// ended.
pub const OPEN_STATES: [MoveState; 2] = [MoveState::Waiting, MoveState::Underway];

/// A set of moves between vendors.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The migration's id.
    pub id: String,
    /// The version of the stored row.
    pub version: u64,
    /// The settings of the migration, and its state.
    pub spec: MigrationSpec,
    /// The time of the start.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

/// The settings of a migration, and its state, as stored in its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationSpec {
    /// The state.
    pub state: State,
    /// The cause of the migration.
    pub cause: Cause,
    /// The id of the plan that the migration executes.
    pub plan_id: String,
    /// The vendor to which all agents move, or `None` if each agent moves to the vendor of its route.
    pub to: Option<String>,
    /// The fields whose loss the migration accepts, as JSON pointers. A pointer also covers every field below it, and the
    /// empty pointer covers all fields.
    pub accept_loss: Vec<String>,
    /// The handling of the agents' copies at the old vendors: keep them as standbys, or delete them.
    pub retire: Retire,
    /// The number of moves, including the moves of agents that already run at their destination and only lose their standbys.
    pub total: u64,
    /// The id of the request that started the migration, or the plan's id if the gateway started it because of the
    /// configuration.
    pub request_id: String,
    /// The time of the end, or `None` if the migration has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// The state of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The gateway starts moves and continues them.
    Running,
    /// The gateway starts no further moves. Moves that have started continue.
    Paused,
    /// The gateway rolls back every move whose agent has not moved yet.
    Cancelling,
    /// The migration has ended, and every agent has moved or was deleted.
    Done,
    /// The migration has ended, and one or more agents could not move and remain at their old vendor.
    Failed,
    /// The migration was cancelled and has ended. Agents that had moved before remain at their new vendor.
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
    /// The gateway started the migration to move misplaced agents, because `routing.on_change` is `migrate` in the
    /// configuration.
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
    /// The time at which the migration was started.
    pub created_at: Timestamp,
}

/// The progress of a move, as stored in its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveProgress {
    /// The stage.
    pub stage: Stage,
    /// The old vendor.
    pub from: String,
    /// The new vendor.
    pub to: String,
    /// The entry that chose the new vendor: `agent.vendor`, `routing.rules[N]`, `routing.default` or `migration`.
    pub because: String,
    /// The id of the successor, the hidden record at the new vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// True if the successor was a standby of the agent, from an earlier move away from the new vendor.
    #[serde(default)]
    pub returns: bool,
    /// The id of the leftover, the hidden record that is being removed: at the old vendor after the cut-over, or at the new
    /// vendor after a roll-back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leftover: Option<String>,
    /// The id of the operation for which the move waits, or of the move's last operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// The latest error of the move.
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
    /// The move has not started.
    Waiting,
    /// The gateway is creating or updating the successor at the new vendor.
    Making,
    /// The agent runs at its new vendor. The gateway is removing the leftover from the old vendor, or unbinding
    /// objects, such as a phone number, from the standby there.
    Retiring,
    /// The move failed or was cancelled, or the agent was deleted. The gateway is removing the successor from the new
    /// vendor, or unbinding objects from a successor that remains a standby.
    RollingBack,
    /// The move has ended, and the agent runs at its destination.
    Moved,
    /// The move has failed, and the agent remains at its old vendor.
    Failed,
    /// The move has ended before its cut-over, because the migration was cancelled, or because the agent or the successor
    /// was deleted. This does not count as a failure.
    RolledBack,
}

impl Stage {
    /// Returns the move's state in the store, which does not distinguish all stages.
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
    /// `internal` if the stored document cannot be read.
    pub fn from_stored(stored: store::Migration) -> Result<Self> {
        let store::Migration { id, version, document, created_at, updated_at, .. } = stored;
        let mut spec: MigrationSpec = document.read().map_err(|error| damaged("migration", &id, error))?;
        spec.accept_loss.iter_mut().for_each(former::replace_pointer::<Agent>);
        Ok(Self { id, version, spec, created_at, updated_at })
    }

    /// Converts the migration to its stored form.
    ///
    /// # Errors
    /// `internal` if the document cannot be serialised.
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

    /// Returns true if the migration accepts the loss of a field.
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
    /// `internal` if the stored document cannot be read.
    pub fn from_stored(stored: store::Move) -> Result<Self> {
        let store::Move { migration, record, version, document, created_at, .. } = stored;
        let progress =
            document.read().map_err(|error| damaged("move", &format!("{migration} of {record}"), error))?;
        Ok(Self { migration, agent: record, version, progress, created_at })
    }

    /// Converts the move to its stored form.
    ///
    /// # Errors
    /// `internal` if the document cannot be serialised.
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

    /// Adds the update of the move to a batch, and counts a move that ends.
    pub fn update_in(&self, batch: &mut Batch) {
        let outcome = match self.progress.stage {
            Stage::Moved | Stage::Failed | Stage::RolledBack => Some(self.progress.stage.stored().as_str()),
            Stage::Waiting | Stage::Making | Stage::Retiring | Stage::RollingBack => None,
        };
        if let Some(outcome) = outcome {
            batch.tally().move_ended(&self.progress.to, outcome);
        }
        batch.update_move(self.to_stored());
    }

    /// Returns the move with this progress.
    #[must_use]
    pub fn with_progress(&self, progress: MoveProgress) -> Self {
        Self { progress, ..self.clone() }
    }
}

/// Returns true if one of the JSON pointers is the field itself or one of its ancestors.
pub fn accepted(pointers: &[String], field: &str) -> bool {
    pointers.iter().any(|pointer| {
        field.strip_prefix(pointer.as_str()).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    })
}
