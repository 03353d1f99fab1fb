//! The agents of a gateway, and their comparison with files.

mod gateway_agent;
mod labels;
mod survey;

use switchboard_core::model::Agent;
use switchboard_engine::Extensions;

use self::labels::has_all;
use super::{
    client::{Ask, Client, ClientError},
    files::extensions,
};

pub use self::{
    gateway_agent::GatewayAgent,
    labels::{Label, label},
    survey::{Action, AgentDiff, Counts, DiffRow, Scope, Survey},
};

/// The agents of a gateway, read with the extensions of this version.
pub struct Fleet {
    /// The gateway.
    pub client: Client,
    extensions: Extensions,
}

impl Fleet {
    /// Returns the agents of this gateway.
    pub fn new(client: Client) -> Self {
        Self { client, extensions: extensions() }
    }

    /// Finds the agent with this external reference.
    ///
    /// # Errors
    /// The errors of the client.
    pub async fn find(&self, external_ref: &str) -> Result<Option<GatewayAgent>, ClientError> {
        let ask = Ask::get(["agents"]).query("external_ref", external_ref);
        let found = self.client.list(ask).await?.into_iter().next();
        found.map(|agent| GatewayAgent::from_answer(agent, &self.extensions)).transpose()
    }

    /// Lists all agents, or those at one vendor, that have these labels, oldest first.
    ///
    /// # Errors
    /// The errors of the client.
    pub async fn all(
        &self,
        vendor: Option<&str>,
        labels: &[Label],
    ) -> Result<Vec<GatewayAgent>, ClientError> {
        let mut ask = Ask::get(["agents"]);
        if let Some(vendor) = vendor {
            ask = ask.query("vendor", vendor);
        }
        let agents = self.client.list(ask).await?.into_iter();
        let held: Vec<_> = agents
            .map(|agent| GatewayAgent::from_answer(agent, &self.extensions))
            .collect::<Result<_, _>>()?;
        Ok(held.into_iter().filter(|held| has_all(&held.body.envelope, labels)).collect())
    }
}

/// Returns the name to show for an agent: its external reference, or else its id.
pub fn known_as<'a>(external_ref: Option<&'a str>, id: Option<&'a str>) -> &'a str {
    external_ref.or(id).unwrap_or_default()
}

/// The body of an agent, as files and gateways have it.
type Body = switchboard_engine::Body<Agent>;
