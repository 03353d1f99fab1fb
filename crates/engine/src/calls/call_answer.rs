//! Calls in the form that the API returns.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_core::{call::Call, error::Result, rule::Report};
use utoipa::ToSchema;

use super::{CallRecord, RequestedDial};
use crate::records::{RecordedError, not_serializable};

/// A call in the form of the API.
#[derive(Serialize, ToSchema)]
#[schema(as = Call)]
pub struct CallAnswer<'a> {
    /// The gateway's id of the call.
    #[schema(examples("call_01jd8x4q2v6m0c3b5n7p9r1t3w"))]
    id: &'a str,
    /// The configured vendor that runs the call.
    vendor: &'a str,
    /// The adapter of the vendor.
    adapter: &'a str,
    /// The gateway's id of the agent. Null if the gateway does not know the agent.
    agent_id: Option<&'a str>,
    /// The caller's own key for the call. Omitted if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    external_ref: Option<&'a str>,
    /// The labels of the call. Omitted if it has none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    /// The caller's own data. Omitted if there is none.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = BTreeMap<String, Value>)]
    metadata: &'a Map<String, Value>,
    #[serde(flatten)]
    call: Call,
    /// The placeholder values in the request to dial, by name. Omitted if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    variables: Option<&'a BTreeMap<String, String>>,
    /// The settings that apply to this call instead of the agent's own. Omitted if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    overrides: Option<&'a Map<String, Value>>,
    /// The settings of this call that only one vendor has, by adapter. Omitted if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    extensions: Option<&'a Map<String, Value>>,
    /// The members of the call, as JSON pointers, that the vendor never returns.
    undisclosed: &'static [&'static str],
    /// The error that explains why the call was not placed, or why it needs a decision. Null if there is none.
    #[schema(required)]
    error: Option<&'a RecordedError>,
    /// The translation report of the request to dial. Omitted for a call that was not requested through the gateway,
    /// such as an inbound call, and for an erased call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    translation: Option<&'a Report>,
    /// The time at which the gateway first stored the call.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time at which the gateway last changed the call.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl CallRecord {
    /// Returns the call in the form of the API. `undisclosed` lists the members that the vendor never returns.
    pub fn answer(&self, undisclosed: &'static [&'static str]) -> CallAnswer<'_> {
        let dial = self.dial.as_ref();
        let some = |of: fn(&RequestedDial) -> &Map<String, Value>| dial.map(of).filter(|map| !map.is_empty());
        CallAnswer {
            id: &self.id,
            vendor: &self.vendor,
            adapter: &self.adapter,
            agent_id: self.agent.as_deref(),
            external_ref: self.envelope.external_ref.as_deref(),
            labels: &self.envelope.labels,
            metadata: &self.envelope.metadata,
            call: self.call(),
            variables: dial.map(|dial| &dial.variables).filter(|variables| !variables.is_empty()),
            overrides: some(|dial| &dial.overrides),
            extensions: some(|dial| &dial.extensions),
            undisclosed,
            error: self.error.as_ref(),
            translation: self.report.as_ref(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// Serialises the call in the form of the API.
    ///
    /// # Errors
    /// `internal` if the call cannot be serialised.
    pub fn json(&self, undisclosed: &'static [&'static str]) -> Result<String> {
        serde_json::to_string(&self.answer(undisclosed)).map_err(|cause| not_serializable("call", cause))
    }
}
