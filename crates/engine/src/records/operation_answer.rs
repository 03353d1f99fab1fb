//! Operations as the API returns them, and as the answer to a request with an idempotency key is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::model::{Agent, Described, Root, Trunk, schema};
use switchboard_store::{Collection, Ending, OperationState};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{Operation, RecordedError};

/// A write on its way to a vendor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub struct OperationAnswer<'a> {
    /// The id.
    id: &'a str,
    /// The task of the operation.
    #[schema(inline)]
    kind: OperationKind,
    /// The state of the operation.
    #[schema(inline)]
    state: OperationStatus,
    /// The record that the operation writes.
    #[schema(inline)]
    resource: Resource<'a>,
    /// The configured vendor that is asked.
    vendor: &'a str,
    /// The revision that the operation brings to the vendor.
    #[schema(minimum = 1)]
    revision: u64,
    /// The number of times that the vendor was asked.
    attempts: u32,
    /// The time of the next attempt, if the operation waits.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_attempt_at: Option<Timestamp>,
    /// The reason why the operation is still open, or failed.
    #[schema(required)]
    last_error: Option<&'a RecordedError>,
    /// The vendor's records of which one may be the record that it was asked to create; one of them can be adopted.
    candidates: &'a [Candidate],
    /// The time of the start.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time of the last change.
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

/// A record of the vendor's that may be the one that it was asked to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// The vendor's id.
    pub remote_id: String,
    /// The name of the record at the vendor.
    #[schema(required)]
    pub name: Option<String>,
}

/// The task of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The vendor creates the record.
    Create,
    /// The vendor brings its record to the desired state.
    Update,
    /// The vendor deletes its record.
    Delete,
    /// No vendor is asked; the agent took its place at a vendor that holds it already.
    Move,
}

/// The state of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// The gateway is asking the vendor.
    Running,
    /// The gateway asks the vendor at `next_attempt_at`.
    Waiting,
    /// A person has to resolve the operation.
    NeedsAttention,
    /// The vendor did as it was asked.
    Succeeded,
    /// The vendor refused.
    Failed,
    /// A newer operation does its work, or the operation was given up.
    Superseded,
}

impl OperationStatus {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Waiting, Self::NeedsAttention, Self::Succeeded, Self::Failed, Self::Superseded];

    /// Gives the name that the API uses.
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

    /// Gives the state as the store keeps it.
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
    /// Gives the operation as the API returns it.
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
