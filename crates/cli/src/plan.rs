//! `switchboard plan`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use futures::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;

use super::{
    client::{Ask, ClientError, Connection, Parallel},
    files::FileError,
    fleet::{Action, AgentDiff, Counts, DiffRow, Fleet, Scope},
    patch::patch_between,
    preview::Preview,
    render::{
        EXIT_CHANGES, OutputFormat, Render,
        style::{BAD, CHANGED, FAINT},
    },
};

/// Shows the changes that `apply` would make for the agents in files, with their vendors and losses. Changes nothing.
///
/// Exits with 0 if there is nothing to change, with 2 if there are changes, and with 1 if the gateway would refuse an agent or
/// the plan failed.
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    scope: Scope,
    /// Plans for `apply --strict`, which refuses an agent if the vendor would lose or change any of the agent's values.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    parallel: Parallel,
    #[command(flatten)]
    form: OutputFormat,
}

impl Plan {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.plan().await)
    }

    async fn plan(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::new(self.connection.open()?);
        let survey = self.scope.survey(&fleet, self.parallel.count(), self.form).await?;
        let summary = survey.counts();
        let differing: Vec<_> = survey.diffs.iter().filter(|diff| diff.action() != Action::None).collect();
        let progress = self.form.progress("planning", differing.len());
        let planned = stream::iter(differing).map(|diff| async {
            let answer = fleet.client.send(&ask(diff)?.strictly(self.strict)).await;
            progress.step();
            Ok(Planned { row: DiffRow::new(diff), outcome: PlanOutcome::from_answer(answer)? })
        });
        let planned: Vec<anyhow::Result<_>> = planned.buffered(self.parallel.count()).collect().await;
        drop(progress);
        let mut agents: Vec<_> = planned.into_iter().collect::<anyhow::Result<_>>()?;
        let surplus = survey.surplus.iter();
        agents.extend(
            surplus.map(|held| Planned { row: DiffRow::surplus(held), outcome: PlanOutcome::NotPlanned {} }),
        );
        let refused = agents.iter().any(|planned| matches!(planned.outcome, PlanOutcome::Refused { .. }));
        self.form.print_result(&Plans { agents, summary, warnings: survey.warnings })?;
        Ok(match (refused, summary.is_empty()) {
            (true, _) => ExitCode::FAILURE,
            (false, true) => ExitCode::SUCCESS,
            (false, false) => EXIT_CHANGES.into(),
        })
    }
}

/// Builds the request for a dry run of the change that an agent needs.
fn ask(diff: &AgentDiff) -> Result<Ask, ClientError> {
    let after = diff.file_agent.body.document_with_secrets()?;
    Ok(match &diff.held {
        None => Ask::plan(["agents", "plan"], after),
        Some(held) => Ask::plan(["agents", &held.id, "plan"], patch_between(&held.body.document()?, &after)),
    })
}

#[derive(Serialize)]
struct Plans {
    agents: Vec<Planned>,
    summary: Counts,
    warnings: Vec<FileError>,
}

#[derive(Serialize)]
struct Planned {
    #[serde(flatten)]
    row: DiffRow,
    #[serde(flatten)]
    outcome: PlanOutcome,
}

/// The gateway's answer to a dry run.
#[derive(Serialize)]
#[serde(untagged)]
enum PlanOutcome {
    /// The write would be accepted with this plan.
    Ready { plan: Value },
    /// The write would be refused.
    Refused { problem: ClientError },
    /// The agent would be deleted. A deletion has no dry run.
    NotPlanned {},
}

impl PlanOutcome {
    /// Converts the gateway's answer.
    ///
    /// # Errors
    /// Any error other than a refusal, because such an error would affect the other agents too.
    fn from_answer(answer: Result<super::client::Answer, ClientError>) -> Result<Self, ClientError> {
        match answer {
            Ok(answer) => Ok(Self::Ready { plan: answer.body }),
            Err(problem @ ClientError::Refused { .. }) => Ok(Self::Refused { problem }),
            Err(error) => Err(error),
        }
    }
}

impl Render for Plans {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for Planned { row, outcome } in &self.agents {
            row.lines(to)?;
            match outcome {
                PlanOutcome::Ready { plan } => {
                    let preview = Preview::new(plan);
                    writeln!(to, "  {FAINT}{}: {}{FAINT:#}", preview.decision(), preview.fidelity())?;
                    preview.losses().try_for_each(|loss| loss.line(to))?;
                }
                PlanOutcome::Refused { problem } => {
                    let message = problem.to_string().replace('\n', "\n  ");
                    writeln!(to, "  {BAD}refused{BAD:#}: {message}")?;
                }
                PlanOutcome::NotPlanned {} => {}
            }
        }
        for warning in &self.warnings {
            writeln!(to, "{CHANGED}!{CHANGED:#} {warning}")?;
        }
        self.summary.line(to)
    }
}
