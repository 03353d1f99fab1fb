//! A call as answers show it. The vendor's reference pages disagree on the types of several members, so options select
//! the types.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::calls::CallOptions;
use crate::calls::{CallState, Line, Outcome, Phase, SimulatedCall, Speaker, timestamp};

/// A call with the members that are derived from other records.
pub(super) struct View<'a> {
    pub call: &'a SimulatedCall,
    pub id: Value,
    pub assistant_name: Value,
    pub assistant_number: Option<&'a str>,
    pub recording: String,
}

/// The format of a transcript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Transcript {
    /// A list of `{text, type, sender, timestamp}`.
    #[default]
    Segments,
    /// Lines of text: `AI: …` and `Customer: …`.
    Lines,
}

/// The format of an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Evaluation {
    /// A list of `{name, type, value, description}`.
    #[default]
    List,
    /// An object with the values, each under its name.
    Object,
}

/// The JSON type of costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Costs {
    #[default]
    Text,
    Number,
}

/// The format of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Times {
    /// ISO 8601 with `Z`.
    #[default]
    Iso,
    /// `YYYY-MM-DD HH:MM:SS`, without an offset.
    Plain,
}

/// The value of `variables` in answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Echo {
    /// The variables of the request, or an empty list if there are none.
    #[default]
    Given,
    /// An object with the values that were collected during the call.
    Collected,
    /// An empty list.
    EmptyList,
}

impl Serialize for Echo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Given => serializer.serialize_bool(true),
            Self::Collected => serializer.serialize_bool(false),
            Self::EmptyList => serializer.serialize_str("empty_list"),
        }
    }
}

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(true) => Ok(Self::Given),
            Value::Bool(false) => Ok(Self::Collected),
            Value::String(text) if text == "empty_list" => Ok(Self::EmptyList),
            _ => Err(serde::de::Error::custom("echo_variables is true, false or empty_list")),
        }
    }
}

/// Renders a call.
pub(super) fn shown(view: &View<'_>, state: &CallState, options: &CallOptions) -> Value {
    let View { call, .. } = view;
    let time = |ms: i64| match options.times {
        Times::Iso => json!(format!("{:.6}", timestamp(ms))),
        Times::Plain => json!(timestamp(ms).strftime("%Y-%m-%d %H:%M:%S").to_string()),
    };
    let cost = |share: f64| {
        let cost = state.cost().map(|cost| cost * share)?;
        Some(match options.costs {
            Costs::Text => json!(format!("{cost:.4}")),
            Costs::Number => json!(cost),
        })
    };
    json!({
        "id": view.id,
        "assistant_name": view.assistant_name,
        "campaign_name": null,
        "type": call.direction.name(),
        "duration": state.duration_ms() / 1_000,
        "assistant_phone_number": view.assistant_number,
        "client_phone_number": call.peer,
        "status": status(state),
        "transcript": state.has_results.then(|| transcript(call, state, options.transcript)),
        "variables": variables(call, state, options.echo_variables),
        "evaluation": state.has_results.then(|| evaluation(state, options.evaluation)),
        "webhook_response": null,
        "carrier_cost": cost(0.25),
        "total_cost": cost(1.0),
        "answered_by": answered_by(state),
        "recording_url": state.has_recording().then_some(&view.recording),
        "created_at": time(call.placed_at),
        "updated_at": time(state.changed_at),
    })
}

/// Returns the vendor's string for the state of a call. The string `completed` is inferred for calls that reached a
/// voicemail system or were transferred.
pub(super) fn status(state: &CallState) -> &'static str {
    match state.phase {
        Phase::Queued => "initiated",
        Phase::Ringing => "ringing",
        Phase::InProgress => "in-progress",
        Phase::Ended(outcome) => match outcome {
            Outcome::AgentEnded => "ended_by_assistant",
            Outcome::CustomerEnded => "ended_by_customer",
            Outcome::NoAnswer => "no-answer",
            Outcome::Busy => "busy",
            Outcome::Failed => "failed",
            Outcome::Voicemail | Outcome::Transferred => "completed",
            Outcome::HungUp => "ended",
        },
    }
}

fn answered_by(state: &CallState) -> Option<&'static str> {
    state.answered_at?;
    match state.outcome()? {
        Outcome::Voicemail => Some("machine"),
        _ => Some("human"),
    }
}

fn transcript(call: &SimulatedCall, state: &CallState, form: Transcript) -> Value {
    let lines = state.lines(call.story);
    match form {
        Transcript::Segments => lines
            .map(|line| {
                let sender = if line.speaker == Speaker::Agent { "bot" } else { "human" };
                json!({ "text": line.text, "type": "transcript", "sender": sender, "timestamp": line.start_s() })
            })
            .collect(),
        Transcript::Lines => {
            let line = |line: Line| {
                let speaker = if line.speaker == Speaker::Agent { "AI" } else { "Customer" };
                format!("{speaker}: {}", line.text)
            };
            json!(lines.map(line).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn variables(call: &SimulatedCall, state: &CallState, echo: Echo) -> Value {
    let given = call
        .request
        .get("variables")
        .filter(|given| given.as_object().is_some_and(|given| !given.is_empty()));
    match echo {
        Echo::Given => given.cloned().unwrap_or_else(|| json!([])),
        Echo::Collected => match state.has_results {
            true => evaluation(state, Evaluation::Object),
            false => json!({}),
        },
        Echo::EmptyList => json!([]),
    }
}

/// Renders the two values that every evaluation has (vendor page on post-call actions).
fn evaluation(state: &CallState, form: Evaluation) -> Value {
    let success =
        state.outcome() == Some(Outcome::AgentEnded) || state.outcome() == Some(Outcome::CustomerEnded);
    let summary = if success { "The customer confirmed Tuesday at ten." } else { "No conversation." };
    match form {
        Evaluation::List => json!([
            { "name": "status", "type": "bool", "value": success, "description": "Whether the goal was reached." },
            { "name": "summary", "type": "string", "value": summary, "description": "A summary of the call." },
        ]),
        Evaluation::Object => json!({ "status": success, "summary": summary }),
    }
}
