//! The vendor's answers, and the codecs for values that the vendor structures differently from the model.

mod answers;
mod body;
mod documents;
mod endpoint;
mod handovers;
mod maps;
mod observed;
mod parameters;
mod requests;
mod results;
mod sounds;
mod tools;
mod webhook;

use switchboard_core::prelude::*;

pub use answers::{
    ReadAgent, Webhook, WorkspaceTool, agent, agents, created_agent, created_webhook, documents, has_users,
    models, phone_number, phone_numbers, saved_tool, voices, webhooks, workspace_tools,
};
pub use body::{add_own_tools, complete, lacks_chosen_tools, set_chosen_tools};
pub use documents::{complete_documents, knowledge_bases, lacks_documents};
pub use endpoint::endpoint;
pub use handovers::handovers;
pub use maps::{additional_languages, extraction, variables};
pub use observed::{call, calls, deleted, dial, placed};
pub use requests::{TOOL_NAME, tools as http_requests};
pub use results::{EVENTS, criteria, fallback, redact};
pub use sounds::{ambient_sound, ambient_volume, filler_words, fillers};
pub use tools::{VOICEMAIL, end_call, transfers};
pub use webhook::{is_disabled, webhook_enabled, webhook_url};

/// The member that identifies a webhook.
pub const WEBHOOK_URL: &str = "webhook_url";
/// The path at which an agent stores the id of its webhook.
pub const WEBHOOK_LINK: &str = "/agent/platform_settings/workspace_overrides/webhooks/post_call_webhook_id";
/// The path at which an agent stores the ids of its own tools, in the form of the rules. The vendor has them in the same
/// list as the tools that the caller chose.
pub const TOOL_LINK: &str = "/agent/conversation_config/agent/prompt/own_tool_ids";
/// The places of credentials in agents and tools.
pub const CREDENTIALS: CredentialPlaces = CredentialPlaces { members: &[], headers: &["request_headers"] };
/// The number of rows requested per page: the maximum that the vendor accepts (vendor OpenAPI document, 2026-08-22).
pub const PAGE_SIZE: usize = 100;
