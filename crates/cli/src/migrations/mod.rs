//! The commands for migrations: `migrations`. `move` plans and starts one.

mod agents;
mod change;
mod list;
mod shown;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use self::{change::Change, shown::Shown};
use crate::{
    client::{Ask, Connection},
    moving::follow,
    render::{EXIT_CHANGES, OutputFormat},
};

/// The commands for migrations. `switchboard move` starts one.
#[derive(Debug, Subcommand)]
pub enum MigrationCommand {
    /// Lists migrations, oldest first.
    List(list::List),
    /// Shows one migration: its state, and the number of agents in each state.
    Get(One),
    /// Lists the agents of a migration, each with the state of its move and its last error.
    Agents(agents::Agents),
    /// Follows a migration until it ends.
    ///
    /// Ctrl-C ends the command, but not the migration. Exits with 0 if every agent has moved or was deleted, with 2 if
    /// the migration has not ended when the command stops, and with 1 if an agent could not move, the migration was
    /// cancelled, or the command failed.
    Follow(One),
    /// Pauses a migration: no further agent begins to move.
    Pause(One),
    /// Resumes a paused migration.
    Resume(One),
    /// Cancels a migration. Agents that have moved stay at their new vendor, and moves in progress are rolled back.
    Cancel(One),
}

/// The migration that a command is about.
#[derive(Debug, Args)]
pub struct One {
    /// The id of the migration (mig_…).
    #[arg(value_name = "MIGRATION")]
    id: String,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl MigrationCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::Get(one) => one.form.finish(one.get().await),
            Self::Agents(agents) => agents.run().await,
            Self::Follow(one) => one.form.finish(one.follow().await),
            Self::Pause(one) => one.form.finish(one.change(Change::Pause).await),
            Self::Resume(one) => one.form.finish(one.change(Change::Resume).await),
            Self::Cancel(one) => one.form.finish(one.change(Change::Cancel).await),
        }
    }
}

impl One {
    async fn get(&self) -> anyhow::Result<ExitCode> {
        let migration = self.connection.open()?.send(&Ask::get(["migrations", &self.id])).await?.body;
        self.form.print_result(&Shown(migration))?;
        Ok(ExitCode::SUCCESS)
    }

    async fn follow(&self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let present = client.send(&Ask::get(["migrations", &self.id])).await?.body;
        let migration = follow(&client, present, self.form).await?;
        let code = match migration["state"].as_str() {
            Some("done") => ExitCode::SUCCESS,
            Some("failed" | "rolled_back") => ExitCode::FAILURE,
            _ => EXIT_CHANGES.into(),
        };
        self.form.print_result(&Shown(migration))?;
        Ok(code)
    }

    async fn change(&self, change: Change) -> anyhow::Result<ExitCode> {
        let migration = change.send(&self.connection.open()?, &self.id).await?;
        self.form.print_result(&Shown(migration))?;
        Ok(ExitCode::SUCCESS)
    }
}
