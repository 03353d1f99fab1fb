//! Bodies that differ in one value from request to request.

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::{Value, json};

/// Stands where the number goes.
const MARK: &str = "{number}";

/// The bodies of all requests.
pub struct Bodies {
    /// The whole agent.
    pub whole: Template,
    /// A patch of its name alone.
    pub field: Template,
}

/// JSON with a number in it, always of as many bytes.
pub struct Template {
    before: String,
    after: String,
}

impl Bodies {
    /// Those of an agent.
    ///
    /// # Errors
    /// If its name has no room for a number.
    pub fn of(agent: &Value) -> anyhow::Result<Self> {
        Ok(Self { whole: Template::of(agent)?, field: Template::of(&json!({ "name": agent["name"] }))? })
    }
}

impl Template {
    fn of(document: &Value) -> anyhow::Result<Self> {
        let text = document.to_string();
        let (before, after) = text.split_once(MARK).context("there is no place for the number")?;
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    pub fn with(&self, number: u64) -> Bytes {
        format!("{}{number:08}{}", self.before, self.after).into()
    }
}
