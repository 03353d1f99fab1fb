//! An agent as the model knows it.

use std::collections::BTreeMap;

use serde_json::Value;

/// An agent as the model knows it: what was acknowledged.
#[derive(Debug, Clone)]
pub struct Agent {
    pub id: String,
    pub name: String,
    /// What it says, by revision.
    pub says: BTreeMap<u64, String>,
}

impl Agent {
    /// One that was made.
    pub fn made(answer: &Value) -> Option<Self> {
        let id = answer["id"].as_str()?.to_owned();
        let name = answer["name"].as_str()?.to_owned();
        let mut agent = Self { id, name, says: BTreeMap::new() };
        agent.acknowledge(answer).ok()?;
        Some(agent)
    }

    pub fn path(&self) -> String {
        format!("/v1/agents/{}", self.id)
    }

    /// The last revision that was acknowledged, and what it says.
    pub fn last(&self) -> (u64, &str) {
        self.says.last_key_value().map_or((0, ""), |(revision, says)| (*revision, says))
    }

    /// Takes in an answer with the agent in it.
    ///
    /// # Errors
    /// What it takes back of what was acknowledged before.
    pub fn acknowledge(&mut self, answer: &Value) -> Result<(), String> {
        let (last, _) = self.last();
        let revision = answer["revision"].as_u64().ok_or_else(|| format!("no revision in {answer}"))?;
        let says = answer["prompt"]["instructions"].as_str().unwrap_or_default().to_owned();
        if revision < last {
            return Err(format!("revision {last} was acknowledged: {answer}"));
        }
        match self.says.insert(revision, says.clone()) {
            Some(before) if before != says => {
                Err(format!("revision {revision} was acknowledged as {before:?}: {answer}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether an answer shows what was acknowledged last.
    ///
    /// # Errors
    /// What it does not.
    pub fn is(&self, answer: &Value) -> Result<(), String> {
        let (revision, says) = self.last();
        let same = answer["revision"] == revision
            && answer["prompt"]["instructions"] == says
            && answer["name"] == self.name.as_str();
        if same { Ok(()) } else { Err(format!("{says:?} of revision {revision} was acknowledged: {answer}")) }
    }
}
