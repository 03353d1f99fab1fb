//! The adapter for ElevenLabs Agents.
//!
//! The vendor keeps an agent in one object. Its webhook, and each tool with which it sends HTTP requests, is a separate
//! object of the workspace. The webhook and the tools are created before the agent, because the agent stores their ids.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * An update merges objects deeply and replaces lists whole. A member that the vendor does not know is dropped, with
//!   status 200 (vendor skills, 2026-08-07). The answer to a creation has only the id (vendor OpenAPI document,
//!   2026-08-22).
//! * The language and the voice model are checked against each other in each request (recorded answers of 2026).
//! * `{"end_call": null}` removes a built-in tool. The effect of null on an entry of a map with arbitrary keys is not
//!   documented, so no entry is removed (vendor OpenAPI document, 2026-08-22; official clients 2.78.0 and 2.73.0,
//!   2026-11).
//! * The URL of a webhook cannot be changed, and its secret is returned only once. A webhook that an agent uses cannot
//!   be deleted (vendor OpenAPI document, 2026-08-22; recorded answers of 2026).
//! * A tool is replaced whole. It cannot be deleted while an agent or a branch uses it (vendor skills, 2026-08-07; vendor
//!   OpenAPI document, 2026-08-22). An agent has one list of tools: those that the caller chose, and those of the gateway.
//! * A failure in an older shape quotes the whole request, and one in a newer shape may quote values (recorded answers
//!   of 2026). No text of a failure is passed on.
//! * The provider of the phone number determines the request to dial. A refusal by the carrier has status 200, and a
//!   setting that the agent does not allow ends the call later (vendor OpenAPI document, 2026-08-22; inferred for phone
//!   calls).
//! * A list omits archived agents unless the request asks for them (vendor OpenAPI document, 2026-08-22).

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod catalogue;
mod config;
mod dial;
mod fault;
mod numbers;
mod tools;
mod webhooks;
mod wire;

use switchboard_core::prelude::*;

/// The factory of the adapter that the configuration selects with `adapter = "elevenlabs"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "region",
            about: "The region of the workspace: \"global\" (default), \"us\", \"eu\", \"in\" or \"sg\". The last three are for workspaces with data residency.",
            secret: false,
        },
        Setting {
            name: "base_url",
            about: "Base URL of the API, instead of the region's. Default: https://api.elevenlabs.io",
            secret: false,
        },
        Setting {
            name: "call_overrides",
            about: "Whether the agents at the vendor allow every setting that a request to dial can contain for one call: \"refused\" (default) or \"allowed\". If \"allowed\" and an agent does not allow a setting, the vendor ends the call after it was placed.",
            secret: false,
        },
        Setting {
            name: "api_key",
            about: "An API key of the workspace; required. It needs the permissions to read and write agents, tools, voices and workspace webhooks, and to place calls.",
            secret: true,
        },
    ],
    recorded: catalogue::recorded,
    extension: None,
    build: |settings| Ok(Box::new(adapter::ElevenLabs::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "elevenlabs",
        generation: "2026",
        settings: &[("api_key", "sandbox-key-elevenlabs-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getAgent.full_record.json"),
        voice: "Xb7hH8MSUJpSbSDYk0k2",
        model: Some("gemini-2.5-flash-lite"),
        agents: TrialAgents {
            create: "createAgent",
            update: "updateAgent",
            delete: "deleteAgent",
            collection: "agents",
            instructions: "/conversation_config/agent/prompt/prompt",
        },
    }],
};
