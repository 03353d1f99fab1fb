//! `switchboard operations list`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] = &[
    ("ID", "/id"),
    ("KIND", "/kind"),
    ("STATE", "/state"),
    ("RECORD", "/resource/id"),
    ("VENDOR", "/vendor"),
    ("ATTEMPTS", "/attempts"),
    ("NEXT ATTEMPT", "/next_attempt_at"),
    ("LAST ERROR", "/last_error/code"),
];

/// Lists operations, the writes that go to vendors, oldest first.
#[derive(Debug, Args)]
pub struct List {
    /// Lists only operations in this state.
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Lists only operations of the record with this id.
    #[arg(long, value_name = "ID")]
    resource_id: Option<String>,
    /// Lists only operations at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The state of an operation.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    /// The gateway is executing the operation.
    Running,
    /// The gateway makes the next attempt later.
    Waiting,
    /// An operator has to resolve the operation.
    NeedsAttention,
    /// The write was carried out.
    Succeeded,
    /// The vendor refused the write or no longer has the record, or the gateway could not translate the record for the
    /// vendor.
    Failed,
    /// A newer operation replaced this operation, an operator abandoned it, or it became obsolete, because the record
    /// was deleted or moved, or because a move was rolled back.
    Superseded,
}

impl List {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let state = self.state.and_then(|state| state.to_possible_value());
        let state = state.map(|state| state.get_name().to_owned());
        let mut ask = Ask::get(["operations"]);
        for (name, value) in [("state", state), ("resource_id", self.resource_id), ("vendor", self.vendor)] {
            if let Some(value) = value {
                ask = ask.query(name, value);
            }
        }
        let data = self.connection.open()?.list(ask).await?;
        self.form.print_result(&Listed { data, columns: COLUMNS, things: "operations" })?;
        Ok(ExitCode::SUCCESS)
    }
}
