//! An agent that a gateway has.

use serde_json::Value;
use switchboard_engine::Extensions;

use super::Body;
use crate::client::ClientError;

/// An agent that a gateway has.
#[derive(Debug)]
pub struct GatewayAgent {
    /// The gateway's id of it.
    pub id: String,
    /// The revision of what it is to be.
    pub revision: u64,
    /// How far the vendor is, where it does not have what was last accepted.
    pub sync: Option<String>,
    /// What it is to be.
    pub body: Body,
}

impl GatewayAgent {
    /// Of an agent as the API answers it.
    ///
    /// # Errors
    /// Where it has what this version does not know: to compare without it would be to change it unseen.
    pub fn from_answer(answer: Value, extensions: &Extensions) -> Result<Self, ClientError> {
        let text = |name: &str| answer[name].as_str().map(ToOwned::to_owned);
        let (Some(id), Some(revision)) = (text("id"), answer["revision"].as_u64()) else {
            return Err(ClientError::unreadable("an agent"));
        };
        let sync =
            answer["sync"]["state"].as_str().filter(|state| *state != "in_sync").map(ToOwned::to_owned);
        let body = Body::read(answer, extensions, &|_| true).map_err(|error| {
            let fields: Vec<_> = error.violations.iter().map(|it| it.detail.as_str()).collect();
            let detail = format!(
                "this version of the command line does not know all of the agent {id}; use that of the gateway: {}",
                fields.join(" ")
            );
            ClientError::Unexpected { detail }
        })?;
        Ok(Self { id, revision, sync, body })
    }

    /// Its identity, if it was given one.
    pub fn external_ref(&self) -> Option<&str> {
        self.body.envelope.external_ref.as_deref()
    }

    /// Its name, which every agent has.
    pub fn name(&self) -> &str {
        self.body.desired.record.name.as_deref().unwrap_or_default()
    }
}
