//! `switchboard explain`.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::{
    client::{Ask, Connection},
    files::{FileErrors, parse},
    preview::Preview,
    render::{
        OutputFormat, Render,
        style::{FAINT, STRONG},
    },
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
        let mut documents = parse(&self.file).map_err(FileErrors)?;
        let Some(document) = documents.pop().filter(|_| documents.is_empty()) else {
            bail!("{} contains several agents; explain needs exactly one", self.file.display())
        };
        let ask = Ask::plan(["agents", "plan"], document.value).strictly(self.strict);
        let plan = self.connection.open()?.send(&ask).await?.body;
        self.form.print_result(&Explanation(plan))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The plan for a creation, as the gateway returns it.
#[derive(Serialize)]
struct Explanation(Value);

impl Render for Explanation {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let preview = Preview::new(&self.0);
        writeln!(to, "{STRONG}Where{STRONG:#}")?;
        writeln!(to, "  {}", preview.decision())?;
        for line in preview.passed_over() {
            writeln!(to, "  {line}")?;
        }
        writeln!(to, "{STRONG}Translation{STRONG:#}: {}", preview.fidelity())?;
        for row in preview.rows() {
            row.line(to)?;
        }
        for request in preview.requests() {
            let text = |name: &str| request[name].as_str().unwrap_or_default();
            let (operation, method, path) = (text("operation"), text("method"), text("path"));
            writeln!(to, "{STRONG}Request{STRONG:#}: {operation} {FAINT}{method} {path}{FAINT:#}")?;
            writeln!(to, "{:#}", request["body"])?;
        }
        Ok(())
    }
}
