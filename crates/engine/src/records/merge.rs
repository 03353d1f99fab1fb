//! Merge patches (RFC 7396), and keeping secrets that a caller cannot send back because nobody shows them.

use secrecy::ExposeSecret;
use serde_json::Value;
use switchboard_core::{Result, Root, schema};

use super::{Managed, body::Body, to_document};

/// Applies a patch to a stored body.
///
/// # Errors
/// `internal` where the body cannot be serialised.
pub fn patched<R: Managed>(stored: &Body<R>, patch: &Value) -> Result<Value> {
    let mut document = stored.document()?;
    for pointer in retagged(&document, patch) {
        // A carrier of another type shares no member with the old one.
        schema::put(&mut document, &pointer, Value::Null);
    }
    json_patch::merge(&mut document, patch);
    Ok(document)
}

/// The patch's tagged objects whose tag differs from the stored one: they replace instead of merging.
fn retagged(stored: &Value, patch: &Value) -> Vec<String> {
    let members = patch.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| {
            let (new, old) = (value.get("type")?.as_str()?, stored.get(name)?.get("type")?.as_str()?);
            (new != old).then(|| format!("/{name}"))
        })
        .collect()
}

/// Puts stored secrets back into a document that leaves them out. A null takes a secret away; another type has none.
///
/// # Errors
/// `internal` where the record cannot be serialised.
pub fn keep_secrets<R: Root>(stored: &R, given: &Value, document: &mut Value) -> Result<()> {
    let secrets = stored.secrets();
    if secrets.is_empty() {
        return Ok(());
    }
    let before = to_document(R::NAME, stored)?;
    for (pointer, secret) in secrets {
        let Some((parent, _)) = pointer.rsplit_once('/') else { continue };
        let tag = |document: &Value| document.pointer(parent).and_then(|holder| holder.get("type").cloned());
        let same = tag(&before).is_some() && tag(&before) == tag(document);
        if same && given.pointer(pointer).is_none() && document.pointer(pointer).is_none() {
            schema::put(document, pointer, secret.expose_secret().into());
        }
    }
    Ok(())
}
