//! The requests that pause, resume or cancel a migration.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Ask, Client, ClientError};

/// A change to a migration's state.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// Start no further moves.
    Pause,
    /// Start moves again.
    Resume,
    /// Start no further moves, and roll back the moves in progress.
    Cancel,
}

impl Change {
    /// Sends the request. Returns the migration.
    ///
    /// # Errors
    /// The errors of [`Client::send`].
    pub async fn send(self, client: &Client, id: &str) -> Result<Value, ClientError> {
        let name = match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        };
        let ask = Ask::post(["migrations", id, name], json!({})).once(&format!("cli-{}", Uuid::now_v7()));
        Ok(client.send(&ask).await?.body)
    }
}
