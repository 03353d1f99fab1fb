//! Operations in the form that the API returns.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::model::{Agent, Described, Root, Trunk, schema};
use switchboard_store::{Collection, Ending, OperationState};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Operation, RecordedError};

/// A durable write to a vendor, and its progress.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub struct OperationAnswer<'a> {
    /// The operation's id.
    id: &'a str,
    /// The kind of write that the operation carries out.
    #[schema(inline)]
    kind: OperationKind,
    /// The state of the operation.
    #[schema(inline)]
    state: OperationStatus,
    /// The record that the operation writes.
    #[schema(inline)]
    resource: Resource<'a>,
    /// The configured vendor to which the operation sends its requests. For a `move` operation, which sends no
    /// requests, this is the vendor to which the agent moves.
    vendor: &'a str,
    /// The revision of the record that the operation sends to the vendor. For a `delete` or `move` operation, which
    /// sends no revision, this is the record's revision at the start of the operation.
    #[schema(minimum = 1)]
    revision: u64,
    /// The number of attempts that the gateway has made.
    attempts: u32,
    /// The time of the next attempt. Null unless the state is `waiting`.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_attempt_at: Option<Timestamp>,
    /// The error of the latest attempt, or the reason why the operation waits although the vendor has accepted the write.
    /// Null if there is neither.
    #[schema(required)]
    last_error: Option<&'a RecordedError>,
    /// The vendor's records that may be the result of a creation whose response was lost. An operator can choose one of
    /// these records with the action `adopt`.
    candidates: &'a [Candidate],
    /// The time at which the operation was started.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time at which the operation last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The record that an operation writes.
#[derive(Debug, Serialize, ToSchema)]
struct Resource<'a> {
    /// The kind of record.
    #[serde(rename = "type")]
    #[schema(schema_with = kinds)]
    kind: &'static str,
    /// The record's id.
    id: &'a str,
}

fn kinds() -> RefOr<Schema> {
    schema::one_of("The kind of record.", [Agent::NAME, Trunk::NAME])
}

/// A vendor's record that may be the result of a creation whose response was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// The vendor's id of the record.
    pub remote_id: String,
    /// The name of the record at the vendor. Null if the record has no name, or if the vendor does not return the name.
    #[schema(required)]
    pub name: Option<String>,
}

/// The kind of write that an operation carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The gateway creates the record at the vendor.
    Create,
    /// The gateway changes the vendor's record to the desired state.
    Update,
    /// The gateway deletes the record at the vendor.
    Delete,
    /// The gateway switches the agent to the agent's copy at the new vendor (the cut-over of a migration). A `move`
    /// operation sends no request to a vendor.
    Move,
}

impl OperationKind {
    /// Returns the kind's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Move => "move",
        }
    }
}

/// The state of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// The gateway is executing the operation.
    Running,
    /// The gateway makes the next attempt at `next_attempt_at`.
    Waiting,
    /// An operator has to resolve the operation.
    NeedsAttention,
    /// The write was carried out.
    Succeeded,
    /// The vendor refused the write or no longer has the record, or the gateway could not translate the record for the
    /// vendor.
    Failed,
    /// A newer operation replaced this operation, an operator abandoned it, or it became obsolete, because the record
    /// was deleted or moved, or because a move was rolled back.
    Superseded,
}

impl OperationStatus {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Waiting, Self::NeedsAttention, Self::Succeeded, Self::Failed, Self::Superseded];

    /// Returns the state's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::NeedsAttention => "needs_attention",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    /// Returns the state in its stored form.
    pub fn stored(self) -> OperationState {
        match self {
            Self::Running => OperationState::Held,
            Self::Waiting => OperationState::Waiting,
            Self::NeedsAttention => OperationState::Attention,
            Self::Succeeded => OperationState::Ended(Ending::Succeeded),
            Self::Failed => OperationState::Ended(Ending::Failed),
            Self::Superseded => OperationState::Ended(Ending::Superseded),
        }
    }
}

impl From<OperationState> for OperationStatus {
    fn from(stored: OperationState) -> Self {
        match stored {
            OperationState::Held => Self::Running,
            OperationState::Waiting => Self::Waiting,
            OperationState::Attention => Self::NeedsAttention,
            OperationState::Ended(Ending::Succeeded) => Self::Succeeded,
            OperationState::Ended(Ending::Failed) => Self::Failed,
            OperationState::Ended(Ending::Superseded) => Self::Superseded,
        }
    }
}

impl Operation {
    /// Returns the operation in the form of the API.
    pub fn answer(&self) -> OperationAnswer<'_> {
        let kind = match self.collection {
            Collection::Agents => Agent::NAME,
            Collection::Trunks => Trunk::NAME,
        };
        let id = self.spec.on_behalf_of.as_ref().unwrap_or(&self.record);
        OperationAnswer {
            id: &self.id,
            kind: self.spec.kind,
            state: self.state.into(),
            resource: Resource { kind, id },
            vendor: &self.vendor,
            revision: self.spec.revision,
            attempts: self.spec.attempts,
            next_attempt_at: self.due_at.filter(|_| self.state == OperationState::Waiting),
            last_error: self.spec.last_error.as_ref(),
            candidates: &self.spec.candidates,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
