//! The vendor's answers.

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{WEBHOOK_LINK, WEBHOOK_URL, endpoint};
use crate::webhooks;

/// An agent as the vendor returned it.
pub struct ReadAgent {
    id: String,
    /// The id of the agent's webhook; `None` if the agent has none.
    pub webhook: Option<String>,
    /// The whole answer, without credentials, in the form that the rules read.
    pub document: Value,
}

impl ReadAgent {
    /// Lists the ids of the phone numbers that are assigned to the agent.
    pub fn numbers(&self) -> Vec<String> {
        let rows = self.document["phone_numbers"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["phone_number_id"].as_str().map(ToOwned::to_owned)).collect()
    }

    /// Builds the record from the agent and, if the vendor has it, the agent's webhook.
    pub fn remote(self, webhook: Option<Webhook>) -> Remote {
        let mut parts = Parts::NONE.with("agent", PartState::new(self.id.as_str()));
        let name = self.document["name"].as_str().map(ToOwned::to_owned);
        let created_at = parse_unix_seconds(&self.document["metadata"]["created_at_unix_secs"]);
        let mut document = json!({ "agent": self.document });
        if let Some(webhook) = webhook {
            document["webhook"] = json!([webhook.document()]);
            parts.insert(
                &format!("{}/{}", webhooks::PART, webhook.webhook_url),
                PartState::new(webhook.webhook_id),
            );
        }
        Remote { parts, name, created_at, coverage: Coverage::Whole, ..Remote::new(self.id, document) }
    }
}

/// Reads an answer that contains a whole agent.
///
/// # Errors
/// `vendor_protocol_error` if the answer is not an agent, or shows a branch other than the main one.
pub fn agent(reply: Reply) -> Result<ReadAgent> {
    reply.read("an agent of the main branch, with an id", |mut document: Value| {
        let text = |pointer| document.pointer(pointer).and_then(Value::as_str);
        let id = text("/agent_id").filter(|id| !id.is_empty())?.to_owned();
        let is_foreign =
            text("/branch_id").zip(text("/main_branch_id")).is_some_and(|(branch, main)| branch != main);
        let webhook = text(WEBHOOK_LINK.trim_start_matches("/agent")).map(ToOwned::to_owned);
        let is_agent = document.get("conversation_config").is_some_and(Value::is_object);
        endpoint::to_rules(&mut document);
        (is_agent && !is_foreign).then_some(ReadAgent { id, webhook, document })
    })
}

/// Reads the id of a created agent.
pub fn created_agent(reply: Reply) -> Result<String> {
    reply.read("a created agent with its id", |answer: Value| {
        answer.get("agent_id")?.as_str().filter(|id| !id.is_empty()).map(ToOwned::to_owned)
    })
}

/// Reads a page of the list of agents, whose rows contain no settings.
pub fn agents(reply: Reply) -> Result<Rows<Remote>> {
    #[derive(Deserialize)]
    struct Page {
        agents: Vec<Value>,
        next_cursor: Option<String>,
        has_more: bool,
    }
    let row = |row: Value| {
        let id = row.get("agent_id")?.as_str().filter(|id| !id.is_empty())?;
        let name = row.get("name")?.as_str().map(ToOwned::to_owned);
        let parts = Parts::NONE.with("agent", PartState::new(id));
        let created_at = parse_unix_seconds(&row["created_at_unix_secs"]);
        Some(Remote { parts, name, created_at, ..Remote::new(id, json!({})) })
    };
    reply.read("a list of agents", |Page { agents, next_cursor, has_more }| {
        Some((agents.into_iter().map(row).collect::<Option<_>>()?, next_page(has_more, next_cursor)?))
    })
}

/// Reads a page of the list of voices. A voice may lack labels.
pub fn voices(reply: Reply) -> Result<Rows<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Page {
        voices: Vec<Value>,
        next_page_token: Option<String>,
        has_more: bool,
    }
    let row = |row| {
        let entry = CatalogueEntry::from_row(row, "voice_id", "name", "")?;
        let label = |name| entry.document["labels"][name].as_str().map(ToOwned::to_owned);
        let (language, kind) =
            (label("language").filter(|code| Language::new(code).is_ok()), label("gender"));
        Some(CatalogueEntry { language, kind, ..entry })
    };
    reply.read("a list of voices", |Page { voices, next_page_token, has_more }| {
        Some((voices.into_iter().map(row).collect::<Option<_>>()?, next_page(has_more, next_page_token)?))
    })
}

/// Reads the list of language models.
pub fn models(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Answer {
        llms: Vec<Value>,
    }
    let row = |row| CatalogueEntry::from_row(row, "llm", "llm", "");
    reply.read("a list of language models", |Answer { llms }| llms.into_iter().map(row).collect())
}

/// Reads a phone number with the agent to which it is assigned.
pub fn phone_number(reply: Reply) -> Result<Bindable> {
    reply.read("a phone number with its id", |document: Value| {
        document.get("phone_number_id")?.as_str().filter(|id| !id.is_empty())?;
        let holder = match document.get("assigned_agent") {
            None | Some(Value::Null) => Holder::Free,
            Some(agent) => Holder::Record(agent.get("agent_id")?.as_str()?.to_owned()),
        };
        Some(Bindable { document, holder })
    })
}

/// Reads the list of phone numbers, which has no pages.
pub fn phone_numbers(reply: Reply) -> Result<Vec<CatalogueEntry>> {
    let row = |row| CatalogueEntry::from_row(row, "phone_number_id", "phone_number", "provider");
    reply.read("a list of phone numbers", |numbers: Vec<Value>| numbers.into_iter().map(row).collect())
}

/// Reads a page of the list of documents in the knowledge base.
pub fn documents(reply: Reply) -> Result<Rows<CatalogueEntry>> {
    #[derive(Deserialize)]
    struct Page {
        documents: Vec<Value>,
        next_cursor: Option<String>,
        has_more: bool,
    }
    let row = |row| CatalogueEntry::from_row(row, "id", "name", "type");
    reply.read("a list of documents", |Page { documents, next_cursor, has_more }| {
        Some((documents.into_iter().map(row).collect::<Option<_>>()?, next_page(has_more, next_cursor)?))
    })
}

/// A webhook of the workspace.
#[derive(Deserialize)]
pub struct Webhook {
    pub webhook_id: String,
    pub name: String,
    created_at_unix: Value,
    webhook_url: String,
}

impl Webhook {
    /// Returns the webhook in the form in which the rules write it.
    pub fn document(&self) -> Value {
        json!({ "kind": "post_call", WEBHOOK_URL: self.webhook_url })
    }

    /// Converts the webhook to a possible result of a lost creation.
    pub fn found(self) -> FoundPart {
        let (document, created_at) = (self.document(), parse_unix_seconds(&self.created_at_unix));
        FoundPart { state: PartState::new(self.webhook_id), document, created_at }
    }
}

/// Reads the list of webhooks, which has no pages.
pub fn webhooks(reply: Reply) -> Result<Vec<Webhook>> {
    #[derive(Deserialize)]
    struct Answer {
        webhooks: Vec<Webhook>,
    }
    reply.read("a list of webhooks", |Answer { webhooks }| Some(webhooks))
}

/// Reads the id of a created webhook and, if the answer has it, the webhook's secret.
pub fn created_webhook(reply: Reply) -> Result<PartState> {
    reply.read("a created webhook with its id", |answer: Value| {
        let state = PartState::new(answer.get("webhook_id")?.as_str().filter(|id| !id.is_empty())?);
        Some(match answer.get("webhook_secret").and_then(Value::as_str) {
            Some(secret) => state.with_secret(secret),
            None => state,
        })
    })
}
