//! ElevenLabs Agents. An update is merged deeply into the agent, and a member that the vendor does not know is dropped
//! without an error (vendor OpenAPI document of 2026-08-22, official clients of 2026-11, the vendor's skills for
//! coding assistants of 2026-08-07, and answers that public repositories recorded in 2026).
//!
//! Collections: `agents`, each as the vendor returns it, without its id; `webhooks`, each with its secret in
//! `webhook_secret`; `tools`, each with its settings; `phone_numbers`, each with its agent in `agent_id`.
//!
//! Options, each with its default in parentheses:
//!
//! - `page_size` (30): the number of agents, tools or conversations on a page if the request has no `page_size`
//! - `largest_page` (100): the maximum number of agents, tools or conversations on a page; a larger `page_size` is
//!   reduced to it
//! - `voices_page_size` (10): the number of voices on a page if the request has no `page_size`
//! - `errors` (`current`): with `legacy`, the message that refuses a configuration quotes the whole request
//! - `forgets` ([]): the JSON pointers of agent members that the vendor drops as if it did not know them
//! - `foreign_branch` (false): whether answers about agents show a branch other than the main branch
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): which calls come first in a list whose request has no `sort_direction`: `newest` or `oldest`
//!   - `overrides_allowed` (false): whether all overrides are allowed, or only those that the agent allows
//!   - `call_result` (true): whether answers have `call_result`, which older answers lack

mod agents;
mod calls;
mod catalogue;
mod checks;
mod conversation;
mod failure;
mod initiation;
mod numbers;
mod tools;
mod webhooks;

use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::options::{self, PageSize};
use crate::records::Records;
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use calls::CallOptions;
use failure::Shape;

const AGENTS: &str = "agents";
const WEBHOOKS: &str = "webhooks";
const TOOLS: &str = "tools";
const NUMBERS: &str = "phone_numbers";

impl Vendor {
    /// ElevenLabs Agents, in the API of November 2026.
    pub const ELEVENLABS: Self = Self {
        name: "elevenlabs",
        title: "ElevenLabs Agents",
        base_path: "/elevenlabs",
        api_key: "sandbox-key-elevenlabs-opens-nothing",
        credential: Credential::Header("xi-api-key"),
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::ELEVENLABS,
    contract: include_str!("../../../adapter-elevenlabs/contract/openapi.json"),
    simulator: || Box::new(Elevenlabs::new()),
};

/// The simulated workspace, with its options.
struct Elevenlabs {
    records: Records,
    calls: Calls,
    options: Options,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    page_size: PageSize,
    largest_page: PageSize,
    voices_page_size: PageSize,
    errors: Shape,
    forgets: Vec<String>,
    foreign_branch: bool,
    calls: CallOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: PageSize::new(30),
            largest_page: PageSize::new(100),
            voices_page_size: PageSize::new(10),
            errors: Shape::Current,
            forgets: Vec::new(),
            foreign_branch: false,
            calls: CallOptions::default(),
        }
    }
}

impl Elevenlabs {
    fn new() -> Self {
        let records = numbers::seed(Records::with_uuids(&[AGENTS, WEBHOOKS, TOOLS, NUMBERS]));
        Self { records, calls: Calls::new(Ids::Prefixed("conv_")), options: Options::default() }
    }
}

impl Simulator for Elevenlabs {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createAgent" => self.create_agent(request),
            "getAgent" => self.agent(request.in_path("agent_id")),
            "updateAgent" => self.update_agent(request),
            "deleteAgent" => self.delete_agent(request.in_path("agent_id")),
            "listAgents" => self.list_agents(request),
            "createWebhook" => self.create_webhook(request),
            "updateWebhook" => self.update_webhook(request),
            "listWebhooks" => self.list_webhooks(),
            "deleteWebhook" => self.delete_webhook(request.in_path("webhook_id")),
            "createTool" => self.create_tool(request),
            "updateTool" => self.update_tool(request),
            "deleteTool" => self.delete_tool(request),
            "listTools" => self.list_tools(request),
            "listToolAgents" => self.tool_agents(request.in_path("tool_id")),
            "listVoices" => catalogue::voices(request, self.options.voices_page_size.get()),
            "listModels" => Answer::ok(catalogue::models()),
            "listPhoneNumbers" => self.list_phone_numbers(),
            "getPhoneNumber" => self.phone_number(request.in_path("phone_number_id")),
            "updatePhoneNumber" => self.update_phone_number(request),
            "listKnowledgeBases" => Answer::ok(catalogue::documents()),
            "placeCall" => self.place_call(request),
            "listConversations" => self.list_conversations(request),
            "getConversation" => self.read_conversation(request),
            "getConversationAudio" => self.conversation_audio(request),
            "deleteConversation" => self.delete_conversation(request),
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { .. } => {
                Answer::json(StatusCode::NOT_FOUND, json!({ "detail": "Not Found" }))
            }
            Refusal::Unauthenticated => failure::unauthenticated(),
            Refusal::Invalid { violations, .. } if failure::is_malformed(violations) => failure::malformed(),
            // The web framework accepts any object as the body of an update, so the vendor's own check refuses it.
            Refusal::Invalid { operation: "updateAgent", violations } => {
                failure::configuration(self.options.errors, &failure::sentence(violations), &Value::Null)
            }
            Refusal::Invalid { violations, .. } => failure::validation(violations),
            Refusal::Failing(status) => failure::failing(*status),
        }
    }

    fn records(&mut self) -> &mut Records {
        &mut self.records
    }

    fn calls(&mut self) -> Option<&mut Calls> {
        Some(&mut self.calls)
    }

    fn options(&self) -> Value {
        json!(self.options)
    }

    fn configure(&mut self, options: Value) -> Result<(), String> {
        self.options = options::read(options)?;
        Ok(())
    }
}

/// Returns a new id, such as `agent_0198f3…`.
fn new_id(prefix: &str) -> String {
    format!("{prefix}{}", Uuid::now_v7().simple())
}

/// Returns the current time in seconds since 1970.
fn seconds() -> i64 {
    Timestamp::now().as_second()
}
