//! Calls: placing and listing. The vendor documents no way to read, end or erase a single call.

use http::StatusCode;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};

use super::call_options::{CallRows, CreatedAt, DialAnswer, Transcribe};
use super::options::Envelope;
use super::{ASSISTANTS, DIALERS, Qcall, envelope};
use crate::Vendor;
use crate::calls::{
    CallState, Direction, NewCall, Outcome, Phase, SimulatedCall, Speaker, Story, is_e164, link, page,
    timestamp,
};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The offset of the vendor's local time, in seconds: that of India, where the vendor is based (inferred).
const LOCAL_OFFSET_S: i32 = (5 * 60 + 30) * 60;

impl Qcall {
    /// Places one call for each number, or none if one of them is refused.
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let text = |name: &str| request.body[name].as_str().unwrap_or_default();
        let (agent, dialer) = (text("assistant_id"), text("dialer_id"));
        if self.records.get(ASSISTANTS, agent).is_none() {
            return self.fail(StatusCode::NOT_FOUND, "Assistant not found");
        }
        if !dialer.is_empty() && self.records.get(DIALERS, dialer).is_none() {
            return self.fail(StatusCode::NOT_FOUND, "Dialer not found");
        }
        let numbers = request.body["phone_number"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let numbers: Vec<_> = numbers.collect();
        if numbers.iter().any(|number| !is_e164(number) || Story::of_number(number) == Story::Refused) {
            return self.fail(StatusCode::BAD_REQUEST, "Invalid phone number");
        }
        if dialer.is_empty() && numbers.iter().any(|number| !number.starts_with("+1")) {
            let why = "The default dialer supports US and Canadian numbers only";
            return self.fail(StatusCode::BAD_REQUEST, why);
        }
        let mut rows = Vec::new();
        for number in numbers {
            let call = self.calls.place(NewCall {
                agent: agent.to_owned(),
                number: number.to_owned(),
                ours: (!dialer.is_empty()).then(|| dialer.to_owned()),
                request: request.record(),
                details: Record::new(),
            });
            rows.push(match self.options.calls.dial_answers_id {
                DialAnswer::Id => json!({ "call_sid": call.id, "phone_number": number, "status": "queued" }),
                DialAnswer::Empty => json!({ "call_sid": "", "phone_number": number, "status": "queued" }),
                DialAnswer::NoId | DialAnswer::NoRows => {
                    json!({ "phone_number": number, "status": "queued" })
                }
            });
        }
        if self.options.envelope == Envelope::Bare {
            return Answer::ok(request.body.clone());
        }
        let rows = (self.options.calls.dial_answers_id != DialAnswer::NoRows).then(|| json!(rows));
        envelope::done("Call initiated successfully", rows)
    }

    /// Lists the outbound calls. The vendor lists inbound calls at another path, `/inbound/inbound-history`, whose rows
    /// no source describes (vendor's audit of its API).
    pub(super) fn list_calls(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let is = |name: &str, value: &str| {
            request.in_query(name).is_none_or(|asked| asked == "all" || asked == value)
        };
        let rows =
            self.calls.listed(options.list_lag_ms, options.order).into_iter().filter(|(call, state)| {
                call.direction == Direction::Outbound
                    && is("status", group(state))
                    && is("sentiment", sentiment(state).unwrap_or_default())
            });
        let (first, size) = self.window(request, usize::MAX);
        let (rows, total) = page(rows, first, size);
        let rows =
            rows.into_iter().map(|(call, state)| self.call_row(call, &state, request.origin)).collect();
        envelope::rows(&self.options, rows, total, total.div_ceil(size))
    }

    fn call_row(&self, call: &SimulatedCall, state: &CallState, origin: &str) -> Value {
        let options = &self.options.calls;
        let mut row = match options.call_rows {
            CallRows::Client => json!({}),
            CallRows::Echo => Value::Object(call.request.clone()),
        };
        let assistant = self.records.get(ASSISTANTS, &call.agent);
        row["call_sid"] = json!(call.id);
        row["phone_number"] = json!(call.peer);
        row["first_name"] = call.request.get("first_name").cloned().unwrap_or_else(|| json!(""));
        row["assistant_name"] =
            assistant.and_then(|assistant| assistant.get("name")).cloned().unwrap_or_default();
        row["call_status"] = json!(status(state));
        row["call_duration_in_sec"] = json!(state.duration_ms() / 1_000);
        row["call_cost"] = json!(state.cost());
        row["call_sentiment"] = json!(sentiment(state));
        row["call_transcribe"] = match state.has_results {
            true => transcript(call, state, options.transcribe),
            false => json!(""),
        };
        row["recording_url"] = json!(state.has_recording().then(|| link(origin, Vendor::QCALL, call)));
        if let Some(created) = created(call.placed_at, options.created_at) {
            row["created_at"] = json!(created);
        }
        row
    }
}

/// Returns the vendor's string for the state of a call. The strings `completed`, `inProgress`, `failed` and `no-answer`
/// are known from the vendor's MCP client; the others are inferred to be those of the vendor's carriers.
fn status(state: &CallState) -> &'static str {
    match state.phase {
        Phase::Queued => "queued",
        Phase::Ringing => "ringing",
        Phase::InProgress => "inProgress",
        Phase::Ended(Outcome::NoAnswer) => "no-answer",
        Phase::Ended(Outcome::Busy) => "busy",
        Phase::Ended(Outcome::Failed) => "failed",
        Phase::Ended(_) => "completed",
    }
}

/// Returns the value of the status filter that selects the call in the list.
fn group(state: &CallState) -> &'static str {
    match state.phase {
        Phase::Queued | Phase::Ringing | Phase::InProgress => "inProgress",
        Phase::Ended(Outcome::NoAnswer | Outcome::Busy | Outcome::Failed) => "failed",
        Phase::Ended(_) => "completed",
    }
}

fn sentiment(state: &CallState) -> Option<&'static str> {
    state.has_results.then(|| if state.answered_at.is_some() { "positive" } else { "neutral" })
}

fn transcript(call: &SimulatedCall, state: &CallState, form: Transcribe) -> Value {
    let lines = state.lines(call.story).map(|line| {
        let speaker = if line.speaker == Speaker::Agent { "assistant" } else { "user" };
        (speaker, line.text)
    });
    match form {
        Transcribe::Text => {
            json!(lines.map(|(speaker, text)| format!("{speaker}: {text}")).collect::<Vec<_>>().join("\n"))
        }
        Transcribe::Json => {
            lines.map(|(speaker, text)| json!({ "role": speaker, "content": text })).collect()
        }
    }
}

fn created(ms: i64, form: CreatedAt) -> Option<String> {
    let local = TimeZone::fixed(Offset::from_seconds(LOCAL_OFFSET_S).unwrap_or(Offset::UTC));
    let local = timestamp(ms).to_zoned(local);
    match form {
        CreatedAt::Utc => Some(timestamp(ms).to_string()),
        CreatedAt::Offset => Some(local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        CreatedAt::LocalWithoutOffset => Some(local.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        CreatedAt::Absent => None,
    }
}
