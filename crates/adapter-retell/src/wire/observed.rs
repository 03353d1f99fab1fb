//! Calls as the vendor returns them (SDK 6.2.13, 2026-10-26). The rows of the list have no transcript. A member whose
//! type differs from the documented one is ignored.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::prelude::*;

use super::{answers::read, call::ALL_BUT_PERSONAL, dials::MARKER};
use crate::{
    call::{ended_reason, status},
    fault,
};

/// A page of the list of calls.
pub struct CallPage {
    /// The phone calls on the page.
    pub rows: Vec<CallObservation>,
    /// True if the vendor has more calls.
    pub has_more: bool,
    /// The key of the next page.
    pub next: Option<String>,
}

/// Reads the answer to a dial.
pub fn placed(reply: Reply) -> Result<Placed> {
    read(reply, "a call with an id", |call: Value| {
        let observation = observed(&call, CallObservation::UNDATED)?;
        Some(Placed { remote_id: Some(observation.remote_id.clone()), observation: Some(observation) })
    })
}

/// Reads a single call. Returns `None` if the vendor does not have it.
pub fn read_call(reply: Reply) -> Result<Option<CallObservation>> {
    match fault::is_unknown(&reply) {
        true => Ok(None),
        false => read(reply, "a call with an id", |call: Value| observed(&call, CallObservation::UNDATED))
            .map(Some),
    }
}

/// Reads a page of the list. Calls in a browser are left out.
pub fn calls(reply: Reply, now: Timestamp) -> Result<CallPage> {
    read(reply, "a list of calls", |page: Value| {
        let is_phone = |row: &&Value| text_at(row, "/call_type") != Some("web_call");
        let excerpt = |row: &Value| Some(CallObservation { is_excerpt: true, ..observed(row, now)? });
        let rows = page.get("items")?.as_array()?.iter().filter(is_phone).map(excerpt);
        Some(CallPage {
            rows: rows.collect::<Option<_>>()?,
            has_more: page["has_more"] == true,
            next: text_at(&page, "/pagination_key").map(ToOwned::to_owned),
        })
    })
}

/// Converts a call. Returns `None` if it has no id.
fn observed(call: &Value, at: Timestamp) -> Option<CallObservation> {
    let word = text_at(call, "/call_status");
    let status = word.and_then(status);
    let is_over = status == Some(CallStatus::Ended);
    let ended_reason = match text_at(call, "/disconnection_reason") {
        Some(reason) => Some(ended_reason(reason)),
        None => (word == Some("error")).then_some(EndedReason::Failed),
    };
    let number = |pointer| PhoneNumber::from_vendor(text_at(call, pointer)?);
    let (from, to) = (number("/from_number"), number("/to_number"));
    let (direction, peer, own) = match text_at(call, "/direction") {
        Some("inbound") => (Some(Direction::Inbound), from, to),
        Some("outbound") => (Some(Direction::Outbound), to, from),
        _ => (None, None, None),
    };
    // The vendor returns the time of the connection but not of the dial. An inbound call is connected immediately
    // (inferred).
    let connected = time(call, "/start_timestamp");
    let begun_at = connected.filter(|_| direction == Some(Direction::Inbound));
    let times = CallTimes { begun_at, answered_at: connected, ended_at: time(call, "/end_timestamp") };
    let owned = |pointer| text_at(call, pointer).map(ToOwned::to_owned);
    Some(CallObservation {
        agent: owned("/agent_id").map(|id| AgentRef { remote_id: Some(id), name: owned("/agent_name") }),
        peer,
        own,
        direction,
        marker: owned(&format!("/metadata/{MARKER}")),
        vendor_status: word.map(ToOwned::to_owned),
        status,
        ended_reason,
        answered_by: is_machine(call, ended_reason).then_some(AnsweredBy::Machine),
        times,
        duration: duration(call),
        cost: if is_over { cost(call) } else { None },
        analysis: analysis(call),
        recording: recording(call),
        transcript: transcript(call),
        ..CallObservation::new(text_at(call, "/call_id")?, at)
    })
}

/// Reads a time in milliseconds since 1970.
fn time(call: &Value, pointer: &str) -> Option<VendorTime> {
    let time = Timestamp::from_millisecond(call.pointer(pointer)?.as_i64()?);
    time.ok().map(VendorTime::from)
}

fn duration(call: &Value) -> Option<Seconds> {
    Seconds::from_number(call.get("duration_ms")?.as_f64()? / 1000.0)
}

fn cost(call: &Value) -> Option<CallCost> {
    CallCost::in_hundredths(call.pointer("/call_cost/combined_cost")?, "USD")
}

fn is_machine(call: &Value, reason: Option<EndedReason>) -> bool {
    let is_reached = matches!(reason, Some(EndedReason::Voicemail | EndedReason::Ivr));
    is_reached || call.pointer("/call_analysis/in_voicemail") == Some(&Value::Bool(true))
}

fn analysis(call: &Value) -> CallAnalysis {
    let owned = |pointer| text_at(call, pointer).map(ToOwned::to_owned);
    let values = call.pointer("/call_analysis/custom_analysis_data").and_then(Value::as_object);
    CallAnalysis {
        success: call.pointer("/call_analysis/call_successful").and_then(Value::as_bool),
        summary: owned("/call_analysis/call_summary"),
        sentiment: owned("/call_analysis/user_sentiment").filter(|sentiment| sentiment != "Unknown"),
        values: values.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}

/// Returns true if the vendor removes personal data from the call. The members from which it has removed them come after
/// the others, so the others are not read.
fn is_redacted(call: &Value) -> bool {
    text_at(call, "/data_storage_setting") == Some(ALL_BUT_PERSONAL)
}

/// Reads the recording, whose link needs no credential. A call that never connected has no recording.
fn recording(call: &Value) -> Option<Recording> {
    let links =
        ["/recording_url", "/scrubbed_recording_url"].into_iter().skip(usize::from(is_redacted(call)));
    let link = links.filter_map(|pointer| text_at(call, pointer)).next();
    let never = text_at(call, "/call_status") == Some("not_connected");
    link.map(Recording::at).or_else(|| never.then(Recording::none))
}

/// Reads the transcript: the turns or, if there are none, the text.
fn transcript(call: &Value) -> Option<Transcript> {
    let is_redacted = is_redacted(call);
    let member = if is_redacted { "scrubbed_transcript_with_tool_calls" } else { "transcript_object" };
    let turns = call.get(member).and_then(Value::as_array).into_iter().flatten();
    // The scrubbed turns have the tools of the agent among them.
    let is_spoken = |turn: &&Value| {
        !is_redacted || matches!(text_at(turn, "/role"), Some("agent" | "user" | "transfer_target"))
    };
    let segments: Vec<_> = turns.filter(is_spoken).filter_map(segment).collect();
    match segments.is_empty() {
        false => Some(Transcript::from_segments(segments)),
        true if is_redacted => None,
        true => text_at(call, "/transcript").map(Transcript::from_text),
    }
}

fn segment(turn: &Value) -> Option<TranscriptSegment> {
    let speaker = match text_at(turn, "/role")? {
        "agent" => TranscriptSpeaker::Agent,
        "user" => TranscriptSpeaker::Customer,
        "transfer_target" => TranscriptSpeaker::HumanAgent,
        _ => TranscriptSpeaker::System,
    };
    let start_s = turn.pointer("/words/0/start").and_then(Value::as_f64).filter(|start| *start >= 0.0);
    Some(TranscriptSegment { speaker, text: text_at(turn, "/content")?.to_owned(), start_s, at: None })
}
