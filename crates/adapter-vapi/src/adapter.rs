//! The adapter for one Vapi organisation.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, calls::PhoneCalls, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "vapi";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "Vapi",
    generation: "2026",
    documentation: "https://docs.vapi.ai",
    read_back: ReadBack::One,
    quirks: &[
        "An update replaces the model, the voice, the transcriber and every other nested object whole. The gateway reads the assistant before such an update and keeps what it does not know.",
        "The fields and ranges of a voice depend on its provider. The provider of a documented voice is known; for any other voice, voice.provider is required.",
        "The vendor accepts an unknown voice id of another provider, and calls then fail.",
        "The language is set for the transcriber and for the voice. Without transcription.provider, the gateway sends deepgram with the model nova-3.",
        "Without a background sound, calls have the sound of an office; the gateway then sends off. Calls are recorded unless call.record is false.",
        "The reprompts are a hook named switchboard-reprompt. Other hooks are kept.",
        "Headers and keys for servers are not shown. The gateway keeps them in updates.",
        "An update makes a new version. Calls that the vendor pins to a version do not use it. The vendor does not document how an update affects a version that its dashboard has published; the gateway assumes that calls use the update immediately.",
        "A phone number that is assigned to a deleted assistant keeps its id, and its calls fail.",
    ],
};

/// The adapter for one Vapi organisation.
pub struct Vapi {
    base_url: Url,
    authorization: SecretString,
    agents: Agents,
    calls: PhoneCalls,
    /// The hosts of the URLs that control live calls.
    hosts: [AllowedHost; 2],
}

impl Vapi {
    /// Builds the adapter from the settings of its organisation.
    pub fn new(config: Config) -> Self {
        // The host of a control URL is not documented; the hosts in recorded answers of 2025 and 2026 are below
        // vapi.ai.
        let hosts = [AllowedHost::origin_of(config.base_url.clone()), AllowedHost::below("vapi.ai")];
        Self {
            base_url: config.base_url,
            authorization: format!("Bearer {}", config.api_key.expose_secret()).into(),
            agents: Agents::new(),
            calls: PhoneCalls::new(),
            hosts,
        }
    }
}

impl Account for Vapi {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn allowed_hosts(&self) -> &[AllowedHost] {
        &self.hosts
    }

    fn sign(&self, request: &mut Request) {
        request.headers.push(("authorization", self.authorization.clone()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for Vapi {
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
