//! `switchboard apply`.

mod outcome;
mod write;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use futures::{StreamExt as _, stream};
use serde::Serialize;

use self::outcome::{Applied, ApplyOutcome, Counts};
use super::{
    client::{Connection, Parallel},
    files::FileError,
    fleet::{DiffRow, Fleet, Scope, Survey},
    render::{
        OutputFormat, Render,
        style::{BAD, CHANGED},
    },
};

/// Creates and changes agents so that the gateway has all agents in the files. With --prune, also deletes agents.
///
/// After a failure, continues to create and change the other agents, but deletes none. The command can be repeated
/// safely, even after an interruption. Exits with 0 if the gateway has completed or accepted every write, and with 1
/// otherwise.
#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    scope: Scope,
    /// Refuses an agent if the vendor would lose or change any of the agent's values.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    parallel: Parallel,
    #[command(flatten)]
    form: OutputFormat,
}

impl Apply {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.apply().await)
    }

    async fn apply(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::new(self.connection.open()?);
        let parallel = self.parallel.count();
        let Survey { diffs, surplus, warnings } = self.scope.survey(&fleet, parallel, self.form).await?;
        let progress = self.form.progress("applying", diffs.len() + surplus.len());
        let applied = stream::iter(&diffs).map(|diff| async {
            let outcome = write::apply(&fleet.client, diff, self.strict).await;
            progress.step();
            Applied { row: DiffRow::new(diff), outcome }
        });
        let mut agents: Vec<_> = applied.buffered(parallel).collect().await;
        // After a failure, delete nothing: the agent that could not be created may be the replacement for one to prune.
        let prunes = !agents.iter().any(|agent| agent.outcome.is_failure());
        if prunes {
            let deleted = stream::iter(&surplus).map(|held| async {
                let outcome = write::delete(&fleet.client, held).await;
                progress.step();
                Applied { row: DiffRow::surplus(held), outcome }
            });
            agents.extend(deleted.buffered(parallel).collect::<Vec<_>>().await);
        } else {
            agents.extend(
                surplus
                    .iter()
                    .map(|held| Applied { row: DiffRow::surplus(held), outcome: ApplyOutcome::Spared }),
            );
        }
        drop(progress);
        let summary = Counts::count(&agents);
        let failed = agents.iter().any(|agent| agent.outcome.is_failure());
        self.form.print_result(&Application { agents, summary, warnings })?;
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

#[derive(Serialize)]
struct Application {
    agents: Vec<Applied>,
    summary: Counts,
    warnings: Vec<FileError>,
}

impl Render for Application {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.agents.iter().try_for_each(|agent| agent.line(to))?;
        for warning in &self.warnings {
            writeln!(to, "{CHANGED}!{CHANGED:#} {warning}")?;
        }
        if self.agents.iter().any(|agent| matches!(agent.outcome, ApplyOutcome::Spared)) {
            writeln!(
                to,
                "{BAD}!{BAD:#} nothing was deleted because some agents could not be created or changed"
            )?;
        }
        self.summary.line(to)
    }
}
