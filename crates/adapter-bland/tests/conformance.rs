//! The conformance suite for the Bland adapter.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_bland::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .dial(json!({
            "overrides": {
                "voice": { "id": "745fbef5-f445-44fa-91ba-93f89803e1ce" },
                "transfers": [{ "phone_number": "+15550100124", "mode": "cold" }],
            },
        }))
        .generation(Generation {
            name: "2026",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({ "phone_number_id": "+14155550142", "voice": { "id": "745fbef5-f445-44fa-91ba-93f89803e1ce", "provider": "bland" } }),
            other_agent: json!({
                "phone_number_id": "+14155550143",
                "voice": { "id": "Josh" },
                "greeting": { "first_speaker": "caller" },
                "knowledge_base_ids": ["KB-30d465c0-22d0-41e0-a63d-61bcacc277e7", "kb_01k7m2v9q4x8c3n6b5z0d1f2g3"],
            }),
        })
        .run()
}
