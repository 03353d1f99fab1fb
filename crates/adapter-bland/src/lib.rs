//! The adapter for Bland.
//!
//! An agent is a persona, which the vendor keeps in a draft and a production version. A creation makes both with equal
//! content. An update starts from the persona that was read, changes the draft, and promotes the draft.
//!
//! The vendor's peculiarities, with their sources:
//!
//! * An update changes the draft only. A promotion makes the draft a new production version, and the draft stays
//!   (vendor documentation, 2026-08-09). A promotion publishes everything in the draft, including the changes of other
//!   users. An update therefore compares the draft with the production version before and after its change, and refuses
//!   to promote other changes. The document of an agent contains both versions, so that the update knows them.
//! * An update requires the name (vendor documentation, 2026-08-09). Whether a partial `call_config` is merged is not
//!   documented, so an update sends the whole object.
//! * The name has no versions, so it changes immediately (inferred).
//! * A persona has no first sentence, webhook, voicemail or model. Calls and phone numbers have them (vendor documentation,
//!   2026-08-09). A dial therefore contains the agent's settings of this kind.
//! * A failure has one of four shapes, and can have status 200. The codes are documented, but most statuses are not
//!   (vendor documentation, 2026-08-09; official command-line tool 0.6.1).
//! * A dial names the persona, and the settings in the dial replace those of the persona. An unknown member is refused.
//!   The status of the refusal to end a call is not documented, so the refusal is recognized by its message (vendor
//!   documentation, 2026-08-09).
//! * The list of personas has no total. A page that is not full is the last (vendor documentation, 2026-08-09).

mod adapter;
mod agent;
mod agents;
mod call;
mod call_settings;
mod calls;
mod catalogue;
mod config;
mod dial;
mod fault;
mod numbers;
mod wire;

use switchboard_core::prelude::*;

/// The factory of the adapter that the configuration selects with `adapter = "bland"`.
pub const FACTORY: Factory = Factory {
    adapter: adapter::NAME,
    settings: &[
        Setting {
            name: "base_url",
            about: "Base URL of the API. Enterprise deployments have their own. Default: https://api.bland.ai",
            secret: false,
        },
        Setting { name: "api_key", about: "An API key of the organization; required.", secret: true },
    ],
    recorded: catalogue::recorded,
    extension: None,
    build: |settings| Ok(Box::new(adapter::Bland::new(config::parse(settings)?))),
    trials: &[Trial {
        name: "bland",
        generation: "2026",
        settings: &[("api_key", "sandbox-key-bland-opens-nothing")],
        sandbox_settings: &[],
        agent: include_str!("../trial/agent.json"),
        full_agent: include_str!("../trial/full_agent.json"),
        full_record: include_str!("../contract/fixtures/getPersona.full_record.json"),
        voice: "745fbef5-f445-44fa-91ba-93f89803e1ce",
        model: None,
        agents: TrialAgents {
            create: "createPersona",
            update: "updatePersona",
            delete: "deletePersona",
            collection: "personas",
            instructions: "/production/personality_prompt",
        },
    }],
};
