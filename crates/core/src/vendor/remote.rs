//! Records and parts as a vendor returns them.

use serde_json::{Map, Value, json};

use crate::{
    facts::CatalogueEntry,
    model::VendorTime,
    plan::{PartState, Parts},
    rule::BOUND_ID,
    vendor::Exchange,
};

/// A record as a vendor returned it.
#[derive(Clone, PartialEq)]
pub struct Remote {
    /// The remote id, as a string. The remote id is the id of the record's main part.
    pub id: String,
    /// All parts of the record if the vendor keeps the record in several objects, otherwise none.
    pub parts: Parts,
    /// The record's name at the vendor, if the vendor returns it.
    pub name: Option<String>,
    /// The vendor's fields, in the shape that the rules read, without credentials.
    pub document: Value,
    /// The extent to which the document shows the record.
    pub coverage: Coverage,
    /// The creation time, if the vendor returns it.
    pub created_at: Option<VendorTime>,
    /// True if the vendor certainly has published every change of the gateway, and the document shows the published record.
    /// Matters only for a record with a part that is published.
    pub is_published: bool,
}

/// The extent to which an answer shows a record or a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// The whole record or part. The answer can be compared with what was sent.
    Whole,
    /// A portion of the record or part, as in the rows of lists and in many answers to creations.
    Excerpt,
}

impl Coverage {
    /// Returns `Whole` if `whole` is true, otherwise `Excerpt`.
    pub fn whole_if(whole: bool) -> Self {
        if whole { Self::Whole } else { Self::Excerpt }
    }
}

impl Remote {
    /// Builds a record from an excerpt of its fields, without a name.
    pub fn new(id: impl Into<String>, document: Value) -> Self {
        Self {
            id: id.into(),
            parts: Parts::NONE,
            name: None,
            document,
            coverage: Coverage::Excerpt,
            created_at: None,
            is_published: false,
        }
    }

    /// Adds the objects of a bound part. `ids` lists the objects that the vendor has bound to the record, and `known`
    /// holds the record's parts that the gateway stores. If some of the objects are among the known parts, adds only
    /// those; otherwise, adds all. The document shows all added objects. A single object also becomes a part of the
    /// record. Several objects do not, because the caller has not chosen between them.
    pub fn with_bound(mut self, part: &str, ids: Vec<String>, known: &Parts) -> Self {
        let is_known = |id: &String| known.get(&format!("{part}/{id}")).is_some();
        let (ours, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(is_known);
        let shown = if ours.is_empty() { others } else { ours };
        if let [id] = shown.as_slice() {
            self.parts.insert(&format!("{part}/{id}"), PartState::new(id.as_str()));
        }
        if !shown.is_empty() && self.document.is_object() {
            self.document[part] = shown.into_iter().map(|id| json!({ BOUND_ID: id })).collect();
        }
        self
    }

    /// Returns the document if it shows the whole record.
    pub fn whole(self) -> Option<Value> {
        (self.coverage == Coverage::Whole).then_some(self.document)
    }

    /// Returns true if the document shows the whole record.
    pub fn is_whole(&self) -> bool {
        self.coverage == Coverage::Whole
    }
}

/// The result of fetching one record.
#[derive(Clone, PartialEq)]
pub enum Fetched {
    /// The record.
    Found(Box<Remote>),
    /// The vendor has no such record.
    Gone,
}

impl Fetched {
    /// Returns the record if the vendor has it.
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

/// The result of one vendor step.
pub struct Performed {
    /// The state of the part after the step.
    pub state: PartState,
    /// The fields of the part in the answer, in the shape that the rules read.
    pub document: Value,
    /// The extent to which the document shows the part.
    pub coverage: Coverage,
}

impl Performed {
    /// Builds the result of a step whose answer shows none of the part's fields.
    pub fn new(state: PartState) -> Self {
        Self { state, document: Value::Object(Map::new()), coverage: Coverage::Excerpt }
    }

    /// Returns true if the document shows the whole part.
    pub fn is_whole(&self) -> bool {
        self.coverage == Coverage::Whole
    }

    /// Returns the document if it shows the whole part.
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

/// The answer to a vendor step.
pub enum StepAnswer {
    /// The vendor has performed the step.
    Performed(Performed),
    /// The vendor has created an object and has not returned its id.
    Unidentified(FindCreated),
}

/// A function that builds the search for an object that the vendor has created. The argument lists the remote ids that
/// already belong to records of the gateway.
pub type FindCreated = Box<dyn FnOnce(Vec<String>) -> Exchange<Performed> + Send>;

impl StepAnswer {
    /// Builds the answer for an object that the vendor has created without returning its id.
    pub fn unidentified(find: impl FnOnce(Vec<String>) -> Exchange<Performed> + Send + 'static) -> Self {
        Self::Unidentified(Box::new(find))
    }

    /// Returns the exchange that searches for an unidentified object, or a finished exchange if the step is performed.
    /// `bound` lists the remote ids that already belong to records of the gateway.
    pub fn identify(self, bound: Vec<String>) -> Exchange<Performed> {
        match self {
            Self::Performed(performed) => Exchange::Done(performed),
            Self::Unidentified(find) => find(bound),
        }
    }
}

impl<T: Into<Performed>> From<T> for StepAnswer {
    fn from(performed: T) -> Self {
        Self::Performed(performed.into())
    }
}

/// An object that may be the result of a lost creation of a part, or that can be bound.
pub struct FoundPart {
    /// The state of the object as a part.
    pub state: PartState,
    /// The fields of the object, in the shape of the body that created it.
    pub document: Value,
    /// The creation time, if the vendor returns it.
    pub created_at: Option<VendorTime>,
}

/// Converts an entry of a catalogue whose objects can be bound.
impl From<CatalogueEntry> for FoundPart {
    fn from(entry: CatalogueEntry) -> Self {
        Self { state: PartState::new(entry.id), document: entry.document, created_at: None }
    }
}
