//! The adapter for one OpenCX account.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::prelude::*;
use url::Url;

use crate::{agents::Agents, calls::PhoneCalls, catalogue, config::Config, fault};

/// The adapter's name in the configuration and in `extensions`.
pub const NAME: &str = "opencx";

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "OpenCX",
    generation: "2024",
    documentation: "https://docs.open.cx/api-reference/phone",
    read_back: ReadBack::NameOnly,
    quirks: &[
        "Creating an agent buys a United States phone number, which costs money; whether deleting the agent gives the number up is not documented.",
        "An agent both answers and places calls; its direction cannot be chosen.",
        "The settings of an agent cannot be read back: only its id, name and number are listed.",
        "The vendor documents no way to clear a field. An empty string clears a string (inferred); numbers and choices keep their last value.",
        "The closing message can be set only when the number is bought.",
        "Reprompts are sent as one string separated by commas, so a reprompt must not contain a comma.",
        "The voice is sent with every update, and only thirty ElevenLabs voices are accepted.",
        "The answer to a dial has no id. A call becomes a conversation (inferred), which shows neither its agent nor its direction.",
        "The vendor has replaced this generation of its API and does not document whether it still works.",
    ],
};

/// The adapter for one OpenCX account.
pub struct Opencx {
    base_url: Url,
    authorization: SecretString,
    agents: Agents,
    calls: PhoneCalls,
    /// The vendor fields that an error message can name, as JSON pointers.
    fields: Vec<&'static str>,
}

impl Opencx {
    pub fn new(config: Config) -> Self {
        let agents = Agents::new(config.area_code.as_ref());
        let calls = PhoneCalls::default();
        let rows = Translator::<Agent>::new(&agents, NAME).capabilities().into_iter();
        let rows = rows.chain(Translator::<Dial>::new(&calls, NAME).capabilities());
        let fields = rows.flat_map(|row| row.vendor_fields.into_iter().chain(row.created_as)).collect();
        Self {
            base_url: config.base_url,
            authorization: format!("Bearer {}", config.api_key.expose_secret()).into(),
            agents,
            calls,
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

    fn calls(&self) -> Option<&dyn Calls> {
        Some(&self.calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        catalogue::entries(kind).map(Exchange::Done)
    }
}
