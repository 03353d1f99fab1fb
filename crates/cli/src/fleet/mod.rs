//! The agents of a gateway, and their comparison with files.

mod foreign;
mod gateway_agent;
mod labels;
mod survey;

use switchboard_core::{error::Kind, model::Agent};
use switchboard_engine::Extensions;

use self::labels::has_all;
use super::{
    client::{Ask, Client, ClientError},
    files::extensions,
};

pub use self::{
    gateway_agent::GatewayAgent,
    labels::{Label, label, unique},
    survey::{Action, AgentDiff, Counts, DiffRow, Scope, Survey},
};

/// A reader of a gateway's agents, with the extensions that this version supports.
pub struct Fleet {
    /// The client of the gateway.
    pub client: Client,
    extensions: Extensions,
}

impl Fleet {
    /// Creates a reader of the agents of this client's gateway.
    pub fn new(client: Client) -> Self {
        Self { client, extensions: extensions() }
    }

    /// Finds the agent with this external reference, if there is one.
    ///
    /// # Errors
    /// The errors of [`Client::list`] and [`GatewayAgent::from_answer`].
    pub async fn find(&self, external_ref: &str) -> Result<Option<GatewayAgent>, ClientError> {
        let ask = Ask::get(["agents"]).query("external_ref", external_ref);
        let found = self.client.list(ask).await?.into_iter().next();
        found.map(|agent| GatewayAgent::from_answer(agent, &self.extensions)).transpose()
    }

    /// Returns true if the gateway has the agent with this id.
    ///
    /// # Errors
    /// The errors of the request, except that the gateway has no such agent.
    pub async fn has(&self, id: &str) -> Result<bool, ClientError> {
        match self.client.send(&Ask::get(["agents", id])).await {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { problem, .. }) if problem.code == Kind::NotFound.to_string() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Lists the agents that have all of these labels, oldest first. If `vendor` is given, lists only agents that run at this
    /// vendor.
    ///
    /// # Errors
    /// The errors of [`Client::list`] and [`GatewayAgent::from_answer`].
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

/// Returns the name to show for an agent: its external reference, or its id if it has no reference.
pub fn known_as<'a>(external_ref: Option<&'a str>, id: Option<&'a str>) -> &'a str {
    external_ref.or(id).unwrap_or_default()
}

/// The body of an agent, in a file or at a gateway.
type Body = switchboard_engine::Body<Agent>;
