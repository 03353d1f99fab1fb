//! A write on its way to a vendor, built once: the operation, the record, and the plan with what it was made from.

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

/// A write that a vendor has to carry out.
pub struct Intent<R> {
    /// The operation that carries it out.
    pub operation: Operation,
    /// The record as it will be once the write is accepted, or as it is if it was.
    pub item: Item<R>,
    /// True if the caller has an answer, or the record shows, that the write is accepted.
    pub accepted: bool,
    /// The plan of the first attempt. An attempt that finds another state plans anew.
    pub prepared: Option<Prepared<R>>,
}

/// A plan, and what it was made from.
pub struct Prepared<R> {
    /// The desired state in the vendor's own ids.
    pub desired: Desired<R>,
    /// The vendor's lists.
    pub facts: Facts,
    /// The planned steps; `None` if the vendor cannot be read now, or has not made the record yet.
    pub plan: Option<Plan>,
}

/// The change of the record when a write is settled.
pub enum RecordChange<R> {
    /// The record is written.
    Kept(Box<Item<R>>),
    /// The record is removed.
    Removed(Box<Item<R>>),
    /// The record stays unchanged; the proposed revision is dropped.
    Unchanged,
}

impl<R: Managed> Intent<R> {
    /// Makes the intent of a write that a request asks for.
    pub fn new(kind: OperationKind, item: Item<R>, request: &RequestContext) -> Self {
        let operation = Operation::new(&item, OperationSpec::new(kind, &item, request));
        Self { operation, item, accepted: false, prepared: None }
    }

    /// Takes over what an older operation, whose place this one takes, found out about the vendor.
    pub fn continue_from(&mut self, older: Option<&Operation>) {
        if let Some(older) = older {
            self.operation.spec.continue_from(&older.spec);
        }
    }

    /// Adds the durable beginning: the operation, held for so long, and the request by its key.
    pub fn begin(&self, batch: &mut Batch, hold: Duration, request: &RequestContext) {
        batch.begin(&self.operation, Some(hold));
        batch.remember(request.key.as_ref(), Some(&self.operation.id), None);
    }

    /// Makes the commit by which the write is accepted while the vendor has not answered yet.
    pub fn accept(&self, item: &Item<R>, answer: &Answer) -> Batch {
        let mut batch = Batch::new();
        batch.release_external_ref(&self.operation);
        batch.update(item);
        if self.operation.spec.keyed {
            batch.answer(&self.operation, answer.to_bytes());
        }
        batch
    }

    /// Makes the commit of an attempt's result. `accepted` is true if the write was accepted meanwhile; `answer` is stored for a
    /// repeated request.
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
            RecordChange::Unchanged if operation.spec.kind == OperationKind::Delete => {}
            RecordChange::Unchanged => batch.drop_revision(&self.item),
        }
        batch.settle(operation, next);
        if self.operation.spec.keyed {
            batch.answer(operation, answer());
        }
        batch
    }
}
