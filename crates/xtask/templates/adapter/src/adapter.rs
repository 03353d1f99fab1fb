//! The adapter for one Acme account.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "acme";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "Acme",
    generation: "1",
    documentation: "https://docs.acme.example",
    read_back: ReadBack::One,
    quirks: &["This is a scaffold: no such vendor exists."],
};

/// The adapter for one Acme account.
pub struct Acme {
    base_url: Url,
    authorization: SecretString,
    agents: Agents,
    /// The vendor fields that an error message can name, as JSON pointers.
    fields: Vec<&'static str>,
}

impl Acme {
    /// Builds the adapter from the settings of its account.
    pub fn new(config: Config) -> Self {
        let agents = Agents::new();
        let fields = Translator::<Agent>::new(&agents, NAME)
            .capabilities()
            .into_iter()
            .flat_map(|row| row.vendor_fields)
            .collect();
        Self {
            base_url: config.base_url,
            authorization: format!("Bearer {}", config.api_key.expose_secret()).into(),
            agents,
            fields,
        }
    }
}

impl Account for Acme {
    fn base_url(&self) -> &Url {
        &self.base_url
    }

    fn sign(&self, request: &mut Request) {
        request.headers.push(("authorization", self.authorization.clone()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply, &self.fields)
    }
}

impl Adapter for Acme {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }
}
