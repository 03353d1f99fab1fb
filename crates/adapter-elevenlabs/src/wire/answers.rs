//! The vendor's answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{
    CREDENTIALS, TOOL_NAME, WEBHOOK_LINK,
    body::{set_chosen_tools, tool_ids, within_agent},
    endpoint,
    webhook::webhook,
};
use crate::{tools, webhooks};

/// An agent as the vendor returned it.
pub struct ReadAgent {
    id: String,
    /// The id of the agent's webhook; `None` if the agent has none.
    pub webhook: Option<String>,
    /// The whole answer, without credentials, in the form that the rules read. After [`Self::take_own_tools`], its list of
    /// tools has only those that the caller chose.
    pub document: Value,
}

impl ReadAgent {
    /// Lists the ids of the phone numbers that are assigned to the agent.
    pub fn numbers(&self) -> Vec<String> {
        let rows = self.document["phone_numbers"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["phone_number_id"].as_str().map(ToOwned::to_owned)).collect()
    }

    /// Takes the agent's own tools out of its list of tools, so that the list has only those that the caller chose. `own`
    /// has the names of the tools that the gateway made for the agent, by id. Returns those that the list had.
    pub fn take_own_tools(&mut self, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let ids = tool_ids(&self.document);
        let (linked, chosen): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| own.contains_key(id));
        if !linked.is_empty() {
            set_chosen_tools(&mut self.document, &chosen);
        }
        linked.into_iter().filter_map(|id| own.get(&id).cloned().map(|name| (id, name))).collect()
    }

    /// Lists the ids of the tools that the caller chose.
    pub fn chosen_tools(mut self, own: &BTreeMap<String, String>) -> Vec<String> {
        self.take_own_tools(own);
        tool_ids(&self.document)
    }

    /// Builds the record from the agent, its webhook if the vendor has it, and its own tools, each with its name in the
    /// gateway.
    pub fn remote(self, webhook: Option<Webhook>, own: Vec<(String, WorkspaceTool)>) -> Remote {
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
        if !own.is_empty() {
            document[tools::PART] = own.iter().map(|(_, tool)| tool.document()).collect();
        }
        for (name, tool) in own {
            parts.insert(&format!("{}/{name}", tools::PART), PartState::new(tool.id));
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
        let webhook = text(within_agent(WEBHOOK_LINK)).map(ToOwned::to_owned);
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
    #[serde(default)]
    is_disabled: bool,
    #[serde(default)]
    is_auto_disabled: bool,
}

impl Webhook {
    /// Returns true if the vendor sends nothing to the webhook: a user of the vendor has disabled it, or the vendor has done so
    /// after failed deliveries.
    pub fn is_off(&self) -> bool {
        self.is_disabled || self.is_auto_disabled
    }

    /// Returns the webhook in the form in which the rules write it.
    pub fn document(&self) -> Value {
        webhook(&self.webhook_url, self.is_off())
    }

    /// Converts the webhook to a possible result of a lost creation. A webhook is disabled only after its creation, so its
    /// document shows it as disabled and thereby matches both kinds of creation.
    pub fn found(self) -> FoundPart {
        let (document, created_at) =
            (webhook(&self.webhook_url, true), parse_unix_seconds(&self.created_at_unix));
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

/// A tool of the workspace. Its settings contain credentials.
pub struct WorkspaceTool {
    /// The vendor's id of the tool.
    pub id: String,
    /// The settings of the tool.
    pub config: Value,
}

impl WorkspaceTool {
    /// Returns the name of the tool at the vendor.
    pub fn name(&self) -> &str {
        self.config[TOOL_NAME].as_str().unwrap_or_default()
    }

    /// Returns the tool in the form in which the rules write it, without credentials.
    pub fn document(&self) -> Value {
        let mut document = self.config.clone();
        CREDENTIALS.hide(&mut document);
        document
    }

    fn from_row(mut row: Value) -> Option<Self> {
        let id = row.get("id")?.as_str().filter(|id| !id.is_empty())?.to_owned();
        Some(Self { id, config: row.get_mut("tool_config").filter(|config| config.is_object())?.take() })
    }
}

/// Reads a page of the list of tools.
pub fn workspace_tools(reply: Reply) -> Result<Rows<WorkspaceTool>> {
    #[derive(Deserialize)]
    struct Page {
        tools: Vec<Value>,
        next_cursor: Option<String>,
        has_more: bool,
    }
    reply.read("a list of tools", |Page { tools, next_cursor, has_more }| {
        let rows = tools.into_iter().map(WorkspaceTool::from_row).collect::<Option<_>>()?;
        Some((rows, next_page(has_more, next_cursor)?))
    })
}

/// Reads the id of a tool that was created or changed.
pub fn saved_tool(reply: Reply) -> Result<String> {
    reply.read("a tool with its id", |row: Value| WorkspaceTool::from_row(row).map(|tool| tool.id))
}

/// Reads whether an agent, or a branch of an agent, uses a tool.
pub fn has_users(reply: Reply) -> Result<bool> {
    #[derive(Deserialize)]
    struct Answer {
        agents: Vec<Value>,
        branches: Option<Vec<Value>>,
    }
    reply.read("a list of the agents that use a tool", |Answer { agents, branches }| {
        Some(!agents.is_empty() || branches.is_some_and(|branches| !branches.is_empty()))
    })
}
