//! Retell. An agent and its LLM are two objects whose versions have the same numbers (official SDK 6.2.13 of
//! 2026-10-26, the vendor's API reference of 2026-08-01, and answers that public integrations recorded in 2026).
//!
//! Collections: `agents`, `llms`, and `phone_numbers`, in which a phone number is its own id. A record of an agent or
//! an LLM is its latest version, as a read returns it, but without the id. Its earlier versions are in
//! `former_versions`. A record without `version` is a published version 0. A stored agent also has `name` and
//! `general_prompt`, which are copies of `agent_name` and of its LLM's prompt in the version that calls use: the latest
//! published one, or the latest one if none is published. No answer shows these copies.
//!
//! Options, each with its default in parentheses:
//!
//! - `page_size` (50): the number of rows on a page if the request has no `limit`
//! - `rows_of_llms` (`llms`): the rows of the list of LLMs: one for each LLM, or with `versions`, one for each version
//! - `titled_drafts` (false): whether a new draft has the title of its base
//! - `quotes` (false): whether the refusal of a value quotes the value
//! - `forgets` ([]): the members of agents and LLMs that the vendor drops without an error
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): which calls come first in a list whose request has no `sort_order`: `newest` or `oldest`
//!   - `gone` (404): the status, 404 or 422, of the refusals for an unknown call, number or agent, and for a request to
//!     end a call that is not live
//!
//! Calls are placed from the listed phone numbers. An idempotency key is kept for one hour of the vendor's clock.

mod agents;
mod call;
mod call_list;
mod calls;
mod catalogue;
mod checks;
mod failure;
mod llms;
mod numbers;
mod versions;

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
use calls::{CallOptions, Keys};

const AGENTS: &str = "agents";
const LLMS: &str = "llms";
const NUMBERS: &str = "phone_numbers";

impl Vendor {
    /// Retell, in the API of November 2026.
    pub const RETELL: Self = Self {
        name: "retell",
        title: "Retell",
        base_path: "/retell",
        api_key: "sandbox-key-retell-opens-nothing",
        credential: Credential::Bearer,
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::RETELL,
    contract: include_str!("../../../adapter-retell/contract/openapi.json"),
    simulator: || Box::new(Retell::new()),
};

/// The simulated workspace, with its options.
struct Retell {
    records: Records,
    calls: Calls,
    keys: Keys,
    options: Options,
    /// The number of refusals of unknown ids so far.
    unknown: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    page_size: PageSize,
    rows_of_llms: RowsOfLlms,
    titled_drafts: bool,
    quotes: bool,
    forgets: Vec<String>,
    calls: CallOptions,
}

/// The rows of the list of LLMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RowsOfLlms {
    Llms,
    Versions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: PageSize::new(50),
            rows_of_llms: RowsOfLlms::Llms,
            titled_drafts: false,
            quotes: false,
            forgets: Vec::new(),
            calls: CallOptions::default(),
        }
    }
}

impl Retell {
    fn new() -> Self {
        Self {
            records: numbers::seed(Records::with_uuids(&[AGENTS, LLMS, NUMBERS])),
            calls: Calls::new(Ids::Prefixed("call_")),
            keys: Keys::default(),
            options: Options::default(),
            unknown: 0,
        }
    }

    /// Refuses an unknown id, alternately with 404 and 422.
    fn no_such(&mut self, id: &str, kind: &str) -> Answer {
        self.unknown += 1;
        failure::unknown(self.unknown % 2 == 1, id, kind)
    }

    /// Renders the requested page. The key of a page is the number of rows before it.
    fn page(&self, request: &SimulatedRequest<'_>, mut rows: Vec<Value>) -> Answer {
        if request.in_query("sort_order") != Some("ascending") {
            rows.reverse();
        }
        let size = request.number_in_query("limit").and_then(|size| usize::try_from(size).ok());
        let size = size.unwrap_or(self.options.page_size.get());
        let Ok(start) = request.in_query("pagination_key").unwrap_or("0").parse::<usize>() else {
            return failure::refused("pagination_key is invalid");
        };
        let end = rows.len().min(start.saturating_add(size));
        let mut page = json!({ "items": [], "has_more": end < rows.len() });
        if end < rows.len() {
            page["pagination_key"] = json!(end.to_string());
        }
        page["items"] = rows.drain(start.min(end)..end).collect();
        Answer::ok(page)
    }
}

impl Simulator for Retell {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createRetellLlm" => self.create_llm(request),
            "getRetellLlm" => self.llm(request),
            "updateRetellLlm" => self.update_llm(request),
            "deleteRetellLlm" => self.delete_llm(request),
            "listRetellLlms" => self.list_llms(request),
            "createAgent" => self.create_agent(request),
            "getAgent" => self.agent(request),
            "updateAgent" => self.update_agent(request),
            "deleteAgent" => self.delete_agent(request),
            "listAgents" => self.list_agents(request),
            "createAgentVersion" => self.create_version(request),
            "publishAgentVersion" => self.publish_version(request),
            "listAgentVersions" => self.list_versions(request),
            "listVoices" => Answer::ok(catalogue::voices()),
            "placeCall" => self.place_call(request),
            "getCall" => self.call(request),
            "listCalls" => self.list_calls(request),
            "stopCall" => self.stop_call(request),
            "deleteCall" => self.delete_call(request),
            "listPhoneNumbers" => self.list_numbers(request),
            "getPhoneNumber" => self.number(request),
            "updatePhoneNumber" => self.update_number(request),
            "listKnowledgeBases" => Answer::ok(catalogue::knowledge_bases()),
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { .. } => failure::failing(StatusCode::NOT_FOUND),
            Refusal::Unauthenticated => failure::failing(StatusCode::UNAUTHORIZED),
            Refusal::Invalid { violations, .. } => failure::invalid(violations),
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

/// Returns the current time in milliseconds since 1970.
fn milliseconds() -> i64 {
    Timestamp::now().as_millisecond()
}
