//! A write on its way to a vendor: the operation, the record, and the plan with its inputs.

use std::time::Duration;

use switchboard_core::{
    error::Result,
    facts::Facts,
    plan::{Desired, Plan},
};
use switchboard_store::Next;

use super::Answer;
use crate::{
    records::{Batch, Item, Managed, Operation, OperationKind, OperationSpec},
    request::RequestContext,
};

/// A write to be sent to a vendor.
pub struct Intent<R> {
    /// The operation that carries out the write.
    pub operation: Operation,
    /// The record in the state that the write proposes or, if the write is already accepted, in its present state.
    pub item: Item<R>,
    /// True if the write is already accepted: the caller has received an answer, or the stored record shows the effect of the
    /// write.
    pub accepted: bool,
    /// The plan for the first attempt. An attempt makes a new plan if the vendor's record has become uncertain since
    /// this plan was made.
    pub prepared: Option<Prepared<R>>,
}

/// A plan and its inputs.
pub struct Prepared<R> {
    /// The desired state with aliases replaced by the vendor's ids.
    pub desired: Desired<R>,
    /// The vendor's catalogues.
    pub facts: Facts,
    /// The planned steps. `None` if the attempt has to plan them.
    pub plan: Option<Plan>,
}

/// The change to the record when a write is settled.
pub enum RecordChange<R> {
    /// The record is updated in the store.
    Kept(Box<Item<R>>),
    /// The record is removed from the store.
    Removed(Box<Item<R>>),
    /// The record remains unchanged, and a proposed revision is dropped.
    Unchanged,
    /// The vendor no longer has the record. The stored record gets the sync state `missing`, and the proposed revision
    /// is dropped.
    Lost(Box<Item<R>>),
    /// The proposed revision is dropped, and this new operation sends the record's accepted revision again.
    Resumed(Box<Item<R>>, Box<Operation>),
}

impl<R: Managed> Intent<R> {
    /// Creates the intent of a write from a request.
    pub fn new(kind: OperationKind, item: Item<R>, request: &RequestContext) -> Self {
        let operation = Operation::new(&item, OperationSpec::new(kind, &item, request));
        Self { operation, item, accepted: false, prepared: None }
    }

    /// Copies `before` from the superseded operation, if there is one.
    pub fn continue_from(&mut self, older: Option<&Operation>) {
        if let Some(older) = older {
            self.operation.spec.continue_from(&older.spec);
        }
    }

    /// Adds the start of the write to a batch: the operation and the request's idempotency key. This process holds the
    /// operation for `hold`.
    pub fn begin(&self, batch: &mut Batch, hold: Duration, request: &RequestContext) {
        batch.begin(&self.operation, Some(hold));
        batch.remember(request.key.as_ref(), Some(&self.operation.id), None);
    }

    /// Builds the batch that accepts the write while its attempt is still running.
    pub fn accept(&self, item: &Item<R>, answer: &Answer) -> Batch {
        let mut batch = Batch::new();
        batch.release_external_ref(&self.operation);
        batch.update(item);
        if self.operation.spec.keyed {
            batch.answer(&self.operation, answer.to_bytes());
        }
        batch
    }

    /// Builds the batch that stores the result of an attempt. `accepted` is true if the write was already accepted. `answer`
    /// builds the answer that is stored if the request has an idempotency key.
    pub fn settle(
        &self,
        change: &RecordChange<R>,
        (operation, next): (&Operation, Next),
        accepted: bool,
        answer: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Batch {
        let mut batch = Batch::new();
        if !accepted {
            batch.release_external_ref(operation);
        }
        match change {
            RecordChange::Kept(item) => batch.update(item),
            RecordChange::Removed(item) => batch.delete(item),
            RecordChange::Unchanged => {}
            RecordChange::Lost(item) | RecordChange::Resumed(item, _) => batch.update(item),
        }
        let refused = !matches!(change, RecordChange::Kept(_) | RecordChange::Removed(_));
        if refused && operation.spec.kind != OperationKind::Delete {
            batch.drop_revision(&self.item);
        }
        batch.settle(operation, next);
        if let RecordChange::Resumed(_, resumed) = change {
            batch.begin(resumed, None);
        }
        if self.operation.spec.keyed {
            batch.answer(operation, answer());
        }
        batch
    }
}
