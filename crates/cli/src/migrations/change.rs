//! The requests that pause, resume or cancel a migration.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Ask, Client, ClientError};

/// A change of a migration's state.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// Begin no further move.
    Pause,
    /// Begin moves again.
    Resume,
    /// Begin no further move, and roll back the moves in progress.
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
