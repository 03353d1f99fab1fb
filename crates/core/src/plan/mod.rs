//! The one place where a desired record becomes a vendor's body: pure, and the same for a dry run and for the write.

mod links;
mod steps;
mod translator;
mod uncertain;
mod write;

use std::fmt;

use serde_json::{Map, Value};

use crate::rule::{Report, Unread, document_path};

pub use steps::{PartState, Parts, StepAction, Steps, VendorStep};
pub use translator::Translator;
pub use uncertain::uncertain;

/// A record with the settings that only one vendor has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desired<R> {
    /// The normalized record.
    pub record: R,
    /// Vendor settings by adapter.
    pub extensions: Map<String, Value>,
}

/// Purpose of a plan.
pub enum Transition<'a, R> {
    /// A new record at the vendor.
    Create,
    /// A change of a record that is there.
    Update {
        /// The state last sent to the vendor; built by [`uncertain()`] if it can be one of
        /// several.
        before: &'a Desired<R>,
        /// The state that the vendor was last seen to hold, if it was read.
        observed: Option<&'a Value>,
        /// The report of the last write.
        previous: Option<&'a Report>,
    },
}

/// Handling of loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Handling {
    /// Report it.
    #[default]
    Lenient,
    /// Refuse what this write asks for and the vendor cannot hold as asked.
    Strict,
}

impl<'a, R> Transition<'a, R> {
    fn is_update(&self) -> bool {
        matches!(self, Self::Update { .. })
    }

    fn observed(&self) -> Option<&'a Value> {
        match self {
            Self::Create => None,
            Self::Update { observed, .. } => *observed,
        }
    }
}

/// The requests of a write, and the fields that it would lose.
#[derive(Clone, PartialEq)]
pub struct Plan {
    /// The requests, in the order in which they are sent. Empty if nothing that was asked reaches
    /// the vendor.
    pub steps: Vec<VendorStep>,
    /// The result for each field.
    pub report: Report,
    /// The fields that this write sets: one of them that the vendor does not hold afterwards was not kept; any other one
    /// had drifted before.
    pub changed: Vec<String>,
    /// The written bodies of parts that no step sends.
    unsent: Value,
}

impl Plan {
    /// Returns true if anything that was asked reaches the vendor.
    pub fn sends(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Returns the document that was written, sent or not: a body, or the bodies by part.
    pub fn document(&self) -> Value {
        let mut document = match &self.unsent {
            Value::Null => Value::Object(Map::new()),
            unsent => unsent.clone(),
        };
        for step in &self.steps {
            if let Some(body) = step.body() {
                let pointer = if step.part.is_empty() { String::new() } else { format!("/{}", step.part) };
                document_path::put(&mut document, &pointer, body.clone());
            }
        }
        document
    }
}

/// The bodies may hold secrets (a trunk's carrier), so they are not shown.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("report", &self.report)
            .field("changed", &self.changed)
            .field("sends", &self.sends())
            .finish_non_exhaustive()
    }
}

/// A plan, or what is missing to make it.
#[derive(Debug)]
pub enum Planned {
    /// The plan.
    Ready(Plan),
    /// The vendor's present document is needed first.
    NeedsObserved,
}

/// Result of reading a vendor's document.
#[derive(Debug)]
pub struct Observed<R> {
    /// The record and the vendor's own settings, as far as the vendor returns them.
    pub state: Desired<R>,
    /// Vendor fields with values that could not be read.
    pub unread: Vec<Unread>,
}
