//! One QCall account.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

use crate::{NAME, agents::Agents, config::Config, envelope::Answer, fault, languages, trunks::Trunks, wire};

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "QCall AI",
    generation: "2026-09",
    documentation: "https://docs.qcall.ai",
    read_back: ReadBack::One,
    quirks: &[
        "An update replaces the whole assistant, so that it starts from the last one seen.",
        "27 fields are required; a field that is not given is assumed and reported.",
        "Calls are limited in whole minutes.",
        "The volume of the background sound is documented as 1 to 10, but the vendor's own app sends 0.5.",
        "Actions of kinds that the model does not have (call transfer, webhook) are kept as they are.",
        "A created record may come back without an id; it is then looked for by its name and content.",
        "Numbers for inbound calls are bound to assistants in separate records.",
    ],
};

/// One QCall account.
pub struct Qcall {
    config: Config,
    agents: Agents,
    trunks: Trunks,
}

impl Qcall {
    /// Creates the account of these settings.
    pub fn new(config: Config) -> Self {
        Self { config, agents: Agents::default(), trunks: Trunks::default() }
    }
}

impl Account for Qcall {
    fn base_url(&self) -> &Url {
        &self.config.base_url
    }

    fn sign(&self, request: &mut Request) {
        let key: &SecretString = &self.config.api_key;
        request.headers.push(("x-api-key", key.clone()));
    }

    fn admit(&self, reply: Reply) -> Result<Reply> {
        fault::admit(reply)
    }
}

impl Adapter for Qcall {
    fn descriptor(&self) -> &Descriptor {
        &DESCRIPTOR
    }

    fn agents(&self) -> &dyn Resource<Agent> {
        &self.agents
    }

    fn trunks(&self) -> Option<&dyn Resource<Trunk>> {
        Some(&self.trunks)
    }

    fn catalogue(&self, catalogue: Catalogue) -> Option<Exchange<Vec<CatalogueEntry>>> {
        Some(match catalogue {
            Catalogue::Voices => {
                Exchange::send(Request::new("list voices", Method::Get, ["getOwnVoices"]), read_voices)
            }
            Catalogue::Models => {
                let path = ["user", "getAIModels"];
                Exchange::send(Request::new("list models", Method::Get, path), read_models)
            }
            Catalogue::Languages => Exchange::Done(languages::catalogue()),
        })
    }
}

fn read_voices(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    let answer = Answer::parse(reply, "a list of voices")?;
    let rows = answer.document.pointer("/data/voices").and_then(Value::as_array);
    rows.and_then(|rows| rows.iter().map(wire::voice).collect()).ok_or_else(|| answer.unreadable())
}

fn read_models(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    Answer::parse(reply, "a list of models")?.rows(wire::model)
}
