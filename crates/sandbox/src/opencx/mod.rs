//! OpenCX phone agents in the generation of 2024. Creating an agent buys a phone number. Updates and
//! deletions have no answer body, and an agent's configuration cannot be read back (vendor's OpenAPI document
//! of September 2024).
//!
//! Collections: `phone_numbers`, with the configuration that the vendor never returns.
//!
//! Options, each with its default in parentheses:
//!
//! - `page_size` (20): the number of items on a page
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): the order of the list, which the vendor does not document: `newest` or `oldest` calls first, or those
//!     that changed last (`updated`)
//!   - `session_for_unanswered` (false): whether an unanswered call also becomes a conversation
//!   - `session_lag_ms` (0): the milliseconds until a call becomes a conversation
//!   - `history_page_size` (20): the number of events on a page

mod calls;

use std::collections::HashSet;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::contract;
use crate::options::{self, PageSize};
use crate::records::{By, Record, Records};
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use calls::CallOptions;

const PHONE_NUMBERS: &str = "phone_numbers";

impl Vendor {
    /// OpenCX phone agents, in the generation of the vendor's OpenAPI document of 2024.
    pub const OPENCX: Self = Self {
        name: "opencx",
        title: "OpenCX",
        base_path: "/opencx",
        api_key: "sandbox-key-opencx-opens-nothing",
        credential: Credential::Bearer,
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::OPENCX,
    contract: include_str!("../../../adapter-opencx/contract/openapi.json"),
    simulator: || Box::new(Opencx::new()),
};

pub(crate) struct Opencx {
    /// The configuration of each phone number, with the phone number itself in `phone_number`.
    records: Records,
    calls: Calls,
    options: Options,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The number of items on a page. The vendor does not document this number.
    page_size: PageSize,
    calls: CallOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self { page_size: PageSize::new(20), calls: CallOptions::default() }
    }
}

impl Opencx {
    pub(crate) fn new() -> Self {
        let records = Records::with_uuids(&[PHONE_NUMBERS]);
        Self { records, calls: Calls::new(Ids::Uuid), options: Options::default() }
    }

    fn buy(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut record = request.record();
        let area = record.shift_remove("area_code").unwrap_or_default();
        let Some(phone_number) = self.free_number(area.as_str().unwrap_or_default()) else {
            let why = "no phone number is available in this area code";
            return error(StatusCode::BAD_REQUEST, why);
        };
        // The greeting has one field name when a number is bought and another when a number is updated.
        if let Some(greeting) = record.shift_remove("greeting_message") {
            record.insert("initial_message".to_owned(), greeting);
        }
        record.entry("language").or_insert_with(|| json!("en"));
        record.insert("phone_number".to_owned(), json!(phone_number));
        match self.records.insert(PHONE_NUMBERS, record) {
            Ok(id) => Answer::json(StatusCode::CREATED, json!({ "id": id, "phone_number": phone_number })),
            Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        }
    }

    /// Finds a phone number in the area that has not been bought: `+1`, the area code, 555, then four digits
    /// from 0100 on. Returns `None` if all such numbers have been bought.
    fn free_number(&self, area: &str) -> Option<String> {
        let prefix = format!("+1{area}555");
        let line =
            |record: &Record| record.get("phone_number")?.as_str()?.strip_prefix(&prefix)?.parse().ok();
        let taken: HashSet<u16> =
            self.records.iter(PHONE_NUMBERS).filter_map(|(_, record)| line(record)).collect();
        let free = (100..10_000).find(|line| !taken.contains(line))?;
        Some(format!("{prefix}{free:04}"))
    }

    /// Lists phone numbers by id, so that no page skips or repeats a number if numbers are bought or deleted between
    /// two requests. The cursor is the last id on the previous page.
    fn list(&self, request: &SimulatedRequest<'_>) -> Answer {
        let after = request.in_query("cursor").unwrap_or("");
        let mut left: Vec<_> = self.records.iter(PHONE_NUMBERS).collect();
        left.retain(|(id, _)| *id > after);
        left.sort_unstable_by_key(|(id, _)| *id);
        let size = self.options.page_size.get();
        let next = (left.len() > size).then(|| left.get(size - 1).map(|(id, _)| *id));
        let items = left.iter().take(size).map(|(id, record)| {
            let shown = |name| record.get(name).cloned().unwrap_or_default();
            json!({ "id": id, "name": shown("name"), "phone_number": shown("phone_number") })
        });
        let items: Vec<Value> = items.collect();
        Answer::ok(json!({ "items": items, "next": next }))
    }

    /// Changes only the given fields. The vendor does not document this behaviour. It is inferred from the
    /// method PATCH.
    fn update(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("phone_number_id");
        let Some(mut record) = self.records.get(PHONE_NUMBERS, id).cloned() else {
            return no_number();
        };
        record.extend(request.record());
        self.records.replace(PHONE_NUMBERS, id, record);
        Answer::empty()
    }

    fn delete(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        if self.records.remove(PHONE_NUMBERS, request.in_path("phone_number_id"), By::Request) {
            Answer::empty()
        } else {
            no_number()
        }
    }
}

impl Simulator for Opencx {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "buyPhoneNumber" => self.buy(request),
            "listPhoneNumbers" => self.list(request),
            "updatePhoneNumber" => self.update(request),
            "deletePhoneNumber" => self.delete(request),
            "placeCall" => self.place_call(request),
            "listSessions" => self.list_sessions(request),
            "getSession" => self.read_session(request),
            "listSessionHistory" => self.list_history(request),
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { method, path } => {
                let message = format!("Cannot {method} {path}");
                error(StatusCode::NOT_FOUND, &message)
            }
            Refusal::Unauthenticated => error(StatusCode::UNAUTHORIZED, "Unauthorized"),
            Refusal::Invalid { violations, .. } => {
                error(StatusCode::BAD_REQUEST, &contract::sentence(violations))
            }
            Refusal::Failing(status) => error(*status, status.canonical_reason().unwrap_or_default()),
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

/// Builds the vendor's error body. The contract declares this body only for status 500. For other statuses, its format
/// is inferred.
fn error(status: StatusCode, message: &str) -> Answer {
    let name = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "statusCode": status.as_u16(), "message": message, "error": name });
    Answer::json(status, body)
}

fn no_number() -> Answer {
    error(StatusCode::NOT_FOUND, "Phone number not found")
}
