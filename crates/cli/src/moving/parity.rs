//! `switchboard parity`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;

use super::{plan, summary::MigrationSummary};
use crate::{
    client::Connection,
    fleet::{Label, label},
    render::{EXIT_CHANGES, OutputFormat, Render},
};

/// Shows whether a vendor could run the current agents, and the values that the agents would lose at this vendor.
/// Changes nothing.
///
/// Exits with 0 if every agent could move and --accept covers every loss, with 2 if not, and with 1 if the plan failed.
#[derive(Debug, Args)]
pub struct Parity {
    /// The vendor, by its configured name.
    #[arg(long, value_name = "VENDOR")]
    to: String,
    /// A JSON pointer to a field whose loss is accepted. Covers every field below it. May be given several times.
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    accept: Vec<String>,
    /// Includes only agents that run at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Includes only agents with this label. If given several times, an agent must have all of the labels.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Parity {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.parity().await)
    }

    async fn parity(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let plan = plan(&client, Some(&self.to), self.vendor.as_deref(), &self.labels).await?;
        let summary = MigrationSummary::from_plan(&plan, &self.accept);
        self.form.print_result(&summary)?;
        let needs_attention = summary.has_new_losses() || summary.is_blocked();
        Ok(if needs_attention { EXIT_CHANGES.into() } else { ExitCode::SUCCESS })
    }
}

impl Render for MigrationSummary {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        Self::lines(self, to)
    }
}

/// Checks a JSON pointer. The empty pointer covers every field.
///
/// # Errors
/// If the string is not empty and does not start with `/`.
pub fn pointer(text: &str) -> Result<String, String> {
    match text.is_empty() || text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("give a JSON pointer, such as /voice/speed".to_owned()),
    }
}
