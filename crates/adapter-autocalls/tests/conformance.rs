//! Both generations of Autocalls pass the suite every adapter must pass.

use std::process::ExitCode;

use serde_json::{Value, json};
use switchboard_adapter_autocalls::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    let settings = |generation| json!({ "api_key": "conformance-key-0001", "generation": generation });
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .agent_id("1842")
        .generation(Generation {
            name: "2025",
            document: "2025.openapi.json",
            fixtures: "fixtures/2025",
            settings: settings("2025"),
            agent: agent(),
            other_agent: other_agent(),
        })
        .generation(Generation {
            name: "2026",
            document: "2026.openapi.json",
            fixtures: "fixtures/2026",
            settings: settings("2026"),
            agent: agent(),
            other_agent: realtime_agent(),
        })
        .run()
}

/// Returns an agent with ids and names that the fixtures list.
fn agent() -> Value {
    json!({
        "voice": { "id": "413", "provider": "4" },
        "transcription": { "provider": "1" },
        "tool_ids": ["8", "21"],
        "model": { "name": "GPT-4.1-mini" },
        "knowledge_base_ids": ["12"],
        "phone_number_id": "97",
    })
}

/// Returns a change to another valid voice.
fn other_agent() -> Value {
    json!({ "voice": { "id": "414" } })
}

/// Returns an agent of the other engine, which does not allow every setting.
fn realtime_agent() -> Value {
    json!({ "voice": { "id": "414" }, "model": { "engine": "realtime", "name": "GPT Realtime" } })
}
