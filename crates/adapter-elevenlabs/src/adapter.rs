//! The adapter for one ElevenLabs workspace.

use secrecy::SecretString;
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, calls::PhoneCalls, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "elevenlabs";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "ElevenLabs",
    generation: "2026",
    documentation: "https://elevenlabs.io/docs/eleven-agents",
    read_back: ReadBack::One,
    quirks: &[
        "The vendor drops a field that it does not know and answers 200, so the gateway reads the agent after each write.",
        "The language and the voice model must fit each other. They are sent together, and a combination that the vendor would refuse is refused before it is sent. Without voice.model, the gateway sends eleven_flash_v2 for English and eleven_flash_v2_5 for every other language.",
        "An agent without greeting.message waits for the caller to speak.",
        "An update cannot remove an entry of variables, additional_languages or analysis.extraction. Entries that stay are reported.",
        "The results of calls go to a webhook of the workspace. The gateway creates one for each agent with webhook.url, keeps its secret, and deletes it with the agent.",
        "A tool that sends HTTP requests is a tool of the workspace. The gateway creates one for each such tool of an agent, keeps those that tool_ids names beside them, and deletes its own with the agent.",
        "An agent without a webhook of its own uses the webhook of the workspace settings, if one is set there.",
        "Each update makes a new version on the main branch. The gateway reads and writes no other branch; calls that the vendor routes to another branch use the settings of that branch.",
        "A failure can quote the whole request, so the gateway replaces the vendor's error messages by its own.",
        "The vendor ends a call with a setting that the agent does not allow, after the telephone rang. The gateway refuses overrides in a dial unless the setting call_overrides states that the agents allow them.",
        "The vendor does not return the time at which a call ended, and cannot end a call by a request.",
    ],
};

/// The adapter for one ElevenLabs workspace.
pub struct ElevenLabs {
    base_url: Url,
    api_key: SecretString,
    agents: Agents,
    calls: PhoneCalls,
}

impl ElevenLabs {
    /// Builds the adapter from the settings of its workspace.
    pub fn new(config: Config) -> Self {
        Self {
            base_url: config.base_url,
            api_key: config.api_key,
            agents: Agents::new(),
            calls: PhoneCalls::new(config.call_overrides),
        }
    }
}

impl Account for ElevenLabs {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn sign(&self, request: &mut Request) {
        request.headers.push(("xi-api-key", self.api_key.clone()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for ElevenLabs {
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
