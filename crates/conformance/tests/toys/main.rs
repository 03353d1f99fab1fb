//! Toy vendors of shapes that no present adapter has, run through the suite that every adapter must pass.

mod bare;
mod shapes;
mod vendor;

use std::process::ExitCode;

use serde_json::json;
use switchboard_conformance::{Generation, Suite};
use switchboard_core::prelude::*;

fn main() -> ExitCode {
    let toys = [("vapi", shapes::VAPI), ("retell", shapes::RETELL), ("elevenlabs", shapes::ELEVENLABS)];
    let passed = toys.map(|(name, factory)| suite(name, factory).run());
    passed.into_iter().find(|code| *code != ExitCode::SUCCESS).unwrap_or(ExitCode::SUCCESS)
}

fn suite(name: &str, factory: Factory) -> Suite {
    let contract = format!("{}/tests/toys/{name}", env!("CARGO_MANIFEST_DIR"));
    Suite::new(factory, contract).generation(Generation {
        name: "1",
        document: "openapi.json",
        fixtures: "fixtures",
        settings: json!({ "api_key": "conformance-key-0001" }),
        agent: json!({}),
        other_agent: json!({}),
    })
}
