//! Calls as the vendor returns them (vendor OpenAPI document, 2026-08-20). A single call has the same members as a row
//! of the list. A member whose type differs from the documented one is ignored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::unconverted;
use crate::{
    call::{ended_reason, status},
    fault,
};

/// The number of calls requested per page. A call contains its transcript several times, so pages are small.
pub const CALLS_PER_PAGE: usize = 50;

/// The types of calls that are not phone calls.
const NO_PHONE: &[&str] = &["webCall", "vapi.websocketCall"];

/// The means to end a call.
pub enum Control {
    /// The call is not live.
    Over,
    /// The call has not started, and the vendor returned no URL for commands.
    Early,
    /// The URL to which commands for the live call are sent.
    At(GrantedUrl),
    /// The call is live, but the vendor returned no URL for commands.
    Off,
}

/// Reads the answer to a dial.
pub fn placed(reply: Reply) -> Result<Placed> {
    fault::refused(reply)?.read("a call with an id", |call: Value| {
        let observation = observed(&call, CallObservation::UNDATED)?;
        Some(Placed { remote_id: Some(observation.remote_id.clone()), observation: Some(observation) })
    })
}

/// Reads a single call. Returns `None` if the vendor does not have it.
pub fn call(reply: Reply) -> Result<Option<CallObservation>> {
    let read = |reply: Reply| {
        reply.read("a call with an id", |call: Value| observed(&call, CallObservation::UNDATED))
    };
    found(fault::refused(reply).and_then(read))
}

/// Reads the means to end a call.
///
/// # Errors
/// An error that [means gone](Error::means_gone) if the vendor does not have the call.
pub fn control(reply: Reply) -> Result<Control> {
    let call = unconverted(reply)?;
    let status = text_at(&call, "/status").and_then(status);
    let url = text_at(&call, "/monitor/controlUrl").and_then(GrantedUrl::parse);
    Ok(match (status, url) {
        (Some(CallStatus::Ended), _) => Control::Over,
        (_, Some(url)) => Control::At(url),
        (Some(CallStatus::Queued), None) => Control::Early,
        (_, None) => Control::Off,
    })
}

/// The creation times of the first and the last row of a page.
type Span = (String, String);

/// Reads the phone calls on a page of the list. Also returns the times of the page if the page is full.
pub fn calls(reply: Reply, now: Timestamp) -> Result<(Vec<CallObservation>, Option<Span>)> {
    fault::refused(reply)?.read("a list of calls", |rows: Vec<Value>| {
        let time = |row: Option<&Value>| Some(text_at(row?, "/createdAt")?.to_owned());
        let is_full = rows.len() >= CALLS_PER_PAGE;
        let span = if is_full { Some((time(rows.first())?, time(rows.last())?)) } else { None };
        let is_phone = |row: &&Value| !text_at(row, "/type").is_some_and(|kind| NO_PHONE.contains(&kind));
        let rows = rows.iter().filter(is_phone).map(|row| observed(row, now)).collect::<Option<_>>()?;
        Some((rows, span))
    })
}

/// Reads the answer to the erasure of a call. Returns true if the vendor does not have the call.
pub fn is_gone(reply: Reply) -> Result<bool> {
    found(fault::refused(reply)).map(|reply| reply.is_none())
}

/// Returns `None` for an error that means that the vendor does not have the object.
fn found<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.means_gone() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Converts a call. Returns `None` if it has no id.
fn observed(call: &Value, at: Timestamp) -> Option<CallObservation> {
    let word = text_at(call, "/status");
    let status = word.and_then(status);
    let is_over = status == Some(CallStatus::Ended);
    let ended_reason = text_at(call, "/endedReason").map(ended_reason);
    let time = |pointer| parse_timestamp(call.pointer(pointer)?);
    let times = CallTimes {
        begun_at: time("/createdAt"),
        answered_at: time("/startedAt"),
        ended_at: time("/endedAt"),
    };
    let number = |pointer| PhoneNumber::from_vendor(text_at(call, pointer)?);
    Some(CallObservation {
        agent: text_at(call, "/assistantId")
            .map(|id| AgentRef { remote_id: Some(id.to_owned()), name: None }),
        peer: number("/customer/number"),
        direction: match text_at(call, "/type") {
            Some("inboundPhoneCall") => Some(Direction::Inbound),
            Some("outboundPhoneCall") => Some(Direction::Outbound),
            _ => None,
        },
        marker: text_at(call, "/name").filter(|name| name.starts_with("call_")).map(ToOwned::to_owned),
        vendor_status: word.map(ToOwned::to_owned),
        status,
        ended_reason,
        answered_by: (ended_reason == Some(EndedReason::Voicemail)).then_some(AnsweredBy::Machine),
        times,
        duration: duration(&times),
        // A live call has the cost 0.
        cost: if is_over { CallCost::in_currency(&call["cost"], Some("USD")) } else { None },
        analysis: analysis(call),
        recording: has_recording(call).then(Recording::through_gateway),
        transcript: transcript(call),
        ..CallObservation::new(text_at(call, "/id")?, at)
    })
}

/// Computes the time between answer and end, because the vendor returns no duration.
fn duration(times: &CallTimes) -> Option<Seconds> {
    let (answered, ended) = (times.answered_at?.exact()?, times.ended_at?.exact()?);
    Seconds::from_number(ended.duration_since(answered).as_secs_f64())
}

fn has_recording(call: &Value) -> bool {
    let links =
        ["/recording/mono/combinedUrl", "/recording/stereoUrl", "/recordingUrl", "/stereoRecordingUrl"];
    links.iter().any(|link| text_at(call, &format!("/artifact{link}")).is_some())
}

/// Reads the analysis. The evaluation is a string whose meaning depends on the assistant's rubric. Only `true` and
/// `false` are read as success or failure; any other evaluation is added to the values.
fn analysis(call: &Value) -> CallAnalysis {
    let mut values = BTreeMap::new();
    let members = |pointer| call.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    for (id, output) in members("/artifact/structuredOutputs") {
        let name = text_at(output, "/name").unwrap_or(id);
        values.insert(name.to_owned(), output.get("result").cloned().unwrap_or_default());
    }
    values.extend(members("/analysis/structuredData").map(|(name, value)| (name.clone(), value.clone())));
    let evaluation = text_at(call, "/analysis/successEvaluation");
    let success = match evaluation.map(str::to_ascii_lowercase).as_deref() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            // A data point of the agent can have the same name.
            values.entry("successEvaluation".to_owned()).or_insert_with(|| json!(evaluation));
            None
        }
        None => None,
    };
    let summary = text_at(call, "/analysis/summary").map(ToOwned::to_owned);
    CallAnalysis { success, summary, sentiment: None, values }
}

/// Reads the transcript: the spoken messages or, if there are none, the text.
fn transcript(call: &Value) -> Option<Transcript> {
    let lists = ["/artifact/messages", "/messages"].into_iter();
    let messages = lists.filter_map(|at| call.pointer(at)?.as_array()).find(|list| !list.is_empty());
    let segments: Vec<_> = messages.into_iter().flatten().filter_map(segment).collect();
    match segments.is_empty() {
        false => Some(Transcript::from_segments(segments)),
        true => text_at(call, "/artifact/transcript").map(Transcript::from_text),
    }
}

/// Reads a message. Messages with the role `system` are the instructions, and messages of tools are not spoken.
fn segment(message: &Value) -> Option<TranscriptSegment> {
    let speaker = match text_at(message, "/role")? {
        "user" => TranscriptSpeaker::Customer,
        "bot" | "assistant" => TranscriptSpeaker::Agent,
        "system" | "tool" | "tool_calls" | "tool_call_result" | "function" => return None,
        _ => TranscriptSpeaker::System,
    };
    let text = text_at(message, "/message")?.to_owned();
    let start_s = message.get("secondsFromStart").and_then(Value::as_f64).filter(|start| *start >= 0.0);
    let at = message.get("time").and_then(Value::as_f64).map(|time| Timestamp::from_millisecond(time as i64));
    Some(TranscriptSegment { speaker, text, start_s, at: at.and_then(|at| at.ok()) })
}
