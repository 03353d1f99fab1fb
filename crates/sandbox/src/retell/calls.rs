//! Calls: placing, reading, ending and erasing.

use std::collections::HashMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AGENTS, NUMBERS, Retell, call, failure, versions};
use crate::Vendor;
use crate::calls::{NewCall, Order, Outcome, Story, is_e164, link};
use crate::records::Record;
use crate::simulator::{Answer, SimulatedRequest};

/// The milliseconds for which the vendor keeps an idempotency key: one hour.
const KEY_TIME_MS: i64 = 60 * 60 * 1_000;

/// The maximum size of `metadata` in bytes.
const MAX_METADATA: usize = 50_000;

/// The options for the behaviour of calls.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    pub list_lag_ms: u64,
    /// The order of a list whose request has no `sort_order`.
    pub order: Order,
    gone: Gone,
}

/// The status of the refusals for an unknown call, number or agent, and for a request to end a call that is not live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gone {
    #[default]
    NotFound,
    Unprocessable,
}

impl Serialize for Gone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(if *self == Self::NotFound { 404 } else { 422 })
    }
}

impl<'de> Deserialize<'de> for Gone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer)? {
            404 => Ok(Self::NotFound),
            422 => Ok(Self::Unprocessable),
            _ => Err(serde::de::Error::custom("gone is 404 or 422")),
        }
    }
}

/// The idempotency keys, each with the id of the call and the time of the request.
#[derive(Default)]
pub(super) struct Keys(HashMap<String, (String, i64)>);

impl Keys {
    /// Returns the id of the call that was placed with this key. Removes expired keys first.
    fn find(&mut self, key: Option<&str>, now: i64) -> Option<String> {
        self.0.retain(|_, (_, at)| now.saturating_sub(*at) < KEY_TIME_MS);
        self.0.get(key?).map(|(id, _)| id.clone())
    }
}

impl Retell {
    pub(super) fn place_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let text = |name: &str| request.body[name].as_str();
        let key = text("idempotency_key");
        let now = self.calls.now();
        if let Some(id) = self.keys.find(key, now) {
            return self.read_call(StatusCode::CREATED, &id, request.origin);
        }
        let (ours, number) = (text("from_number").unwrap_or_default(), text("to_number").unwrap_or_default());
        if self.records.get(NUMBERS, ours).is_none() {
            return self.gone(ours, "phone-number");
        }
        let Some(agent) = text("override_agent_id") else {
            return failure::refused(&format!("No outbound agent id set up for phone number {ours}"));
        };
        let name = match &request.body["override_agent_version"] {
            Value::Null => "latest_published".to_owned(),
            Value::String(name) => name.clone(),
            number => number.to_string(),
        };
        let stored = self.records.get(AGENTS, agent);
        let version = stored.and_then(|record| {
            versions::with_name(record, &name).or_else(|| {
                // If the request names no version and no version is published, the latest one is used (inferred).
                request.body["override_agent_version"].is_null().then(|| versions::latest(record))
            })
        });
        let Some(version) = version else {
            return self.gone(agent, "agent");
        };
        if !is_e164(number) || Story::of_number(number) == Story::Refused {
            return failure::refused("to_number is not accepted");
        }
        if request.body["metadata"].to_string().len() > MAX_METADATA {
            return failure::refused("metadata is larger than 50 kB");
        }
        let call = self.calls.place(NewCall {
            agent: agent.to_owned(),
            number: number.to_owned(),
            ours: Some(ours.to_owned()),
            request: request.record(),
            details: Record::from_iter([(call::VERSION.to_owned(), json!(versions::number(&version)))]),
        });
        if let Some(key) = key {
            self.keys.0.insert(key.to_owned(), (call.id.clone(), now));
        }
        self.read_call(StatusCode::CREATED, &call.id, request.origin)
    }

    pub(super) fn call(&self, request: &SimulatedRequest<'_>) -> Answer {
        self.read_call(StatusCode::OK, request.in_path("call_id"), request.origin)
    }

    /// Ends a live call. If the call is not live, the answer has the status that the option `gone` selects (observed by
    /// public integrations).
    pub(super) fn stop_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("call_id");
        match self.calls.end(id, Outcome::HungUp) {
            Some(true) => Answer::without_body(StatusCode::NO_CONTENT),
            Some(false) | None => self.gone(id, "call"),
        }
    }

    pub(super) fn delete_call(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("call_id");
        match self.calls.erase(id) {
            true => Answer::without_body(StatusCode::NO_CONTENT),
            false => self.gone(id, "call"),
        }
    }

    fn read_call(&self, status: StatusCode, id: &str, origin: &str) -> Answer {
        match self.calls.read(id) {
            Some((call, state)) => {
                let agent = self.records.get(AGENTS, &call.agent).map(versions::latest);
                let recording = link(origin, Vendor::RETELL, call);
                Answer::json(status, call::shown(call, &state, agent.as_ref(), &recording))
            }
            None => self.gone(id, "call"),
        }
    }

    fn gone(&self, id: &str, kind: &str) -> Answer {
        failure::unknown(self.options.calls.gone == Gone::NotFound, id, kind)
    }
}
