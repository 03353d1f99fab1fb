//! `switchboard diff`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;

use super::{
    client::Connection,
    files::Mistake,
    fleet::{Action, Counts, Fleet, Row, Scope, Survey},
    told::{Form, SOMETHING, Told, style::CHANGED},
};

/// Tells the differences between files of agents and the agents of a gateway; no vendor is planned for.
///
/// Ends with 0 where there are none, with 2 where there are some, with 1 where that cannot be told.
#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: Form,
}

impl Diff {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.conclude(self.diff().await)
    }

    async fn diff(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::of(self.connection.open()?);
        let survey = self.scope.survey(&fleet, self.connection.parallel(), self.form).await?;
        let differences = Differences::of(survey);
        self.form.tell(&differences)?;
        Ok(if differences.summary.are_nothing() { ExitCode::SUCCESS } else { SOMETHING.into() })
    }
}

#[derive(Serialize)]
struct Differences {
    agents: Vec<Row>,
    summary: Counts,
    warnings: Vec<Mistake>,
}

impl Differences {
    fn of(survey: Survey) -> Self {
        let summary = survey.counts();
        let differing = survey.steps.iter().filter(|step| step.action() != Action::None).map(Row::of);
        let agents = differing.chain(survey.surplus.iter().map(Row::surplus)).collect();
        Self { agents, summary, warnings: survey.warnings }
    }
}

impl Told for Differences {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.agents.iter().try_for_each(|row| row.lines(to))?;
        for warning in &self.warnings {
            writeln!(to, "{CHANGED}!{CHANGED:#} {warning}")?;
        }
        self.summary.line(to)
    }
}
