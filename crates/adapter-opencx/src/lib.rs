//! OpenCX (formerly OpenCopilot) as a vendor of Switchboard: phone agents, in the API of September 2024.
//!
//! An agent is a phone number. Creating one buys the number, which costs money. Updates merge and must repeat the
//! voice; updates and deletions have no answer body; an agent's settings cannot be read back. Only id, name and
//! number are listed.
//!
//! Sources, as the contract in `contract/` cites them: the reference pages `phone/update` and `phone/buy` of
//! docs.opencopilot.so, and `spec.json` of github.com/openchatai/opencx-oapi-ts of 2024-09-14. Later generations of the
//! vendor's API replaced paths and fields alike.

mod adapter;
mod agent;
mod agents;
mod catalogue;
mod config;
mod extension;
mod fault;
mod wire;

use switchboard_core::prelude::*;

/// The factory of this adapter: `adapter = "opencx"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API. Default: https://api.open.cx",
            secret: false,
        },
        Setting { name: "api_key", about: "The key, generated in the vendor's dashboard.", secret: true },
    ],
    recorded: |_, _| None,
    extension: Some(|| Box::new(extension::rules())),
    build: |settings| Ok(Box::new(adapter::Opencx::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "opencx",
        generation: "2024",
        settings: &[("api_key", "sandbox-key-opencx-opens-nothing")],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/listPhoneNumbers.full_record.json"),
        voice: "hP72SDESIJq2YuAblBqz",
        model: None,
        agents: TrialAgents {
            create: "buyPhoneNumber",
            update: "updatePhoneNumber",
            delete: "deletePhoneNumber",
            collection: "phone_numbers",
            instructions: "base_prompt",
        },
    }],
};
