//! The adapter for one Autocalls account.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{
    NAME,
    agents::Agents,
    calls::PhoneCalls,
    catalogue,
    config::{Config, Generation},
    fault,
};

const LEGACY: Descriptor = Descriptor {
    adapter: NAME,
    title: "Autocalls",
    generation: "2025",
    documentation: "https://docs.autocalls.ai/api-reference",
    read_back: ReadBack::Listing,
    quirks: &[
        "Requests have the field names of 2025. The vendor does not document whether the service still accepts them.",
        "The vendor has no request that reads one assistant, so the list of all assistants is searched.",
        "An update changes only the fields that it names. Most settings can be changed but not cleared.",
        "A new assistant needs a model and a first message. The engine and the time zone are assumed if they are not given.",
        "If the engine changes, the vendor resets other settings, so all settings are sent again.",
        "A webhook sends nothing until webhook.enabled is true, which requires webhook.url.",
    ],
};

const CURRENT: Descriptor = Descriptor {
    generation: "2026",
    quirks: &[
        "The vendor has no request that reads one assistant, so the list of all assistants is searched.",
        "An update changes only the fields that it names. Most settings can be changed but not cleared.",
        "A new assistant needs a model and a first message of at most 200 characters. The engine and the time zone are assumed if they are not given.",
        "If the engine changes, the vendor resets other settings, so all settings are sent again.",
        "An update replaces all built-in tools; tools that this API does not have are kept unchanged.",
        "The engine dualplex is read as realtime and cannot be requested.",
        "A webhook sends nothing until webhook.enabled is true, which requires webhook.url.",
    ],
    ..LEGACY
};

/// The adapter for one Autocalls account.
pub struct Autocalls {
    config: Config,
    agents: Agents,
    calls: PhoneCalls,
}

impl Autocalls {
    /// Creates the adapter for the account with these settings.
    pub fn new(config: Config) -> Self {
        let agents = Agents::new(config.generation);
        let calls = PhoneCalls::new(config.generation);
        Self { config, agents, calls }
    }
}

impl Account for Autocalls {
    fn base_url(&self) -> &Url {
        &self.config.base_url
    }

    fn sign(&self, request: &mut Request) {
        let bearer = SecretString::from(format!("Bearer {}", self.config.api_key.expose_secret()));
        request.headers.push(("authorization", bearer));
        request.headers.push(("accept", SecretString::from("application/json")));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for Autocalls {
    fn descriptor(&self) -> &Descriptor {
        match self.config.generation {
            Generation::Legacy => &LEGACY,
            Generation::Current => &CURRENT,
        }
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }

    fn calls(&self) -> Option<&dyn Calls> {
        Some(&self.calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::ask(kind, self.config.generation)
    }
}
