//! Calls as the vendor returns them (vendor OpenAPI document, 2026-08-22; official clients, 2026-11). A member whose
//! type differs from the documented one is ignored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::call::{Ending, status};

const CLIENT_DATA: &str = "conversation_initiation_client_data";

/// Adds the agent to the body of a dial, and the marker as the user of the conversation.
pub fn dial(mut body: Value, agent: &str, marker: &str) -> Value {
    body["agent_id"] = json!(agent);
    body[CLIENT_DATA]["user_id"] = json!(marker);
    body
}

/// Reads the answer to a dial that the vendor accepted.
pub fn placed(reply: Reply) -> Result<Placed> {
    reply.read("an accepted call with its id", |answer: Value| {
        let remote_id = text_at(&answer, "/conversation_id")?.to_owned();
        (answer["success"] == true).then_some(Placed { remote_id: Some(remote_id), observation: None })
    })
}

/// Reads a single call.
pub fn call(reply: Reply) -> Result<Option<CallObservation>> {
    reply.read("a call with an id", |call: Value| observed(&call)).map(Some)
}

/// Reads the answer to a deletion.
pub fn deleted(reply: Reply) -> Result<()> {
    match reply.body {
        Body::Empty | Body::Json(_) => Ok(()),
        Body::Bytes(_) | Body::Other(_) => Err(Error::unreadable(reply.status, "an acknowledged deletion")),
    }
}

/// Reads a page of the list of conversations. The rows have neither the phone numbers nor the transcript. A conversation
/// without a direction is not a phone call.
pub fn calls(reply: Reply, now: Timestamp) -> Result<Rows<CallObservation>> {
    #[derive(Deserialize)]
    struct Page {
        conversations: Vec<Value>,
        next_cursor: Option<String>,
        has_more: bool,
    }
    let is_phone = |row: &Value| text_at(row, "/direction").is_some();
    reply.read("a list of conversations", |Page { conversations, next_cursor, has_more }| {
        let rows = conversations.iter().filter(|row| is_phone(row)).map(|row| excerpt(row, now));
        Some((rows.collect::<Option<_>>()?, next_page(has_more, next_cursor)?))
    })
}

/// Converts a row of the list. Returns `None` if it has no id.
fn excerpt(row: &Value, now: Timestamp) -> Option<CallObservation> {
    let ending = Ending { text: text_at(row, "/termination_reason"), ..Ending::default() };
    let success = success(row.get("call_successful"));
    let summary = text_at(row, "/transcript_summary").map(ToOwned::to_owned);
    Some(CallObservation {
        direction: direction(row, "/direction"),
        times: CallTimes { begun_at: time(row, "/start_time_unix_secs"), ..CallTimes::default() },
        analysis: CallAnalysis { success, summary, ..CallAnalysis::default() },
        is_excerpt: true,
        ..state(row, ending, row.get("call_duration_secs"), now)?
    })
}

/// Converts a single call. Returns `None` if it has no id.
fn observed(call: &Value) -> Option<CallObservation> {
    let result = text_at(call, "/metadata/phone_call/call_result");
    let ending = Ending {
        result,
        text: text_at(call, "/metadata/termination_reason"),
        has_error: call.pointer("/metadata/error").is_some_and(Value::is_object),
        ..Ending::default()
    };
    let number = |pointer| PhoneNumber::from_vendor(text_at(call, pointer)?);
    let times = CallTimes {
        begun_at: time(call, "/metadata/start_time_unix_secs"),
        answered_at: time(call, "/metadata/accepted_time_unix_secs"),
        ended_at: None,
    };
    let base = state(call, ending, call.pointer("/metadata/call_duration_secs"), CallObservation::UNDATED)?;
    let is_over = base.status == Some(CallStatus::Ended);
    let is_final = matches!(base.vendor_status.as_deref(), Some("done" | "failed"));
    Some(CallObservation {
        peer: number("/metadata/phone_call/external_number"),
        own: number("/metadata/phone_call/agent_number"),
        direction: direction(call, "/metadata/phone_call/direction"),
        marker: text_at(call, "/user_id").filter(|user| user.starts_with("call_")).map(ToOwned::to_owned),
        answered_by: (result == Some("voicemail")).then_some(AnsweredBy::Machine),
        times,
        cost: if is_over { cost(call) } else { None },
        analysis: analysis(call),
        recording: match call["has_audio"].as_bool() {
            Some(true) => Some(Recording::through_gateway()),
            Some(false) if is_final => Some(Recording::none()),
            _ => None,
        },
        transcript: if is_over { transcript(call) } else { None },
        is_final,
        ..base
    })
}

/// Reads the members that a row and a single call have in common.
fn state(
    call: &Value,
    ending: Ending<'_>,
    duration: Option<&Value>,
    at: Timestamp,
) -> Option<CallObservation> {
    let word = text_at(call, "/status");
    let status = word.and_then(status);
    let is_over = status == Some(CallStatus::Ended);
    let [remote_id, name] = ["/agent_id", "/agent_name"].map(|at| text_at(call, at).map(ToOwned::to_owned));
    Some(CallObservation {
        agent: (remote_id.is_some() || name.is_some()).then_some(AgentRef { remote_id, name }),
        vendor_status: word.map(ToOwned::to_owned),
        status,
        ended_reason: is_over.then(|| Ending { status: word.unwrap_or_default(), ..ending }.reason()),
        // A live call has the duration 0.
        duration: duration.and_then(number_in).filter(|_| is_over).and_then(Seconds::from_number),
        ..CallObservation::new(text_at(call, "/conversation_id")?, at)
    })
}

/// Returns the price in US dollars or, in answers without it, in credits.
fn cost(call: &Value) -> Option<CallCost> {
    let metadata = call.get("metadata")?;
    CallCost::in_currency(&metadata["cost_fiat"], Some("USD"))
        .or_else(|| CallCost::in_credits(&metadata["cost"]))
}

/// Reads the analysis, which is null until the call is done.
fn analysis(call: &Value) -> CallAnalysis {
    let collected = call.pointer("/analysis/data_collection_results").and_then(Value::as_object);
    let value = |(name, result): (&String, &Value)| Some((name.clone(), result.get("value")?.clone()));
    let values: BTreeMap<_, _> =
        collected.into_iter().flatten().filter_map(value).filter(|(_, value)| !value.is_null()).collect();
    CallAnalysis {
        success: success(call.pointer("/analysis/call_successful")),
        summary: text_at(call, "/analysis/transcript_summary").map(ToOwned::to_owned),
        sentiment: None,
        values,
    }
}

/// Reads the evaluation. Returns `None` for `unknown`.
fn success(word: Option<&Value>) -> Option<bool> {
    match word?.as_str()? {
        "success" => Some(true),
        "failure" => Some(false),
        _ => None,
    }
}

/// Reads the turns that contain words. A turn without words is a use of a tool.
fn transcript(call: &Value) -> Option<Transcript> {
    let turns = call.get("transcript")?.as_array()?;
    let segment = |turn: &Value| {
        let speaker = match text_at(turn, "/role") {
            Some("agent") => TranscriptSpeaker::Agent,
            Some("user") => TranscriptSpeaker::Customer,
            _ => TranscriptSpeaker::System,
        };
        let start_s = turn.get("time_in_call_secs").and_then(number_in).filter(|start| *start >= 0.0);
        Some(TranscriptSegment { speaker, text: text_at(turn, "/message")?.to_owned(), start_s, at: None })
    };
    let segments: Vec<_> = turns.iter().filter_map(segment).collect();
    (!segments.is_empty()).then(|| Transcript::from_segments(segments))
}

fn direction(call: &Value, pointer: &str) -> Option<Direction> {
    match text_at(call, pointer)? {
        "inbound" => Some(Direction::Inbound),
        "outbound" => Some(Direction::Outbound),
        _ => None,
    }
}

fn time(call: &Value, pointer: &str) -> Option<VendorTime> {
    // Whole seconds below 2^53 are exact in a floating-point number.
    let seconds = number_in(call.pointer(pointer)?)?;
    parse_unix_seconds(&json!(seconds as i64))
}
