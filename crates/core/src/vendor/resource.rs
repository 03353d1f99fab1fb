//! The exchanges for one kind of record at one vendor.

use serde_json::Value;

use crate::{
    error::Result,
    model::Record,
    plan::{PartState, Parts, StepAction, VendorStep},
    rule::Rules,
    vendor::{Coverage, Exchange, Fetched, FoundPart, Performed, Remote, StepAnswer},
};

/// The rules and exchanges for one kind of record at one vendor.
///
/// The exchanges send the steps of a plan and read records; they never translate fields themselves. An adapter whose
/// vendor keeps a record in one object implements [`SingleObject`] instead.
pub trait Resource<R: Record>: Rules<R> {
    /// Returns true if each creation of a record costs money. The gateway then repeats a creation only if it is
    /// certain that the first attempt failed.
    fn creation_costs(&self) -> bool {
        false
    }

    /// Performs one step of a write; `parts` are the parts that the vendor has before the step. If the vendor no longer
    /// has the step's part, the exchange returns an error for which
    /// [`Error::means_gone`](crate::error::Error::means_gone) is true. If the step deletes the part, the caller reads a
    /// list from the vendor and ignores this error, unless the list contains the part.
    ///
    /// # Errors
    /// `internal` if the step does not create its part and the id of the part is not known.
    fn perform(&self, step: VendorStep, parts: &Parts, key: OperationKey) -> Result<Exchange<StepAnswer>>;

    /// Reads one record. Returns `None` if the vendor cannot return a single record.
    fn fetch(&self, parts: &Parts, scope: ReadScope) -> Option<Exchange<Fetched>>;

    /// Reads all objects that may be the result of a lost creation of `part`, or that can be bound. Returns `None` if
    /// the vendor cannot list such objects. Also returns `None` for the main part, for which the gateway searches with
    /// [`Self::list`].
    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        let _ = part;
        None
    }

    /// Reads all records, following the vendor's pages.
    fn list(&self) -> Exchange<Vec<Remote>>;
}

/// The objects that the reading of a record covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadScope {
    /// The objects that the record owns. The answer may also show bound objects if the vendor returns them with the
    /// record.
    Owned,
    /// The objects that the record owns, and those that are bound to it.
    Bound,
}

/// A key that is the same in every attempt of an operation, for vendors that recognize repeated requests by such
/// a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationKey(String);

impl OperationKey {
    /// Builds the key of the operation with this id.
    pub fn new(operation: impl Into<String>) -> Self {
        Self(operation.into())
    }

    /// Returns the key of a step. The key is the same whenever the step is sent, and differs from the keys of
    /// all other steps of the operation.
    pub fn for_step(&self, step: &VendorStep) -> String {
        let action = match step.action {
            StepAction::Create(_) => "create",
            StepAction::Update(_) => "update",
            StepAction::Publish => "publish",
            StepAction::Delete => "delete",
        };
        [self.0.as_str(), &step.key(), action]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// The rules and exchanges for one kind of record at a vendor that keeps each record in one object. Every
/// implementation is a [`Resource`] with one part, the root.
pub trait SingleObject<R: Record>: Rules<R> {
    /// Returns true if each creation of a record costs money.
    fn creation_costs(&self) -> bool {
        false
    }

    /// Creates a record at the vendor.
    fn create(&self, body: Value, key: OperationKey) -> Exchange<StepAnswer>;

    /// Reads one record. Returns `None` if the vendor cannot return a single record.
    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>>;

    /// Updates one record. The result is the vendor's answer in the shape that the rules read, or `None` if
    /// the answer does not contain the whole record.
    fn update(&self, remote_id: &str, body: Value) -> Exchange<Option<Value>>;

    /// Deletes one record.
    fn delete(&self, remote_id: &str) -> Exchange<()>;

    /// Reads all records, following the vendor's pages.
    fn list(&self) -> Exchange<Vec<Remote>>;
}

/// The name of a record's only part.
const ROOT: &str = "";

impl<R: Record, T: SingleObject<R>> Resource<R> for T {
    fn creation_costs(&self) -> bool {
        SingleObject::creation_costs(self)
    }

    fn perform(&self, step: VendorStep, parts: &Parts, key: OperationKey) -> Result<Exchange<StepAnswer>> {
        if let StepAction::Create(body) = step.action {
            return Ok(self.create(body, key));
        }
        let id = parts.id(ROOT)?.to_owned();
        let state = PartState::new(id.as_str());
        Ok(match step.action {
            StepAction::Update(body) => {
                self.update(&id, body).map(|document| changed(state, document).into())
            }
            StepAction::Delete => self.delete(&id).map(|()| Performed::new(state).into()),
            StepAction::Create(_) | StepAction::Publish => Exchange::Done(Performed::new(state).into()),
        })
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
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
