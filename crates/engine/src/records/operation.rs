//! Operations: durable writes to vendors.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{
    error::{Error, Kind, Result},
    model::id,
};
use switchboard_store::{self as store, Collection, Document, OperationFilter, OperationState, Store};

use super::{
    Item, Managed, OperationKind, Page, RecordedError, damaged, now, operation_answer::Candidate, page,
};
use crate::request::RequestContext;
use switchboard_transport::traceparent;

/// The prefix of operation ids.
const PREFIX: &str = "op";

/// A durable write to a vendor.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The operation's id.
    pub id: String,
    /// The kind of record.
    pub collection: Collection,
    /// The record's id.
    pub record: String,
    /// The configured vendor of the write.
    pub vendor: String,
    /// The state.
    pub state: OperationState,
    /// The fence of the latest hold.
    pub fence: u64,
    /// The task of the operation, and its progress.
    pub spec: OperationSpec,
    /// The time of the next attempt, if the operation waits.
    pub due_at: Option<Timestamp>,
    /// The time at which the operation was created.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

/// The task and the progress of an operation, as stored in its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationSpec {
    /// The kind of write.
    pub kind: OperationKind,
    /// The id of the record's owner, if the record is a successor, leftover or standby of another record. The API then
    /// shows this id instead of the record's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The revision that the operation sends to the vendor. For a deletion or a move, which sends no revision, this is
    /// the record's revision at the start of the operation.
    pub revision: u64,
    /// The number of attempts.
    pub attempts: u32,
    /// The fence of the last settled attempt. If the present fence is more than 1 higher, an attempt was interrupted.
    #[serde(default)]
    pub settled: u64,
    /// The id of the request that started the operation, or the id of the migration or record that caused the operation.
    pub request_id: String,
    /// True if the answer must be stored under an idempotency key.
    #[serde(default)]
    pub keyed: bool,
    /// The value of the `Preference-Applied` header for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_applied: Option<String>,
    /// True if the operation reserves an `external_ref` for the record.
    #[serde(default)]
    pub reserves: bool,
    /// The ids of the vendor's records with this record's name, as listed before the creation. `None` unless the vendor
    /// returns only names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<String>>,
    /// The start of the first of two searches. Together, the two searches prove that a lost creation has created no
    /// record or part at the vendor. `None` until a search finds nothing at a time when the vendor can no longer create
    /// the object. The clock of the store measures the pause between the two searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_since: Option<Timestamp>,
    /// The start of the present search for the record of a lost creation. The vendor's list must be read at this time
    /// or later. `None` once the list has been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searching_since: Option<Timestamp>,
    /// The error of the latest attempt, or the reason why the operation stays open although the vendor has accepted the
    /// write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<RecordedError>,
    /// The span of the request that started the operation, as in the header `traceparent`. Absent if no traces are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The vendor's records that may be the result of a lost creation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
}

impl OperationSpec {
    /// Creates the specification for an operation that a request starts.
    pub fn new<R: Managed>(kind: OperationKind, item: &Item<R>, request: &RequestContext) -> Self {
        Self {
            keyed: request.key.is_some(),
            preference_applied: request.preference_applied.clone(),
            ..Self::background(kind, item, request.request_id.clone())
        }
    }

    /// Creates the specification for an operation whose result no caller waits for. `request_id` is the id of the origin: a
    /// request, a migration or a record.
    pub fn background<R: Managed>(kind: OperationKind, item: &Item<R>, request_id: String) -> Self {
        Self {
            kind,
            on_behalf_of: item.owner.clone(),
            revision: item.revision,
            attempts: 0,
            settled: 0,
            request_id,
            keyed: false,
            preference_applied: None,
            reserves: false,
            before: None,
            absent_since: None,
            searching_since: None,
            last_error: None,
            traceparent: traceparent(),
            candidates: Vec::new(),
        }
    }

    /// Copies `before` from an older operation. Does not copy `absent_since`, because the required pause after the
    /// older operation's search may not have passed when this operation is attempted.
    pub fn continue_from(&mut self, older: &Self) {
        self.before.clone_from(&older.before);
    }
}

impl Operation {
    /// Creates an operation for an item. Its state is `Waiting`; the `hold` argument of [`Batch::begin`](super::Batch::begin)
    /// determines whether the store begins it as held.
    pub fn new<R: Managed>(item: &Item<R>, spec: OperationSpec) -> Self {
        let now = now();
        Self {
            id: id::prefixed(PREFIX),
            collection: R::COLLECTION,
            record: item.id.clone(),
            vendor: item.placement.vendor.clone(),
            state: OperationState::Waiting,
            fence: 0,
            spec,
            due_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Converts the operation to its stored form.
    ///
    /// # Errors
    /// `internal` if the operation cannot be serialised.
    pub fn to_stored(&self) -> Result<store::Operation> {
        Ok(store::Operation {
            id: self.id.clone(),
            collection: self.collection,
            record: self.record.clone(),
            vendor: self.vendor.clone(),
            state: self.state,
            fence: self.fence,
            document: Document::new(&self.spec)?,
            due_at: self.due_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// Reads a stored operation.
    ///
    /// # Errors
    /// `internal` if the stored operation cannot be read.
    pub fn from_stored(stored: store::Operation) -> Result<Self> {
        let store::Operation { id, collection, record, vendor, state, fence, document, .. } = stored;
        let spec = document.read().map_err(|error| damaged("operation", &id, error))?;
        let store::Operation { due_at, created_at, updated_at, .. } = stored;
        Ok(Self { id, collection, record, vendor, state, fence, spec, due_at, created_at, updated_at })
    }

    /// Reads the operation with this id.
    ///
    /// # Errors
    /// `not_found` if there is no such operation; `internal` if the stored operation cannot be read.
    pub async fn load(store: &dyn Store, id: &str) -> Result<Self> {
        let missing = || Error::new(Kind::NotFound, format!("There is no operation {id:?}."));
        Self::from_stored(store.operation(id).await?.ok_or_else(missing)?)
    }

    /// Lists the matching operations after the operation `after`.
    ///
    /// # Errors
    /// `storage_unavailable`.
    pub async fn list(
        store: &dyn Store,
        filter: &OperationFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Self>> {
        let rows = store.operations(filter, after, page::rows(limit)).await?;
        Ok(Page::read(rows, limit, |row| row.id.clone(), Self::from_stored))
    }

    /// Returns true if an attempt before the present hold was interrupted. The effect of that attempt at the vendor is
    /// unknown.
    pub fn was_interrupted(&self) -> bool {
        self.fence > self.spec.settled + 1
    }
}

/// The open operations of a record.
#[derive(Default)]
pub struct InFlight {
    /// True if a process holds an operation of the record.
    pub running: bool,
    /// The open operation that no process holds. A newer write supersedes this operation.
    pub queued: Option<Operation>,
}

impl InFlight {
    /// Reads the open operations of a record. Queries the store only if the record refers to an operation or
    /// `suspected` is true. Otherwise, returns an empty result.
    ///
    /// # Errors
    /// `storage_unavailable`; `internal` if a stored operation cannot be read.
    pub async fn read<R: Managed>(store: &dyn Store, item: &Item<R>, suspected: bool) -> Result<Self> {
        if item.sync.operation_id.is_none() && !suspected {
            return Ok(Self::default());
        }
        let open = OperationState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let filter = OperationFilter { states: open, record: Some(item.id.clone()), vendor: None };
        let mut in_flight = Self::default();
        for operation in store.operations(&filter, None, 4).await? {
            match operation.state {
                OperationState::Held => in_flight.running = true,
                _ => in_flight.queued = Some(Operation::from_stored(operation)?),
            }
        }
        Ok(in_flight)
    }
}
