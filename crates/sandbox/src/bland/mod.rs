//! Bland. A persona has a draft and a production version. An update changes the draft, and a promotion makes it the
//! production version (vendor documentation of 2026-08-09, official command-line tool 0.6.1).
//!
//! Collections: `personas`, each with the settings of its versions in `production` and, if it has changes that are not
//! promoted, in `draft`; `numbers`, by phone number, each with its persona in `persona_id`.
//!
//! Options, each with its default in parentheses:
//!
//! - `page_size` (20): the number of personas on a page if the request has no `limit`
//! - `name_in_updates` (true): whether an update requires the name
//! - `call_config` (`replace`): the treatment of the members of `call_config` that an update omits: `replace` removes
//!   them, `merge` keeps them; the vendor does not document this
//! - `draft_stays` (true): whether a promotion leaves a draft behind
//! - `failures_as_200` (false): whether a refused request about personas has status 200
//! - `quotes` (false): whether the refusal of a value of `call_config` quotes the request body
//! - `in_use_status` (409): the status of the refusal to delete a persona that answers phone numbers
//! - `forgets` ([]): the JSON pointers of settings that the vendor drops without an error
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): which calls come first in a list whose request has no `ascending`: `newest` or `oldest`
//!   - `ends_as` (`complete`): the `queue_status` of a call that has ended: `complete` or `completed`
//!   - `stop` (`taken`): the vendor's reaction to a request that ends a live call: `taken` or `refused`
//!
//! Calls are placed from the listed phone numbers or, without `from`, from +15550100899. A second request to call the
//! same number within 10 seconds of the vendor's clock is refused.

mod call;
mod calls;
mod catalogue;
mod failure;
mod numbers;
mod personas;

use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::options::{self, PageSize};
use crate::records::Records;
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use calls::CallOptions;

const PERSONAS: &str = "personas";
const NUMBERS: &str = "numbers";

/// The operations whose failures have the format of the routes for calls.
const OF_CALLS: [&str; 5] = ["placeCall", "getCall", "listCalls", "stopCall", "getCallRecording"];

impl Vendor {
    /// Bland, in the API of August 2026.
    pub const BLAND: Self = Self {
        name: "bland",
        title: "Bland",
        base_path: "/bland",
        api_key: "sandbox-key-bland-opens-nothing",
        // The bare key; the vendor refuses a key with `Bearer` (inferred).
        credential: Credential::Header("authorization"),
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::BLAND,
    contract: include_str!("../../../adapter-bland/contract/openapi.json"),
    simulator: || Box::new(Bland::new()),
};

/// The simulated organization, with its options.
struct Bland {
    records: Records,
    calls: Calls,
    options: Options,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    page_size: PageSize,
    name_in_updates: bool,
    call_config: Depth,
    draft_stays: bool,
    failures_as_200: bool,
    quotes: bool,
    in_use_status: u16,
    forgets: Vec<String>,
    calls: CallOptions,
}

/// The treatment of the members of `call_config` that an update omits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Depth {
    Replace,
    Merge,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: PageSize::new(20),
            name_in_updates: true,
            call_config: Depth::Replace,
            draft_stays: true,
            failures_as_200: false,
            quotes: false,
            in_use_status: 409,
            forgets: Vec::new(),
            calls: CallOptions::default(),
        }
    }
}

impl Bland {
    fn new() -> Self {
        let records = numbers::seed(Records::with_uuids(&[PERSONAS, NUMBERS]));
        Self { records, calls: Calls::new(Ids::Uuid), options: Options::default() }
    }

    /// Gives a refusal status 200 if the option `failures_as_200` is set.
    fn disguise(&self, mut answer: Answer) -> Answer {
        if self.options.failures_as_200 && answer.status.is_client_error() {
            answer.status = StatusCode::OK;
        }
        answer
    }
}

impl Simulator for Bland {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("persona_id");
        let answer = match request.operation {
            "createPersona" => self.create_persona(request),
            "listPersonas" => self.list_personas(request),
            "getPersona" => self.persona(id),
            "updatePersona" => self.update_persona(request),
            "promotePersona" => self.promote_persona(id),
            "deletePersona" => self.delete_persona(id, request.in_query("force") == Some("true")),
            "placeCall" => return self.place_call(request),
            "getCall" => return self.call(request),
            "listCalls" => return self.list_calls(request),
            "stopCall" => return self.stop_call(request),
            "getCallRecording" => return self.call_recording(request),
            "listVoices" => return Answer::ok(catalogue::voices()),
            "listPhoneNumbers" => return self.list_numbers(),
            "getPhoneNumber" => return self.number(request.in_path("phone_number")),
            "attachPhoneNumbers" => self.attach_numbers(request, true),
            "detachPhoneNumbers" => self.attach_numbers(request, false),
            "listKnowledgeBases" => return Answer::ok(catalogue::knowledge_bases()),
            _ => return self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        };
        self.disguise(answer)
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { .. } => failure::text(StatusCode::NOT_FOUND, "Not Found"),
            Refusal::Unauthenticated => failure::unauthorized(),
            Refusal::Invalid { operation, violations } if OF_CALLS.contains(operation) => {
                failure::invalid_call(violations)
            }
            Refusal::Invalid { violations, .. } => self.disguise(failure::invalid(violations)),
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

/// Returns the current time in the vendor's format, with milliseconds.
fn now() -> String {
    format!("{:.3}", Timestamp::now())
}
