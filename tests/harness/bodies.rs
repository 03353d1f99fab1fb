//! What all tests send.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

/// The least that an agent at this vendor needs.
pub fn agent(vendor: Vendor) -> Value {
    let mut agent = json!({
        "vendor": vendor,
        "name": "Reception",
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": "You answer the phone." },
    });
    let more = match vendor {
        Vendor::QCALL => json!({ "voice": { "id": "qv-aurora" } }),
        Vendor::AUTOCALLS_2025 | Vendor::AUTOCALLS_2026 => json!({
            "voice": { "id": "101" },
            "model": { "name": "GPT-4o" },
            "greeting": { "message": "Hello!" },
        }),
        Vendor::OPENCX => json!({
            "voice": { "id": "hP72SDESIJq2YuAblBqz" },
            "extensions": { "opencx": { "area_code": "415" } },
        }),
    };
    json_patch::merge(&mut agent, &more);
    agent
}

/// `base` with a merge patch applied.
pub fn with(mut base: Value, patch: Value) -> Value {
    json_patch::merge(&mut base, &patch);
    base
}
