//! The adapter for Acme. It supports agents but no trunks.
//!
//! The vendor keeps an agent in one object. An update changes only the fields that it contains. Answers to creations
//! and updates contain the whole agent.
//!
//! Sources: the contract in `contract/`.

mod adapter;
mod agent;
mod agents;
mod config;
mod fault;
mod wire;

use switchboard_core::prelude::*;

/// The factory of the adapter: `adapter = "acme"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API. Default: https://api.acme.example/v1",
            secret: false,
        },
        Setting { name: "api_key", about: "The key from the vendor's dashboard.", secret: true },
    ],
    recorded: |_, _| None,
    extension: None,
    build: |settings| Ok(Box::new(adapter::Acme::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "acme",
        generation: "1",
        settings: &[("api_key", "sandbox-key-acme-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getAgent.full_record.json"),
        voice: "voice-1",
        model: None,
        agents: TrialAgents {
            create: "createAgent",
            update: "updateAgent",
            delete: "deleteAgent",
            collection: "agents",
            instructions: "/instructions",
        },
    }],
};
