//! Request bodies shared by all tests.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::trials::trial;

/// Returns the smallest agent that this vendor accepts.
pub fn agent(vendor: Vendor) -> Value {
    let agent = serde_json::from_str(trial(vendor).agent).unwrap();
    with(json!({ "vendor": vendor }), agent)
}

/// Returns `base` with a merge patch applied.
pub fn with(mut base: Value, patch: Value) -> Value {
    json_patch::merge(&mut base, &patch);
    base
}
