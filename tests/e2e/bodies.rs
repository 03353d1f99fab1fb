//! Request bodies of the end-to-end tests.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

pub use crate::harness::{agent, with};

/// Returns a trunk without secrets.
pub fn trunk() -> Value {
    json!({
        "vendor": Vendor::QCALL,
        "name": "Main line",
        "phone_number": "+15550100123",
        "carrier": { "type": "telnyx", "connection_id": "conn-1" },
    })
}
