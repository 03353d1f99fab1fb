//! A call as answers show it.

use serde_json::{Value, json};

use super::assistants::ORGANISATION;
use crate::calls::{CallState, Direction, Line, Outcome, Phase, SimulatedCall, Speaker, iso};

/// Renders a call. `control` is its control URL, if it has one.
pub(super) fn shown(
    call: &SimulatedCall,
    state: &CallState,
    control: Option<&str>,
    is_recorded: bool,
) -> Value {
    let mut shown = json!({
        "id": call.id,
        "orgId": ORGANISATION,
        "type": match call.direction {
            Direction::Inbound => "inboundPhoneCall",
            Direction::Outbound => "outboundPhoneCall",
        },
        "status": status(state),
        "createdAt": iso(call.placed_at),
        "updatedAt": iso(state.changed_at),
        "assistantId": call.agent,
        "customer": { "number": call.peer },
        "cost": state.cost().unwrap_or_default(),
        "phoneCallProvider": "twilio",
        "phoneCallTransport": "pstn",
    });
    for name in ["customer", "name", "assistantOverrides"] {
        if let Some(given) = call.request.get(name) {
            shown[name] = given.clone();
        }
    }
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            shown[name] = value;
        }
    };
    set("phoneNumberId", json!(call.ours));
    set("startedAt", json!(state.answered_at.map(iso)));
    set("endedAt", json!(state.ended_at.map(iso)));
    set("endedReason", json!(state.outcome().map(reason)));
    if let Some(control) = control {
        let listen = control.replace("http://", "ws://").replace("/control", "/listen");
        set("monitor", json!({ "listenUrl": listen, "controlUrl": control }));
    }
    if state.has_results {
        let messages: Vec<_> = state.lines(call.story).map(|line| message(&line, state)).collect();
        set("messages", json!(messages));
        set("artifact", artifact(call, state, &messages, is_recorded));
        set("costBreakdown", json!({ "transport": 0.0, "vapi": state.cost(), "total": state.cost() }));
        let (summary, success) = match state.outcome() {
            Some(Outcome::AgentEnded | Outcome::CustomerEnded) => {
                ("The customer confirmed Tuesday at ten.", "true")
            }
            _ => ("No conversation.", "false"),
        };
        set("analysis", json!({ "summary": summary, "successEvaluation": success, "structuredData": {} }));
    }
    shown
}

fn status(state: &CallState) -> &'static str {
    match state.phase {
        Phase::Queued => "queued",
        Phase::Ringing => "ringing",
        Phase::InProgress => "in-progress",
        Phase::Ended(_) => "ended",
    }
}

/// Returns the vendor's reason for the end of a call. The reason for an end by a control message is inferred.
fn reason(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AgentEnded => "assistant-ended-call",
        Outcome::CustomerEnded => "customer-ended-call",
        Outcome::NoAnswer => "customer-did-not-answer",
        Outcome::Busy => "customer-busy",
        Outcome::Failed => "twilio-failed-to-connect-call",
        Outcome::Voicemail => "voicemail",
        Outcome::Transferred => "assistant-forwarded-call",
        Outcome::HungUp => "manually-canceled",
    }
}

fn message(line: &Line, state: &CallState) -> Value {
    let begin = state.answered_at.unwrap_or_default();
    let role = if line.speaker == Speaker::Agent { "bot" } else { "user" };
    json!({
        "role": role, "message": line.text, "time": begin + line.start, "endTime": begin + line.end,
        "secondsFromStart": line.start_s(), "duration": line.end - line.start,
    })
}

fn artifact(call: &SimulatedCall, state: &CallState, messages: &[Value], is_recorded: bool) -> Value {
    let line = |line: Line| {
        let speaker = if line.speaker == Speaker::Agent { "AI" } else { "User" };
        format!("{speaker}: {}\n", line.text)
    };
    let mut artifact = json!({
        "messages": messages,
        "transcript": state.lines(call.story).map(line).collect::<String>(),
    });
    if let Some(values) = call.request.get("assistantOverrides").and_then(|given| given.get("variableValues"))
    {
        artifact["variableValues"] = values.clone();
    }
    if is_recorded {
        // Stored links are private by default: they cannot be opened without the vendor's own credentials.
        let link = |kind: &str| format!("https://storage.vapi.example/{}-{kind}.wav", call.id);
        artifact["recording"] =
            json!({ "stereoUrl": link("stereo"), "mono": { "combinedUrl": link("mono") } });
        artifact["recordingUrl"] = json!(link("mono"));
    }
    artifact
}
