//! `switchboard migrations agents`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::One;
use crate::{client::Ask, render::Listed};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] = &[
    ("AGENT", "/id"),
    ("STATE", "/state"),
    ("FROM", "/from"),
    ("TO", "/to"),
    ("OPERATION", "/operation_id"),
    ("LAST ERROR", "/last_error/detail"),
];

/// The migration, and the selection of its agents.
#[derive(Debug, Args)]
pub struct Agents {
    #[command(flatten)]
    migration: One,
    /// Lists only agents whose move is in this state.
    #[arg(long, value_enum)]
    state: Option<State>,
}

/// The state of a move.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    /// The move has not started.
    Waiting,
    /// The move is in progress or is being rolled back.
    Underway,
    /// The agent runs at its new vendor, and its record at the old vendor is not removed yet, or its phone
    /// number there is not unbound yet.
    Retiring,
    /// The agent runs at its destination.
    Moved,
    /// The agent could not move and remains at its old vendor.
    Failed,
    /// The move was cancelled, or the agent was deleted.
    RolledBack,
}

impl Agents {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.migration.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let mut ask = Ask::get(["migrations", &self.migration.id, "agents"]);
        if let Some(state) = self.state.and_then(|state| state.to_possible_value()) {
            ask = ask.query("state", state.get_name());
        }
        let data = self.migration.connection.open()?.list(ask).await?;
        self.migration.form.print_result(&Listed { data, columns: COLUMNS, things: "agents" })?;
        Ok(ExitCode::SUCCESS)
    }
}
