//! `switchboard explain`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{
    client::{Ask, Connection},
    files::only_document,
    preview::Explanation,
    render::OutputFormat,
};

/// Shows the vendor that would run a new agent, the reason for this choice, the translation of the agent, and the requests to
/// the vendor.
#[derive(Debug, Args)]
pub struct Explain {
    /// A file with one agent, as YAML or JSON. The agent needs no external_ref.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Refuses the agent if the vendor would lose or change any of the agent's values.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Explain {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.explain().await)
    }

    async fn explain(self) -> anyhow::Result<ExitCode> {
        let ask = Ask::plan(["agents", "plan"], only_document(&self.file)?).strictly(self.strict);
        let plan = self.connection.open()?.send(&ask).await?.body;
        self.form.print_result(&Explanation(plan))?;
        Ok(ExitCode::SUCCESS)
    }
}
