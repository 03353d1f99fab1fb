//! Calls as the vendor returns them. A single call has the same members as a row of the list. The copies of the
//! reference disagree on the types of several members (vendor's page of 2026, reference pages of 2025-08 and 2026-06),
//! so each of these types is accepted. A member of any other type is ignored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    call::{answered_by, status},
    dial::MARKER,
};

/// The type of calls in a browser, which are not phone calls.
const WEB: &str = "web";

/// The names of the values that every evaluation has (vendor's page on actions after a call).
const SUCCESS: &str = "status";
const SUMMARY: &str = "summary";

/// The longest call, in seconds. A greater time in a transcript cannot be an offset from the beginning of the call.
const LONGEST: f64 = 86_400.0;

/// The labels of the parties in a transcript that is plain text (vendor's page of 2026).
const LABELS: [(&str, TranscriptSpeaker); 2] =
    [("AI: ", TranscriptSpeaker::Agent), ("Customer: ", TranscriptSpeaker::Customer)];

/// A page of the list of calls.
pub struct CallPage {
    /// The phone calls on the page.
    pub rows: Vec<CallObservation>,
    /// The number of all rows on the page, including calls in a browser.
    pub count: usize,
    /// The number of the last page, if the vendor returns it.
    pub last: Option<u64>,
}

/// Reads the answer to a dial: `{message, call_id, status}`.
pub fn placed(reply: Reply) -> Result<Placed> {
    const EXPECTED: &str = "a placed call with its id";
    let http_status = reply.status;
    let answer = reply.document(EXPECTED)?;
    let id = answer.get("call_id").and_then(scalar).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Error::unreadable(http_status, EXPECTED))?;
    let observation = with_status(CallObservation::new(id.as_str(), CallObservation::UNDATED), &answer);
    Ok(Placed { remote_id: Some(id), observation: Some(observation) })
}

/// Reads a single call.
pub fn call(reply: Reply) -> Result<CallObservation> {
    const EXPECTED: &str = "a call with an id";
    let http_status = reply.status;
    let call = observed(&reply.document(EXPECTED)?, CallObservation::UNDATED);
    call.ok_or_else(|| Error::unreadable(http_status, EXPECTED))
}

/// Reads a page of the list that was requested for `window`.
pub fn read_page(reply: Reply, window: &CallWindow) -> Result<CallPage> {
    const EXPECTED: &str = "a page of calls";
    let http_status = reply.status;
    let page = reply.document(EXPECTED)?;
    let page = page.get("data").and_then(Value::as_array).and_then(|data| {
        let is_phone = |row: &&Value| row.get("type").and_then(Value::as_str) != Some(WEB);
        let rows = data.iter().filter(is_phone).map(|row| listed(row, window)).collect::<Option<_>>()?;
        let last = page.get("last_page").and_then(scalar).and_then(|last| last.parse().ok());
        Some(CallPage { rows, count: data.len(), last })
    });
    page.ok_or_else(|| Error::unreadable(http_status, EXPECTED))
}

/// Converts a row. A row lacks the assistant's id, so the id comes from the request if the request filters by
/// assistant.
fn listed(row: &Value, window: &CallWindow) -> Option<CallObservation> {
    let mut call = observed(row, window.now)?;
    if window.agent.is_some() {
        call.agent.get_or_insert_default().remote_id.clone_from(&window.agent);
    }
    Some(call)
}

/// Converts a call. Returns `None` if it has no id.
fn observed(call: &Value, at: Timestamp) -> Option<CallObservation> {
    let id = call.get("id").and_then(scalar).filter(|id| !id.is_empty())?;
    let number = |name| PhoneNumber::from_vendor(&call.get(name).and_then(scalar)?);
    let observation = with_status(CallObservation::new(id, at), call);
    // A live call has a duration and a cost of 0.
    let is_over = observation.status == Some(CallStatus::Ended);
    let amount = |name| call.get(name).filter(|_| is_over);
    Some(CallObservation {
        agent: text(call, "assistant_name")
            .map(|name| AgentRef { remote_id: None, name: Some(name.to_owned()) }),
        peer: number("client_phone_number"),
        own: number("assistant_phone_number"),
        direction: match text(call, "type") {
            Some("inbound") => Some(Direction::Inbound),
            Some("outbound") => Some(Direction::Outbound),
            _ => None,
        },
        marker: call.get("variables").and_then(|given| text(given, MARKER)).map(ToOwned::to_owned),
        answered_by: text(call, "answered_by").and_then(answered_by),
        times: CallTimes {
            begun_at: call.get("created_at").and_then(parse_timestamp),
            ..CallTimes::default()
        },
        duration: amount("duration")
            .and_then(scalar)
            .and_then(|seconds| seconds.parse().ok())
            .and_then(Seconds::from_number),
        cost: amount("total_cost").and_then(|cost| CallCost::in_currency(cost, None)),
        analysis: call.get("evaluation").map(analysis).unwrap_or_default(),
        recording: text(call, "recording_url").map(Recording::at),
        transcript: call.get("transcript").and_then(transcript),
        ..observation
    })
}

fn with_status(observation: CallObservation, call: &Value) -> CallObservation {
    let word = text(call, "status");
    let (status, ended_reason) =
        word.and_then(status).map_or((None, None), |(status, reason)| (Some(status), reason));
    CallObservation { vendor_status: word.map(ToOwned::to_owned), status, ended_reason, ..observation }
}

/// Reads an evaluation: a list of `{name, type, value, description}`, or the values by name.
fn analysis(evaluation: &Value) -> CallAnalysis {
    let mut values: BTreeMap<String, Value> = match evaluation {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| Some((text(item, "name")?.to_owned(), item.get("value")?.clone())))
            .collect(),
        Value::Object(members) => members.clone().into_iter().collect(),
        _ => BTreeMap::new(),
    };
    values.retain(|_, value| !value.is_null());
    let success = values.get(SUCCESS).and_then(Value::as_bool);
    let summary = values.get(SUMMARY).and_then(Value::as_str).map(ToOwned::to_owned);
    // A value of an unexpected type remains among the values.
    values.retain(|name, _| match name.as_str() {
        SUCCESS => success.is_none(),
        SUMMARY => summary.is_none(),
        _ => true,
    });
    CallAnalysis { success, summary, sentiment: None, values }
}

/// Reads a transcript: a list of `{text, type, sender, timestamp}`, or lines of text. If an item of the list cannot be
/// read, all of it is kept as text. Items without words are skipped.
fn transcript(transcript: &Value) -> Option<Transcript> {
    match transcript {
        Value::Array(items) => {
            let is_blank = |item: &Value| item["text"].as_str().is_some_and(|text| text.trim().is_empty());
            let said: Vec<_> = items.iter().filter(|item| !is_blank(item)).collect();
            if said.is_empty() {
                return None;
            }
            Some(match said.into_iter().map(segment).collect() {
                Some(segments) => Transcript::from_segments(segments),
                None => Transcript::from_text(&transcript.to_string()),
            })
        }
        Value::String(text) if !text.trim().is_empty() => Some(match lines(text) {
            Some(segments) => Transcript::from_segments(segments),
            None => Transcript::from_text(text),
        }),
        _ => None,
    }
}

/// Reads a segment. Its time counts from the beginning of the call (inferred from the examples).
fn segment(item: &Value) -> Option<TranscriptSegment> {
    let speaker = match text(item, "sender") {
        Some("bot") => TranscriptSpeaker::Agent,
        Some("human") => TranscriptSpeaker::Customer,
        _ => TranscriptSpeaker::System,
    };
    let start_s = item.get("timestamp").and_then(Value::as_f64);
    let start_s = start_s.filter(|start| (0.0..=LONGEST).contains(start));
    Some(TranscriptSegment { speaker, text: text(item, "text")?.to_owned(), start_s, at: None })
}

/// Splits text into segments. Returns `None` unless each line begins with the label of a party.
fn lines(text: &str) -> Option<Vec<TranscriptSegment>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let segment = |line: &str| {
        let (speaker, words) =
            LABELS.iter().find_map(|(label, speaker)| Some((*speaker, line.strip_prefix(label)?)))?;
        Some(TranscriptSegment { speaker, text: words.to_owned(), start_s: None, at: None })
    };
    lines.map(segment).collect()
}

/// Returns a member if it is a string that is not blank.
fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}
