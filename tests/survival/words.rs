//! What the vendors call the things that the trials look at.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

/// What a vendor calls the things that the trials look at.
#[derive(Clone, Copy)]
pub struct Words {
    /// The operations of its contract.
    pub create: &'static str,
    pub update: &'static str,
    pub delete: &'static str,
    /// Where the simulator keeps its records.
    pub collection: &'static str,
    /// The member of a record that holds `/prompt/instructions`.
    pub instructions: &'static str,
    /// Whether it says of its records more than their names.
    pub tells: bool,
}

impl Words {
    pub fn of(vendor: Vendor) -> Self {
        let assistants = Self {
            create: "createAssistant",
            update: "updateAssistant",
            delete: "deleteAssistant",
            collection: "assistants",
            instructions: "system_prompt",
            tells: true,
        };
        match vendor {
            Vendor::Qcall => Self { instructions: "script", ..assistants },
            Vendor::Autocalls2025 | Vendor::Autocalls2026 => assistants,
            Vendor::Opencx => Self {
                create: "buyPhoneNumber",
                update: "updatePhoneNumber",
                delete: "deletePhoneNumber",
                collection: "phone_numbers",
                instructions: "base_prompt",
                tells: false,
            },
        }
    }
}

/// An agent for this vendor.
pub fn agent(vendor: Vendor, name: &str, instructions: &str) -> Value {
    let mut agent = json!({
        "vendor": vendor,
        "name": name,
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": instructions },
    });
    let more = match vendor {
        Vendor::Qcall => json!({ "voice": { "id": "qv-aurora" } }),
        Vendor::Autocalls2025 | Vendor::Autocalls2026 => json!({
            "voice": { "id": "101" },
            "model": { "name": "GPT-4o" },
            "greeting": { "message": "Hello!" },
        }),
        Vendor::Opencx => json!({
            "voice": { "id": "hP72SDESIJq2YuAblBqz" },
            "extensions": { "opencx": { "area_code": "415" } },
        }),
    };
    json_patch::merge(&mut agent, &more);
    agent
}

/// A merge patch of what the agent is to say.
pub fn instructions(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}
