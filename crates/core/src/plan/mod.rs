//! The one place where a desired record becomes a vendor's body: pure, and the same for a dry run and for the write.

mod links;
mod steps;
mod translator;
mod uncertain;
mod write;

use std::fmt;

use serde_json::{Map, Value};

use crate::{Report, Unread, rule::document_path};

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

/// What the plan is for.
pub enum Transition<'a, R> {
    /// A new record at the vendor.
    Create,
    /// A change of a record that is there.
    Update {
        /// What the vendor was last asked for; [`crate::uncertain`] where that can be one of several.
        before: &'a Desired<R>,
        /// What the vendor was last seen to hold, if it was looked at.
        observed: Option<&'a Value>,
        /// How the last write fared.
        previous: Option<&'a Report>,
    },
}

/// What to do about loss.
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

/// What would be sent, and what it would lose.
#[derive(Clone, PartialEq)]
pub struct Plan {
    /// The requests, in the order in which they are sent. None where nothing that was asked reaches the vendor.
    pub steps: Vec<VendorStep>,
    /// How each field fares.
    pub report: Report,
    /// The fields that this write sets: one of them that the vendor does not hold afterwards was not kept; any other one
    /// had drifted before.
    pub changed: Vec<String>,
    /// What was written of parts that no step sends.
    unsent: Value,
}

impl Plan {
    /// Tells whether anything that was asked reaches the vendor.
    pub fn sends(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Gives the document that was written, sent or not: a body, or the bodies by part.
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

/// What was read out of a vendor's document.
#[derive(Debug)]
pub struct Observed<R> {
    /// The record and the vendor's own settings, as far as the vendor says them.
    pub state: Desired<R>,
    /// Vendor fields with values that could not be read.
    pub unread: Vec<Unread>,
}
