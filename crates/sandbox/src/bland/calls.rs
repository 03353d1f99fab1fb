//! Calls: placing, reading, listing and ending. The vendor documents no way to erase a call.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Bland, NUMBERS, PERSONAS, call, catalogue, failure};
use crate::Vendor;
use crate::calls::{Direction, NewCall, Order, Outcome, SimulatedCall, Story, link, mpeg, page, parse_iso};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The number in the vendor's pool from which a call without `from` is placed.
const POOL: &str = "+15550100899";

/// The minimum time between two calls to one number, in milliseconds (vendor documentation, 2026-08-09).
const PAUSE_MS: i64 = 10_000;

/// The number of calls in a list if the request has no limit.
const DEFAULT_LIMIT: usize = 1_000;

/// The number of milliseconds in a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    list_lag_ms: u64,
    /// The order of a list whose request has no `ascending`.
    order: Order,
    pub ends_as: call::End,
    stop: Stop,
}

/// The vendor's reaction to a request that ends a live call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stop {
    #[default]
    Taken,
    Refused,
}

impl Bland {
    /// Places a call. The messages about an unknown persona and an unknown `from` are inferred.
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let text = |name: &str| request.body[name].as_str();
        let agent = text("persona_id").unwrap_or_default();
        if !agent.is_empty() && self.records.get(PERSONAS, agent).is_none() {
            return failure::text(StatusCode::NOT_FOUND, &format!("Persona with ID \"{agent}\" not found"));
        }
        let ours = text("from").unwrap_or(POOL);
        let is_owned =
            ours == POOL || catalogue::is_bought(ours) || self.records.get(NUMBERS, ours).is_some();
        if !is_owned {
            let why = "Invalid 'from' - the number does not belong to the organization.";
            return failure::text(StatusCode::BAD_REQUEST, why);
        }
        let config =
            json!({ "language": request.body["language"], "background": request.body["background_track"] });
        if let Some(complaint) = catalogue::complaint(&config) {
            return failure::text(StatusCode::BAD_REQUEST, &complaint);
        }
        let number = text("phone_number").unwrap_or_default();
        if text("transfer_phone_number") == Some(number) {
            let why = "Transfer phone number cannot be the same as the phone number.";
            return failure::text(StatusCode::BAD_REQUEST, why);
        }
        if Story::of_number(number) == Story::Refused {
            return failure::do_not_call();
        }
        let now = self.calls.now();
        let is_recent = |call: &SimulatedCall| {
            call.peer == number && !call.request.is_empty() && now.saturating_sub(call.placed_at) < PAUSE_MS
        };
        if self.calls.iter().any(|(call, _)| is_recent(call)) {
            return failure::too_soon();
        }
        let call = self.calls.place(NewCall {
            agent: agent.to_owned(),
            number: number.to_owned(),
            ours: Some(ours.to_owned()),
            request: request.record(),
            details: Record::new(),
        });
        Answer::ok(
            json!({ "status": "success", "message": "Call queued.", "call_id": call.id, "batch_id": null }),
        )
    }

    pub(super) fn call(&self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.read(request.in_path("call_id")) {
            Some((call, state)) => {
                let recording = self.is_recorded(call).then(|| link(request.origin, Vendor::BLAND, call));
                Answer::ok(call::shown(call, &state, &self.options.calls, recording.as_deref()))
            }
            None => no_call(),
        }
    }

    /// Lists calls. `from` and `to` are positions in the list. A date without a time means the whole day (inferred).
    pub(super) fn list_calls(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let order = match request.in_query("ascending") {
            Some("true") => Order::Oldest,
            Some(_) => Order::Newest,
            None => options.order,
        };
        let is = |name: &str, value: &str| request.in_query(name).is_none_or(|asked| asked == value);
        let flag = |name: &str, value: bool| is(name, if value { "true" } else { "false" });
        let day = |name: &str| {
            let asked = request.in_query(name)?;
            parse_iso(asked).map(|time| (time, time)).or_else(|| {
                let begin = parse_iso(&format!("{asked}T00:00:00Z"))?;
                Some((begin, begin + DAY_MS - 1))
            })
        };
        let calls = self.calls.listed(options.list_lag_ms, order).into_iter().filter(|(call, state)| {
            let (from, to) = call::numbers(call);
            is("from_number", from)
                && is("to_number", to)
                && flag("completed", !state.is_live())
                && flag("inbound", call.direction == Direction::Inbound)
                && is("answered_by", call::answered_by(state).unwrap_or_default())
                && day("start_date").is_none_or(|(begin, _)| call.placed_at >= begin)
                && day("end_date").is_none_or(|(_, end)| call.placed_at <= end)
        });
        let number = |name| request.number_in_query(name).and_then(|number| usize::try_from(number).ok());
        let first = number("from").unwrap_or_default();
        let last = number("to").unwrap_or(usize::MAX);
        let size = number("limit").unwrap_or(DEFAULT_LIMIT).min(last.saturating_sub(first));
        let (rows, total) = page(calls, first, size);
        let rows = rows.iter().map(|(call, state)| call::row(call, state, options));
        let rows: Vec<_> = rows.collect();
        Answer::ok(json!({ "count": rows.len(), "total_count": total, "calls": rows }))
    }

    /// Ends a live call. The status of a refusal is inferred.
    pub(super) fn stop_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let is_taken = self.options.calls.stop == Stop::Taken;
        match is_taken && self.calls.end(request.in_path("call_id"), Outcome::HungUp) == Some(true) {
            true => Answer::ok(json!({ "status": "success", "message": "Call ended successfully." })),
            false => failure::text(StatusCode::BAD_REQUEST, "SID not found for the given c_id."),
        }
    }

    pub(super) fn call_recording(&self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.read(request.in_path("call_id")) {
            Some((call, state)) if state.has_recording() && self.is_recorded(call) => {
                Answer::bytes("audio/mpeg", mpeg())
            }
            _ => no_call(),
        }
    }

    /// Returns true if the call is recorded. The request that placed the call decides this; if it does not, the persona
    /// does.
    fn is_recorded(&self, call: &SimulatedCall) -> bool {
        let persona = self.records.get(PERSONAS, &call.agent);
        let config = persona.and_then(|persona| persona.get("production")?.get("call_config"));
        let record = call.request.get("record").or_else(|| config?.get("record"));
        record == Some(&Value::Bool(true))
    }
}

/// Builds the answer for an unknown call. The vendor does not document it.
fn no_call() -> Answer {
    failure::text(StatusCode::NOT_FOUND, "Call not found.")
}
