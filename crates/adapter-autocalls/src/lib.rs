//! The adapter for Autocalls and its white-label resellers. An Autocalls assistant is an agent.
//!
//! The vendor has renamed the fields of its requests: its pages of 2025 have `assistant_name`, its pages of
//! 2026 have `name`. It is not known which names the live service accepts. There are therefore two rule
//! tables, in `agent`, and one set of exchanges, in `agents`.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * In both generations, answers have the current field names, numbers as strings, flags as 0 and 1, and values
//!   outside the ranges of requests (reference pages of the reseller Famulor, 2025-08 and 2026-06).
//! * No copy of the documentation has a route that reads one assistant, so the adapter searches the list.
//! * An update changes only the fields that it contains. Only lists, maps and the fields that the pages call nullable
//!   can be cleared.
//! * Built-in tools are flat in requests and nested in answers (reference pages, 2026-06). In answers, the calendar
//!   tool contains the account's Cal.com key. The adapter removes the key before other code reads the answer, and
//!   restores the key when an update rewrites the tools.
//! * The two generations share the routes for calls, except that a single call can be read since 2026-01.
//! * The engine determines the field that contains the model. Models of both engines share ids and names (reference
//!   pages, 2026-06).

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod catalogue;
mod config;
mod dial;
mod fault;
mod rows;
mod tools;
mod wire;

use switchboard_core::prelude::*;

pub use config::DEFAULT_BASE_URL;

/// The factory of this adapter: `adapter = "autocalls"`.
pub const FACTORY: Factory = Factory {
    adapter: NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API; default https://app.autocalls.ai/api. White-label resellers have their own.",
            secret: false,
        },
        Setting { name: "api_key", about: "The key from the dashboard, /api-keys; required.", secret: true },
        Setting {
            name: "generation",
            about: "The generation whose field names requests use: \"2025\" (default) or \"2026\".",
            secret: false,
        },
    ],
    recorded: catalogue::recorded,
    extension: None,
    build: |settings| Ok(Box::new(adapter::Autocalls::new(config::parse(settings)?))),
    trials: &[
        Trial {
            name: "autocalls-2025",
            generation: "2025",
            settings: &[("api_key", "sandbox-key-autocalls-2025-opens-nothing"), ("generation", "2025")],
            full_record: include_str!("../contract/fixtures/2025/listAssistants.full_record.json"),
            ..TRIAL
        },
        Trial {
            name: "autocalls-2026",
            generation: "2026",
            settings: &[("api_key", "sandbox-key-autocalls-2026-opens-nothing"), ("generation", "2026")],
            full_record: include_str!("../contract/fixtures/2026/listAssistants.full_record.json"),
            ..TRIAL
        },
    ],
};

/// The members of a trial that both generations share.
const TRIAL: Trial = Trial {
    name: NAME,
    generation: "",
    settings: &[],
    sandbox_settings: &[],
    agent: include_str!("../trial/agent.json"),
    full_agent: include_str!("../trial/full_agent.json"),
    full_record: "",
    voice: "101",
    model: Some("GPT-4o mini"),
    agents: TrialAgents {
        create: "createAssistant",
        update: "updateAssistant",
        delete: "deleteAssistant",
        collection: "assistants",
        instructions: "/system_prompt",
    },
};

/// The adapter's name.
const NAME: &str = "autocalls";
