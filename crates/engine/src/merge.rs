//! Keeping secrets that a caller cannot send back because nobody shows them.

use secrecy::ExposeSecret;
use serde_json::Value;
use switchboard_core::{Root, schema};

/// Puts stored secrets back into a document that leaves them out. A null takes a secret away; another type has none.
pub fn keep_secrets<R: Root>(stored: &R, given: &Value, document: &mut Value) {
    let secrets = stored.secrets();
    if secrets.is_empty() {
        return;
    }
    let before = serde_json::to_value(stored).unwrap_or_default();
    for (pointer, secret) in secrets {
        let Some((parent, _)) = pointer.rsplit_once('/') else { continue };
        let tag = |document: &Value| document.pointer(parent).and_then(|holder| holder.get("type").cloned());
        let same = tag(&before).is_some() && tag(&before) == tag(document);
        if same && given.pointer(pointer).is_none() && document.pointer(pointer).is_none() {
            schema::put(document, pointer, secret.expose_secret().into());
        }
    }
}
