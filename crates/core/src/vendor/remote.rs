//! State of a record at a vendor.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::plan::{PartState, Parts};

/// A record at a vendor.
#[derive(Clone, PartialEq)]
pub struct Remote {
    /// The vendor's id, as text: that of the part by which the record is known.
    pub id: String,
    /// All parts of it, at a vendor with several; none at a vendor that keeps a record in one object.
    pub parts: Parts,
    /// The name it has there, if the vendor returns it.
    pub name: Option<String>,
    /// The vendor's own fields, in the shape that the rules read; credentials in it were dropped.
    pub document: Value,
    /// The extent of the record in the document.
    pub coverage: Coverage,
    /// The vendor's creation time, if returned.
    pub created_at: Option<Timestamp>,
}

/// Extent of a record or a part in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// All that the vendor has, so that it can be compared with what was sent.
    Whole,
    /// A portion. Answers to creations and rows of lists may show no more.
    Excerpt,
}

impl Coverage {
    /// Returns all if `whole` is true, else a portion.
    pub fn whole_if(whole: bool) -> Self {
        if whole { Self::Whole } else { Self::Excerpt }
    }
}

impl Remote {
    /// Builds a record of which the vendor shows a portion, and no name.
    pub fn new(id: impl Into<String>, document: Value) -> Self {
        Self {
            id: id.into(),
            parts: Parts::NONE,
            name: None,
            document,
            coverage: Coverage::Excerpt,
            created_at: None,
        }
    }

    /// Returns the document if it is all that the vendor has of the record.
    pub fn whole(self) -> Option<Value> {
        (self.coverage == Coverage::Whole).then_some(self.document)
    }

    /// Returns true if the document is all that the vendor has of the record.
    pub fn is_whole(&self) -> bool {
        self.coverage == Coverage::Whole
    }
}

/// The answer of a vendor that was asked for one record.
#[derive(Clone, PartialEq)]
pub enum Fetched {
    /// The record.
    Found(Box<Remote>),
    /// The vendor has no such record.
    Gone,
}

impl Fetched {
    /// Returns the record, if the vendor has it.
    pub fn found(self) -> Option<Remote> {
        match self {
            Self::Found(remote) => Some(*remote),
            Self::Gone => None,
        }
    }
}

impl From<Option<Remote>> for Fetched {
    fn from(remote: Option<Remote>) -> Self {
        remote.map_or(Self::Gone, |remote| Self::Found(Box::new(remote)))
    }
}

/// The result of one step.
pub struct Performed {
    /// The part as the vendor has it now.
    pub state: PartState,
    /// The part's fields in the answer, in the shape that the rules read.
    pub document: Value,
    /// The extent of the part in the document.
    pub coverage: Coverage,
}

impl Performed {
    /// Builds the result of a step whose answer has none of the part's fields.
    pub fn new(state: PartState) -> Self {
        Self { state, document: Value::Object(Map::new()), coverage: Coverage::Excerpt }
    }

    /// Returns true if the document is all that the vendor has of the part.
    pub fn is_whole(&self) -> bool {
        self.coverage == Coverage::Whole
    }

    /// Returns the vendor's document of the part, if the answer shows all of it.
    pub fn whole(self) -> Option<Value> {
        (self.coverage == Coverage::Whole).then_some(self.document)
    }
}

impl From<Remote> for Performed {
    fn from(remote: Remote) -> Self {
        let Remote { id, document, coverage, .. } = remote;
        Self { state: PartState::new(id), document, coverage }
    }
}

/// An object that may be a part whose creation was lost.
pub struct FoundPart {
    /// Its state.
    pub state: PartState,
    /// Its fields, in the shape of the body that made it.
    pub document: Value,
    /// The vendor's creation time, if returned.
    pub created_at: Option<Timestamp>,
}
