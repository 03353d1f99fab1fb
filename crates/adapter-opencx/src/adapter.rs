//! One account at OpenCX.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "opencx";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "OpenCX",
    generation: "2024",
    documentation: "https://docs.open.cx/api-reference/phone",
    read_back: ReadBack::NameOnly,
    quirks: &[
        "Creating an agent buys a phone number of the United States, which costs money; deleting the agent gives it up.",
        "An agent both answers and places calls; its direction cannot be chosen.",
        "The settings of an agent cannot be read back: only its id, name and number are listed.",
        "The vendor documents no way to clear a field: strings are emptied (inferred), numbers and choices keep their last value.",
        "The closing message can be given only when the number is bought.",
        "Reprompts are one text separated by commas, so that none may contain a comma.",
        "The voice is sent with every update, and only thirty ElevenLabs voices are taken.",
        "The vendor has replaced this generation of its API; whether it still answers is not documented.",
    ],
};

/// One account at OpenCX.
pub struct Opencx {
    base_url: Url,
    authorization: SecretString,
    agents: Agents,
    /// The vendor fields that a message can be about, as JSON pointers.
    fields: Vec<&'static str>,
}

impl Opencx {
    pub fn new(config: Config) -> Self {
        let agents = Agents::new();
        let fields = Translator::<Agent>::new(&agents, NAME)
            .capabilities()
            .into_iter()
            .flat_map(|row| row.vendor_fields.into_iter().chain(row.created_as))
            .collect();
        Self {
            base_url: config.base_url,
            authorization: format!("Bearer {}", config.api_key.expose_secret()).into(),
            agents,
            fields,
        }
    }
}

impl Account for Opencx {
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

impl Adapter for Opencx {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }

    fn catalogue(&self, catalogue: Catalogue) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::entries(catalogue).map(Exchange::Done)
    }
}
