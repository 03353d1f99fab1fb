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

/// Tells whether a vendor could take the agents of today, and what they would lose there. Changes nothing.
///
/// Ends with 0 where it could take all, with 2 where an agent cannot go or loses what was not accepted, with 1 where
/// that cannot be told.
#[derive(Debug, Args)]
pub struct Parity {
    /// The vendor, by its configured name.
    #[arg(long, value_name = "VENDOR")]
    to: String,
    /// A loss that is no matter, as a JSON pointer, with all that is below it; may be given several times.
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
        let outlook = MigrationSummary::from_plan(&plan, &self.accept);
        self.form.print_result(&outlook)?;
        let is_news = outlook.has_new_losses() || outlook.is_blocked();
        Ok(if is_news { EXIT_CHANGES.into() } else { ExitCode::SUCCESS })
    }
}

impl Render for MigrationSummary {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        Self::lines(self, to)
    }
}

/// Reads a JSON pointer; the empty one is everything.
///
/// # Errors
/// What is wrong with it.
pub fn pointer(text: &str) -> Result<String, String> {
    match text.is_empty() || text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("give a JSON pointer, such as /voice/speed".to_owned()),
    }
}
