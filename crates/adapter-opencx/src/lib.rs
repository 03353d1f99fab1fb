//! The adapter for OpenCX (formerly OpenCopilot): phone agents through the API of September 2024.
//!
//! An agent is a phone number. Creating an agent buys the number, which costs money. An update changes only the
//! fields that it contains, and it must contain the voice. Answers to updates and deletions have no body. The
//! settings of an agent cannot be read back, because the list contains only the agent's id, name and number.
//!
//! A call becomes a conversation on the channel `phone_voice` (inferred from the channels that `spec.json` lists). The
//! answer to a dial has no id, so the conversation is found by the phone number.
//!
//! The sources are the reference pages `phone/update` and `phone/buy` of docs.opencopilot.so, and `spec.json` of
//! github.com/openchatai/opencx-oapi-ts of 2024-09-14, as cited by the contract in `contract/`. Later generations
//! of the vendor's API replaced both paths and fields.

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod catalogue;
mod config;
mod dial;
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
        Setting {
            name: "area_code",
            about: "The United States area code of the numbers to buy for agents that name none in extensions.opencx.area_code. \
                    Default: none, so that each agent must name one.",
            secret: false,
        },
    ],
    recorded: |_, _| None,
    extension: Some(|| Box::new(extension::rules(None))),
    build: |settings| Ok(Box::new(adapter::Opencx::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "opencx",
        generation: "2024",
        settings: &[("api_key", "sandbox-key-opencx-opens-nothing")],
        sandbox_settings: &[("area_code", "415")],
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
            instructions: "/base_prompt",
        },
    }],
};
