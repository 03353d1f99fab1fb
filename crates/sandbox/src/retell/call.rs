//! A call as answers show it.

use serde_json::{Value, json};

use super::versions;
use crate::calls::{CallState, Direction, Line, Outcome, Phase, SimulatedCall, Speaker};
use crate::records::Record;

/// The members of a call that are missing in the rows of a list.
const NOT_IN_ROWS: [&str; 2] = ["transcript", "transcript_object"];

/// The member of a call's details that contains the version of its agent.
pub(super) const VERSION: &str = "agent_version";

/// Renders a call. `agent` is the latest version of its agent, if the agent exists. `recording` is the link to its
/// recording.
pub(super) fn shown(
    call: &SimulatedCall,
    state: &CallState,
    agent: Option<&Record>,
    recording: &str,
) -> Value {
    let (from, to) = match call.direction {
        Direction::Outbound => (call.ours.as_deref().unwrap_or_default(), call.peer.as_str()),
        Direction::Inbound => (call.peer.as_str(), call.ours.as_deref().unwrap_or_default()),
    };
    let latest = agent.map(versions::number).unwrap_or_default();
    let mut shown = json!({
        "call_id": call.id,
        "call_type": "phone_call",
        "agent_id": call.agent,
        "agent_version": call.details.get(VERSION).cloned().unwrap_or(json!(latest)),
        "agent_name": agent.and_then(|agent| agent.get("agent_name")).cloned().unwrap_or_default(),
        "call_status": status(state),
        "direction": call.direction.name(),
        "from_number": from,
        "to_number": to,
    });
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            shown[name] = value;
        }
    };
    for name in ["metadata", "retell_llm_dynamic_variables", "custom_sip_headers"] {
        set(name, call.request.get(name).cloned().unwrap_or_default());
    }
    set("disconnection_reason", json!(state.outcome().map(reason)));
    if state.answered_at.is_some() {
        set("start_timestamp", json!(state.answered_at));
        set("end_timestamp", json!(state.ended_at));
        set("duration_ms", json!(state.ended_at.map(|_| state.duration_ms())));
    }
    if state.has_results {
        set("call_analysis", analysis(state));
        set("call_cost", cost(state));
    }
    if state.has_recording() {
        set("recording_url", json!(recording));
        set("transcript", transcript(state.lines(call.story)));
        set("transcript_object", state.lines(call.story).map(turn).collect());
    }
    shown
}

/// Removes the members that are missing in the rows of a list.
pub(super) fn row(mut shown: Value) -> Value {
    if let Some(members) = shown.as_object_mut() {
        members.retain(|name, _| !NOT_IN_ROWS.contains(&name.as_str()));
    }
    shown
}

fn status(state: &CallState) -> &'static str {
    match (state.phase, state.answered_at) {
        (Phase::Queued | Phase::Ringing, _) => "registered",
        (Phase::InProgress, _) => "ongoing",
        (Phase::Ended(_), Some(_)) => "ended",
        (Phase::Ended(_), None) => "not_connected",
    }
}

fn reason(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AgentEnded => "agent_hangup",
        Outcome::CustomerEnded => "user_hangup",
        Outcome::NoAnswer => "dial_no_answer",
        Outcome::Busy => "dial_busy",
        Outcome::Failed => "dial_failed",
        Outcome::Voicemail => "voicemail_reached",
        Outcome::Transferred => "call_transfer",
        Outcome::HungUp => "manual_stopped",
    }
}

fn analysis(state: &CallState) -> Value {
    let (summary, is_success) = match state.outcome() {
        Some(Outcome::AgentEnded | Outcome::CustomerEnded) => {
            ("The customer confirmed Tuesday at ten.", true)
        }
        _ => ("No conversation.", false),
    };
    let mood = if state.answered_at.is_some() { "Positive" } else { "Unknown" };
    json!({
        "call_summary": summary, "call_successful": is_success, "user_sentiment": mood,
        "in_voicemail": state.outcome() == Some(Outcome::Voicemail), "custom_analysis_data": {},
    })
}

/// Renders the cost, which is in cents.
fn cost(state: &CallState) -> Value {
    let cents = state.cost().unwrap_or_default() * 100.0;
    json!({
        "combined_cost": cents, "product_costs": [{ "product": "voice", "cost": cents }],
        "total_duration_seconds": state.duration_ms() / 1_000,
    })
}

fn transcript(lines: impl Iterator<Item = Line>) -> Value {
    let line = |line: Line| {
        let speaker = if line.speaker == Speaker::Agent { "Agent" } else { "User" };
        format!("{speaker}: {}\n", line.text)
    };
    json!(lines.map(line).collect::<String>())
}

/// Renders a line with its words, all of which have the same duration.
fn turn(line: Line) -> Value {
    let words: Vec<_> = line.text.split(' ').collect();
    let length = (line.end_s() - line.start_s()) / f64::from(u16::try_from(words.len()).unwrap_or(u16::MAX));
    let mut start = line.start_s();
    let words = words.into_iter().map(|word| {
        let begin = start;
        start += length;
        json!({ "word": word, "start": begin, "end": start })
    });
    let role = if line.speaker == Speaker::Agent { "agent" } else { "user" };
    json!({ "role": role, "content": line.text, "words": words.collect::<Vec<_>>() })
}
