//! The body of a request to dial.

use serde_json::{Map, Value};
use switchboard_core::{
    call::Dial,
    error::{Error, Kind, Result, Violation},
    model::{FieldReader, schema},
    plan::Desired,
    rule::ExtensionRules,
};

use super::{CallEnvelope, RequestedDial};
use crate::records::{Envelope, members, read_envelope, to_document};

/// The members of a body that are not fields of the dial.
pub const BESIDE: [&str; 6] = ["agent_id", "external_ref", "labels", "metadata", "extensions", "allow_stale"];

/// The maximum length of the id of an agent in a request, in characters.
const MAX_AGENT_ID: usize = 255;

/// The body of a request to dial, before its extensions are checked.
pub struct DialBody {
    /// The gateway's id of the agent. Empty if the body lacks it or has it in a wrong form, which is a violation.
    pub agent_id: String,
    /// True if the caller accepts an earlier revision of the agent.
    pub allow_stale: bool,
    envelope: Envelope,
    dial: Dial,
    extensions: Value,
    reader: FieldReader,
}

/// The whole body of a request to dial, without violations.
pub struct CheckedBody {
    /// The members that the gateway stores and never sends to vendors.
    pub envelope: CallEnvelope,
    /// The dial with its extensions.
    pub desired: Desired<Dial>,
}

impl DialBody {
    /// Reads a body. Collects the violations, which [`Self::check`] returns together with those of the extensions.
    ///
    /// # Errors
    /// `validation_failed` if the body is not an object.
    pub fn read(document: &Value) -> Result<Self> {
        let mut fields = members(document)?.clone();
        let mut reader = FieldReader::for_body::<Dial>(&BESIDE);
        let mut beside = Map::new();
        for name in BESIDE {
            let value = fields.shift_remove(name).filter(|value| !value.is_null());
            beside.extend(value.map(|value| (name.to_owned(), value)));
        }
        let agent_id = read_agent_id(beside.get("agent_id"), &mut reader);
        let allow_stale = read_flag(beside.get("allow_stale"), &mut reader);
        let extensions = beside.shift_remove("extensions").unwrap_or_default();
        let envelope = read_envelope(&beside, &|_| Ok(()), &mut reader);
        let dial = reader.root::<Dial>(&Value::Object(fields));
        dial.check(&mut reader);
        Ok(Self { agent_id, allow_stale, envelope, dial, extensions, reader })
    }

    /// Checks that the body has no violation outside the extensions.
    ///
    /// # Errors
    /// All violations outside the extensions.
    pub fn finish(self) -> Result<()> {
        self.reader.finish()
    }

    /// Checks the extensions against the rules of the adapter that places the call. `rules` is `None` if the adapter
    /// has no extension for dials.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn check(mut self, adapter: &str, rules: Option<&dyn ExtensionRules>) -> Result<CheckedBody> {
        let extensions = read_extensions(&self.extensions, adapter, rules, &mut self.reader);
        self.reader.finish()?;
        let Envelope { external_ref, labels, metadata, .. } = self.envelope;
        let envelope = CallEnvelope { external_ref, labels, metadata };
        Ok(CheckedBody { envelope, desired: Desired { record: self.dial, extensions } })
    }

    /// Returns the violations found in the body so far, together with `violation`, which describes why the agent cannot
    /// be used.
    pub fn refuse(mut self, violation: Violation) -> Error {
        // If the agent id is missing or malformed, the body already has a violation for it.
        if !self.agent_id.is_empty() {
            self.reader.refuse(violation);
        }
        match self.reader.finish() {
            Err(error) => error,
            Ok(()) => Error::new(Kind::Internal, "A refused request has no violation."),
        }
    }
}

impl CheckedBody {
    /// Returns the request in the form that is stored with the call.
    ///
    /// # Errors
    /// `internal` if the request cannot be serialised.
    pub fn requested(&self) -> Result<RequestedDial> {
        let overrides = match to_document("request to dial", &self.desired.record.overrides)? {
            Value::Object(overrides) => overrides,
            _ => Map::new(),
        };
        Ok(RequestedDial {
            variables: self.desired.record.variables.clone().unwrap_or_default(),
            overrides,
            extensions: self.desired.extensions.clone(),
        })
    }
}

fn read_agent_id(value: Option<&Value>, reader: &mut FieldReader) -> String {
    match value {
        Some(Value::String(id)) if (1..=MAX_AGENT_ID).contains(&id.chars().count()) => return id.clone(),
        Some(_) => {
            let detail =
                format!("/agent_id must be a string of 1 to {MAX_AGENT_ID} characters: the id of an agent.");
            reader.note("agent_id", Kind::ValidationFailed, detail);
        }
        None => reader.note("agent_id", Kind::FieldRequired, "/agent_id is required."),
    }
    String::new()
}

fn read_flag(value: Option<&Value>, reader: &mut FieldReader) -> bool {
    match value {
        None => false,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => {
            reader.note("allow_stale", Kind::ValidationFailed, "/allow_stale must be true or false.");
            false
        }
    }
}

fn read_extensions(
    value: &Value,
    adapter: &str,
    rules: Option<&dyn ExtensionRules>,
    reader: &mut FieldReader,
) -> Map<String, Value> {
    let given = match value {
        Value::Null => return Map::new(),
        Value::Object(given) => given,
        _ => {
            let detail = "/extensions must be an object whose members are named after adapters.";
            reader.note("extensions", Kind::ValidationFailed, detail);
            return Map::new();
        }
    };
    let mut extensions = Map::new();
    for (name, settings) in given.iter().filter(|(_, settings)| !settings.is_null()) {
        let pointer = format!("/extensions/{}", schema::escape(name));
        match rules.filter(|_| name == adapter) {
            Some(rules) => {
                rules.check(&pointer, settings, reader);
                let settings = rules.normalize(settings);
                if settings.as_object().is_some_and(|settings| !settings.is_empty()) {
                    extensions.insert(name.clone(), settings);
                }
            }
            None if name == adapter => {
                let detail = format!("Calls of the adapter {adapter} have no extensions.");
                reader.refuse(Violation::at(pointer, Kind::UnknownField, detail));
            }
            None => {
                let detail = format!(
                    "The adapter {adapter} places this call, so the settings for {name:?} would have no effect; remove them."
                );
                reader.refuse(Violation::at(pointer, Kind::CapabilityLoss, detail));
            }
        }
    }
    extensions
}
