//! Toy vendors with shapes that no current adapter has. The toys run the suite that every adapter must pass.

mod bare;
mod calls;
mod catalogue;
mod shapes;
mod vendor;

use std::process::ExitCode;

use serde_json::{Value, json};
use switchboard_conformance::{Generation, Suite};
use switchboard_core::prelude::*;

fn main() -> ExitCode {
    let numbers = ["+15550100123", "+15550100124"].map(|number| json!({ "phone_number_id": number }));
    let toys = [
        ("vapi", shapes::VAPI, ["Robin", "Sam"].map(|voice| json!({ "voice": { "id": voice } }))),
        ("retell", shapes::RETELL, [json!({}), json!({})]),
        ("elevenlabs", shapes::ELEVENLABS, numbers),
    ];
    let passed = toys.map(|(name, factory, agents)| suite(name, factory, agents).run());
    passed.into_iter().find(|code| *code != ExitCode::SUCCESS).unwrap_or(ExitCode::SUCCESS)
}

fn suite(name: &str, factory: Factory, [agent, other_agent]: [Value; 2]) -> Suite {
    let contract = format!("{}/tests/toys/{name}", env!("CARGO_MANIFEST_DIR"));
    Suite::new(factory, contract).generation(Generation {
        name: "1",
        document: "openapi.json",
        fixtures: "fixtures",
        settings: json!({ "api_key": "conformance-key-0001" }),
        agent,
        other_agent,
    })
}
