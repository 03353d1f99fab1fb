//! The adapter for one QCall account.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_core::prelude::*;
use url::Url;

use crate::{
    NAME, agents::Agents, calls::PhoneCalls, config::Config, envelope::Answer, fault, languages,
    trunks::Trunks, wire,
};

const DESCRIPTOR: Descriptor = Descriptor {
    adapter: NAME,
    title: "QCall AI",
    generation: "2026-09",
    documentation: "https://docs.qcall.ai",
    read_back: ReadBack::One,
    quirks: &[
        "An update replaces the whole assistant, so every update starts from the last observed state.",
        "27 fields are required; if a field is not given, its value is assumed and reported.",
        "The maximum call duration is in whole minutes.",
        "The volume of the background sound is documented as 1 to 10, but the vendor's own app sends 0.5.",
        "Actions of types that this API does not have (call transfer, webhook) are kept unchanged.",
        "The gateway stores no key of a calendar or widget and no header of a webhook; an update reads them first.",
        "The answer to a creation may lack the id; the new record is then found by its name and content.",
        "Numbers for inbound calls are bound to assistants in separate records.",
        "The answer to a dial may lack the id of the call; the call is then found in the vendor's list.",
    ],
};

/// The adapter for one QCall account.
pub struct Qcall {
    config: Config,
    agents: Agents,
    trunks: Trunks,
    calls: PhoneCalls,
}

impl Qcall {
    /// Creates the adapter for the account with these settings.
    pub fn new(config: Config) -> Self {
        Self { config, agents: Agents::default(), trunks: Trunks::default(), calls: PhoneCalls::default() }
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

    fn calls(&self) -> Option<&dyn Calls> {
        Some(&self.calls)
    }

    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        match kind {
            CatalogueKind::VOICES => {
                Some(Exchange::send(Request::new("list voices", Method::Get, ["getOwnVoices"]), read_voices))
            }
            CatalogueKind::MODELS => {
                let path = ["user", "getAIModels"];
                Some(Exchange::send(Request::new("list models", Method::Get, path), read_models))
            }
            CatalogueKind::LANGUAGES => Some(Exchange::Done(languages::catalogue())),
            _ => None,
        }
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
