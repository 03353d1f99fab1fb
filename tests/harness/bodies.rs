//! What all tests send.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::trials::trial;

/// The least that an agent at this vendor needs.
pub fn agent(vendor: Vendor) -> Value {
    let agent = serde_json::from_str(trial(vendor).agent).unwrap();
    with(json!({ "vendor": vendor }), agent)
}

/// `base` with a merge patch applied.
pub fn with(mut base: Value, patch: Value) -> Value {
    json_patch::merge(&mut base, &patch);
    base
}
