//! Migrations and moves in the form that the API returns.

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

/// A set of agent moves between vendors. The moves are planned, started, paused and cancelled together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Migration)]
pub struct MigrationAnswer<'a> {
    /// The migration's id.
    id: &'a str,
    /// The state of the migration.
    #[schema(inline)]
    state: State,
    /// The origin of the migration.
    #[schema(inline)]
    cause: Cause,
    /// The id of the plan that the migration executes.
    plan_id: &'a str,
    /// The configured vendor to which all agents move. Null if each agent moves to the vendor of its route.
    #[schema(required)]
    to: Option<&'a str>,
    /// The fields whose loss the migration accepts, as JSON pointers. A pointer also covers every field below it, and the
    /// empty pointer covers all fields.
    accept_loss: &'a [String],
    /// The handling of the agents' copies at their old vendors: keep or delete them.
    #[schema(schema_with = retire)]
    retire: Retire,
    /// The number of agents in the migration: the agents that move, and the agents at their destination whose copies at
    /// other vendors are removed.
    total: u64,
    /// The number of agents whose move has not started.
    waiting: u64,
    /// The number of agents whose move is in progress or is being rolled back.
    underway: u64,
    /// The number of agents that run at their new vendor while the gateway is still removing their record, or unbinding
    /// their phone number, at the old vendor.
    retiring: u64,
    /// The number of agents that run at their destination and whose move has ended.
    moved: u64,
    /// The number of agents that could not move and remain at their old vendor.
    failed: u64,
    /// The number of agents whose move was cancelled, or that were deleted during the migration.
    rolled_back: u64,
    /// The time at which the migration was started.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time at which the state of the migration last changed. A change to a single move does not affect this time.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// The time at which the migration ended. Null until then.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    finished_at: Option<Timestamp>,
}

fn retire() -> RefOr<Schema> {
    let about = "The handling of the agents' copies at their old vendors. `keep`: the copies remain at the old \
        vendors, and the agents can move back. `delete`: the gateway deletes the copies at the old vendors.";
    schema::one_of(about, [Retire::Keep, Retire::Delete])
}

/// The move of one agent in a migration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MigrationAgent)]
pub struct MoveAnswer<'a> {
    /// The agent's id.
    id: &'a str,
    /// The state of the move.
    #[schema(inline)]
    state: MoveStatus,
    /// The present step of the move. Null unless the state is `underway`.
    #[schema(inline, required)]
    step: Option<Step>,
    /// The configured vendor from which the agent moves.
    from: &'a str,
    /// The configured vendor to which the agent moves.
    to: &'a str,
    /// The reason for the new vendor: `agent.vendor` (the agent names it), `routing.rules[N]` (a routing rule, with N counted
    /// from 0), `routing.default` (the default route), or `migration` (the migration request names it).
    because: &'a str,
    /// The id of the operation for which the move waits, or of the last operation of the move. Null if the move had no
    /// operation.
    #[schema(required)]
    operation_id: Option<&'a str>,
    /// The latest error of the move. Null if there was no error.
    #[schema(required)]
    last_error: Option<&'a RecordedError>,
}

/// The state of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum MoveStatus {
    /// The move has not started.
    Waiting,
    /// The move is in progress or is being rolled back.
    Underway,
    /// The agent runs at its new vendor, and the gateway is still removing its record, or unbinding its phone number,
    /// at the old vendor.
    Retiring,
    /// The agent runs at its destination.
    Moved,
    /// The agent could not move and remains at its old vendor.
    Failed,
    /// The move was cancelled, or the agent was deleted.
    RolledBack,
}

/// The present step of a move in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// The gateway is creating or updating the agent's copy at the new vendor.
    Making,
    /// The move failed or was cancelled, or the agent was deleted, and the gateway is removing the copy at the new vendor.
    RollingBack,
}

impl MoveStatus {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Underway, Self::Retiring, Self::Moved, Self::Failed, Self::RolledBack];

    /// Returns the state's name in the API.
    pub fn name(self) -> &'static str {
        self.stored().as_str()
    }

    /// Returns the state in its stored form.
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
    /// Returns the migration in the form of the API. `counts` is the number of its moves in each state.
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

    /// Returns the number of moves in each state at the start of the migration.
    pub(super) fn initial_counts(&self) -> Counts {
        Counts::from([(MoveState::Waiting, self.spec.total)])
    }
}

impl Move {
    /// Returns the move in the form of the API.
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
