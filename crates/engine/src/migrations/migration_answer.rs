//! Migrations and moves as the API returns them.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_config::routing::Retire;
use switchboard_core::model::{Described, schema};
use switchboard_store::MoveState;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Cause, Counts, Migration, Move, Stage, State};
use crate::records::RecordedError;

/// A set of agents that moves between vendors.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Migration)]
pub struct MigrationAnswer<'a> {
    /// The id.
    id: &'a str,
    /// The state of the migration.
    #[schema(inline)]
    state: State,
    /// The origin of the migration.
    #[schema(inline)]
    cause: Cause,
    /// The plan that the migration carries out.
    plan_id: &'a str,
    /// The configured vendor; null if each agent goes to the vendor that its route leads to.
    #[schema(required)]
    to: Option<&'a str>,
    /// The losses that are accepted.
    accept_loss: &'a [String],
    /// The treatment of the records that agents leave.
    #[schema(schema_with = retire)]
    retire: Retire,
    /// The number of agents that the migration moves.
    total: u64,
    /// The agents that have not begun to move.
    waiting: u64,
    /// The agents that are moving.
    underway: u64,
    /// The agents that have moved, and whose old vendor has not removed its record yet.
    retiring: u64,
    /// The agents that have moved.
    moved: u64,
    /// The agents that could not move and stay at their old vendor.
    failed: u64,
    /// The agents that were called back, or deleted meanwhile.
    rolled_back: u64,
    /// The time of the start.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time of the last change.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// The time of the end; null before.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    finished_at: Option<Timestamp>,
}

fn retire() -> RefOr<Schema> {
    let about = "The treatment of the records that agents leave. `keep`: they stay at the vendor, for the way back. \
        `delete`: the vendor removes them.";
    schema::one_of(about, [Retire::Keep, Retire::Delete])
}

/// One agent of a migration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MigrationAgent)]
pub struct MoveAnswer<'a> {
    /// The agent's id.
    id: &'a str,
    /// The state of the move.
    #[schema(inline)]
    state: MoveStatus,
    /// The present step of a move that is underway.
    #[schema(inline, required)]
    step: Option<Step>,
    /// The configured vendor that the agent leaves.
    from: &'a str,
    /// The configured vendor that the agent goes to.
    to: &'a str,
    /// The entry that decided the destination.
    because: &'a str,
    /// The operation that the move waits for, or its last one.
    #[schema(required)]
    operation_id: Option<&'a str>,
    /// The reason why the move is still open, or failed.
    #[schema(required)]
    last_error: Option<&'a RecordedError>,
}

/// The state of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum MoveStatus {
    /// The agent has not begun to move.
    Waiting,
    /// The agent is moving.
    Underway,
    /// The agent has moved, and its old vendor has not removed its record yet.
    Retiring,
    /// The agent has moved.
    Moved,
    /// The agent could not move and stays at its old vendor.
    Failed,
    /// The agent was called back, or deleted meanwhile.
    RolledBack,
}

/// The step of a move that is underway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// The new vendor is asked to create the agent.
    Making,
    /// The move failed, and the new vendor is asked to remove its record.
    RollingBack,
}

impl MoveStatus {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Underway, Self::Retiring, Self::Moved, Self::Failed, Self::RolledBack];

    /// Gives the name that the API uses.
    pub fn name(self) -> &'static str {
        self.stored().as_str()
    }

    /// Gives the state as the store keeps it.
    pub fn stored(self) -> MoveState {
        match self {
            Self::Waiting => MoveState::Waiting,
            Self::Underway => MoveState::Underway,
            Self::Retiring => MoveState::Retiring,
            Self::Moved => MoveState::Moved,
            Self::Failed => MoveState::Failed,
            Self::RolledBack => MoveState::RolledBack,
        }
    }
}

impl From<MoveState> for MoveStatus {
    fn from(stored: MoveState) -> Self {
        match stored {
            MoveState::Waiting => Self::Waiting,
            MoveState::Underway => Self::Underway,
            MoveState::Retiring => Self::Retiring,
            MoveState::Moved => Self::Moved,
            MoveState::Failed => Self::Failed,
            MoveState::RolledBack => Self::RolledBack,
        }
    }
}

impl Migration {
    /// Gives the migration as the API returns it, with the number of moves in each state.
    pub fn answer(&self, counts: &Counts) -> MigrationAnswer<'_> {
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        MigrationAnswer {
            id: &self.id,
            state: self.spec.state,
            cause: self.spec.cause,
            plan_id: &self.spec.plan_id,
            to: self.spec.to.as_deref(),
            accept_loss: &self.spec.accept_loss,
            retire: self.spec.retire,
            total: self.spec.total,
            waiting: count(MoveState::Waiting),
            underway: count(MoveState::Underway),
            retiring: count(MoveState::Retiring),
            moved: count(MoveState::Moved),
            failed: count(MoveState::Failed),
            rolled_back: count(MoveState::RolledBack),
            created_at: self.created_at,
            updated_at: self.updated_at,
            finished_at: self.spec.finished_at,
        }
    }

    /// Gives the number of moves in each state when the migration begins.
    pub(super) fn initial_counts(&self) -> Counts {
        Counts::from([(MoveState::Waiting, self.spec.total)])
    }
}

impl Move {
    /// Gives the move as the API returns it.
    pub fn answer(&self) -> MoveAnswer<'_> {
        let progress = &self.progress;
        MoveAnswer {
            id: &self.agent,
            state: progress.stage.stored().into(),
            step: match progress.stage {
                Stage::Making => Some(Step::Making),
                Stage::RollingBack => Some(Step::RollingBack),
                _ => None,
            },
            from: &progress.from,
            to: &progress.to,
            because: &progress.because,
            operation_id: progress.operation_id.as_deref(),
            last_error: progress.last_error.as_ref(),
        }
    }
}
