//! QCall passes the suite every adapter must pass.

use std::process::ExitCode;

use serde_json::{Value, json};
use switchboard_adapter_qcall::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    let full: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap_or_default();
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .generation(Generation {
            name: "2026-09",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({
                "voice": { "id": "qm-en-0017", "provider": "qmodel" },
                "model": { "name": "3" },
                "extensions": full["extensions"],
            }),
            other_agent: json!({ "voice": { "id": "qm-es-0008" } }),
        })
        .run()
}
