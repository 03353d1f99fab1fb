//! The vendor's answers.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::prelude::*;

/// A page of the list of agents.
pub struct Page {
    pub agents: Vec<Remote>,
    /// The cursor of the next page, or `None` on the last page.
    pub next: Option<String>,
}

/// Reads an answer that contains one agent.
pub fn agent(reply: Reply) -> Result<Remote> {
    let status = reply.status;
    let expected = "an agent with an id";
    remote(reply.document(expected)?).ok_or_else(|| Error::unreadable(status, expected))
}

/// Reads a page of the list.
pub fn page(reply: Reply) -> Result<Page> {
    #[derive(Deserialize)]
    struct Answer {
        agents: Vec<Value>,
        next: Option<String>,
    }
    let status = reply.status;
    let expected = "a list of agents";
    let read = Answer::deserialize(reply.document(expected)?).ok().and_then(|answer| {
        let agents = answer.agents.into_iter().map(remote).collect::<Option<_>>()?;
        Some(Page { agents, next: answer.next })
    });
    read.ok_or_else(|| Error::unreadable(status, expected))
}

/// Reads an agent. Returns `None` if the agent has no id.
fn remote(document: Value) -> Option<Remote> {
    let id = document.get("id").and_then(scalar).filter(|id| !id.is_empty())?;
    let name = document.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = document.get("created_at").and_then(parse_timestamp);
    Some(Remote { name, coverage: Coverage::Whole, created_at, ..Remote::new(id, document) })
}

/// The body of a failed answer. No member is required, because proxies answer with entirely different
/// documents.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    pub message: String,
    /// The error messages about fields.
    pub errors: Vec<Complaint>,
}

/// An error message about one field.
#[derive(Deserialize)]
pub struct Complaint {
    /// The vendor's name of the field.
    pub field: String,
    pub message: String,
}
