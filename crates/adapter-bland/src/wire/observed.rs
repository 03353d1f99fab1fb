//! Calls as the vendor returns them (vendor documentation, 2026-08-09). A member whose type differs from the documented
//! one is ignored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::call::Progress;

/// The member of the metadata that contains the marker.
const MARKER: &str = "switchboard_call_id";

/// Completes the body of a dial: the persona and the marker.
pub fn dial(mut body: Value, persona: &str, marker: &str) -> Value {
    body["persona_id"] = json!(persona);
    body["metadata"] = json!({ MARKER: marker });
    body
}

/// Reads the answer to a dial that the vendor accepted.
pub fn placed(reply: Reply) -> Result<Placed> {
    reply.read("an accepted call with its id", |answer: Value| {
        Some(Placed { remote_id: Some(text_at(&answer, "/call_id")?.to_owned()), observation: None })
    })
}

/// Reads a single call.
pub fn call(reply: Reply) -> Result<Option<CallObservation>> {
    reply.read("a call with an id", |call: Value| observed(&call)).map(Some)
}

/// Reads a page of the list, and the number of calls in the whole list, if the vendor returns it. The rows have neither the
/// direction nor the results.
pub fn calls(reply: Reply, now: Timestamp) -> Result<(Vec<CallObservation>, Option<usize>)> {
    #[derive(Deserialize)]
    struct Page {
        calls: Vec<Value>,
        #[serde(default)]
        total_count: Value,
    }
    reply.read("a list of calls", |Page { calls, total_count }| {
        let rows = calls.iter().map(|row| excerpt(row, now)).collect::<Option<_>>()?;
        let total = total_count.as_u64().and_then(|total| usize::try_from(total).ok());
        Some((rows, total))
    })
}

/// Converts a row of the list. A row lacks the direction, so it is not known which phone number is that of the other
/// party. It lacks the result of the call, so the reason is known only if the row states it. It rounds the duration to
/// hundredths of a minute, so the duration is left out.
fn excerpt(row: &Value, now: Timestamp) -> Option<CallObservation> {
    let base = state(row, &progress(row), now)?;
    let ended_reason = base.ended_reason.filter(|reason| *reason != EndedReason::Completed);
    Some(CallObservation { ended_reason, duration: None, is_excerpt: true, ..base })
}

/// Converts a single call. Returns `None` if it has no id.
fn observed(call: &Value) -> Option<CallObservation> {
    let progress = progress(call);
    let base = state(call, &progress, CallObservation::UNDATED)?;
    let is_over = base.status == Some(CallStatus::Ended);
    let number = |name| PhoneNumber::from_vendor(text_at(call, name)?);
    let is_inbound = call["inbound"].as_bool();
    let (peer, own) = match is_inbound {
        Some(true) => (number("/from"), number("/to")),
        Some(false) => (number("/to"), number("/from")),
        None => (None, None),
    };
    Some(CallObservation {
        peer,
        own,
        direction: is_inbound.map(|inbound| if inbound { Direction::Inbound } else { Direction::Outbound }),
        marker: text_at(&call["metadata"], &format!("/{MARKER}")).map(ToOwned::to_owned),
        times: CallTimes {
            answered_at: parse_timestamp(&call["started_at"]).filter(|_| !progress.is_unanswered()),
            ended_at: parse_timestamp(&call["end_at"]),
            ..base.times
        },
        // A live call has the price 0.
        cost: if is_over { CallCost::in_currency(&call["price"], Some("USD")) } else { None },
        analysis: analysis(call),
        recording: match text_at(call, "/recording_url") {
            Some(_) => Some(Recording::through_gateway()),
            None if is_over && call["record"] == false => Some(Recording::none()),
            None => None,
        },
        transcript: if is_over { transcript(call) } else { None },
        ..base
    })
}

fn progress(call: &Value) -> Progress<'_> {
    let longest = number_in(&call["max_duration"]).map(|minutes| minutes * 60.0);
    let lasted = number_in(&call["corrected_duration"]);
    Progress {
        queue: text_at(call, "/queue_status"),
        completed: call["completed"].as_bool(),
        result: text_at(call, "/status"),
        answered_by: text_at(call, "/answered_by"),
        ended_by: text_at(call, "/call_ended_by"),
        error: text_at(call, "/error_message"),
        is_transferred: text_at(call, "/transferred_to").is_some(),
        is_full: lasted.zip(longest).is_some_and(|(lasted, longest)| longest > 0.0 && lasted >= longest),
    }
}

/// Reads the members that a row and a single call have in common.
fn state(call: &Value, progress: &Progress<'_>, at: Timestamp) -> Option<CallObservation> {
    let status = progress.status();
    let is_over = status == Some(CallStatus::Ended);
    let minutes = || number_in(&call["call_length"]).map(|minutes| minutes * 60.0);
    let seconds = number_in(&call["corrected_duration"]).or_else(minutes).filter(|_| is_over);
    Some(CallObservation {
        vendor_status: progress.queue.map(ToOwned::to_owned),
        status,
        ended_reason: is_over.then(|| progress.reason()),
        answered_by: progress.answered_by(),
        times: CallTimes { begun_at: parse_timestamp(&call["created_at"]), ..CallTimes::default() },
        duration: seconds.and_then(Seconds::from_number),
        ..CallObservation::new(text_at(call, "/call_id")?, at)
    })
}

/// Reads the summary and the values, which are the label of the outcome and the answers to questions about the call.
fn analysis(call: &Value) -> CallAnalysis {
    let mut values: BTreeMap<_, _> = call["analysis"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(tag) = text_at(call, "/disposition_tag") {
        values.insert("disposition_tag".to_owned(), json!(tag));
    }
    CallAnalysis {
        summary: text_at(call, "/summary").map(ToOwned::to_owned),
        values,
        ..CallAnalysis::default()
    }
}

/// Reads the lines of the transcript or, if there are none, its text. `robot` is inferred to be a voicemail or a phone
/// menu.
fn transcript(call: &Value) -> Option<Transcript> {
    let line = |line: &Value| {
        let speaker = match text_at(line, "/user") {
            Some("assistant") => TranscriptSpeaker::Agent,
            Some("user") => TranscriptSpeaker::Customer,
            _ => TranscriptSpeaker::System,
        };
        let at = parse_timestamp(&line["created_at"]).and_then(VendorTime::exact);
        Some(TranscriptSegment { speaker, text: text_at(line, "/text")?.to_owned(), start_s: None, at })
    };
    let lines: Vec<_> = call["transcripts"].as_array().into_iter().flatten().filter_map(line).collect();
    match lines.is_empty() {
        false => Some(Transcript::from_segments(lines)),
        true => text_at(call, "/concatenated_transcript").map(Transcript::from_text),
    }
}
