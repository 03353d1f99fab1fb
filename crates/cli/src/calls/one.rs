//! The commands for one call: get, follow, hangup and sync.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::{
    follow::follow,
    shown::{Shown, exit_code},
};
use crate::{
    client::{Ask, Connection},
    render::OutputFormat,
};

/// The call, the gateway, and the output format.
#[derive(Debug, Args)]
pub struct One {
    /// The id of the call (call_…).
    #[arg(value_name = "CALL")]
    pub id: String,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub form: OutputFormat,
}

/// Shows one call: its status, times, costs, and the vendor's analysis.
#[derive(Debug, Args)]
pub struct Get {
    #[command(flatten)]
    call: One,
}

/// Follows a call until it ends.
///
/// Ctrl-C ends the command, but not the call. Exits with 0 if the call was answered and has ended, with 2 if it was not
/// answered or following was stopped, and with 1 if the command failed, for example because the call could not be read.
#[derive(Debug, Args)]
pub struct Follow {
    #[command(flatten)]
    call: One,
}

/// Asks the vendor to end a live call.
#[derive(Debug, Args)]
pub struct HangUp {
    #[command(flatten)]
    call: One,
}

/// Reads a call from its vendor now, and shows it.
#[derive(Debug, Args)]
pub struct Sync {
    #[command(flatten)]
    call: One,
}

impl Get {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let ask = Ask::get(["calls", &self.call.id]);
        self.call.show(ask).await
    }
}

impl HangUp {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        // The request is idempotent, so it can be repeated safely.
        let ask = Ask::order(["calls", &self.call.id, "hangup"]).repeatable();
        self.call.show(ask).await
    }
}

impl Sync {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let ask = Ask::order(["calls", &self.call.id, "sync"]).repeatable();
        self.call.show(ask).await
    }
}

impl Follow {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.call.form;
        form.finish(self.follow().await)
    }

    async fn follow(self) -> anyhow::Result<ExitCode> {
        let client = self.call.connection.open()?;
        let call = client.send(&Ask::get(["calls", &self.call.id])).await?.body;
        let call = follow(&client, call, self.call.form).await?;
        let code = exit_code(&call);
        self.call.form.print_result(&Shown(call))?;
        Ok(code)
    }
}

impl One {
    /// Sends a request and prints the call in the answer.
    pub async fn show(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.answer(ask).await.and_then(|call| {
            form.print_result(&Shown(call))?;
            Ok(ExitCode::SUCCESS)
        }))
    }

    async fn answer(&self, ask: Ask) -> anyhow::Result<Value> {
        Ok(self.connection.open()?.send(&ask).await?.body)
    }
}
