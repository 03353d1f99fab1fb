//! `switchboard diff`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;

use super::{
    client::{Connection, Parallel},
    files::FileError,
    fleet::{Action, Counts, DiffRow, Fleet, Scope, Survey},
    render::{EXIT_CHANGES, OutputFormat, Render, style::CHANGED},
};

/// Shows the differences between the agents in files and the agents of a gateway, without a dry run.
///
/// Exits with 0 if there are no differences, with 2 if there are some, and with 1 if the comparison failed.
#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    parallel: Parallel,
    #[command(flatten)]
    form: OutputFormat,
}

impl Diff {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.diff().await)
    }

    async fn diff(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::new(self.connection.open()?);
        let survey = self.scope.survey(&fleet, self.parallel.count(), self.form).await?;
        let differences = Differences::from_survey(survey);
        self.form.print_result(&differences)?;
        Ok(if differences.summary.is_empty() { ExitCode::SUCCESS } else { EXIT_CHANGES.into() })
    }
}

#[derive(Serialize)]
struct Differences {
    agents: Vec<DiffRow>,
    summary: Counts,
    warnings: Vec<FileError>,
}

impl Differences {
    fn from_survey(survey: Survey) -> Self {
        let summary = survey.counts();
        let differing = survey.diffs.iter().filter(|diff| diff.action() != Action::None).map(DiffRow::new);
        let agents = differing.chain(survey.surplus.iter().map(DiffRow::surplus)).collect();
        Self { agents, summary, warnings: survey.warnings }
    }
}

impl Render for Differences {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.agents.iter().try_for_each(|row| row.lines(to))?;
        for warning in &self.warnings {
            writeln!(to, "{CHANGED}!{CHANGED:#} {warning}")?;
        }
        self.summary.line(to)
    }
}
