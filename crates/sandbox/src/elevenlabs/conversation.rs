//! A conversation as answers show it.

use serde_json::{Value, json};

use super::numbers;
use crate::calls::{CallState, Line, Outcome, Phase, SimulatedCall, Speaker};
use crate::records::Record;

/// The member of a call's details that contains the reason why the conversation could not start.
pub(super) const FAILURE: &str = "failure";

/// Renders a conversation. `agent` and `number` are those of the call; the workspace may have deleted both.
pub(super) fn shown(
    call: &SimulatedCall,
    state: &CallState,
    (agent, number): (&Value, Option<&Record>),
    has_result: bool,
) -> Value {
    let is_recorded = state.has_recording();
    let turns: Vec<_> =
        if state.has_results { state.lines(call.story).map(turn).collect() } else { Vec::new() };
    json!({
        "conversation_id": call.id,
        "agent_id": call.agent,
        "agent_name": agent["name"],
        "status": status(state),
        "user_id": user(call),
        "branch_id": agent["branch_id"],
        "version_id": agent["version_id"],
        "environment": "production",
        "has_audio": is_recorded,
        "has_user_audio": is_recorded,
        "has_response_audio": is_recorded,
        "has_auxiliary_audio": false,
        "tag_ids": [],
        "metadata": metadata(call, state, (agent, number), has_result),
        "transcript": turns,
        "analysis": state.has_results.then(|| analysis(state)),
        "conversation_initiation_client_data": client_data(call),
    })
}

/// Renders a row of the list, which has no phone number.
pub(super) fn row(call: &SimulatedCall, state: &CallState, agent: &Value) -> Value {
    let lines = if state.has_results { state.lines(call.story).count() } else { 0 };
    json!({
        "conversation_id": call.id,
        "agent_id": call.agent,
        "agent_name": agent["name"],
        "branch_id": agent["branch_id"],
        "version_id": agent["version_id"],
        "start_time_unix_secs": call.placed_at / 1_000,
        "call_duration_secs": state.duration_ms() / 1_000,
        "message_count": lines,
        "status": status(state),
        "call_successful": success(state),
        "direction": call.direction.name(),
        "termination_reason": reason(call, state),
        "transcript_summary": null,
        "call_summary_title": state.has_results.then_some("Call"),
        "main_language": agent["conversation_config"]["agent"]["language"],
        "tag_ids": [],
    })
}

/// Returns the id that the caller gave the user, or null.
pub(super) fn user(call: &SimulatedCall) -> &Value {
    let client = call.request.get("conversation_initiation_client_data");
    client.and_then(|client| client.get("user_id")).unwrap_or(&Value::Null)
}

/// Returns the result of the analysis, or `unknown` until it is available.
pub(super) fn success(state: &CallState) -> &'static str {
    match state.outcome() {
        Some(Outcome::AgentEnded | Outcome::CustomerEnded | Outcome::Transferred) if state.has_results => {
            "success"
        }
        Some(_) if state.has_results => "failure",
        _ => "unknown",
    }
}

fn status(state: &CallState) -> &'static str {
    match state.phase {
        Phase::Queued | Phase::Ringing => "initiated",
        Phase::InProgress => "in-progress",
        Phase::Ended(Outcome::NoAnswer | Outcome::Busy | Outcome::Failed) => "failed",
        Phase::Ended(_) if state.has_results => "done",
        Phase::Ended(_) => "processing",
    }
}

/// Returns the reason for the end of a conversation. The sentences for an agent or a customer who hangs up are from
/// recorded answers; the others are inferred.
fn reason(call: &SimulatedCall, state: &CallState) -> Value {
    if let Some(failure) = call.details.get(FAILURE).filter(|_| !state.is_live()) {
        return failure.clone();
    }
    match state.outcome() {
        None => Value::Null,
        Some(Outcome::AgentEnded) => json!("end_call tool was called."),
        Some(Outcome::CustomerEnded) => json!("Call ended by remote party"),
        Some(Outcome::Voicemail) => json!("Ended after voicemail was detected."),
        Some(Outcome::Transferred) => json!("Ended by transfer to a number."),
        Some(Outcome::NoAnswer | Outcome::Busy | Outcome::Failed | Outcome::HungUp) => json!(""),
    }
}

fn metadata(
    call: &SimulatedCall,
    state: &CallState,
    (agent, number): (&Value, Option<&Record>),
    has_result: bool,
) -> Value {
    let failure = call.details.get(FAILURE).filter(|_| !state.is_live());
    json!({
        "start_time_unix_secs": call.placed_at / 1_000,
        "accepted_time_unix_secs": state.answered_at.map(|time| time / 1_000),
        "call_duration_secs": state.duration_ms() / 1_000,
        "cost": state.cost().map(|_| state.duration_ms() / 10),
        "cost_fiat": state.cost(),
        "termination_reason": reason(call, state),
        "error": failure.map(|reason| json!({ "code": 1008, "reason": reason })),
        "warnings": [],
        "main_language": agent["conversation_config"]["agent"]["language"],
        "timezone": null,
        "phone_call": phone_call(call, state, number, has_result),
        "batch_call": null,
    })
}

fn phone_call(call: &SimulatedCall, state: &CallState, number: Option<&Record>, has_result: bool) -> Value {
    let provider = number.map_or("twilio", numbers::provider);
    let mut phone = json!({
        "type": if provider == "sip_trunk" { "sip_trunking" } else { provider },
        "direction": call.direction.name(),
        "phone_number_id": call.ours,
        "agent_number": number.and_then(|number| number.get("phone_number")),
        "external_number": call.peer,
    });
    let id = if provider == "sip_trunk" { "call_id" } else { "call_sid" };
    phone[id] = json!(carrier_id(call));
    if has_result && let Some(outcome) = state.outcome() {
        phone["call_result"] = json!(match outcome {
            Outcome::NoAnswer => "no_answer",
            Outcome::Busy => "busy",
            Outcome::Failed => "failed",
            Outcome::Voicemail => "voicemail",
            Outcome::AgentEnded | Outcome::CustomerEnded | Outcome::Transferred | Outcome::HungUp =>
                "answered",
        });
    }
    phone
}

/// Returns the carrier's id of a call.
pub(super) fn carrier_id(call: &SimulatedCall) -> String {
    format!("CA{}", call.id.trim_start_matches("conv_"))
}

fn turn(line: Line) -> Value {
    let role = if line.speaker == Speaker::Agent { "agent" } else { "user" };
    json!({
        "role": role, "message": line.text, "time_in_call_secs": line.start / 1_000, "interrupted": false,
        "tool_calls": [], "tool_results": [],
    })
}

fn analysis(state: &CallState) -> Value {
    let success = success(state);
    let summary =
        if success == "success" { "The customer confirmed Tuesday at ten." } else { "No conversation." };
    json!({
        "call_successful": success, "transcript_summary": summary, "call_summary_title": "Call",
        "evaluation_criteria_results": {}, "data_collection_results": {},
    })
}

/// Returns the values with which the call was placed, and one of the values that the vendor adds.
fn client_data(call: &SimulatedCall) -> Value {
    let mut data = call.request.get("conversation_initiation_client_data").cloned().unwrap_or_default();
    data["dynamic_variables"]["system__conversation_id"] = json!(call.id);
    data
}
