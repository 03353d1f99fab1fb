//! The agent settings that a vendor cannot hold in the agent but can hold in each call.

use serde_json::{Map, Value};
use switchboard_core::{
    error::Result,
    model::{Agent, schema},
    plan::Translator,
    rule::Capability,
};

use crate::vendors::Vendor;

/// The prefix of the fields by which a dial overrides the agent's settings.
pub(super) const OVERRIDES: &str = "/overrides";

/// Returns the agent's values for the fields that the vendor can hold in a call but not in an agent, in the form of a
/// dial's overrides. `rows` are the vendor's capabilities for dials, and `agent` is the agent in the form of the API.
///
/// # Errors
/// `capability_loss` if the vendor has no agents.
pub(super) fn held_by_calls_only(vendor: &Vendor, rows: &[Capability], agent: &Value) -> Result<Value> {
    let adapter = vendor.adapter().descriptor().adapter;
    let held = Translator::new(vendor.resource::<Agent>()?, adapter).capabilities();
    let is_unsupported = |field: &str| !held.iter().any(|row| row.field == field && row.is_settable());
    let settable = rows.iter().filter(|row| row.is_settable());
    let fields = settable.filter_map(|row| row.field.strip_prefix(OVERRIDES));
    Ok(selected(agent, fields.filter(|field| is_unsupported(field))))
}

/// Returns the part of a document that consists of these fields. Leaves out a field without a value.
pub(super) fn selected<'f>(document: &Value, fields: impl Iterator<Item = &'f str>) -> Value {
    let mut part = Value::Object(Map::new());
    for field in fields {
        if let Some(value) = document.pointer(field).filter(|value| !value.is_null()) {
            schema::put(&mut part, field, value.clone());
        }
    }
    part
}
