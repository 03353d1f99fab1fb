//! An agent at a gateway.

use serde_json::Value;
use switchboard_engine::Extensions;

use super::Body;
use crate::client::ClientError;

/// An agent at a gateway.
#[derive(Debug)]
pub struct GatewayAgent {
    /// The gateway's id for the agent.
    pub id: String,
    /// The revision of the desired state.
    pub revision: u64,
    /// The sync state, if it is not `in_sync`.
    pub sync: Option<String>,
    /// The desired state.
    pub body: Body,
}

impl GatewayAgent {
    /// Reads an agent as the API returns it.
    ///
    /// # Errors
    /// If the answer is not an agent, or the agent has fields that this version does not support. A comparison would overlook
    /// these fields, and a write would clear them.
    pub fn from_answer(answer: Value, extensions: &Extensions) -> Result<Self, ClientError> {
        let text = |name: &str| answer[name].as_str().map(ToOwned::to_owned);
        let (Some(id), Some(revision)) = (text("id"), answer["revision"].as_u64()) else {
            return Err(ClientError::unreadable("an agent"));
        };
        let sync =
            answer["sync"]["state"].as_str().filter(|state| *state != "in_sync").map(ToOwned::to_owned);
        let body = Body::read(answer, extensions, &|_| Ok(())).map_err(|error| {
            let fields: Vec<_> = error.violations.iter().map(|it| it.detail.as_str()).collect();
            let detail = format!(
                "this version does not support all fields of agent {id}; use the gateway's version of switchboard: {}",
                fields.join(" ")
            );
            ClientError::Unexpected { detail }
        })?;
        Ok(Self { id, revision, sync, body })
    }

    /// Returns the external reference, if the agent has one.
    pub fn external_ref(&self) -> Option<&str> {
        self.body.envelope.external_ref.as_deref()
    }

    /// Returns the name of the agent. Every agent has a name.
    pub fn name(&self) -> &str {
        self.body.desired.record.name.as_deref().unwrap_or_default()
    }
}
