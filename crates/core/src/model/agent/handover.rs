//! The handovers of a call to another agent.

use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::Violation,
    model::{Component, Leaf, leaf::lengths, schema},
};

/// The maximum number of characters of an id.
const MAX_ID_LEN: usize = 255;
/// The maximum number of characters of a condition.
const MAX_LEN: usize = 10_000;

/// A handover of calls to another agent of the gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// The gateway's id of the agent that takes over the call. The agent must run at the same vendor, and the vendor must
    /// have it.
    #[schema(min_length = 1, max_length = 255)]
    pub agent_id: String,
    /// The situations in which the call is handed over. If omitted, `prompt.instructions` can state them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 10_000)]
    pub condition: Option<String>,
}

impl Leaf for Handover {
    fn schema() -> RefOr<Schema> {
        schema::reference("Handover")
    }

    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        let condition = self.condition.as_deref().map(|condition| ("condition", condition, MAX_LEN));
        lengths(at, [("agent_id", self.agent_id.as_str(), MAX_ID_LEN)].into_iter().chain(condition))
    }
}
