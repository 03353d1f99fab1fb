//! The adapter for Vapi.
//!
//! The vendor keeps an agent in one object, an assistant, and has no other object that an agent needs.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * An update replaces each member that it contains, including all nested members (vendor tool gitops, 2026-06-08).
//!   Unknown members are refused at every depth (recorded answers of 2025 and 2026).
//! * Null unsets `startSpeakingPlan.smartEndpointingPlan` (gitops, 2026-06-08). Its effect on any other member is not
//!   documented. To switch a feature off, the gateway sends the value that means off. It clears a string with null, and
//!   reports this.
//! * The members of a voice, a transcriber and a model depend on the provider (vendor OpenAPI document, 2026-08-20).
//!   When the provider changes, the gateway omits the members that the new provider lacks or has with another type or
//!   range.
//! * An agent can have several tools that transfer calls or hand them over. The gateway reads the destinations of all.
//! * There is no list of voices and models. Their catalogues are from the vendor's OpenAPI document of 2026-08-20 and its
//!   official client 3.0.0 of 2026-10.
//! * A list is a bare array, without a cursor or a documented order. The next page begins at the time of the last row.
//! * A deletion returns the deleted assistant, or 409 if another resource pins a version (vendor OpenAPI document,
//!   2026-08-20).
//! * An answer can contain headers and keys. The gateway replaces each with a mark (inferred from a recorded phone
//!   number, which contains the keys of a carrier).
//! * A live call is ended through a URL of its own on another host, without the key (vendor guides, 2026-08-20).
//!   Overrides of a call merge deeply, and each object in them must be complete (vendor tool gitops, 2026-06-08;
//!   recorded answers of 2026).
//! * Since 2026-08-17, the vendor's dashboard has drafts. The API has none, so an update is assumed to take effect
//!   immediately.

mod adapter;
mod agent;
mod agents;
mod call;
mod calls;
mod catalogue;
mod config;
mod dial;
mod fault;
mod lists;
mod numbers;
mod wire;

use switchboard_core::prelude::*;

/// The factory of the adapter that the configuration selects with `adapter = "vapi"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "region",
            about: "The region of the organisation: \"us\" (default) or \"eu\".",
            secret: false,
        },
        Setting {
            name: "base_url",
            about: "Base URL of the API, instead of the region's. Default: https://api.vapi.ai",
            secret: false,
        },
        Setting {
            name: "api_key",
            about: "The private API key of the organisation; required. The public key has the same form and is refused.",
            secret: true,
        },
    ],
    recorded: catalogue::recorded,
    extension: None,
    build: |settings| Ok(Box::new(adapter::Vapi::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "vapi",
        generation: "2026",
        settings: &[("api_key", "sandbox-key-vapi-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getAssistant.full_record.json"),
        voice: "Clara",
        model: Some("gpt-4.1-nano"),
        agents: TrialAgents {
            create: "createAssistant",
            update: "updateAssistant",
            delete: "deleteAssistant",
            collection: "assistants",
            instructions: "/model/messages/0/content",
        },
    }],
};
