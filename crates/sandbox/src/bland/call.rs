//! A call as answers show it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::calls::CallOptions;
use crate::calls::{
    CallState, Direction, Line, Outcome, Phase, SimulatedCall, Speaker, iso, seconds, timestamp,
};

/// The `queue_status` of a call that has ended. The vendor documents both values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    #[default]
    Complete,
    Completed,
}

/// The number to which a call is transferred if its request names none.
const PERSON: &str = "+15550100877";

/// Renders a call. `recording` is the link to its recording, if the call is recorded.
pub(super) fn shown(
    call: &SimulatedCall,
    state: &CallState,
    options: &CallOptions,
    recording: Option<&str>,
) -> Value {
    let given = |name: &str| call.request.get(name).cloned();
    let mut variables = given("request_data").unwrap_or_else(|| json!({}));
    variables["call_id"] = json!(call.id);
    let is_transferred = state.outcome() == Some(Outcome::Transferred);
    let lines: Vec<_> = if state.has_results { state.lines(call.story).collect() } else { Vec::new() };
    let mut shown = row(call, state, options);
    let further = json!({
        "inbound": call.direction == Direction::Inbound,
        "started_at": state.answered_at.map(precise),
        "end_at": state.ended_at.map(iso),
        "corrected_duration": state.ended_at.map(|_| (state.duration_ms() / 1_000).to_string()),
        "status": status(state),
        "call_ended_by": match state.outcome() {
            Some(Outcome::AgentEnded) => Some("ASSISTANT"),
            Some(Outcome::CustomerEnded) => Some("USER"),
            _ => None,
        },
        "max_duration": given("max_duration").unwrap_or(json!(30)),
        "record": recording.is_some(),
        "recording_url": recording.filter(|_| state.has_recording()),
        "variables": variables,
        "request_data": given("request_data").unwrap_or_else(|| json!({})),
        "metadata": given("metadata").unwrap_or_else(|| json!({})),
        "summary": state.has_results.then(|| summary(state)),
        "price": state.cost(),
        "transferred_to": is_transferred.then(|| given("transfer_phone_number").unwrap_or(json!(PERSON))),
        "transferred_at": state.ended_at.filter(|_| is_transferred).map(iso),
        "analysis": null,
        "disposition_tag": state.has_recording().then_some("INTERESTED"),
        "concatenated_transcript": state.has_results.then(|| concatenated(&lines)),
        "transcripts": transcripts(call, state, &lines),
    });
    if let (Some(shown), Some(further)) = (shown.as_object_mut(), further.as_object()) {
        shown.extend(further.clone());
    }
    shown
}

/// Renders a row of the list.
pub(super) fn row(call: &SimulatedCall, state: &CallState, options: &CallOptions) -> Value {
    let (from, to) = numbers(call);
    json!({
        "call_id": call.id,
        "created_at": precise(call.placed_at),
        "call_length": state.ended_at.map(|_| seconds(state.duration_ms()) / 60.0),
        "to": to,
        "from": from,
        "completed": !state.is_live(),
        "queue_status": queue_status(state, options),
        "error_message": (state.outcome() == Some(Outcome::Failed)).then_some("The carrier could not connect the call."),
        "answered_by": answered_by(state),
        "batch_id": null,
    })
}

/// Returns the calling number and the called number.
pub(super) fn numbers(call: &SimulatedCall) -> (&str, &str) {
    let ours = call.ours.as_deref().unwrap_or_default();
    match call.direction {
        Direction::Outbound => (ours, &call.peer),
        Direction::Inbound => (&call.peer, ours),
    }
}

pub(super) fn answered_by(state: &CallState) -> Option<&'static str> {
    match (state.outcome()?, state.answered_at) {
        (Outcome::NoAnswer, _) => Some("no-answer"),
        (Outcome::Voicemail, _) => Some("voicemail"),
        (_, Some(_)) => Some("human"),
        (_, None) => None,
    }
}

fn queue_status(state: &CallState, options: &CallOptions) -> &'static str {
    match state.phase {
        Phase::Queued => "queued",
        Phase::Ringing => "allocated",
        Phase::InProgress => "started",
        Phase::Ended(Outcome::Failed) => "call_error",
        Phase::Ended(_) => match options.ends_as {
            End::Complete => "complete",
            End::Completed => "completed",
        },
    }
}

/// Returns the result of a call that has ended. The result for a call that was ended by a request is inferred.
fn status(state: &CallState) -> Option<&'static str> {
    Some(match state.outcome()? {
        Outcome::NoAnswer => "no-answer",
        Outcome::Busy => "busy",
        Outcome::Failed => "failed",
        Outcome::HungUp if state.answered_at.is_none() => "canceled",
        Outcome::HungUp
        | Outcome::AgentEnded
        | Outcome::CustomerEnded
        | Outcome::Voicemail
        | Outcome::Transferred => "completed",
    })
}

fn summary(state: &CallState) -> &'static str {
    match state.outcome() {
        Some(Outcome::AgentEnded | Outcome::CustomerEnded) => "The customer confirmed Tuesday at ten.",
        _ => "No conversation.",
    }
}

fn speaker(line: &Line) -> &'static str {
    match line.speaker {
        Speaker::Agent => "assistant",
        Speaker::Customer => "user",
        Speaker::Machine => "robot",
    }
}

fn concatenated(lines: &[Line]) -> String {
    let lines = lines.iter().map(|line| format!("{}: {}", speaker(line), line.text));
    lines.collect::<Vec<_>>().join(" \n ")
}

fn transcripts(call: &SimulatedCall, state: &CallState, lines: &[Line]) -> Value {
    let begin = state.answered_at.unwrap_or_default();
    let line = |(position, line): (usize, &Line)| {
        json!({
            "id": position + 1, "created_at": precise(begin + line.start), "text": line.text, "user": speaker(line),
            "c_id": call.id, "status": null, "transcript_id": null,
        })
    };
    lines.iter().enumerate().map(line).collect()
}

/// Formats milliseconds since 1970 with microseconds and `+00:00`. The vendor's other times have milliseconds and `Z`.
fn precise(ms: i64) -> String {
    timestamp(ms).strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}
