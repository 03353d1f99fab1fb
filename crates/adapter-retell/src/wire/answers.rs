//! The vendor's answers.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{AGENT, CREDENTIALS, LLM, body};
use crate::fault;

/// The members that describe a version rather than a setting.
const BOOKKEEPING: &[&str] = &[
    "version",
    "base_version",
    "is_published",
    "assigned_tags",
    "version_title",
    "version_description",
    "last_modification_timestamp",
];

/// A version of an agent as the vendor returned it.
pub struct ReadAgent {
    id: String,
    /// The number of the version.
    pub version: i64,
    /// The version from which this version was created, if the vendor returns it.
    pub base: Option<i64>,
    /// True if the version is published and therefore cannot be changed.
    pub is_published: bool,
    /// True if the agent was never published, or if the vendor has a draft of the gateway besides this version.
    pub is_pending: bool,
    /// The title of the version.
    pub title: Option<String>,
    /// The agent's LLM. An agent with another kind of response engine has none.
    pub llm: Option<LlmVersion>,
    /// The vendor's fields, in the form in which the rules read them.
    pub document: Value,
}

impl ReadAgent {
    /// Sets whether the vendor has a draft of the gateway besides this version.
    pub fn pending(self, is_pending: bool) -> Self {
        Self { is_pending, ..self }
    }

    /// Builds the record from the agent and, if the vendor has it, its LLM.
    pub fn remote(self, llm: Option<ReadLlm>) -> Remote {
        let name = self.document["agent_name"].as_str().map(ToOwned::to_owned);
        let mut parts = Parts::NONE.with(AGENT, PartState::new(self.id.as_str()));
        let mut document = json!({ AGENT: self.document });
        if let Some(llm) = llm {
            parts.insert(LLM, PartState::new(llm.id));
            if llm.document["start_speaker"] == "user" {
                // The delay has an effect only if the agent speaks first (SDK 6.2.13).
                document_path::remove(&mut document, "/agent/begin_message_delay_ms");
            }
            document[LLM] = llm.document;
        }
        let is_published = !self.is_pending;
        Remote { parts, name, coverage: Coverage::Whole, is_published, ..Remote::new(self.id, document) }
    }

    /// Converts the agent to the result of a step.
    pub fn performed(self) -> Performed {
        Performed { state: PartState::new(self.id), document: self.document, coverage: Coverage::Whole }
    }
}

/// The version of an LLM that a version of an agent uses.
#[derive(Clone, PartialEq)]
pub struct LlmVersion {
    /// The id of the LLM.
    pub id: String,
    /// The number of the version. It is the number of the agent's version unless the agent names another one.
    pub version: i64,
}

/// A version of an LLM as the vendor returned it.
pub struct ReadLlm {
    id: String,
    version: i64,
    /// The id and the version, which identify a row of the list.
    pub row: String,
    /// The vendor's fields, in the form in which the rules read them, without credentials.
    pub document: Value,
    /// The vendor's fields, with credentials.
    pub unconverted: Value,
}

impl ReadLlm {
    /// Converts the LLM to the result of a step. `draft` is the version of the draft that the step changed.
    pub fn performed(self, draft: Option<i64>) -> Performed {
        let version = draft.map(|version| version.to_string());
        let state = PartState { version, ..PartState::new(self.id) };
        Performed { state, document: self.document, coverage: Coverage::Whole }
    }

    fn from_value(mut document: Value) -> Option<Self> {
        let id = id(&document, "llm_id")?;
        let version = document.get("version").and_then(Value::as_i64).unwrap_or_default();
        let unconverted = document.clone();
        CREDENTIALS.hide(&mut document);
        body::read_llm(&mut document);
        Some(Self { row: format!("{id} {version}"), id, version, document, unconverted })
    }
}

/// Reads an answer that contains a version of an agent.
pub fn agent(reply: Reply) -> Result<ReadAgent> {
    read(reply, "an agent with an id and a version", |mut document: Value| {
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let engine = document.get("response_engine")?;
        let (llm, is_llm) = (engine["llm_id"].as_str(), engine["type"] == "retell-llm");
        let (id, version) = (id(&document, "agent_id")?, document.get("version")?.as_i64()?);
        let used = engine["version"].as_i64().unwrap_or(version);
        let llm = llm.filter(|_| is_llm).map(|id| LlmVersion { id: id.to_owned(), version: used });
        let (title, is_published) = (text("version_title"), document["is_published"] == true);
        let base = document.get("base_version").and_then(Value::as_i64);
        body::read_agent(&mut document);
        let is_pending = !is_published;
        Some(ReadAgent { id, version, base, is_published, is_pending, title, llm, document })
    })
}

/// Reads an answer that contains a version of an LLM.
pub fn llm(reply: Reply) -> Result<ReadLlm> {
    read(reply, "an LLM with an id", ReadLlm::from_value)
}

/// Reads the answer to a creation. A refusal does not mean that the agent is gone, even if the vendor does not have an
/// object that the request names.
pub fn created<T>(reply: Reply, read: fn(Reply) -> Result<T>) -> Result<T> {
    read(reply).map_err(Error::about_another_object)
}

/// Reads an answer that only acknowledges the request. Accepts an empty body or a JSON body.
pub fn done(reply: Reply) -> Result<()> {
    match fault::refused(reply)? {
        Reply { body: Body::Empty | Body::Json(_), .. } => Ok(()),
        Reply { status, .. } => Err(Error::unreadable(status, "an acknowledgement")),
    }
}

/// A row of the list of versions.
#[derive(Deserialize)]
pub struct Version {
    pub version: i64,
    pub is_published: bool,
    #[serde(rename = "version_title")]
    pub title: Option<String>,
}

/// Reads a page of the list of versions, whose order is not documented.
pub fn versions(reply: Reply) -> Result<Rows<Version>> {
    read(reply, "a list of versions", |page: Page<Version>| {
        page.rows(Some).filter(|(versions, _)| !versions.is_empty())
    })
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    has_more: bool,
    pagination_key: Option<String>,
}

impl<T> Page<T> {
    /// Converts the rows. Returns `None` if a row cannot be read, or if there are more pages but no key.
    fn rows<U>(self, row: fn(T) -> Option<U>) -> Option<Rows<U>> {
        let next = next_page(self.has_more, self.pagination_key)?;
        Some((self.items.into_iter().map(row).collect::<Option<_>>()?, next))
    }
}

/// Reads a page of the list of agents, whose rows contain no settings.
pub fn agents(reply: Reply) -> Result<Rows<Remote>> {
    let row = |row: Value| {
        let id = id(&row, "agent_id")?;
        let name = row.get("agent_name").and_then(Value::as_str).map(ToOwned::to_owned);
        let parts = Parts::NONE.with(AGENT, PartState::new(id.as_str()));
        Some(Remote { parts, name, ..Remote::new(id, json!({})) })
    };
    read(reply, "a list of agents", |page: Page<Value>| page.rows(row))
}

/// Reads a page of the list of LLMs.
pub fn llms(reply: Reply) -> Result<Rows<ReadLlm>> {
    read(reply, "a list of LLMs", |page: Page<Value>| page.rows(ReadLlm::from_value))
}

/// Returns the latest version of each LLM, any of which may be the result of a lost creation. The vendor does not
/// document whether its list has one row for each LLM or one for each version.
pub fn latest_of_each(llms: Vec<ReadLlm>) -> Vec<FoundPart> {
    let mut latest = BTreeMap::<String, ReadLlm>::new();
    for llm in llms {
        match latest.get(&llm.id) {
            Some(known) if known.version >= llm.version => {}
            _ => drop(latest.insert(llm.id.clone(), llm)),
        }
    }
    let found = |llm: ReadLlm| {
        // The vendor returns no creation time. The time of the last modification is used instead, because it is never
        // earlier.
        let seconds = llm.document["last_modification_timestamp"].as_i64().map(|ms| json!(ms / 1000));
        let created_at = seconds.and_then(|seconds| parse_unix_seconds(&seconds));
        FoundPart { state: PartState::new(llm.id), document: llm.document, created_at }
    };
    latest.into_values().map(found).collect()
}

/// Reads the list of voices, which has no pages.
pub fn voices(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    let row = |row| CatalogueEntry::from_row(row, "voice_id", "voice_name", "gender");
    read(reply, "a list of voices", |rows: Vec<Value>| rows.into_iter().map(row).collect())
}

/// Reads a phone number with the agent that answers it.
pub fn phone_number(reply: Reply) -> Result<Bindable> {
    read(reply, "a phone number", |document: Value| {
        id(&document, "phone_number")?;
        let holder = holder(&document);
        Some(Bindable { document, holder })
    })
}

/// Returns the agent that answers a phone number. A number can have several agents, among which the vendor chooses at random.
pub fn holder(number: &Value) -> Holder {
    match number["inbound_agents"].as_array().map(Vec::as_slice) {
        None | Some([]) => Holder::Free,
        Some([agent]) => id(agent, "agent_id").map_or(Holder::Other, Holder::Record),
        Some(_) => Holder::Other,
    }
}

/// Returns the agents that answer a phone number, with the latest published version of this agent instead of a certain
/// one. Returns `None` if the number names no certain version of the agent.
pub fn unpinned(number: &Value, agent: &str) -> Option<Value> {
    let mut agents = number["inbound_agents"].as_array()?.clone();
    let mut is_pinned = false;
    for answering in agents.iter_mut().filter(|answering| answering["agent_id"] == agent) {
        if answering["agent_version"].is_number() {
            answering["agent_version"] = json!("latest_published");
            is_pinned = true;
        }
    }
    is_pinned.then_some(Value::Array(agents))
}

/// Reads a page of the list of phone numbers. A number is its own id.
pub fn phone_numbers(reply: Reply) -> Result<Rows<CatalogueEntry>> {
    let row = |row| CatalogueEntry::from_row(row, "phone_number", "phone_number", "phone_number_type");
    read(reply, "a list of phone numbers", |page: Page<Value>| page.rows(row))
}

/// Reads the list of knowledge bases, which has no pages.
pub fn knowledge_bases(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    let row = |row| CatalogueEntry::from_row(row, "knowledge_base_id", "knowledge_base_name", "");
    read(reply, "a list of knowledge bases", |rows: Vec<Value>| rows.into_iter().map(row).collect())
}

/// Returns the settings of a version, without the members that differ even between equal versions.
pub fn settings(document: &Value) -> Value {
    let mut settings = document.clone();
    for name in BOOKKEEPING {
        document_path::remove(&mut settings, &format!("/{name}"));
    }
    document_path::remove(&mut settings, "/response_engine/version");
    settings
}

fn id(document: &Value, name: &str) -> Option<String> {
    document.get(name)?.as_str().filter(|id| !id.is_empty()).map(ToOwned::to_owned)
}

/// Reads an answer. A refusal is an error.
pub fn read<A: DeserializeOwned, T>(
    reply: Reply,
    expected: &str,
    take: impl FnOnce(A) -> Option<T>,
) -> Result<T> {
    fault::refused(reply)?.read(expected, take)
}
