//! Operations: writes on their way to a vendor, as the engine and its callers see them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_core::{Error, Kind, Result, id};
use switchboard_store::{self as store, Collection, Document, OperationFilter, OperationState, Store};

use super::{
    Item, Managed, OperationKind, Page, RecordedError, damaged, now, operation_answer::Candidate, page,
};
use crate::request::RequestContext;

/// What the ids of operations begin with.
const PREFIX: &str = "op";

/// A write on its way to a vendor.
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
    /// Whoever works on it has this number.
    pub fence: u64,
    /// What is known of it.
    pub spec: OperationSpec,
    /// When it is due, if it waits.
    pub due_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is known of an operation, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationSpec {
    /// What it does.
    pub kind: OperationKind,
    /// The record that callers know, where this one is only its place at a vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The revision that it brings to the vendor.
    pub revision: u64,
    /// How often the vendor was asked.
    pub attempts: u32,
    /// The fence of the last attempt whose end was stored: with an older one than the last, an attempt broke off.
    #[serde(default)]
    pub settled: u64,
    /// The request that asked for it.
    pub request_id: String,
    /// Whether the answer is remembered under a key.
    #[serde(default)]
    pub keyed: bool,
    /// `Preference-Applied` of the answer, while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_applied: Option<String>,
    /// Whether it keeps an `external_ref` for the record until the record has it.
    #[serde(default)]
    pub reserves: bool,
    /// Records of this name that the vendor had before it was asked, where only names can be told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<String>>,
    /// When the vendor was first seen not to have what it was asked to make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_since: Option<Timestamp>,
    /// Why it is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<RecordedError>,
    /// The vendor's records that may be the one it was asked to make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
}

impl OperationSpec {
    /// The beginning of one that brings an item to its vendor.
    pub fn new<R: Managed>(kind: OperationKind, item: &Item<R>, request: &RequestContext) -> Self {
        Self {
            keyed: request.key.is_some(),
            preference_applied: request.preference_applied.clone(),
            ..Self::background(kind, item, request.request_id.clone())
        }
    }

    /// The same of one that nobody waits for. `request_id` says what it goes back to.
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
            last_error: None,
            candidates: Vec::new(),
        }
    }

    /// Takes over what an older operation found out about the vendor.
    pub fn continue_from(&mut self, older: &Self) {
        self.before.clone_from(&older.before);
        self.absent_since = older.absent_since;
    }
}

impl Operation {
    /// A new operation for an item; how it stands is decided where it begins.
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

    /// Writes the operation as the store keeps it.
    ///
    /// # Errors
    /// `internal` where it cannot be serialised.
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

    /// The operation that the store keeps.
    ///
    /// # Errors
    /// `internal` for one that this gateway did not write.
    pub fn from_stored(stored: store::Operation) -> Result<Self> {
        let store::Operation { id, collection, record, vendor, state, fence, document, .. } = stored;
        let spec = document.read().map_err(|error| damaged("operation", &id, error))?;
        let store::Operation { due_at, created_at, updated_at, .. } = stored;
        Ok(Self { id, collection, record, vendor, state, fence, spec, due_at, created_at, updated_at })
    }

    /// Reads an operation.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn load(store: &dyn Store, id: &str) -> Result<Self> {
        let missing = || Error::new(Kind::NotFound, format!("There is no operation {id:?}."));
        Self::from_stored(store.operation(id).await?.ok_or_else(missing)?)
    }

    /// Lists the operations that match, from the one after `after`.
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
        Page::from_rows(rows, limit, |row| row.id.clone()).try_map(Self::from_stored)
    }

    /// Whether the one who worked on it before broke off, so that nobody knows what the vendor got to see.
    pub fn was_interrupted(&self) -> bool {
        self.fence > self.spec.settled + 1
    }
}

/// What else is on its way to the vendor for a record.
#[derive(Default)]
pub struct InFlight {
    /// Whether a process is asking the vendor now.
    pub running: bool,
    /// The operation that waits; a newer write takes its place.
    pub queued: Option<Operation>,
}

impl InFlight {
    /// Reads what is on its way for a record. Where the record knows of nothing, the store is asked only if something is
    /// `suspected`.
    ///
    /// # Errors
    /// `storage_unavailable`.
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
