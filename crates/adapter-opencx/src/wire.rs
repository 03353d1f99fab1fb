//! The vendor's answers.

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::prelude::*;

/// A page of the list of agents.
#[derive(Deserialize)]
pub struct Page {
    items: Vec<Value>,
    /// The cursor of the next page.
    next: Option<String>,
}

impl Page {
    /// Returns the agents of the page and the cursor of the next one; `None` if an agent has no id.
    pub fn read(self) -> Option<(Vec<Remote>, Option<String>)> {
        let remotes = self.items.into_iter().map(remote).collect::<Option<_>>()?;
        Some((remotes, self.next.filter(|cursor| !cursor.is_empty())))
    }
}

/// Reads an agent of the list: `None` if it has no id.
pub fn remote(document: Value) -> Option<Remote> {
    let id = document.get("id").and_then(scalar).filter(|id| !id.is_empty())?;
    let name = document.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = document.get("created_at").and_then(parse_timestamp);
    Some(Remote { name, coverage: Coverage::Whole, created_at, ..Remote::new(id, document) })
}

/// The body of a failure. No member is required, because proxies answer with entirely different documents.
#[derive(Default, Deserialize)]
pub struct ErrorBody {
    /// The messages: documented as one string; a list is usual for the vendor's framework (inferred).
    pub message: Option<Message>,
    /// The name of the status.
    pub error: Option<String>,
}

/// One message or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// A single message.
    One(String),
    /// Several messages, each beginning with the name of the vendor's field.
    Many(Vec<String>),
}

impl Message {
    /// Returns the messages.
    pub fn lines(self) -> Vec<String> {
        match self {
            Self::One(line) => vec![line],
            Self::Many(lines) => lines,
        }
    }
}
