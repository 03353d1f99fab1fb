//! The requests of a write, and what the vendor has of a record after each.

use std::collections::{BTreeMap, VecDeque};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Error, Kind, Result},
    rule::document_path,
};

/// One request of a write. Its result is stored before the next one is sent.
#[derive(Clone, PartialEq)]
pub struct VendorStep {
    /// The part that it is about.
    pub part: &'static str,
    /// The action on that part.
    pub action: StepAction,
    /// The ids of other parts that its body is to hold.
    pub(super) links: Vec<Link>,
}

/// Action of a step on its part.
#[derive(Clone, PartialEq)]
pub enum StepAction {
    /// Makes it of this body.
    Create(Value),
    /// Changes it by this body.
    Update(Value),
    /// Makes its changes take effect.
    Publish,
    /// Removes it.
    Delete,
}

/// Place in a body that holds the id of another part.
#[derive(Clone, PartialEq)]
pub(super) struct Link {
    /// The path in the body.
    pub path: &'static str,
    /// The other part.
    pub part: &'static str,
}

impl VendorStep {
    /// Builds a step whose body is sent as it is.
    pub fn new(part: &'static str, action: StepAction) -> Self {
        Self { part, action, links: Vec::new() }
    }

    /// Returns the body, if the step has one.
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

/// A part as the vendor has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartState {
    /// The vendor's id, as text.
    pub id: String,
    /// The version that was published last, at a vendor that has versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// A secret that the vendor showed once. It is never written out; the code that stores the
    /// state seals it separately.
    #[serde(skip)]
    pub secret: Option<SecretString>,
}

impl PartState {
    /// Builds the state of a part of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), version: None, secret: None }
    }

    /// Sets the version.
    pub fn at_version(self, version: impl Into<String>) -> Self {
        Self { version: Some(version.into()), ..self }
    }

    /// Sets the secret that the vendor shows once.
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

/// The parts that a vendor has of one record, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(BTreeMap<String, PartState>);

impl Parts {
    /// No parts at all.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Builds the only part of a vendor that keeps a record in one object.
    pub fn root(id: impl Into<String>) -> Self {
        Self::NONE.with("", PartState::new(id))
    }

    /// Adds this part.
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
    /// `internal` if the vendor is not known to have the part: a step was sent out of order.
    pub fn id(&self, part: &str) -> Result<&str> {
        let unknown =
            || Error::new(Kind::Internal, format!("The vendor's id of the part {part:?} is not known."));
        self.get(part).map(|state| state.id.as_str()).ok_or_else(unknown)
    }

    /// Returns true if the vendor is known to have none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lists the parts by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PartState)> {
        self.0.iter().map(|(part, state)| (part.as_str(), state))
    }

    /// Stores a part's state. A value that the vendor returns only once is kept: a secret, a
    /// version.
    pub fn insert(&mut self, part: &str, state: PartState) {
        let known = self.0.remove(part).filter(|known| known.id == state.id);
        let (version, secret) = known.map_or((None, None), |known| (known.version, known.secret));
        let state =
            PartState { version: state.version.or(version), secret: state.secret.or(secret), ..state };
        self.0.insert(part.to_owned(), state);
    }

    /// Forgets a part.
    pub fn remove(&mut self, part: &str) {
        self.0.remove(part);
    }
}

/// The steps of a write that are still to be sent, one after another.
pub struct Steps {
    left: VecDeque<VendorStep>,
    sent: Option<(&'static str, bool)>,
    parts: Parts,
}

impl Steps {
    /// Starts the steps of a plan, at a vendor that has these parts of the record.
    pub fn new(steps: Vec<VendorStep>, parts: Parts) -> Self {
        Self { left: steps.into(), sent: None, parts }
    }

    /// Returns the next step, with the ids that earlier ones returned. [`Self::advance`] takes its
    /// result.
    pub fn next_step(&mut self) -> Option<VendorStep> {
        let mut step = self.left.pop_front()?;
        for link in std::mem::take(&mut step.links) {
            if let Some(state) = self.parts.get(link.part)
                && let Some(body) = step.body_mut()
            {
                document_path::put(body, link.path, Value::String(state.id.clone()));
            }
        }
        self.sent = Some((step.part, matches!(step.action, StepAction::Delete)));
        Some(step)
    }

    /// Takes the result of the step that was returned last; returns the parts that the vendor has
    /// now, to be stored before the next step is sent.
    pub fn advance(&mut self, state: PartState) -> &Parts {
        match self.sent.take() {
            Some((part, true)) => self.parts.remove(part),
            Some((part, false)) => self.parts.insert(part, state),
            None => {}
        }
        &self.parts
    }

    /// Returns the parts that the vendor has after the steps so far.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Returns true if all steps were returned.
    pub fn is_finished(&self) -> bool {
        self.left.is_empty()
    }
}
