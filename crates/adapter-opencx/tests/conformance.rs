//! OpenCX passes the suite every adapter must pass.

use std::process::ExitCode;

use serde_json::json;
use switchboard_adapter_opencx::FACTORY;
use switchboard_conformance::{Generation, Suite};

fn main() -> ExitCode {
    Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
        .generation(Generation {
            name: "2024",
            document: "openapi.json",
            fixtures: "fixtures",
            settings: json!({ "api_key": "conformance-key-0001" }),
            agent: json!({
                "voice": { "id": "TxErUhYT25MQSG3MlH4A" },
                "extensions": { "opencx": { "area_code": "415" } },
            }),
            other_agent: json!({
                "voice": { "id": "IJOA5d06iGvU3ehQdDjg" },
                "extensions": { "opencx": { "area_code": "212" } },
            }),
        })
        .run()
}
