//! Plans: the pure translation of a desired record into the bodies of a vendor's requests, and of the vendor's document
//! into a record. The translation is identical for a dry run and a write.

mod links;
mod outcome;
mod sequence;
mod steps;
mod translator;
mod uncertain;
mod write;

use std::fmt;

use serde_json::{Map, Value, json};

use crate::rule::{Report, Unread, document_path};

pub use steps::{PartState, Parts, StepAction, Steps, VendorStep};
pub use translator::Translator;
pub use uncertain::uncertain;

/// A record with its extensions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desired<R> {
    /// The normalized record.
    pub record: R,
    /// The extensions, by adapter.
    pub extensions: Map<String, Value>,
}

/// The kind of write that a plan prepares, with the earlier state of the record.
pub enum Transition<'a, R> {
    /// The record is created at the vendor.
    Create,
    /// The record at the vendor is changed.
    Update {
        /// The state last sent to the vendor. If the vendor may hold any of several states, [`uncertain()`]
        /// builds this state from all of them.
        before: &'a Desired<R>,
        /// The observed state, if it was read.
        observed: Option<&'a Value>,
        /// The report of the last write, if there is one.
        previous: Option<&'a Report>,
    },
}

/// The handling of losses in a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Handling {
    /// Losses are reported. A write is still refused if it changes an essential field and would lose it, or if it sends
    /// a value that a rule refuses.
    #[default]
    Lenient,
    /// A write is also refused if it would lose a field that it changes, or if it changes a field to a value that
    /// cannot be verified. Other losses are reported.
    Strict,
}

impl<'a, R> Transition<'a, R> {
    fn is_update(&self) -> bool {
        matches!(self, Self::Update { .. })
    }

    fn before(&self) -> Option<&'a Desired<R>> {
        match self {
            Self::Create => None,
            Self::Update { before, .. } => Some(*before),
        }
    }

    fn previous(&self) -> Option<&'a Report> {
        match self {
            Self::Create => None,
            Self::Update { previous, .. } => *previous,
        }
    }

    fn observed(&self) -> Option<&'a Value> {
        match self {
            Self::Create => None,
            Self::Update { observed, .. } => *observed,
        }
    }
}

/// The requests of a write, with its translation report.
#[derive(Clone, PartialEq)]
pub struct Plan {
    /// The requests, in the order in which they are sent. Empty if the write changes nothing at the vendor.
    pub steps: Vec<VendorStep>,
    /// The translation report.
    pub report: Report,
    /// The fields that this write sets or clears. If the vendor holds another value of such a field afterwards, the
    /// vendor did not persist the field. If any other field differs, it drifted before the write.
    pub changed: Vec<String>,
    /// The bodies of the parts that no step sends.
    unsent: Value,
}

impl Plan {
    /// Returns true if the plan sends at least one request.
    pub fn sends(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Returns the document of the plan: one body, or the bodies by part. Includes the bodies that no step sends.
    pub fn document(&self) -> Value {
        let mut document = match &self.unsent {
            Value::Null => Value::Object(Map::new()),
            unsent => unsent.clone(),
        };
        for step in &self.steps {
            if let Some(body) = step.body() {
                let pointer = if step.part.is_empty() { String::new() } else { format!("/{}", step.part) };
                match (&step.item, document_path::get(&document, &pointer)) {
                    (Some(_), Some(Value::Array(items))) => {
                        let items = items.iter().chain([body]).cloned().collect();
                        document_path::put(&mut document, &pointer, Value::Array(items));
                    }
                    (Some(_), _) => document_path::put(&mut document, &pointer, json!([body])),
                    // The body of the root is merged, so that the parts beside the root remain.
                    (None, Some(Value::Object(_))) if pointer.is_empty() => {
                        let members = body.as_object().into_iter().flatten();
                        members.for_each(|(name, value)| document[name] = value.clone());
                    }
                    (None, _) => document_path::put(&mut document, &pointer, body.clone()),
                }
            }
        }
        document
    }
}

/// The bodies may contain secrets, such as a trunk's carrier password, so `Debug` omits them.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("report", &self.report)
            .field("changed", &self.changed)
            .field("sends", &self.sends())
            .finish_non_exhaustive()
    }
}

/// The result of planning: a plan, or a request to plan again with the observed state.
#[derive(Debug)]
pub enum Planned {
    /// The plan.
    Ready(Plan),
    /// The plan must be made again with the vendor's current document.
    NeedsObserved,
}

/// The result of reading a vendor's document.
#[derive(Debug)]
pub struct Observed<R> {
    /// The record and its extension, with the values that the vendor returned.
    pub state: Desired<R>,
    /// The vendor fields with values that could not be read.
    pub unread: Vec<Unread>,
}
