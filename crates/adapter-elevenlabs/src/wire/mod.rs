//! The vendor's answers, and the codecs for values that the vendor structures differently from the model.

mod answers;
mod body;
mod documents;
mod handovers;
mod maps;
mod observed;
mod results;
mod sounds;
mod tools;

pub use answers::{
    Webhook, agent, agents, created_agent, created_webhook, documents, models, phone_number, phone_numbers,
    voices, webhooks,
};
pub use body::complete;
pub use documents::{complete_documents, knowledge_bases, lacks_documents};
pub use handovers::handovers;
pub use maps::{additional_languages, extraction, variables};
pub use observed::{call, calls, deleted, dial, placed};
pub use results::{EVENTS, criteria, fallback, redact};
pub use sounds::{ambient_sound, ambient_volume, filler_words, fillers};
pub use tools::{VOICEMAIL, end_call, transfers};

/// The member that identifies a webhook.
pub const WEBHOOK_URL: &str = "webhook_url";
/// The path at which an agent stores the id of its webhook.
pub const WEBHOOK_LINK: &str = "/agent/platform_settings/workspace_overrides/webhooks/post_call_webhook_id";
/// The number of rows requested per page: the maximum that the vendor accepts (vendor OpenAPI document, 2026-08-22).
pub const PAGE_SIZE: usize = 100;
