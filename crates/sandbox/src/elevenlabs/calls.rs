//! Calls: placing, reading, listing and erasing. A call is a conversation.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AGENTS, Elevenlabs, NUMBERS, agents, catalogue, conversation, failure, initiation, numbers};
use crate::calls::{CallState, NewCall, Order, Outcome, SimulatedCall, Story, is_e164, mpeg};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The milliseconds from the placing of a call until the vendor starts the conversation: the time of the answer, if the
/// call is answered. A forbidden override or a missing variable makes the call fail at that time.
const CONVERSATION_STARTS_MS: i64 = 2_000;

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    list_lag_ms: u64,
    /// The order of a list whose request has no `sort_direction`.
    order: Order,
    /// True if every override is allowed; false if the agent determines the allowed overrides.
    overrides_allowed: bool,
    /// True if answers contain `call_result`, as newer answers do.
    call_result: bool,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self { list_lag_ms: 0, order: Order::default(), overrides_allowed: false, call_result: true }
    }
}

impl Elevenlabs {
    /// Places a call. An override that the agent does not allow, or a missing variable, makes the call fail after it
    /// was placed (inferred).
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let text = |name: &str| request.body[name].as_str().unwrap_or_default();
        let (id, ours, number) = (text("agent_id"), text("agent_phone_number_id"), text("to_number"));
        let provider = request.in_path("provider");
        if !catalogue::PROVIDERS.contains(&provider) {
            return Answer::json(StatusCode::NOT_FOUND, json!({ "detail": "Not Found" }));
        }
        let Some(agent) = self.records.get(AGENTS, id).map(agents::whole) else {
            return failure::no_agent(id);
        };
        let Some(phone) = self.records.get(NUMBERS, ours) else {
            return failure::no_agent(ours);
        };
        if numbers::provider(phone) != provider.replace('-', "_") {
            return failure::wrong_provider();
        }
        let call_id = if provider == "sip-trunk" { "sip_call_id" } else { "callSid" };
        if !is_e164(number) || Story::of_number(number) == Story::Refused {
            return Answer::ok(json!({
                "success": false, "message": "The carrier refused the call.", "conversation_id": null, call_id: null,
            }));
        }
        let client = &request.body["conversation_initiation_client_data"];
        let allows_all = self.options.calls.overrides_allowed;
        let failed = initiation::failure(&agent, client, allows_all);
        let mut details = Record::new();
        if let Some(failed) = &failed {
            details.insert(conversation::FAILURE.to_owned(), json!(failed));
        }
        let call = self.calls.place(NewCall {
            agent: id.to_owned(),
            number: number.to_owned(),
            ours: Some(ours.to_owned()),
            request: request.record(),
            details,
        });
        if failed.is_some() {
            self.calls.end_after(&call.id, CONVERSATION_STARTS_MS, Outcome::Failed);
        }
        Answer::ok(json!({
            "success": true, "message": "Call initiated", "conversation_id": call.id,
            call_id: conversation::carrier_id(&call),
        }))
    }

    pub(super) fn read_conversation(&self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("conversation_id");
        match self.calls.read(id) {
            Some((call, state)) => {
                let agent = self.agent_of(call);
                let number = call.ours.as_deref().and_then(|id| self.records.get(NUMBERS, id));
                let has_result = self.options.calls.call_result;
                Answer::ok(conversation::shown(call, &state, (&agent, number), has_result))
            }
            None => failure::no_agent(id),
        }
    }

    pub(super) fn conversation_audio(&self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("conversation_id");
        match self.calls.read(id) {
            Some((_, state)) if state.has_recording() => Answer::bytes("audio/mpeg", mpeg()),
            _ => failure::no_agent(id),
        }
    }

    pub(super) fn delete_conversation(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("conversation_id");
        match self.calls.erase(id) {
            true => Answer::ok(json!({})),
            false => failure::no_agent(id),
        }
    }

    /// Lists conversations. The cursor is the id of the last conversation on the previous page.
    pub(super) fn list_conversations(&self, request: &SimulatedRequest<'_>) -> Answer {
        let options = &self.options.calls;
        let order = match request.in_query("sort_direction") {
            Some("asc") => Order::Oldest,
            Some(_) => Order::Newest,
            None => options.order,
        };
        let is = |name: &str, value: &str| request.in_query(name).is_none_or(|asked| asked == value);
        let wanted = |(call, state): &(&SimulatedCall, CallState)| {
            let begin = call.placed_at / 1_000;
            is("agent_id", &call.agent)
                && is("user_id", conversation::user(call).as_str().unwrap_or_default())
                && is("call_successful", conversation::success(state))
                && request.number_in_query("call_start_after_unix").is_none_or(|time| begin >= time)
                && request.number_in_query("call_start_before_unix").is_none_or(|time| begin <= time)
        };
        let mut calls = self.calls.listed(options.list_lag_ms, order);
        calls.retain(wanted);
        if let Some(cursor) = request.in_query("cursor") {
            let Some(last) = calls.iter().position(|(call, _)| call.id == cursor) else {
                return failure::invalid_cursor();
            };
            calls.drain(..=last);
        }
        let asked = request.number_in_query("page_size").and_then(|size| usize::try_from(size).ok());
        let size = asked.unwrap_or(self.options.page_size.get()).min(self.options.largest_page.get());
        let has_more = calls.len() > size;
        calls.truncate(size);
        let cursor = calls.last().filter(|_| has_more).map(|(call, _)| &call.id);
        let rows = calls.iter().map(|(call, state)| conversation::row(call, state, &self.agent_of(call)));
        let rows: Vec<_> = rows.collect();
        Answer::ok(json!({ "conversations": rows, "next_cursor": cursor, "has_more": has_more }))
    }

    /// Returns the agent of a call, or null if the agent no longer exists.
    fn agent_of(&self, call: &SimulatedCall) -> Value {
        self.records.get(AGENTS, &call.agent).map(agents::whole).unwrap_or_default()
    }
}
