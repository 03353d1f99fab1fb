//! QCall AI, according to its documentation, its own audit of the documentation, and its MCP server. The vendor
//! has assistants and dialers. Writes replace whole records, answers have an envelope, and failures may have
//! the status 200.
//!
//! Collections: `assistants`, `dialers`, `campaigns`. A dialer cannot be deleted while a record in
//! `campaigns` names it as `dialer_id`.
//!
//! Options, each with its default in parentheses:
//!
//! - `envelope` (`wrapped`): the envelope around answers: `wrapped`, `bare` or `nested`
//! - `nested_under` (`rows`): the member that contains the rows in a nested envelope: `rows`, `data`, `list`, `items`
//!   or `result`
//! - `create_answers_id` (`hash_id`): the form in which a creation returns the id: `hash_id`, `bare` or `none`
//! - `failures_as_200` (true): whether refusals have status 200
//! - `reads_as_array` (false): whether a read returns an array of one record
//! - `default_page_size` (20): the number of rows on a page if the request has no `perpage`
//! - `largest_page_size` (100): the maximum number of rows on a page
//! - `calls`: an object with the behaviour of calls:
//!   - `list_lag_ms` (0): the milliseconds until lists show a new call
//!   - `order` (`newest`): which calls come first in the list: `newest` or `oldest`
//!   - `dial_answers_id` (true): with false, the rows of the answer have no `call_sid`; with `empty`, `call_sid` is
//!     empty; with `no_rows`, the answer has no rows
//!   - `call_rows` (`client`): with `echo`, rows also have the members of the request
//!   - `created_at` (`utc`): the format of the time: `utc`, `offset`, `local_without_offset` or `absent`
//!   - `transcribe` (`text`): the format of transcripts: `text` or `json`

mod assistants;
mod call_options;
mod calls;
mod catalogue;
mod dialers;
mod envelope;
mod options;

use http::StatusCode;
use serde_json::{Value, json};

use crate::Vendor;
use crate::calls::{Calls, Ids};
use crate::contract;
use crate::options as vendor_options;
use crate::records::{Record, Records, Refused};
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;
use envelope::{failure, outright_failure};
use options::{NewId, Options};

const ASSISTANTS: &str = "assistants";
const DIALERS: &str = "dialers";
/// The collection of campaigns. Only control routes add records to the collection. The member `dialer_id` of
/// a campaign names the dialer that the campaign uses.
const CAMPAIGNS: &str = "campaigns";

impl Vendor {
    /// QCall AI: assistants and dialers. The key is sent in `x-api-key` (vendor's reference pages).
    pub const QCALL: Self = Self {
        name: "qcall",
        title: "QCall AI",
        base_path: "/qcall/api/v1",
        api_key: "sandbox-key-qcall-opens-nothing",
        credential: Credential::Header("x-api-key"),
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::QCALL,
    contract: include_str!("../../../adapter-qcall/contract/openapi.json"),
    simulator: || Box::new(Qcall::new()),
};

pub(crate) struct Qcall {
    records: Records,
    calls: Calls,
    options: Options,
}

impl Qcall {
    pub(crate) fn new() -> Self {
        let records = Records::with_uuids(&[ASSISTANTS, DIALERS, CAMPAIGNS]);
        Self { records, calls: Calls::new(Ids::Prefixed("CA")), options: Options::default() }
    }

    fn fail(&self, status: StatusCode, message: &str) -> Answer {
        failure(&self.options, status, message)
    }

    fn not_stored(&self, refused: &Refused) -> Answer {
        self.fail(StatusCode::BAD_REQUEST, &format!("not stored: {refused:?}"))
    }

    /// Builds the answer to a creation. `thing` builds the new record in the form in which the vendor returns it.
    fn created(&self, message: &str, id: &str, thing: impl FnOnce() -> Value) -> Answer {
        match self.options.create_answers_id {
            NewId::HashId => envelope::done(message, Some(json!({ "hash_id": id }))),
            NewId::Bare => Answer::ok(thing()),
            NewId::None => envelope::done(message, None),
        }
    }

    /// Builds one page of a collection, with each row built by `row`. Pages are counted from 0, and
    /// `perpage=-1` requests all rows (vendor's MCP server; the published specification does not mention
    /// pages).
    fn page(
        &self,
        request: &SimulatedRequest<'_>,
        collection: &str,
        row: impl Fn(&str, &Record) -> Value,
    ) -> Answer {
        let total = self.records.iter(collection).count();
        let (first, size) = self.window(request, total);
        let rows = self.records.iter(collection).skip(first).take(size);
        let rows = rows.map(|(id, record)| row(id, record)).collect();
        envelope::rows(&self.options, rows, total, total.div_ceil(size))
    }

    /// Returns the number of rows before the requested page, and the number of rows on it.
    fn window(&self, request: &SimulatedRequest<'_>, total: usize) -> (usize, usize) {
        let size = match request.number_in_query("perpage") {
            Some(-1) => total.max(1),
            asked => {
                let asked = asked.and_then(|size| usize::try_from(size).ok());
                let size = asked.unwrap_or(self.options.default_page_size.get());
                size.clamp(1, self.options.largest_page_size.get())
            }
        };
        let page = request.number_in_query("page").unwrap_or(0);
        (usize::try_from(page).unwrap_or(0).saturating_mul(size), size)
    }
}

impl Simulator for Qcall {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createAssistant" => self.create_assistant(request),
            "updateAssistant" => self.update_assistant(request),
            "getAssistant" => self.get_assistant(request),
            "listAssistants" => self.list_assistants(request),
            "deleteAssistant" => self.delete_assistant(request),
            "createDialer" => self.create_dialer(request),
            "updateDialer" => self.update_dialer(request),
            "listDialers" => self.list_dialers(request),
            "deleteDialer" => self.delete_dialer(request),
            "placeCall" => self.place_call(request),
            "listCalls" => self.list_calls(request),
            "listVoices" => envelope::done("", Some(catalogue::voices())),
            "listModels" => {
                let models = catalogue::models();
                let total = models.len();
                envelope::rows(&self.options, models, total, 1)
            }
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            // The vendor's body for an unknown route is not documented.
            Refusal::UnknownRoute { .. } => outright_failure(StatusCode::NOT_FOUND, "Route not found"),
            Refusal::Unauthenticated => outright_failure(StatusCode::UNAUTHORIZED, "Invalid API key"),
            Refusal::Invalid { violations, .. } => {
                self.fail(StatusCode::BAD_REQUEST, &contract::sentence(violations))
            }
            Refusal::Failing(status) => {
                let reason = status.canonical_reason().unwrap_or("Request failed");
                outright_failure(*status, reason)
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
        self.options = vendor_options::read(options)?;
        Ok(())
    }
}
