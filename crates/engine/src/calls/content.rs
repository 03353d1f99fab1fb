//! The content of a call that comes from the request to dial.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::call::AgentRef;

/// The members of a call that the gateway stores and never sends to vendors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CallEnvelope {
    /// The caller's own key for the call, unique among all calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// The labels of the call.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The caller's own data.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// The variables, overrides and extensions of the request to dial, as the caller sent them. Contains personal data.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestedDial {
    /// The values of placeholders, by name. Does not include the agent's own values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// The settings that apply to this call instead of the agent's own, in the form of the API.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub overrides: Map<String, Value>,
    /// The extensions, by adapter.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extensions: Map<String, Value>,
}

/// `Debug` shows no values.
impl fmt::Debug for RequestedDial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestedDial").field("variables", &self.variables.len()).finish_non_exhaustive()
    }
}

/// The data of a dial that is stored without encryption, because it has no personal data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Placing {
    /// The adapter that translated the dial.
    pub adapter: String,
    /// The vendor's id of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_remote_id: Option<String>,
    /// The name of the agent when the call was dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// The vendor's ids of earlier calls that were listed just before the dial: those to the same phone number, and
    /// those whose number the list omits. Empty if the vendor always returns the id of a call that it places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The maximum duration of the call, in seconds, if the dial or the agent has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration_s: Option<f64>,
    /// The value of the answer's `Preference-Applied` header. Another process may have to create the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_applied: Option<String>,
    /// True if the vendor has accepted the dial, even if it returned no id.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_accepted: bool,
}

impl Placing {
    /// Returns the agent of the dial, as the vendor identifies it.
    pub fn agent(&self) -> AgentRef {
        AgentRef { remote_id: self.agent_remote_id.clone(), name: self.agent_name.clone() }
    }
}
