//! Operations: durable writes to vendors.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A durable write to a vendor. A record has at most one held operation, and at most one operation that waits or needs
/// attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The operation's id.
    pub id: String,
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record.
    pub record: String,
    /// Name of the configured vendor to which the operation writes.
    pub vendor: String,
    /// The stored state.
    pub state: OperationState,
    /// Number of times that the operation has been held. The holder passes this number when it settles the operation.
    /// An outdated number is refused.
    pub fence: u64,
    /// The engine's data about the operation, without secrets. The store does not parse it.
    pub document: Document,
    /// Due time of a waiting operation, or end of the hold of a held operation. `None` in any other state.
    pub due_at: Option<Timestamp>,
    /// Time at which the operation was stored.
    pub created_at: Timestamp,
    /// Time of the last change to the stored operation.
    pub updated_at: Timestamp,
}

/// State of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// Reserved by one process, which runs the operation.
    Held,
    /// Waiting for its next attempt at the due time.
    Waiting,
    /// Waiting for an operator's decision.
    Attention,
    /// Ended with this result.
    Ended(Ending),
}

/// Result of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The vendor has the requested state.
    Succeeded,
    /// The vendor refused the operation or did not allow it, or no longer has the record.
    Failed,
    /// A newer operation of the record replaced this one, an operator abandoned it, or its record or proposed revision
    /// no longer exists.
    Superseded,
}

impl OperationState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Held,
        Self::Waiting,
        Self::Attention,
        Self::Ended(Ending::Succeeded),
        Self::Ended(Ending::Failed),
        Self::Ended(Ending::Superseded),
    ];

    /// Returns the stored name: `held`, `waiting`, `attention`, `succeeded`, `failed` or `superseded`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Waiting => "waiting",
            Self::Attention => "attention",
            Self::Ended(Ending::Succeeded) => "succeeded",
            Self::Ended(Ending::Failed) => "failed",
            Self::Ended(Ending::Superseded) => "superseded",
        }
    }

    /// Returns true if the operation has not ended.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Ended(_))
    }
}

/// A filter for operations. An operation matches if it meets every given condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Accepted states. If empty, every state is accepted.
    pub states: Vec<OperationState>,
    /// Id of the record.
    pub record: Option<String>,
    /// Name of the configured vendor.
    pub vendor: Option<String>,
}
