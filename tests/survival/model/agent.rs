//! An agent of the model.

use std::collections::BTreeMap;

use serde_json::Value;

/// An agent of the model, with its acknowledged revisions.
#[derive(Debug, Clone)]
pub struct Agent {
    pub id: String,
    pub name: String,
    /// The instructions, by revision.
    pub says: BTreeMap<u64, String>,
}

impl Agent {
    /// Creates an agent from the answer to its creation.
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

    /// Returns the last acknowledged revision and its instructions.
    pub fn last(&self) -> (u64, &str) {
        self.says.last_key_value().map_or((0, ""), |(revision, says)| (*revision, says))
    }

    /// Records an answer that contains the agent.
    ///
    /// # Errors
    /// The part of the answer that contradicts an earlier acknowledgement.
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

    /// Checks that an answer shows the last acknowledged state.
    ///
    /// # Errors
    /// The difference between the answer and the state.
    pub fn is(&self, answer: &Value) -> Result<(), String> {
        let (revision, says) = self.last();
        let same = answer["revision"] == revision
            && answer["prompt"]["instructions"] == says
            && answer["name"] == self.name.as_str();
        if same { Ok(()) } else { Err(format!("{says:?} of revision {revision} was acknowledged: {answer}")) }
    }
}
