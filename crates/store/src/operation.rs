//! Operations: writes on their way to a vendor.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A write on its way to a vendor. At most one operation of a record is held, and at most one waits or needs attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The operation's id.
    pub id: String,
    /// Collection of the record.
    pub collection: Collection,
    /// Id of the record.
    pub record: String,
    /// Name of the configured vendor.
    pub vendor: String,
    /// The stored state.
    pub state: OperationState,
    /// Number of holds so far. The holder of an operation presents it; an outdated fence is refused.
    pub fence: u64,
    /// The engine's view of the operation. Opaque to the store, without secrets.
    pub document: Document,
    /// Due time of a waiting operation; end of the hold of a held one.
    pub due_at: Option<Timestamp>,
    /// Time of the first write.
    pub created_at: Timestamp,
    /// Time of the latest write.
    pub updated_at: Timestamp,
}

/// State of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// Reserved by one process, which runs it.
    Held,
    /// Due for an attempt at its due time.
    Waiting,
    /// Waiting for an operator's decision.
    Attention,
    /// Ended, with its result.
    Ended(Ending),
}

/// Result of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The vendor has the requested state.
    Succeeded,
    /// The vendor refused the operation, or it was abandoned.
    Failed,
    /// A newer operation of the record replaced it.
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

    /// Returns the stored name: `held`, `waiting`, `attention`, `succeeded`, `failed`, `superseded`.
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

    /// Returns whether the operation may still send requests to the vendor.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Ended(_))
    }
}

/// A filter for operations. An operation must match every value given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Accepted states; any state if empty.
    pub states: Vec<OperationState>,
    /// Id of the record.
    pub record: Option<String>,
    /// Name of the configured vendor.
    pub vendor: Option<String>,
}
