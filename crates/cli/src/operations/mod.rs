//! The commands for operations: `operations`.

mod list;
mod resolve;
mod shown;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{
    client::{Ask, Connection},
    render::OutputFormat,
};

use self::shown::Shown;

/// The commands for operations.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    List(list::List),
    Get(Get),
    Resolve(resolve::Resolve),
}

impl OperationCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::Get(get) => get.run().await,
            Self::Resolve(resolve) => resolve.run().await,
        }
    }
}

/// Shows one operation: its state, its last error, and the vendor's records that it may have created.
#[derive(Debug, Args)]
pub struct Get {
    /// The id of the operation (op_…).
    #[arg(value_name = "OPERATION")]
    id: String,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Get {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.get().await)
    }

    async fn get(self) -> anyhow::Result<ExitCode> {
        let operation = self.connection.open()?.send(&Ask::get(["operations", &self.id])).await?.body;
        self.form.print_result(&Shown(operation))?;
        Ok(ExitCode::SUCCESS)
    }
}
