//! Calls: placing, reading, listing, ending and erasing.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ASSISTANTS, Vapi, call, failure};
use crate::Vendor;
use crate::calls::{
    CallState, NewCall, Order, Outcome, SimulatedCall, Story, is_e164, link, page, parse_iso,
};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The number of calls in a list if the request has no limit.
const DEFAULT_LIMIT: usize = 100;

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    list_lag_ms: u64,
    order: Order,
    control: Control,
    /// The minimum number of milliseconds from the end of a call until its recording is available. The story of the
    /// call may require more.
    recording_lag_ms: u32,
}

/// The control URL of a live call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Control {
    /// A URL with the host of the request.
    #[default]
    On,
    /// No URL.
    Off,
    /// A URL with another name of the same host: `localhost` for an address, and `127.0.0.1` for `localhost`.
    Elsewhere,
}

impl Vapi {
    /// Places a call. The messages about a missing `phoneNumberId` and an unknown `assistantId` are from recorded
    /// answers; those about other missing or unknown references are inferred.
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let text = |pointer: &str| request.body.pointer(pointer).and_then(Value::as_str);
        let refuse = |message: &str| failure::plain(StatusCode::BAD_REQUEST, message);
        let Some(ours) = text("/phoneNumberId") else {
            return refuse("Couldn't Get Phone Number. Need Either `phoneNumberId` Or `phoneNumber`.");
        };
        match self.number_status(ours).as_deref() {
            None => {
                return refuse(&format!("Couldn't Get Phone Number. `phoneNumberId` {ours} Does Not Exist."));
            }
            Some("active") => {}
            Some(_) => {
                return refuse(&format!("Couldn't Use Phone Number. `phoneNumberId` {ours} Is Not Active."));
            }
        }
        let Some(agent) = text("/assistantId") else {
            return refuse("Couldn't Get Assistant. Need Either `assistantId` Or `assistant`.");
        };
        if self.records.get(ASSISTANTS, agent).is_none() {
            return refuse(&format!("Couldn't Get Assistant. `assistantId` {agent} Does Not Exist."));
        }
        let Some(number) = text("/customer/number") else {
            return refuse("Couldn't Get Customer. Need Either `customerId` Or `customer`.");
        };
        let is_checked =
            request.body.pointer("/customer/numberE164CheckEnabled") != Some(&Value::Bool(false));
        if is_checked && !is_e164(number) {
            let sentence = "customer.number must be a valid phone number in the E.164 format".to_owned();
            return failure::refused(vec![sentence]);
        }
        if Story::of_number(number) == Story::Refused {
            return refuse("Couldn't Call Customer. The Number Is Not Allowed.");
        }
        let call = self.calls.place(NewCall {
            agent: agent.to_owned(),
            number: number.to_owned(),
            ours: Some(ours.to_owned()),
            request: request.record(),
            details: Record::new(),
        });
        let state = call.state(call.placed_at);
        Answer::json(StatusCode::CREATED, self.shown_call(&call, &state, request.origin))
    }

    pub(super) fn call(&self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.read(request.in_path("id")) {
            Some((call, state)) => Answer::ok(self.shown_call(call, &state, request.origin)),
            None => failure::unknown(),
        }
    }

    pub(super) fn list_calls(&self, request: &SimulatedRequest<'_>) -> Answer {
        let limit = request.number_in_query("limit").and_then(|limit| usize::try_from(limit).ok());
        let is = |name: &str, value: &str| request.in_query(name).is_none_or(|asked| asked == value);
        let within = |member: &str, time: i64| {
            let asked = |suffix: &str| request.in_query(&format!("{member}{suffix}")).and_then(parse_iso);
            asked("Gt").is_none_or(|limit| time > limit)
                && asked("Ge").is_none_or(|limit| time >= limit)
                && asked("Lt").is_none_or(|limit| time < limit)
                && asked("Le").is_none_or(|limit| time <= limit)
        };
        let options = &self.options.calls;
        let rows =
            self.calls.listed(options.list_lag_ms, options.order).into_iter().filter(|(call, state)| {
                is("id", &call.id)
                    && is("assistantId", &call.agent)
                    && is("phoneNumberId", call.ours.as_deref().unwrap_or_default())
                    && within("createdAt", call.placed_at)
                    && within("updatedAt", state.changed_at)
            });
        let (rows, _) = page(rows, 0, limit.unwrap_or(DEFAULT_LIMIT));
        Answer::ok(
            rows.into_iter().map(|(call, state)| self.shown_call(call, &state, request.origin)).collect(),
        )
    }

    /// Erases a call, and returns the call as it was.
    pub(super) fn delete_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let erased = self.call(request);
        self.calls.erase(request.in_path("id"));
        erased
    }

    /// Redirects to the recording. The answer without a recording is inferred.
    pub(super) fn call_recording(&self, request: &SimulatedRequest<'_>) -> Answer {
        match self.calls.read(request.in_path("id")) {
            Some((call, state)) if self.has_recording(&state) => {
                Answer::redirect(link(request.origin, Vendor::VAPI, call))
            }
            _ => failure::unknown(),
        }
    }

    /// Ends a live call. The answers are inferred.
    pub(super) fn control_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("id");
        let is_controlled = self.calls.get(id).is_some_and(|call| self.is_controlled(call));
        match is_controlled && self.calls.end(id, Outcome::HungUp) == Some(true) {
            true => Answer::empty(),
            false => failure::unknown(),
        }
    }

    fn shown_call(&self, call: &SimulatedCall, state: &CallState, origin: &str) -> Value {
        let control = (state.is_live() && self.is_controlled(call)).then(|| self.control_url(call, origin));
        call::shown(call, state, control.as_deref(), self.has_recording(state))
    }

    fn has_recording(&self, state: &CallState) -> bool {
        let lag = i64::from(self.options.calls.recording_lag_ms);
        state.has_recording() && state.ended_at.is_some_and(|ended| ended.saturating_add(lag) <= state.now)
    }

    /// Returns true unless the options or the assistant of the call switch the control off.
    fn is_controlled(&self, call: &SimulatedCall) -> bool {
        let overrides = call.request.get("assistantOverrides").and_then(Value::as_object);
        let settings = [overrides, self.records.get(ASSISTANTS, &call.agent)].into_iter().flatten();
        let mut flags = settings.filter_map(|settings| settings.get("monitorPlan")?.get("controlEnabled"));
        self.options.calls.control != Control::Off && flags.next() != Some(&Value::Bool(false))
    }

    fn control_url(&self, call: &SimulatedCall, origin: &str) -> String {
        let origin = match self.options.calls.control {
            Control::Elsewhere => elsewhere(origin),
            Control::On | Control::Off => origin.to_owned(),
        };
        format!("{origin}{}/{}/control", Vendor::VAPI.base_path(), call.id)
    }
}

/// Replaces the host of an origin with another name of the same host.
fn elsewhere(origin: &str) -> String {
    let port = origin.rsplit_once(':').map_or("80", |(_, port)| port);
    let host = if origin.contains("localhost") { "127.0.0.1" } else { "localhost" };
    format!("http://{host}:{port}")
}
