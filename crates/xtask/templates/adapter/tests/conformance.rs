//! The conformance suite for the Acme adapter.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_acme::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .generation(Generation {
            name: "1",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({ "voice": { "id": "voice-1" } }),
            other_agent: json!({ "voice": { "id": "voice-2" } }),
        })
        .run()
}
