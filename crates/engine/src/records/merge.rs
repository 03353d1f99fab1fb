//! The preservation of stored secrets. No answer contains secrets, so a caller cannot send them back.

use secrecy::ExposeSecret;
use serde_json::Value;
use switchboard_core::{
    error::Result,
    model::{Root, schema},
};

use super::to_document;

/// Adds to `document` the stored secrets that the caller's document `given` omits. A secret is not added if it is null in
/// `given`, or if the `type` of the object that contains it is missing or has changed.
///
/// # Errors
/// `internal` if the record cannot be serialised.
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
