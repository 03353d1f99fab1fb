//! The adapter for Retell.
//!
//! The vendor keeps an agent in two objects. The LLM has the prompt, the greeting without its delay, the model, the
//! tools, the variables and the knowledge bases. The agent has everything else and refers to its LLM. Both have
//! versions.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * A published version cannot be changed. A new draft copies the agent together with its LLM, and publishing it
//!   publishes both (vendor API reference, 2026-08-01; recorded answers of 2026). The gateway gives its drafts a title,
//!   so that it never changes or publishes a draft that another editor has changed.
//! * Calls can use the latest version, which may be a draft, or the latest published one (recorded answers of 2026).
//! * An unknown id is refused with 404 or, in older answers, 422 (vendor specification, 2026-04-03; recorded answers).
//! * A list of languages with one item is returned as a string, and a tool is returned with an additional member (SDK
//!   6.2.13, 2026-10-26).
//! * The model of an LLM has been in `model_config` since October 2026. Older records have it in `model`, `s2s_model`
//!   and `model_temperature` (SDK 6.2.13).
//! * Publishing returns 200 with an empty body, and deletions return 204 (recorded answers of 2026).
//! * An LLM that an agent uses cannot be deleted; the text of the refusal is not documented (SDK 6.2.13).

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod catalogue;
mod config;
mod dial;
mod drafts;
mod fault;
mod llms;
mod numbers;
mod wire;

use switchboard_core::prelude::*;

/// The factory of the adapter that the configuration selects with `adapter = "retell"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API. Default: https://api.retellai.com; for enterprise workspaces https://stable.retellai.com",
            secret: false,
        },
        Setting { name: "api_key", about: "An API key of the workspace; required.", secret: true },
    ],
    recorded: catalogue::recorded,
    extension: None,
    build: |settings| Ok(Box::new(adapter::Retell::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "retell",
        generation: "2026",
        settings: &[("api_key", "sandbox-key-retell-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getAgent.full_record.json"),
        voice: "cartesia-Cimo",
        model: Some("gpt-4.1-mini"),
        agents: TrialAgents {
            create: "createAgent",
            update: "updateAgent",
            delete: "deleteAgent",
            collection: "agents",
            instructions: "/general_prompt",
        },
    }],
};
