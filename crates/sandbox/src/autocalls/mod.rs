//! Autocalls in both generations. Updates are partial, and requests have the generation's field names. Answers
//! have the current field names and mixed encodings (vendor's reference pages of 2025 and 2026).
//!
//! Collections: `assistants`, with the field names of 2026.
//!
//! Options, each with its default in parentheses:
//!
//! - `default_page_size` (10): the number of assistants on a page if the request has no `per_page`
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): the order of the list, which the vendor does not document: `newest` or `oldest` calls first
//!   - `transcript` (`segments`): the format of transcripts: `segments` or `lines`
//!   - `evaluation` (`list`): the format of evaluations: `list` or `object`
//!   - `costs` (`text`): the JSON type of costs: `text` or `number`
//!   - `times` (`iso`): the format of times: `iso`, or `plain`, which has no offset
//!   - `echo_variables` (true): the variables in answers: with true, those of the request; with false, the values that
//!     were collected during the call; with `empty_list`, an empty list

mod assistant;
mod assistants;
mod call;
mod calls;
mod catalogue;
mod defaults;
mod legacy;
mod row;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::contract::Violation;
use crate::options::{self, PageSize};
use crate::records::Records;
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use calls::CallOptions;

const ASSISTANTS: &str = "assistants";

impl Vendor {
    /// Autocalls with the field names of its reference pages of 2025.
    pub const AUTOCALLS_2025: Self = Self {
        name: "autocalls-2025",
        title: "Autocalls, API of 2025",
        base_path: "/autocalls-2025/api",
        api_key: "sandbox-key-autocalls-2025-opens-nothing",
        credential: Credential::Bearer,
    };
    /// Autocalls with the field names of its reference pages of 2026.
    pub const AUTOCALLS_2026: Self = Self {
        name: "autocalls-2026",
        title: "Autocalls, API of 2026",
        base_path: "/autocalls-2026/api",
        api_key: "sandbox-key-autocalls-2026-opens-nothing",
        credential: Credential::Bearer,
    };
}

pub(crate) const SIMULATOR_2025: Simulated = Simulated {
    vendor: Vendor::AUTOCALLS_2025,
    contract: include_str!("../../../adapter-autocalls/contract/2025.openapi.json"),
    simulator: || Box::new(Autocalls::new(Generation::Legacy)),
};

pub(crate) const SIMULATOR_2026: Simulated = Simulated {
    vendor: Vendor::AUTOCALLS_2026,
    contract: include_str!("../../../adapter-autocalls/contract/2026.openapi.json"),
    simulator: || Box::new(Autocalls::new(Generation::Current)),
};

/// A generation of the vendor's API. It determines the field names in requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// The generation of the reference pages of 2025, with field names such as `assistant_name` and `calls_direction`.
    Legacy,
    /// The generation of the reference pages of 2026, with field names such as `name` and `type`.
    Current,
}

pub(crate) struct Autocalls {
    generation: Generation,
    /// The assistants, with the current field names and plain JSON types.
    records: Records,
    calls: Calls,
    options: Options,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The number of rows on a page if the request has no `per_page`. The reference pages specify 10.
    default_page_size: PageSize,
    calls: CallOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self { default_page_size: PageSize::new(10), calls: CallOptions::default() }
    }
}

/// The errors of each field, under the field names of the request.
#[derive(Default)]
struct FieldErrors(Map<String, Value>);

impl FieldErrors {
    fn add(&mut self, field: &str, text: impl Into<String>) {
        let texts = self.0.entry(field).or_insert_with(|| json!([]));
        if let Some(texts) = texts.as_array_mut() {
            texts.push(Value::String(text.into()));
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Autocalls {
    pub(crate) fn new(generation: Generation) -> Self {
        Self {
            generation,
            records: Records::with_numbers(1_001, &[ASSISTANTS]),
            calls: Calls::new(Ids::From(480_001)),
            options: Options::default(),
        }
    }

    fn vendor(&self) -> Vendor {
        match self.generation {
            Generation::Legacy => Vendor::AUTOCALLS_2025,
            Generation::Current => Vendor::AUTOCALLS_2026,
        }
    }

    fn invalid(&self, FieldErrors(errors): FieldErrors) -> Answer {
        let message = match self.generation {
            Generation::Legacy => "The given data was invalid.",
            Generation::Current => "Validation failed",
        };
        let body = json!({ "message": message, "errors": errors });
        Answer::json(StatusCode::UNPROCESSABLE_ENTITY, body)
    }
}

impl Simulator for Autocalls {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createAssistant" => self.create(request),
            "updateAssistant" => self.update(request),
            "listAssistants" => self.list(request),
            "deleteAssistant" => self.delete(request),
            "placeCall" => self.place_call(request),
            "getCall" => self.call(request),
            "listCalls" => self.list_calls(request),
            "deleteCall" => self.delete_call(request),
            "listLanguages" => Answer::ok(catalogue::languages()),
            "listModels" => {
                let kind = request.in_query("type");
                Answer::ok(catalogue::models(self.generation, kind))
            }
            "listPhoneNumbers" => {
                let calls = request.in_query("type");
                let assistants = self.records.iter(ASSISTANTS).map(|(_, record)| record);
                let inbound =
                    assistants.filter(|record| record.get("type").is_some_and(|kind| kind == "inbound"));
                let taken: Vec<_> =
                    inbound.filter_map(|record| record.get("phone_number_id")?.as_u64()).collect();
                Answer::ok(catalogue::phone_numbers(calls, &taken))
            }
            "listVoices" => {
                let language = request.number_in_query("language_id");
                let mode = request.in_query("mode");
                Answer::ok(catalogue::voices(self.generation, mode, language))
            }
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { path, .. } => {
                let message = format!("The route api{path} could not be found.");
                Answer::json(StatusCode::NOT_FOUND, said(&message))
            }
            // The vendor does not document this body. The message is the default of the web framework that the
            // vendor's other answers suggest (inferred).
            Refusal::Unauthenticated => Answer::json(StatusCode::UNAUTHORIZED, said("Unauthenticated.")),
            Refusal::Invalid { violations, .. } => self.invalid(by_field(violations)),
            Refusal::Failing(StatusCode::TOO_MANY_REQUESTS) => Answer::json(
                StatusCode::TOO_MANY_REQUESTS,
                json!({ "message": "Too Many Attempts.", "retry_after": 60 }),
            ),
            Refusal::Failing(status) => {
                let reason = status.canonical_reason().unwrap_or("Request failed");
                Answer::json(*status, said(reason))
            }
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

fn said(message: &str) -> Value {
    json!({ "message": message })
}

/// Collects violations by field, with the vendor's dotted field names, such as `post_call_schema.0.name`.
fn by_field(violations: &[Violation]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for violation in violations {
        let field = violation.pointer.trim_start_matches(['/', '?']);
        let field = match field.replace('/', ".") {
            field if field.is_empty() => "body".to_owned(),
            field => field,
        };
        errors.add(&field, violation.message.clone());
    }
    errors
}
