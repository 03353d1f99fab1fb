//! The reading of an agent in a file, with checks of its portability to other gateways.

use serde_json::Value;
use switchboard_core::{
    error::Kind,
    model::{Root as _, schema},
};
use switchboard_engine::{Body, Extensions, OUTPUT_ONLY};
use switchboard_registry::ADAPTERS;

use super::{Document, FileAgent, FileError};

/// Returns the extensions that this version supports.
pub fn extensions() -> Extensions {
    Extensions::from_factories(&ADAPTERS)
}

/// Reads a document as an agent with an external reference.
///
/// # Errors
/// All violations in the document.
pub fn read(document: Document, extensions: &Extensions) -> Result<FileAgent, Vec<FileError>> {
    let Document { place, value } = document;
    let mut errors: Vec<_> = outputs(&value)
        .map(|name| {
            let detail = format!("/{name} is set by the gateway; remove it from the file.");
            FileError::at(&place, &format!("/{name}"), Kind::UnknownField, detail)
        })
        .collect();
    let nameless = value.is_object() && value.get("external_ref").is_none_or(Value::is_null);
    if nameless {
        let detail = "/external_ref is required: it identifies the agent at every gateway.";
        errors.push(FileError::at(&place, "/external_ref", Kind::FieldRequired, detail));
    }
    // Only the gateway can check the vendor, because the names of vendors are part of its configuration.
    match Body::read(value, extensions, &|_| Ok(())) {
        Ok(body) => match body.envelope.external_ref.clone() {
            Some(external_ref) if errors.is_empty() => Ok(FileAgent { place, external_ref, body }),
            _ => Err(errors),
        },
        Err(error) => {
            errors.extend(FileError::all(&place, error));
            Err(errors)
        }
    }
}

/// Returns the warnings about a valid agent.
pub fn warnings(file_agent: &FileAgent) -> impl Iterator<Item = FileError> {
    pinned(file_agent).into_iter().chain(secret(file_agent))
}

/// Returns a warning if the file contains a secret, which no comparison with the gateway covers.
fn secret(file_agent: &FileAgent) -> Option<FileError> {
    let (path, _) = file_agent.body.desired.record.secrets().pop_first()?;
    let detail = format!(
        "The file contains the secret {path}. The gateway shows no secrets, so the agent always counts as changed; leave the secret out once the gateway has it."
    );
    let field = path.split("/[").next().unwrap_or_default();
    Some(FileError::at(&file_agent.place, field, Kind::ValidationFailed, detail))
}

/// Returns a warning if the agent is pinned to a vendor, because other gateways may not have that vendor.
fn pinned(file_agent: &FileAgent) -> Option<FileError> {
    let vendor = file_agent.body.envelope.vendor.as_ref()?;
    let detail = format!(
        "The agent is pinned to the vendor {vendor:?}, which other gateways may not have; routing rules would be portable."
    );
    Some(FileError::at(&file_agent.place, "/vendor", Kind::VendorUnknown, detail))
}

fn outputs(value: &Value) -> impl Iterator<Item = String> {
    let members = value.as_object().into_iter().flatten().map(|(name, _)| name);
    members.filter(|name| OUTPUT_ONLY.contains(&name.as_str())).map(|name| schema::escape(name))
}
