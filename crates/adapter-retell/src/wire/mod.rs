//! The vendor's answers, and the codecs for values that the vendor structures differently from the model.

mod analysis;
mod answers;
mod body;
mod call;
mod dials;
mod handovers;
mod messages;
mod model;
mod observed;
mod older;
mod requests;
mod speech;
mod tools;

use serde_json::Value;
use switchboard_core::prelude::*;

pub use analysis::{
    DEFAULT_EVENTS, default_events, events, extraction, outcome_prompt, summary_prompt, webhook_enabled,
};
pub use answers::{
    LlmVersion, ReadAgent, Version, agent, agents, created, done, holder, knowledge_bases, latest_of_each,
    llm, llms, phone_number, phone_numbers, settings, unpinned, versions, voices,
};
pub use body::{complete_agent, complete_reprompts, depends_on_agent};
pub use call::{EVERYTHING, VOICEMAIL, ambient_sound, denoising, fillers, record, redact};
pub use dials::{MARKER, dial};
pub use handovers::handovers;
pub use messages::tools;
pub use model::{engine, fallback_model, model_name, temperature};
pub use observed::{calls, placed, read_call};
pub use older::written as older_llm;
pub use requests::CREDENTIALS;
pub use speech::{
    additional_languages, generated, interruptible, interruption_sensitivity, language, pronunciations,
    silence, stability,
};
pub use tools::{closing_message, hang_up, press_digits, transfers};

/// The part that is the agent itself.
pub const AGENT: &str = "agent";
/// The part with the prompt, the greeting, the model and the tools.
pub const LLM: &str = "llm";
/// The path at which an agent stores the id of its LLM.
pub const LLM_LINK: &str = "/agent/response_engine/llm_id";
/// The number of rows requested per page: the maximum that the vendor accepts (SDK 6.2.13).
pub const PAGE_SIZE: usize = 1000;

/// Returns a string member, unless it is empty.
fn text<'a>(item: &'a Value, pointer: &str) -> Option<&'a str> {
    document_path::get(item, pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}
