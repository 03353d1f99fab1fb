//! The adapter for QCall AI. A QCall assistant is an agent, and a dialer is a trunk.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * An update replaces the whole record, and 27 of its fields are required (QCall docs, dialers/update; vendor's
//!   OpenAPI document of 2026-08). Every update therefore starts from the observed state, and every write fills in the
//!   required fields that the caller did not give.
//! * Answers have an envelope that the documentation does not show. Rows are sometimes nested one level deeper, and a
//!   failure may be HTTP 200 with `success: false` (vendor's audit of 2026-09; vendor's MCP client).
//! * The answer to a creation may lack the assistant's id. The adapter then searches the list for the assistant and
//!   never guesses the id (vendor's MCP client).
//! * Ids are sent in the query although the vendor's OpenAPI document calls them path parameters (vendor's audit).
//! * The answer to a dial may lack the id of the call, and the vendor has no place for the gateway's id (vendor's MCP client).
//! * The list of dialers contains their credentials (vendor's MCP client). The adapter removes the credentials before
//!   other code reads the list.
//!
//! `agent.rs`, `dial.rs`, `extension.rs` and `trunk.rs` are the rule tables; `agents.rs`, `calls.rs` and `trunks.rs` are
//! the exchanges.

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod config;
mod creation;
mod dial;
mod envelope;
mod extension;
mod fault;
mod languages;
mod listing;
mod trunk;
mod trunks;
mod wire;

use switchboard_core::prelude::*;

pub use extension::QcallExtension;

/// The factory of this adapter: `adapter = "qcall"`.
pub const FACTORY: Factory = Factory {
    adapter: NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API; default https://api.qcall.ai/api/v1. White-label resellers have their own.",
            secret: false,
        },
        Setting {
            name: "api_key",
            about: "The key from the dashboard, Integrations, Rest API; required.",
            secret: true,
        },
    ],
    recorded: |_, request| match request.path().last()?.as_ref() {
        "getOwnVoices" => Some(include_str!("../contract/fixtures/listVoices.own_voices.json")),
        "getAIModels" => Some(include_str!("../contract/fixtures/listModels.data.json")),
        _ => None,
    },
    extension: Some(|| Box::new(extension::rules())),
    build: |settings| Ok(Box::new(adapter::Qcall::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "qcall",
        generation: "2026-09",
        settings: &[("api_key", "sandbox-key-qcall-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getAssistant.full_record.json"),
        voice: "qv-aurora",
        model: Some("1"),
        agents: TrialAgents {
            create: "createAssistant",
            update: "updateAssistant",
            delete: "deleteAssistant",
            collection: "assistants",
            instructions: "/script",
        },
    }],
};

/// The name of the adapter and of its extension, `extensions.qcall`.
const NAME: &str = "qcall";
