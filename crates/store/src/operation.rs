//! Operations: writes on their way to a vendor.

use jiff::Timestamp;

use crate::{Collection, Document};

/// A write on its way to a vendor. At most one operation of a record is held, and at most one waits or needs attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Of which kind of record.
    pub collection: Collection,
    /// Of which record.
    pub record: String,
    /// At which configured vendor.
    pub vendor: String,
    /// How it stands.
    pub state: OperationState,
    /// Counts the holds. Whoever holds an operation shows its number; an older one is worth nothing.
    pub fence: u64,
    /// What the service knows of it; opaque to the store, without secrets.
    pub document: Document,
    /// When it is due, if it waits; when the hold runs out, if it is held.
    pub due_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// Somebody works on it.
    Held,
    /// It is to be tried (again) when it is due.
    Waiting,
    /// Somebody has to say what to do.
    Attention,
    /// It is over.
    Ended(Ending),
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The vendor has what was asked.
    Succeeded,
    /// The vendor refused it, or it was given up.
    Failed,
    /// A newer operation of the record does its work.
    Superseded,
}

impl OperationState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Held,
        Self::Waiting,
        Self::Attention,
        Self::Ended(Ending::Succeeded),
        Self::Ended(Ending::Failed),
        Self::Ended(Ending::Superseded),
    ];

    /// The word in the store: `held`, `waiting`, `attention`, `succeeded`, `failed`, `superseded`.
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

    /// Whether the vendor may still be asked for it.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Ended(_))
    }
}

/// Which operations to list: those that have every value given here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Of one of these states. Empty: of any.
    pub states: Vec<OperationState>,
    /// Of this record.
    pub record: Option<String>,
    /// At this vendor.
    pub vendor: Option<String>,
}
