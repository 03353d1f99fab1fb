//! `switchboard operations resolve`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::shown::Shown;
use crate::{
    client::{Ask, Connection},
    render::OutputFormat,
};

/// Resolves an operation that needs attention. `switchboard operations get` shows the error and the vendor's records.
///
/// Example: switchboard operations resolve op_01jd… adopt --remote-id 4711
#[derive(Debug, Args)]
pub struct Resolve {
    /// The id of the operation (op_…).
    #[arg(value_name = "OPERATION")]
    id: String,
    /// The action that resolves the operation.
    #[arg(value_enum)]
    action: Action,
    /// The vendor's own id of the record to link. Required with adopt, and not allowed with other actions.
    #[arg(long, value_name = "ID", required_if_eq("action", "adopt"))]
    remote_id: Option<String>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The action that resolves an operation.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// Links the gateway's record to a record that the vendor already has, and continues the operation. A creation or
    /// an update then overwrites the vendor's record with the desired state; a deletion deletes the vendor's record.
    Adopt,
    /// Continues the operation. Choose `retry` if the vendor does not have the record to be created, or if the cause
    /// of the failure is fixed.
    Retry,
    /// Gives the operation up. If the operation was to delete the record, or to create a record that the API does not
    /// show yet, the gateway removes its own record. A record at the vendor remains.
    Abandon,
}

impl Resolve {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.resolve().await)
    }

    async fn resolve(self) -> anyhow::Result<ExitCode> {
        let mut body = json!({ "action": self.action });
        if let Some(remote_id) = self.remote_id {
            body["remote_id"] = json!(remote_id);
        }
        let ask = Ask::post(["operations", &self.id, "resolve"], body);
        let ask = ask.once(&format!("cli-{}", Uuid::now_v7()));
        let operation = self.connection.open()?.send(&ask).await?.body;
        self.form.print_result(&Shown(operation))?;
        Ok(ExitCode::SUCCESS)
    }
}
