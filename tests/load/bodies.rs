//! The request bodies of the benchmark.

use serde_json::{Value, json};

use crate::measuring::template::Template;

/// The request bodies of the benchmark.
pub struct Bodies {
    /// The whole agent.
    pub whole: Template,
    /// A patch of only the agent's name.
    pub field: Template,
}

impl Bodies {
    /// Builds the bodies for an agent.
    ///
    /// # Errors
    /// Fails if the agent's name has no placeholder for a number.
    pub fn new(agent: &Value) -> anyhow::Result<Self> {
        Ok(Self { whole: Template::new(agent)?, field: Template::new(&json!({ "name": agent["name"] }))? })
    }
}
