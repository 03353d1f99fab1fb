//! The adapter for one Retell workspace.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, calls::PhoneCalls, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "retell";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "Retell",
    generation: "2026",
    documentation: "https://docs.retellai.com/api-references/create-agent",
    read_back: ReadBack::One,
    quirks: &[
        "An agent consists of two objects at the vendor, the agent and its LLM. The gateway creates the LLM first and deletes it last. An LLM that another agent uses stays.",
        "A published version cannot be changed. Each update opens a draft with the title \"Switchboard\" and its number, changes it, and publishes it.",
        "If the vendor has a draft that the gateway did not make, an update is refused with state_conflict, because it would publish that draft. Publish or delete the draft at the vendor, then repeat the update. The gateway reads the published version, so the values of a draft are not reported as drift.",
        "A phone number of an agent that names a certain version of it would keep that version after an update. When the gateway publishes the agent, it binds the number to latest_published instead.",
        "An agent without greeting.message composes its greeting.",
        "The language is sent with a region: en as en-US, de as de-DE.",
        "The vendor stores the recording and the transcript of each call; call.record false is refused.",
        "A failure can quote values of the request, so the gateway replaces the vendor's error messages by its own.",
    ],
};

/// The adapter for one Retell workspace.
pub struct Retell {
    base_url: Url,
    api_key: SecretString,
    agents: Agents,
    calls: PhoneCalls,
}

impl Retell {
    /// Builds the adapter from the settings of its workspace.
    pub fn new(config: Config) -> Self {
        Self {
            base_url: config.base_url,
            api_key: config.api_key,
            agents: Agents::new(),
            calls: PhoneCalls::new(),
        }
    }
}

impl Account for Retell {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn sign(&self, request: &mut Request) {
        let bearer = format!("Bearer {}", self.api_key.expose_secret());
        request.headers.push(("authorization", bearer.into()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for Retell {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }

    fn calls(&self) -> Option<&dyn Calls> {
        Some(&self.calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::ask(kind)
    }
}
