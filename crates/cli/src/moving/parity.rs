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

/// Shows if a vendor could run the current agents, and what they would lose there. Changes nothing.
///
/// Exits with 0 if the vendor could run all, with 2 if an agent cannot move or would lose a field that was not accepted, and
/// with 1 if the plan failed.
#[derive(Debug, Args)]
pub struct Parity {
    /// The vendor, by its configured name.
    #[arg(long, value_name = "VENDOR")]
    to: String,
    /// A loss to accept: a JSON pointer that also covers every field below it; may be given several times.
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    accept: Vec<String>,
    /// Only agents at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Only agents with this label; may be given several times.
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

/// Reads a JSON pointer. The empty one covers every field.
///
/// # Errors
/// If it neither is empty nor starts with `/`.
pub fn pointer(text: &str) -> Result<String, String> {
    match text.is_empty() || text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("give a JSON pointer, such as /voice/speed".to_owned()),
    }
}
