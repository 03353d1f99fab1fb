//! Vapi. An update replaces each member that it contains, including all that is nested in it, and an unknown member is
//! refused at every depth (vendor OpenAPI document of 2026-08-20, vendor tool gitops of 2026-06-08, and answers that
//! public integrations recorded in 2025 and 2026).
//!
//! Collections: `assistants` and `phone_numbers`, each record as a read returns it, but without the id.
//!
//! Options, each with its default in parentheses:
//!
//! - `order` (`newest_first`): the order of the list of assistants, which the vendor does not document: `newest_first`
//!   or `oldest_first`
//! - `nulls` (`remove`): the effect of null on a stored member, which the vendor does not document: `remove` or `keep`
//! - `pinned` ([]): the ids of assistants that cannot be deleted because another resource uses one of their versions
//! - `quotes` (false): whether a refusal contains the whole request
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): the order of the list, which the vendor does not document: `newest` or `oldest` calls first
//!   - `control` (`on`): with `off`, a live call has no control URL; with `elsewhere`, the URL has another name of the
//!     same host
//!   - `recording_lag_ms` (0): the minimum number of milliseconds from the end of a call until its recording is
//!     available; values below 1,000 have no effect
//!
//! Calls are placed from the listed phone numbers that are active.

mod assistants;
mod call;
mod calls;
mod failure;
mod numbers;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::options;
use crate::records::Records;
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use calls::CallOptions;

const ASSISTANTS: &str = "assistants";
const NUMBERS: &str = "phone_numbers";

impl Vendor {
    /// Vapi, in the API of November 2026.
    pub const VAPI: Self = Self {
        name: "vapi",
        title: "Vapi",
        base_path: "/vapi",
        api_key: "sandbox-key-vapi-opens-nothing",
        credential: Credential::Bearer,
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::VAPI,
    contract: include_str!("../../../adapter-vapi/contract/openapi.json"),
    simulator: || Box::new(Vapi::new()),
};

/// The simulated organisation, with its options.
struct Vapi {
    records: Records,
    calls: Calls,
    options: Options,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    order: Order,
    nulls: Nulls,
    pinned: Vec<String>,
    quotes: bool,
    calls: CallOptions,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// The effect of null on a stored member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Nulls {
    #[default]
    Remove,
    Keep,
}

impl Vapi {
    fn new() -> Self {
        let records = numbers::seed(Records::with_uuids(&[ASSISTANTS, NUMBERS]));
        Self { records, calls: Calls::new(Ids::Uuid), options: Options::default() }
    }
}

impl Simulator for Vapi {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createAssistant" => self.create(request),
            "getAssistant" => self.read(StatusCode::OK, request.in_path("id")),
            "listAssistants" => self.list(request),
            "updateAssistant" => self.update(request),
            "deleteAssistant" => self.delete(request.in_path("id")),
            "placeCall" => self.place_call(request),
            "getCall" => self.call(request),
            "listCalls" => self.list_calls(request),
            "deleteCall" => self.delete_call(request),
            "getCallRecording" => self.call_recording(request),
            "controlCall" => self.control_call(request),
            "listPhoneNumbers" => self.list_numbers(request),
            "getPhoneNumber" => self.number(request.in_path("id")),
            "updatePhoneNumber" => self.update_number(request),
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { method, path } => {
                failure::plain(StatusCode::NOT_FOUND, &format!("Cannot {method} {path}"))
            }
            Refusal::Unauthenticated => failure::unauthenticated(),
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
