//! One Autocalls account.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{
    NAME,
    agents::Agents,
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
        "Requests have the names of 2025; whether the service still takes them is not documented.",
        "An assistant can be read only by going through the list of all.",
        "An update changes only what it names. Most settings can be changed and not taken back.",
        "A new assistant needs a model and a first message; the engine and the time zone are assumed.",
        "Changing the engine makes the vendor forget settings, so that all are sent again.",
        "A webhook sends nothing until webhook.enabled is true, and that needs webhook.url.",
    ],
};

const CURRENT: Descriptor = Descriptor {
    generation: "2026",
    quirks: &[
        "An assistant can be read only by going through the list of all.",
        "An update changes only what it names. Most settings can be changed and not taken back.",
        "A new assistant needs a model and a first message of at most 200 characters; the engine and the time zone are assumed.",
        "Changing the engine makes the vendor forget settings, so that all are sent again.",
        "Built-in tools are rewritten as a whole; tools that the model does not have are kept as they are.",
        "The engine dualplex reads as realtime, and cannot be asked for.",
        "A webhook sends nothing until webhook.enabled is true, and that needs webhook.url.",
    ],
    ..LEGACY
};

/// One Autocalls account.
pub struct Autocalls {
    config: Config,
    agents: Agents,
}

impl Autocalls {
    /// Creates the account of these settings.
    pub fn new(config: Config) -> Self {
        let agents = Agents::new(config.generation);
        Self { config, agents }
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

    fn catalogue(&self, catalogue: Catalogue) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::ask(catalogue, self.config.generation)
    }
}
