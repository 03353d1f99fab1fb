//! The vendor's answers.

use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::{WEBHOOK_LINK, WEBHOOK_URL};
use crate::webhooks;

/// The member that marks the webhook for the results of calls, with its value.
const KIND: (&str, &str) = ("kind", "post_call");

/// An agent as the vendor returned it.
pub struct ReadAgent {
    id: String,
    name: Option<String>,
    created_at: Option<VendorTime>,
    /// The id of the agent's webhook.
    pub webhook: Option<String>,
    /// The vendor's fields.
    pub document: Value,
}

impl ReadAgent {
    /// Builds the record from the agent and its webhook, if the vendor has it.
    pub fn remote(self, webhook: Option<Webhook>) -> Remote {
        let mut parts = Parts::NONE.with("agent", PartState::new(self.id.as_str()));
        let mut document = json!({ "agent": self.document });
        if let Some(webhook) = webhook {
            document_path::put(&mut document, "/webhook", json!([webhook.document()]));
            parts.insert(&format!("{}/{}", webhooks::PART, webhook.url), PartState::new(webhook.id));
        }
        let (name, created_at) = (self.name, self.created_at);
        Remote { parts, name, created_at, coverage: Coverage::Whole, ..Remote::new(self.id, document) }
    }
}

/// Reads an answer that contains a whole agent.
///
/// # Errors
/// `vendor_protocol_error` if the answer is not an agent, or shows another branch than the main one.
pub fn agent(reply: Reply) -> Result<ReadAgent> {
    #[derive(Deserialize)]
    struct Answer {
        agent_id: String,
        name: String,
        conversation_config: Map<String, Value>,
        metadata: Metadata,
        branch_id: Option<String>,
        main_branch_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct Metadata {
        created_at_unix_secs: Value,
    }
    let expected = "an agent of the main branch, with an id";
    let status = reply.status;
    let document = reply.document(expected)?;
    let answer = Answer::deserialize(&document).map_err(|_| Error::unreadable(status, expected))?;
    let Answer { agent_id, name, conversation_config, metadata, branch_id, main_branch_id } = answer;
    let is_foreign = branch_id.zip(main_branch_id).is_some_and(|(branch, main)| branch != main);
    if agent_id.is_empty() || conversation_config.is_empty() || is_foreign {
        return Err(Error::unreadable(status, expected));
    }
    let link = WEBHOOK_LINK.trim_start_matches("/agent");
    Ok(ReadAgent {
        id: agent_id,
        name: Some(name),
        created_at: parse_unix_seconds(&metadata.created_at_unix_secs),
        webhook: document_path::get(&document, link).and_then(Value::as_str).map(ToOwned::to_owned),
        document,
    })
}

/// Reads the id of a created agent.
pub fn created_agent(reply: Reply) -> Result<String> {
    #[derive(Deserialize)]
    struct Answer {
        agent_id: String,
    }
    read(reply, "a created agent with its id", |Answer { agent_id }| {
        Some(agent_id).filter(|id| !id.is_empty())
    })
}

/// Reads a page of the list of agents, whose rows contain no settings.
pub fn agents(reply: Reply) -> Result<Rows<Remote>> {
    #[derive(Deserialize)]
    struct Page {
        agents: Vec<Row>,
        next_cursor: Option<String>,
        has_more: bool,
    }
    #[derive(Deserialize)]
    struct Row {
        agent_id: String,
        name: String,
        created_at_unix_secs: Value,
    }
    let row = |Row { agent_id, name, created_at_unix_secs }| {
        let created_at = parse_unix_seconds(&created_at_unix_secs);
        let parts = Parts::NONE.with("agent", PartState::new(agent_id.as_str()));
        Remote { parts, name: Some(name), created_at, ..Remote::new(agent_id, json!({})) }
    };
    read(reply, "a list of agents", move |Page { agents, next_cursor, has_more }: Page| {
        let next = next_page(has_more, next_cursor)?;
        agents
            .iter()
            .all(|row| !row.agent_id.is_empty())
            .then(|| (agents.into_iter().map(row).collect(), next))
    })
}

/// Reads a page of the list of voices.
pub fn voices(reply: Reply) -> Result<Rows<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Page {
        voices: Vec<Value>,
        next_page_token: Option<String>,
        has_more: bool,
    }
    #[derive(Deserialize)]
    struct Row {
        voice_id: String,
        name: String,
        #[serde(default)]
        labels: Option<Map<String, Value>>,
    }
    let row = |document: Value| {
        let Row { voice_id, name, labels } = Row::deserialize(&document).ok()?;
        let label = |name: &str| labels.as_ref()?.get(name)?.as_str().map(ToOwned::to_owned);
        let language = label("language").and_then(|code| Language::new(&code).ok());
        let (language, kind) = (language.map(|tag| tag.as_str().to_owned()), label("gender"));
        (!voice_id.is_empty()).then_some(CatalogueEntry { id: voice_id, name, language, kind, document })
    };
    read(reply, "a list of voices", move |Page { voices, next_page_token, has_more }: Page| {
        let next = next_page(has_more, next_page_token)?;
        Some((voices.into_iter().map(row).collect::<Option<_>>()?, next))
    })
}

/// Reads the list of language models.
pub fn models(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Answer {
        llms: Vec<Value>,
    }
    let row = |document: Value| {
        let name = document.get("llm")?.as_str().filter(|name| !name.is_empty())?.to_owned();
        Some(CatalogueEntry { id: name.clone(), name, language: None, kind: None, document })
    };
    read(reply, "a list of language models", move |answer: Answer| {
        answer.llms.into_iter().map(row).collect::<Option<_>>()
    })
}

/// A webhook of the workspace.
pub struct Webhook {
    pub id: String,
    pub name: String,
    pub created_at: Option<VendorTime>,
    url: String,
}

impl Webhook {
    /// Returns the webhook in the form in which the rules write it.
    pub fn document(&self) -> Value {
        let (kind, value) = KIND;
        json!({ kind: value, WEBHOOK_URL: self.url })
    }
}

/// Returns the URL of a webhook in the form in which the rules write it.
pub fn webhook_url(document: &Value) -> Option<&str> {
    document.get(WEBHOOK_URL)?.as_str()
}

/// Reads the list of webhooks, which has no pages.
pub fn webhooks(reply: Reply) -> Result<Vec<Webhook>> {
    #[derive(Deserialize)]
    struct Answer {
        webhooks: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        webhook_id: String,
        name: String,
        webhook_url: String,
        created_at_unix: Value,
    }
    read(reply, "a list of webhooks", |answer: Answer| {
        let webhook = |row: Row| Webhook {
            id: row.webhook_id,
            name: row.name,
            created_at: parse_unix_seconds(&row.created_at_unix),
            url: row.webhook_url,
        };
        Some(answer.webhooks.into_iter().map(webhook).collect())
    })
}

/// Reads the id and the secret of a created webhook.
pub fn created_webhook(reply: Reply) -> Result<PartState> {
    #[derive(Deserialize)]
    struct Answer {
        webhook_id: String,
        webhook_secret: Option<SecretString>,
    }
    read(reply, "a created webhook with its id", |Answer { webhook_id, webhook_secret }| {
        let state = PartState { secret: webhook_secret, ..PartState::new(webhook_id) };
        (!state.id.is_empty()).then_some(state)
    })
}

/// Returns the cursor of the next page, if there is one. Returns `None` if the page announces another page without a
/// cursor.
fn next_page(has_more: bool, cursor: Option<String>) -> Option<Option<String>> {
    match (has_more, cursor.filter(|cursor| !cursor.is_empty())) {
        (false, _) => Some(None),
        (true, Some(cursor)) => Some(Some(cursor)),
        (true, None) => None,
    }
}

fn read<A: DeserializeOwned, T>(
    reply: Reply,
    expected: &str,
    take: impl FnOnce(A) -> Option<T>,
) -> Result<T> {
    let status = reply.status;
    let answer = A::deserialize(reply.document(expected)?).ok();
    answer.and_then(take).ok_or_else(|| Error::unreadable(status, expected))
}
