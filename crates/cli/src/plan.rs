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
    client::{Ask, Connection, Trouble},
    files::Mistake,
    fleet::{Action, Counts, Fleet, Row, Scope, Step},
    patch::patch_between,
    preview::Preview,
    told::{
        Form, SOMETHING, Told,
        style::{BAD, CHANGED, FAINT},
    },
};

/// Tells what `apply` would do with files of agents, at which vendors, and what would be lost there. Changes nothing.
///
/// Ends with 0 where there is nothing to do, with 2 where there is something, with 1 where an agent would be refused or
/// nothing can be told.
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    scope: Scope,
    /// Plans as `apply --strict` does: an agent of which anything would be lost is refused.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: Form,
}

impl Plan {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.conclude(self.plan().await)
    }

    async fn plan(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::of(self.connection.open()?);
        let survey = self.scope.survey(&fleet, self.connection.parallel(), self.form).await?;
        let summary = survey.counts();
        let differing: Vec<_> = survey.steps.iter().filter(|step| step.action() != Action::None).collect();
        let progress = self.form.progress("planning", differing.len());
        let planned = stream::iter(differing).map(|step| async {
            let answer = fleet.client.send(&ask(step).strictly(self.strict)).await;
            progress.step();
            Ok(Planned { row: Row::of(step), outcome: Outcome::of(answer)? })
        });
        let planned: Vec<anyhow::Result<_>> = planned.buffered(self.connection.parallel()).collect().await;
        drop(progress);
        let mut agents: Vec<_> = planned.into_iter().collect::<anyhow::Result<_>>()?;
        let surplus = survey.surplus.iter();
        agents.extend(surplus.map(|held| Planned { row: Row::surplus(held), outcome: Outcome::Unasked {} }));
        let refused = agents.iter().any(|planned| matches!(planned.outcome, Outcome::Refused { .. }));
        self.form.tell(&Plans { agents, summary, warnings: survey.warnings })?;
        Ok(match (refused, summary.are_nothing()) {
            (true, _) => ExitCode::FAILURE,
            (false, true) => ExitCode::SUCCESS,
            (false, false) => SOMETHING.into(),
        })
    }
}

/// The dry run of what is to be done with an agent.
fn ask(step: &Step) -> Ask {
    let after = step.filed.body.document();
    match &step.held {
        None => Ask::plan(["agents", "plan"], after),
        Some(held) => Ask::plan(["agents", &held.id, "plan"], patch_between(&held.body.document(), &after)),
    }
}

#[derive(Serialize)]
struct Plans {
    agents: Vec<Planned>,
    summary: Counts,
    warnings: Vec<Mistake>,
}

#[derive(Serialize)]
struct Planned {
    #[serde(flatten)]
    row: Row,
    #[serde(flatten)]
    outcome: Outcome,
}

/// What the gateway says to it.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    /// It would do it like this.
    Ready { plan: Value },
    /// It would refuse.
    Refused { problem: Trouble },
    /// There is no dry run of a deletion.
    Unasked {},
}

impl Outcome {
    /// # Errors
    /// Where nothing can be said of any agent: nobody answers.
    fn of(answer: Result<super::client::Answer, Trouble>) -> Result<Self, Trouble> {
        match answer {
            Ok(answer) => Ok(Self::Ready { plan: answer.body }),
            Err(problem @ Trouble::Refused { .. }) => Ok(Self::Refused { problem }),
            Err(trouble) => Err(trouble),
        }
    }
}

impl Told for Plans {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for Planned { row, outcome } in &self.agents {
            row.lines(to)?;
            match outcome {
                Outcome::Ready { plan } => {
                    let preview = Preview::of(plan);
                    writeln!(to, "  {FAINT}{}: {}{FAINT:#}", preview.decision(), preview.fidelity())?;
                    preview.losses().try_for_each(|loss| loss.line(to))?;
                }
                Outcome::Refused { problem } => {
                    let told = problem.to_string().replace('\n', "\n  ");
                    writeln!(to, "  {BAD}refused{BAD:#}: {told}")?;
                }
                Outcome::Unasked {} => {}
            }
        }
        for warning in &self.warnings {
            writeln!(to, "{CHANGED}!{CHANGED:#} {warning}")?;
        }
        self.summary.line(to)
    }
}
