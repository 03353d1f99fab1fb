//! The conversations about one kind of record at one vendor.

use serde_json::Value;

use crate::{
    error::Result,
    model::Record,
    plan::{PartState, Parts, StepAction, VendorStep},
    rule::Rules,
    vendor::{Coverage, Exchange, Fetched, FoundPart, Performed, Remote},
};

/// One kind of record at one vendor: the rules of its fields, and the conversations about it.
///
/// Conversations get steps that a plan made; they never translate fields themselves. A vendor that keeps a record in one
/// object implements [`SingleObject`] instead.
pub trait Resource<R: Record>: Rules<R> {
    /// Returns true if creating a record costs money each time, so that it must not be repeated
    /// until the first attempt is proven to have failed.
    fn creation_costs(&self) -> bool {
        false
    }

    /// Performs one step of a write; `parts` are those that the vendor has before it. A part that is already gone is an
    /// error for which [`Error::means_gone`](crate::error::Error::means_gone) holds; of a deletion, the caller forgives it.
    ///
    /// # Errors
    /// `internal` if the step is about a part whose id is not known.
    fn perform(&self, step: VendorStep, parts: &Parts, context: StepContext) -> Result<Exchange<Performed>>;

    /// Reads one record. `None` if the vendor cannot return its records.
    fn fetch(&self, parts: &Parts) -> Option<Exchange<Fetched>>;

    /// Reads all objects that may be a part whose creation was lost. `None` if the vendor lists
    /// none, and for the part by which a record is known, which is looked for in [`Self::list`].
    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        let _ = part;
        None
    }

    /// Reads all records, following the vendor's pages.
    fn list(&self) -> Exchange<Vec<Remote>>;
}

/// Input of a step beside its body.
#[derive(Debug, Clone, Default)]
pub struct StepContext {
    /// The key of the operation, for vendors that recognize a repeated request by it.
    pub key: OperationKey,
    /// Vendor ids that already belong to records of ours, so that a vendor that answers a creation without an id can
    /// be searched for the new one.
    pub bound: Vec<String>,
}

/// A key that is the same whenever an operation is attempted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationKey(String);

impl OperationKey {
    /// Builds the key of the operation with this id.
    pub fn new(operation: impl Into<String>) -> Self {
        Self(operation.into())
    }

    /// Returns the key of a step: the same whenever the step is sent, and different from that of
    /// any other step.
    pub fn for_step(&self, step: &VendorStep) -> String {
        let action = match step.action {
            StepAction::Create(_) => "create",
            StepAction::Update(_) => "update",
            StepAction::Publish => "publish",
            StepAction::Delete => "delete",
        };
        [self.0.as_str(), step.part, action]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// One kind of record at a vendor that keeps each in one object: a [`Resource`] with one part, the root.
pub trait SingleObject<R: Record>: Rules<R> {
    /// Returns true if creating a record costs money each time.
    fn creation_costs(&self) -> bool {
        false
    }

    /// Makes a record at the vendor.
    fn create(&self, body: Value, context: StepContext) -> Exchange<Performed>;

    /// Reads one record. `None` if the vendor cannot return its records.
    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>>;

    /// Changes one record; returns the vendor's document, in the shape that the rules read, if its
    /// answer is the whole record.
    fn update(&self, remote_id: &str, body: Value) -> Exchange<Option<Value>>;

    /// Removes one record.
    fn delete(&self, remote_id: &str) -> Exchange<()>;

    /// Reads all records, following the vendor's pages.
    fn list(&self) -> Exchange<Vec<Remote>>;
}

/// The name of the only part.
const ROOT: &str = "";

impl<R: Record, T: SingleObject<R>> Resource<R> for T {
    fn creation_costs(&self) -> bool {
        SingleObject::creation_costs(self)
    }

    fn perform(&self, step: VendorStep, parts: &Parts, context: StepContext) -> Result<Exchange<Performed>> {
        if let StepAction::Create(body) = step.action {
            return Ok(self.create(body, context));
        }
        let id = parts.id(ROOT)?.to_owned();
        let state = PartState::new(id.as_str());
        Ok(match step.action {
            StepAction::Update(body) => self.update(&id, body).map(|document| changed(state, document)),
            StepAction::Delete => self.delete(&id).map(|()| Performed::new(state)),
            StepAction::Create(_) | StepAction::Publish => Exchange::Done(Performed::new(state)),
        })
    }

    fn fetch(&self, parts: &Parts) -> Option<Exchange<Fetched>> {
        match parts.get(ROOT) {
            Some(state) => SingleObject::fetch(self, &state.id),
            None => Some(Exchange::Done(Fetched::Gone)),
        }
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        SingleObject::list(self)
    }
}

fn changed(state: PartState, document: Option<Value>) -> Performed {
    match document {
        Some(document) => Performed { state, document, coverage: Coverage::Whole },
        None => Performed::new(state),
    }
}
