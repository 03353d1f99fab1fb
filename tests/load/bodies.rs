//! The bodies of all requests.

use serde_json::{Value, json};

use crate::measuring::template::Template;

/// The bodies of all requests.
pub struct Bodies {
    /// The whole agent.
    pub whole: Template,
    /// A patch of its name alone.
    pub field: Template,
}

impl Bodies {
    /// Builds the bodies of an agent.
    ///
    /// # Errors
    /// Fails if the agent's name has no place for a number.
    pub fn new(agent: &Value) -> anyhow::Result<Self> {
        Ok(Self { whole: Template::new(agent)?, field: Template::new(&json!({ "name": agent["name"] }))? })
    }
}
