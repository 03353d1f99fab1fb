//! Stored records: their content, and the code that reads and commits them.

mod batch;
mod body;
mod body_document;
mod cache;
mod envelope;
mod extensions;
pub mod former;
mod handovers;
mod item;
mod item_answer;
mod kind;
mod lock;
mod open_operations;
mod operation;
mod operation_answer;
pub mod page;
mod placement_gate;
mod repository;
mod revision;
mod sealed;
mod search;
mod searchable;
mod status;
mod uncertainty;
mod words;

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::error::{Error, Kind, Result, Violation};

pub use batch::Batch;
pub use body::{Body, OUTPUT_ONLY, SETTABLE};
pub use body_document::BodyDocument;
pub use cache::{CacheStamp, Cached};
pub use envelope::Envelope;
pub(crate) use envelope::read_envelope;
pub use extensions::Extensions;
pub use item::Item;
pub use item_answer::{Answer as RecordAnswer, PlacementAnswer};
pub use kind::{AliasKind, Aliased, Managed};
pub use lock::Turn;
pub use operation::{InFlight, Operation, OperationSpec};
pub use operation_answer::{Candidate, OperationAnswer, OperationKind, OperationStatus};
pub use page::Page;
pub use placement_gate::{Permit, PlacementGate, RemovalGuard};
pub use repository::{Filter, Repository};
pub use revision::{Revision, RevisionAnswer};
pub use searchable::{IndexedValues, RouteTable, RoutingValues};
pub use status::{Observation, PassedOver, Placement, RecordedError, SyncState, Visibility, in_future, now};
pub use uncertainty::Uncertainty;
pub use words::{api_word, words};

/// The time after which a caller should check a write that continues in the background, or repeat a request that
/// another write or a new configuration prevented.
pub const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Creates the error for a write that waited too long for other writes, or that another write overtook.
pub fn busy() -> Error {
    let detail = "Other writes of this record are in progress at the vendor; send the request again later.";
    Error::new(Kind::StateConflict, detail).retry_after(RETRY_AFTER)
}

/// Creates the error for a stored value that cannot be read.
pub fn damaged(kind: &str, id: &str, why: impl ToString) -> Error {
    let why = why.to_string();
    Error::new(Kind::Internal, format!("The stored {kind} {id} cannot be read: {why}"))
}

/// Creates the error for a value that cannot be serialised.
pub fn not_serializable(what: &str, cause: serde_json::Error) -> Error {
    Error::new(Kind::Internal, format!("The {what} cannot be written as JSON.")).caused_by(cause)
}

/// Converts a value to a JSON document.
///
/// # Errors
/// `internal` if the value cannot be serialised.
pub fn to_document(what: &str, value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|cause| not_serializable(what, cause))
}

/// Returns the members of a request body.
///
/// # Errors
/// `validation_failed` if the body is not an object.
pub fn members(body: &Value) -> Result<&Map<String, Value>> {
    body.as_object().ok_or_else(|| {
        let detail = "The body must be an object.";
        Error::invalid(vec![Violation::at("", Kind::ValidationFailed, detail)])
    })
}
