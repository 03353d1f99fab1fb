//! Calls: placing them, and reading them as conversations. The answer to a dial has no id (vendor's OpenAPI document of
//! September 2024). The document lists a channel for phone calls, from which it is inferred that a call becomes a
//! conversation.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Opencx, PHONE_NUMBERS, error, no_number};
use crate::calls::{CallState, Line, NewCall, Order, Outcome, SimulatedCall, Speaker, Story, is_e164, iso};
use crate::options::PageSize;
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    list_lag_ms: u64,
    order: Order,
    /// True if an unanswered call also becomes a conversation.
    session_for_unanswered: bool,
    /// The milliseconds until a call becomes a conversation.
    session_lag_ms: u32,
    /// The number of events on a page.
    history_page_size: PageSize,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self {
            list_lag_ms: 0,
            order: Order::default(),
            session_for_unanswered: false,
            session_lag_ms: 0,
            history_page_size: PageSize::new(20),
        }
    }
}

impl Opencx {
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let agent = request.in_path("phone_number_id");
        if self.records.get(PHONE_NUMBERS, agent).is_none() {
            return no_number();
        }
        let number = request.body["contact"]["phone_number"].as_str().unwrap_or_default();
        if !is_e164(number) || Story::of_number(number) == Story::Refused {
            return error(StatusCode::BAD_REQUEST, "contact.phone_number must be a valid phone number");
        }
        self.calls.place(NewCall {
            agent: agent.to_owned(),
            number: number.to_owned(),
            ours: None,
            request: request.record(),
            details: Record::new(),
        });
        Answer::without_body(StatusCode::CREATED)
    }

    /// Lists conversations, all of which are calls. The cursor is the id of the last conversation on the previous page.
    pub(super) fn list_sessions(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let is = |name: &str, value: &str| request.in_query(name).is_none_or(|asked| asked == value);
        let calls = self.calls.listed(options.list_lag_ms, options.order).into_iter();
        let mut rows: Vec<_> = calls.filter_map(|(call, state)| self.session(call, &state)).collect();
        rows.retain(|row| {
            let handed_off = if row.get("handoff").is_some() { "true" } else { "false" };
            is("channel_type", "phone_voice")
                && is("status", row["status"].as_str().unwrap_or_default())
                && is("handed_off", handed_off)
        });
        if let Some(cursor) = request.in_query("cursor") {
            let Some(last) = rows.iter().position(|row| row["id"] == cursor) else {
                return error(StatusCode::BAD_REQUEST, "cursor is invalid");
            };
            rows.drain(..=last);
        }
        let size = self.options.page_size.get();
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more).map(|row| row["id"].clone());
        Answer::ok(json!({ "items": rows, "next": next }))
    }

    pub(super) fn read_session(&self, request: &SimulatedRequest<'_>) -> Answer {
        let found = self.calls.read(request.in_path("session_id"));
        match found.and_then(|(call, state)| self.session(call, &state)) {
            Some(session) => Answer::ok(session),
            None => no_session(),
        }
    }

    /// Lists the events of a conversation, the oldest first. The cursor is the number of events on the previous pages.
    pub(super) fn list_history(&self, request: &SimulatedRequest<'_>) -> Answer {
        let found = self.calls.read(request.in_path("session_id"));
        let Some((call, state)) = found.filter(|(call, state)| self.session(call, state).is_some()) else {
            return no_session();
        };
        let Ok(first) = request.in_query("cursor").unwrap_or("0").parse::<usize>() else {
            return error(StatusCode::BAD_REQUEST, "cursor is invalid");
        };
        let mut events: Vec<_> = state.lines(call.story).map(|line| message(&line, &state)).collect();
        if state.outcome() == Some(Outcome::Transferred) {
            events.push(json!({ "created_at": state.ended_at.map(iso), "event": { "type": "handoff" } }));
        }
        let size = self.options.calls.history_page_size.get();
        let last = first.saturating_add(size);
        let next = (events.len() > last).then(|| last.to_string());
        let items: Vec<_> = events.into_iter().skip(first).take(size).collect();
        Answer::ok(json!({ "items": items, "next": next }))
    }

    /// Renders a call as a conversation. Returns `None` if the call is not a conversation (yet).
    fn session(&self, call: &SimulatedCall, state: &CallState) -> Option<Value> {
        let options = &self.options.calls;
        let begin = if options.session_for_unanswered { Some(call.placed_at) } else { state.answered_at }?;
        let shown_at = begin.saturating_add(options.session_lag_ms.into());
        if shown_at > state.now {
            return None;
        }
        let mut session = json!({
            "id": call.id,
            "status": status(state),
            "channel": { "type": "phone_voice" },
            "contact": {
                "id": contact_id(&call.peer), "email": null, "phone_number": call.peer, "name": null, "custom_data": null,
            },
            "created_at": iso(begin),
            "updated_at": iso(state.changed_at.max(begin)),
        });
        if state.outcome() == Some(Outcome::Transferred) {
            session["handoff"] =
                json!({ "sentiment": "neutral", "summary": "The customer asked for a person." });
        }
        Some(session)
    }
}

fn status(state: &CallState) -> &'static str {
    match state.outcome() {
        None => "open",
        Some(Outcome::AgentEnded | Outcome::CustomerEnded | Outcome::Transferred) => "closed_resolved",
        Some(_) => "closed_unresolved",
    }
}

fn message(line: &Line, state: &CallState) -> Value {
    let sender = if line.speaker == Speaker::Agent { "ai" } else { "contact" };
    let begin = state.answered_at.unwrap_or_default();
    json!({
        "created_at": iso(begin + line.start),
        "event": { "type": "message", "sender": { "type": sender }, "content": { "type": "text", "text": line.text } },
    })
}

/// Derives the id of a contact from its phone number, so that the id never changes.
fn contact_id(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let (high, low) = (digits.len().saturating_sub(12), digits.len().min(12));
    let (high, low) =
        (digits.get(..high).unwrap_or_default(), digits.get(digits.len() - low..).unwrap_or_default());
    format!("00000000-0000-7000-8{high:0>3}-{low:0>12}")
}

fn no_session() -> Answer {
    error(StatusCode::NOT_FOUND, "Session not found")
}
