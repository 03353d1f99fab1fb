//! Calls as rows of the vendor's list. The members are those that the vendor's MCP client reads; no document describes
//! them. A member of an unexpected type is ignored.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    call::status,
    envelope::{Answer, Totals},
};

/// The labels of the parties in transcripts, in lower case. The labels are inferred, because the format of transcripts
/// is not documented. A transcript with any other label is kept as plain text.
const AGENT: [&str; 4] = ["assistant", "agent", "ai", "bot"];
const CUSTOMER: [&str; 4] = ["user", "customer", "human", "caller"];

/// The members of a transcript item that may name the party, and those that may contain its words (inferred).
const SPEAKERS: [&str; 3] = ["role", "speaker", "sender"];
const WORDS: [&str; 3] = ["content", "text", "message"];

/// A page of the list of calls.
pub struct CallPage {
    /// The calls with an id.
    pub rows: Vec<CallObservation>,
    /// The calls without an id.
    pub unidentified: Vec<CallObservation>,
    /// The number of all rows on the page, including those without an id.
    pub count: usize,
    /// The totals of calls and of pages.
    pub totals: Totals,
}

/// Reads a page of the list.
pub fn read_page(reply: Reply, now: Timestamp) -> Result<CallPage> {
    let answer = Answer::parse(reply, "a list of calls")?;
    let totals = answer.totals();
    let rows = answer.rows(|row| row.is_object().then(|| row.clone()))?;
    // A row without an id cannot be distinguished from other calls. A later look may find its id.
    let (unidentified, calls) =
        rows.iter().map(|row| observed(row, now)).partition(|call| call.remote_id.is_empty());
    Ok(CallPage { rows: calls, unidentified, count: rows.len(), totals })
}

/// Returns the id of a call, or `None` if the row has no id or an empty one.
pub fn id(row: &Value) -> Option<String> {
    row.get("call_sid").and_then(scalar).filter(|id| !id.trim().is_empty())
}

/// Adds the status to an observation. `member` is the member of the row that contains the vendor's string.
pub fn with_status(observation: CallObservation, row: &Value, member: &str) -> CallObservation {
    let word = text(row, member);
    let (status, ended_reason) =
        word.and_then(status).map_or((None, None), |(status, reason)| (Some(status), reason));
    CallObservation { vendor_status: word.map(ToOwned::to_owned), status, ended_reason, ..observation }
}

/// Converts a row. If it has no id, the remote id of the observation is empty. The list contains only outbound calls; inbound calls are in the list
/// `/inbound/inbound-history`, whose rows no source describes.
fn observed(row: &Value, at: Timestamp) -> CallObservation {
    let observation = with_status(CallObservation::new(id(row).unwrap_or_default(), at), row, "call_status");
    // A live call has a duration and a cost of 0.
    let is_over = observation.status == Some(CallStatus::Ended);
    let amount = |name| row.get(name).filter(|_| is_over);
    let agent = AgentRef {
        remote_id: text(row, "assistant_id").map(ToOwned::to_owned),
        name: text(row, "assistant_name").map(ToOwned::to_owned),
    };
    CallObservation {
        agent: (agent != AgentRef::default()).then_some(agent),
        peer: row.get("phone_number").and_then(number),
        direction: Some(Direction::Outbound),
        times: CallTimes {
            begun_at: row.get("created_at").and_then(parse_timestamp),
            ..CallTimes::default()
        },
        duration: amount("call_duration_in_sec")
            .and_then(scalar)
            .and_then(|seconds| seconds.parse().ok())
            .and_then(Seconds::from_number),
        cost: amount("call_cost").and_then(|cost| CallCost::in_currency(cost, None)),
        analysis: CallAnalysis {
            sentiment: text(row, "call_sentiment").map(ToOwned::to_owned),
            ..CallAnalysis::default()
        },
        recording: text(row, "recording_url").map(Recording::at),
        transcript: row.get("call_transcribe").and_then(transcript),
        ..observation
    }
}

/// Reads the called number. A row that repeats the request contains it in a list. The vendor dials only international
/// numbers, so digits without `+` start with the country code.
fn number(wire: &Value) -> Option<PhoneNumber> {
    match wire {
        Value::Array(numbers) => match numbers.as_slice() {
            [number] => PhoneNumber::from_international(&scalar(number)?),
            _ => None,
        },
        number => PhoneNumber::from_international(&scalar(number)?),
    }
}

/// Reads a transcript: text, JSON, or JSON in a string. If any part is not recognized, all of it is kept as text.
fn transcript(wire: &Value) -> Option<Transcript> {
    let (segments, text) = match wire {
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => {
            let document: Option<Value> = serde_json::from_str(text).ok();
            (document.as_ref().and_then(parts).or_else(|| lines(text)), text.clone())
        }
        Value::Array(items) if items.is_empty() => return None,
        Value::Array(_) | Value::Object(_) => (parts(wire), wire.to_string()),
        _ => return None,
    };
    Some(segments.map_or_else(|| Transcript::from_text(&text), Transcript::from_segments))
}

/// Splits a list into segments. Returns `None` unless each item has a known party and words.
fn parts(list: &Value) -> Option<Vec<TranscriptSegment>> {
    let member = |item: &Value, names: [&str; 3]| {
        names.iter().find_map(|name| item.get(*name)?.as_str().map(ToOwned::to_owned))
    };
    let items = list.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| segment(&member(item, SPEAKERS)?, &member(item, WORDS)?)).collect()
}

/// Splits text into segments. Returns `None` unless each line begins with the label of a party.
fn lines(text: &str) -> Option<Vec<TranscriptSegment>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.split_once(':').and_then(|(label, words)| segment(label, words))).collect()
}

fn segment(label: &str, words: &str) -> Option<TranscriptSegment> {
    let label = label.trim().to_lowercase();
    let speaker = match label.as_str() {
        label if AGENT.contains(&label) => TranscriptSpeaker::Agent,
        label if CUSTOMER.contains(&label) => TranscriptSpeaker::Customer,
        _ => return None,
    };
    Some(TranscriptSegment { speaker, text: words.trim().to_owned(), start_s: None, at: None })
}

/// Returns a member if it is a string that is not blank.
fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}
