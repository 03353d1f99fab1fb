//! Agents without a pin, and the configuration of their routes.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    harness::{Config, with},
    kill_matrix::impatient,
};

/// The vendor at which all agents start.
pub const HOME: Vendor = Vendor::QCALL;

/// The vendors' ids for the aliases.
const ALIASES: &str = "[voices.warm]\nqcall = \"qv-aurora\"\nautocalls-2025 = \"101\"\nautocalls-2026 = \"101\"\n\
                       [models.fast]\nqcall = \"1\"\nautocalls-2025 = \"GPT-4o mini\"\nautocalls-2026 = \"GPT-4o mini\"\n";

/// Returns a configuration that places agents at [`HOME`], for a gateway that soon notices configuration
/// changes.
pub fn at_home(routing: &str, store: String) -> Config {
    let calm = impatient();
    Config {
        server: "watch_config_s = 0.1\n".into(),
        tables: format!("{}{ALIASES}[routing]\n{}\n{routing}\n", calm.tables, default(HOME)),
        store,
        log: "info,switchboard::access=warn".into(),
        ..calm
    }
}

/// Returns the same configuration with another default vendor.
pub fn routed(configuration: &str, from: Vendor, to: Vendor) -> String {
    let edited = configuration.replace(&default(from), &default(to));
    assert_ne!(edited, configuration, "the route is edited");
    edited
}

fn default(vendor: Vendor) -> String {
    format!("default = \"{vendor}\"")
}

/// Returns an agent. The agents differ in fields that only some vendors can hold.
pub fn portable(number: usize) -> Value {
    let base = json!({
        "name": format!("Agent {number}"),
        "external_ref": format!("ref-{number}"),
        "labels": { "team": "moving" },
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": says(1) },
        "greeting": { "message": "Hello!" },
        "voice": { "id": "warm" },
        "model": { "name": "fast" },
    });
    with(
        base,
        match number % 5 {
            0 => json!({}),
            // Only the first vendor can hold these fields.
            1 => json!({
                "prompt": { "goal": "Book an appointment" },
                "voice": { "style": 0.3 },
                "ending": { "message": "Bye!" },
            }),
            // Only the second vendor can hold these fields.
            2 => json!({
                "timezone": "Europe/Berlin",
                "variables": { "shop": "Bakery" },
                "model": { "temperature": 0.4 },
                "turn_taking": { "interruptible": false },
            }),
            // Each vendor rounds these values differently.
            3 => json!({ "voice": { "speed": 1.15 }, "call": { "max_duration_s": 90, "record": false } }),
            _ => json!({
                "direction": "outbound",
                "metadata": { "since": 2024 },
                "webhook": { "url": "https://example.com/hook", "enabled": true },
                "extensions": { "qcall": { "utterance_length": 3 } },
            }),
        },
    )
}

/// Returns instructions that contain the number of their revision.
pub fn says(revision: u64) -> String {
    format!("Say {revision}.")
}

/// Returns the revision number in these instructions.
pub fn said(instructions: &Value) -> Option<u64> {
    instructions.as_str()?.strip_prefix("Say ")?.strip_suffix('.')?.parse().ok()
}
