//! The vendor's answers.

mod sessions;

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::prelude::*;

pub use sessions::{HistoryPage, PHONE, SessionPage, read_history, read_sessions, session, transcript};

/// A page of the list of agents.
#[derive(Deserialize)]
pub struct Page {
    items: Vec<Value>,
    /// The cursor of the next page. Null or empty on the last page.
    next: Option<String>,
}

impl Page {
    /// Returns the agents of the page and the cursor of the next page. Returns `None` if an agent has no id.
    pub fn read(self) -> Option<(Vec<Remote>, Option<String>)> {
        let remotes = self.items.into_iter().map(remote).collect::<Option<_>>()?;
        Some((remotes, self.next.filter(|cursor| !cursor.is_empty())))
    }
}

/// Reads an agent from an answer. Returns `None` if the answer has no id.
pub fn remote(document: Value) -> Option<Remote> {
    let id = document.get("id").and_then(scalar).filter(|id| !id.is_empty())?;
    let name = document.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = document.get("created_at").and_then(parse_timestamp);
    Some(Remote { name, coverage: Coverage::Whole, created_at, ..Remote::new(id, document) })
}

/// The body of a failure. No member is required, because proxies send entirely different documents.
#[derive(Default, Deserialize)]
pub struct ErrorBody {
    /// The messages. The vendor documents one string, but the vendor's framework usually sends a list (inferred).
    pub message: Option<Message>,
    /// The name of the HTTP status.
    pub error: Option<String>,
}

/// One message or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// A single message.
    One(String),
    /// Several messages. Each message begins with the name of a vendor field (inferred).
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
