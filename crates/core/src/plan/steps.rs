//! The requests of a write, and the parts of the record at the vendor after each request.

use std::collections::{BTreeMap, VecDeque};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Error, Kind, Result},
    rule::document_path,
};

/// One request of a write. The caller stores the result of a request before sending the next request.
#[derive(Clone, PartialEq)]
pub struct VendorStep {
    /// The part that the request creates, updates, publishes or deletes.
    pub part: &'static str,
    /// The key of the item, if the part is a list.
    pub item: Option<String>,
    /// The action on the part.
    pub action: StepAction,
    /// The links to other parts. The ids of those parts are added to the body before the request is sent.
    pub(super) links: Vec<Link>,
}

/// The action of a step on its part.
#[derive(Clone, PartialEq)]
pub enum StepAction {
    /// Creates the part with this body.
    Create(Value),
    /// Updates the part with this body.
    Update(Value),
    /// Publishes the part, so that its changes take effect.
    Publish,
    /// Deletes the part.
    Delete,
}

/// A path in a body at which the vendor stores the id of another part, or the ids of all its items if it is a list.
#[derive(Clone, PartialEq)]
pub(super) struct Link {
    /// The path in the body.
    pub path: &'static str,
    /// The parts or items whose ids are stored at the path.
    pub to: Ids,
}

/// The keys of the parts or items whose ids a link contains.
#[derive(Clone, PartialEq)]
pub(super) enum Ids {
    /// The id of the part with this key.
    One(String),
    /// The list of the ids of the items with these keys.
    Each(Vec<String>),
}

impl Ids {
    /// Returns the value to write at the link's path. An id that is not known yet becomes null in `One` and
    /// is left out of the list in `Each`.
    pub fn known(&self, parts: &Parts) -> Value {
        let id = |key: &String| parts.get(key).map(|state| Value::from(state.id.as_str()));
        match self {
            Self::One(key) => id(key).unwrap_or_default(),
            Self::Each(keys) => keys.iter().filter_map(id).collect(),
        }
    }
}

/// Returns the key of a part or item in [`Parts`]: the name of the part, or `part/item`.
pub(super) fn key_of(part: &str, item: Option<&str>) -> String {
    match item {
        Some(item) => format!("{part}/{item}"),
        None => part.to_owned(),
    }
}

impl VendorStep {
    /// Builds a step for a part that is not a list, without links to other parts.
    pub fn new(part: &'static str, action: StepAction) -> Self {
        Self { part, item: None, action, links: Vec::new() }
    }

    /// Sets the key of the item, for a part that is a list.
    pub fn for_item(self, item: Option<String>) -> Self {
        Self { item, ..self }
    }

    /// Returns the key of the object among the parts of the record: the part, or the part and the item.
    pub fn key(&self) -> String {
        key_of(self.part, self.item.as_deref())
    }

    /// Returns the body of a creation or update, otherwise `None`.
    pub fn body(&self) -> Option<&Value> {
        match &self.action {
            StepAction::Create(body) | StepAction::Update(body) => Some(body),
            StepAction::Publish | StepAction::Delete => None,
        }
    }

    fn body_mut(&mut self) -> Option<&mut Value> {
        match &mut self.action {
            StepAction::Create(body) | StepAction::Update(body) => Some(body),
            StepAction::Publish | StepAction::Delete => None,
        }
    }
}

/// The state of a part at the vendor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartState {
    /// The vendor's id of the part, as a string.
    pub id: String,
    /// The last published version, if the vendor has versions. For a part that is published together with another part,
    /// the version that was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// A secret that the vendor returned only once. The secret is never serialized; the code that stores the
    /// state seals it separately.
    #[serde(skip)]
    pub secret: Option<SecretString>,
}

impl PartState {
    /// Builds the state of a part from its id alone.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), version: None, secret: None }
    }

    /// Sets the version.
    pub fn at_version(self, version: impl Into<String>) -> Self {
        Self { version: Some(version.into()), ..self }
    }

    /// Sets the secret that the vendor returns only once.
    pub fn with_secret(self, secret: impl Into<SecretString>) -> Self {
        Self { secret: Some(secret.into()), ..self }
    }
}

impl PartialEq for PartState {
    fn eq(&self, other: &Self) -> bool {
        let secret = |state: &Self| state.secret.as_ref().map(|secret| secret.expose_secret().to_owned());
        self.id == other.id && self.version == other.version && secret(self) == secret(other)
    }
}

/// The parts of one record at its vendor, by key: the name of a part, or `part/item` for an item of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(BTreeMap<String, PartState>);

impl Parts {
    /// An empty set of parts.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Builds the set of parts for a vendor that keeps a record in one object: only the root, with this id.
    pub fn root(id: impl Into<String>) -> Self {
        Self::NONE.with("", PartState::new(id))
    }

    /// Adds a part.
    pub fn with(mut self, part: &str, state: PartState) -> Self {
        self.insert(part, state);
        self
    }

    /// Returns a part's state.
    pub fn get(&self, part: &str) -> Option<&PartState> {
        self.0.get(part)
    }

    /// Returns a part's id.
    ///
    /// # Errors
    /// `internal` if the part is not in the set. This happens if a step was sent out of order.
    pub fn id(&self, part: &str) -> Result<&str> {
        let unknown =
            || Error::new(Kind::Internal, format!("The vendor's id of the part {part:?} is not known."));
        self.get(part).map(|state| state.id.as_str()).ok_or_else(unknown)
    }

    /// Returns true if the set has no part.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lists the parts and items, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PartState)> {
        self.0.iter().map(|(part, state)| (part.as_str(), state))
    }

    /// Lists the items of a list of parts, each with its key in the list and its state.
    pub fn items<'a>(&'a self, part: &'a str) -> impl Iterator<Item = (&'a str, &'a PartState)> {
        self.iter().filter_map(move |(key, state)| Some((key.strip_prefix(part)?.strip_prefix('/')?, state)))
    }

    /// Stores a part's state. If the part has the same id as before, a secret or version that the new state
    /// lacks is preserved, because the vendor may return it only once.
    pub fn insert(&mut self, part: &str, state: PartState) {
        let known = self.0.remove(part).filter(|known| known.id == state.id);
        let (version, secret) = known.map_or((None, None), |known| (known.version, known.secret));
        let state =
            PartState { version: state.version.or(version), secret: state.secret.or(secret), ..state };
        self.0.insert(part.to_owned(), state);
    }

    /// Returns the parts that `other` lacks or has with another id.
    pub fn besides(&self, other: &Self) -> Self {
        let is_new =
            |(part, state): &(&String, &PartState)| other.get(part).is_none_or(|known| known.id != state.id);
        Self(self.0.iter().filter(is_new).map(|(part, state)| (part.clone(), state.clone())).collect())
    }

    /// Removes a part from the set.
    pub fn remove(&mut self, part: &str) {
        self.0.remove(part);
    }
}

/// The remaining steps of a write, in the order in which they are sent.
pub struct Steps {
    left: VecDeque<VendorStep>,
    sent: Option<(String, bool)>,
    parts: Parts,
}

impl Steps {
    /// Starts the steps of a plan; `parts` are the parts that the vendor has before the first step.
    pub fn new(steps: Vec<VendorStep>, parts: Parts) -> Self {
        Self { left: steps.into(), sent: None, parts }
    }

    /// Returns the next step, with the ids that earlier steps returned, or `None` if no step is left. The caller
    /// passes the result of the step to [`Self::advance`].
    pub fn next_step(&mut self) -> Option<VendorStep> {
        let mut step = self.left.pop_front()?;
        for link in std::mem::take(&mut step.links) {
            if let Some(body) = step.body_mut() {
                document_path::put(body, link.path, link.to.known(&self.parts));
            }
        }
        self.sent = Some((step.key(), matches!(step.action, StepAction::Delete)));
        Some(step)
    }

    /// Applies the result of the step that was returned last: stores the state of its part, or removes a
    /// deleted part. Returns the parts that the vendor has now. The caller stores them before it sends the
    /// next step.
    pub fn advance(&mut self, state: PartState) -> &Parts {
        match self.sent.take() {
            Some((part, true)) => self.parts.remove(&part),
            Some((part, false)) => self.parts.insert(&part, state),
            None => {}
        }
        &self.parts
    }

    /// Returns the parts that the vendor has after the steps so far.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Returns true if [`Self::next_step`] has returned all steps.
    pub fn is_finished(&self) -> bool {
        self.left.is_empty()
    }
}
