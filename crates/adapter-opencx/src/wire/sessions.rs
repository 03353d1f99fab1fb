//! Calls as conversations, which the vendor calls sessions (vendor's OpenAPI document of 2024-09). A member whose type
//! differs from the documented one is ignored.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::prelude::*;

use crate::call::status;

/// The channel of calls.
pub const PHONE: &str = "phone_voice";

/// A page of the list of conversations.
pub struct SessionPage {
    /// The phone calls on the page.
    pub rows: Vec<CallObservation>,
    /// The number of conversations on the page, including those of other channels.
    pub count: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The time of the last conversation on the page, if the page runs from newest to oldest. No conversation on a
    /// later page began after it.
    pub oldest: Option<Timestamp>,
}

/// A page of the events of a conversation.
pub struct HistoryPage {
    /// The messages and the events that cannot be read.
    pub events: Vec<Value>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// Reads a single conversation.
pub fn session(reply: Reply) -> Result<CallObservation> {
    const EXPECTED: &str = "a conversation with an id";
    let http_status = reply.status;
    let call = observed(&reply.document(EXPECTED)?, CallObservation::UNDATED);
    call.ok_or_else(|| Error::unreadable(http_status, EXPECTED))
}

/// Reads a page of the list.
pub fn read_sessions(reply: Reply, now: Timestamp) -> Result<SessionPage> {
    const EXPECTED: &str = "a list of conversations";
    let http_status = reply.status;
    let page = reply.document(EXPECTED)?;
    let page = page.get("items").and_then(Value::as_array).and_then(|items| {
        let channel =
            |row: &Value| row.get("channel").and_then(|channel| text(channel, "type")).map(str::to_owned);
        // A vendor that ignores the filter returns conversations of all channels.
        let by_phone = items.iter().filter(|row| channel(row).is_none_or(|channel| channel == PHONE));
        Some(SessionPage {
            rows: by_phone.map(|row| observed(row, now)).collect::<Option<_>>()?,
            count: items.len(),
            next: next(&page),
            // No conversation began after its last change, so the time of the change is the safer bound.
            oldest: ["updated_at", "created_at"].into_iter().find_map(|member| oldest(items, member)),
        })
    });
    page.ok_or_else(|| Error::unreadable(http_status, EXPECTED))
}

/// Reads a page of the events of a conversation.
pub fn read_history(reply: Reply) -> Result<HistoryPage> {
    const EXPECTED: &str = "a list of events";
    let http_status = reply.status;
    let mut page = reply.document(EXPECTED)?;
    let next = next(&page);
    match page.get_mut("items").map(Value::take) {
        Some(Value::Array(mut events)) => {
            events.retain(is_said);
            Ok(HistoryPage { events, next })
        }
        _ => Err(Error::unreadable(http_status, EXPECTED)),
    }
}

/// Builds a transcript from all messages. The vendor documents no order of events, so the messages are ordered by their
/// times if all have one. If an event cannot be read, all of them are kept as text. Returns `None` if there is no
/// message.
pub fn transcript(events: Vec<Value>) -> Option<Transcript> {
    let read: Option<Vec<_>> = events.iter().map(segment).collect();
    let Some(mut segments) = read else {
        return Some(Transcript::from_text(&Value::Array(events).to_string()));
    };
    if segments.iter().all(|segment| segment.at.is_some()) {
        segments.sort_by_key(|segment| segment.at);
    }
    (!segments.is_empty()).then(|| Transcript::from_segments(segments))
}

/// Returns the time in `member` of the last row, if the rows are in descending order of this time. Rows on later pages
/// are then older. `member` may also be the time of the last change, because no conversation begins after it.
fn oldest(items: &[Value], member: &str) -> Option<Timestamp> {
    let time = |row: &Value| parse_timestamp(row.get(member)?)?.exact();
    let times: Vec<_> = items.iter().map(time).collect::<Option<_>>()?;
    let (first, last) = (times.first()?, times.last()?);
    (first > last && times.is_sorted_by(|one, other| one >= other)).then_some(*last)
}

fn next(page: &Value) -> Option<String> {
    page.get("next").and_then(scalar).filter(|cursor| !cursor.is_empty())
}

/// Converts a conversation. Returns `None` if it has no id.
fn observed(session: &Value, at: Timestamp) -> Option<CallObservation> {
    let id = session.get("id").and_then(scalar).filter(|id| !id.is_empty())?;
    let word = text(session, "status");
    let status = word.and_then(status);
    let handoff = session.get("handoff").filter(|handoff| handoff.is_object());
    let said = |name| handoff.and_then(|handoff| text(handoff, name)).map(ToOwned::to_owned);
    Some(CallObservation {
        // The vendor sells only numbers of the United States, and its contacts have international numbers (inferred from
        // the documented example), so digits without `+` start with the country code.
        peer: session
            .get("contact")
            .and_then(|contact| text(contact, "phone_number"))
            .and_then(PhoneNumber::from_international),
        vendor_status: word.map(ToOwned::to_owned),
        status,
        // A conversation that was handed to a person is a call that was transferred (inferred).
        ended_reason: (status == Some(CallStatus::Ended)).then_some(match handoff {
            Some(_) => EndedReason::Transferred,
            None => EndedReason::Completed,
        }),
        times: CallTimes {
            begun_at: session.get("created_at").and_then(parse_timestamp),
            ..CallTimes::default()
        },
        analysis: CallAnalysis {
            summary: said("summary"),
            sentiment: said("sentiment"),
            ..CallAnalysis::default()
        },
        ..CallObservation::new(id, at)
    })
}

/// Returns false for an event that holds no speech: one of another type than a message, such as a comment, which is an
/// internal note, and a message whose text is blank.
fn is_said(item: &Value) -> bool {
    let event = item.get("event");
    let of_another_type = event.and_then(|event| text(event, "type")).is_some_and(|kind| kind != "message");
    let content = event.and_then(|event| event.get("content")?.get("text")?.as_str());
    !of_another_type && content.is_none_or(|text| !text.trim().is_empty())
}

/// Reads a message. Returns `None` if it has no text.
fn segment(item: &Value) -> Option<TranscriptSegment> {
    let event = item.get("event").filter(|event| text(event, "type") == Some("message"))?;
    let speaker = match event.get("sender").and_then(|sender| text(sender, "type")) {
        Some("contact") => TranscriptSpeaker::Customer,
        Some("ai") => TranscriptSpeaker::Agent,
        Some("human_agent") => TranscriptSpeaker::HumanAgent,
        _ => TranscriptSpeaker::System,
    };
    let text = text(event.get("content")?, "text")?.to_owned();
    let at = item.get("created_at").and_then(parse_timestamp).and_then(VendorTime::exact);
    Some(TranscriptSegment { speaker, text, start_s: None, at })
}

/// Returns a string member, unless it is blank.
fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}
