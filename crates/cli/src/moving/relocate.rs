//! `switchboard move`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{follow::follow, parity::pointer, plan, summary::MigrationSummary};
use crate::{
    client::{Ask, Client, ClientError, Connection},
    fleet::{Label, label},
    render::{
        EXIT_CHANGES, OutputFormat, Render, confirm,
        style::{BAD, STRONG},
    },
};

/// Moves agents to another vendor: plans a migration, shows the impact, asks for confirmation, starts the migration and
/// shows the progress.
///
/// Ctrl-C ends the command, but not a started migration. Exits with 0 if no agent needs to move or the migration is
/// done; agents that `--leave-blocked` leaves behind do not count. Exits with 2 if the migration was not started, or
/// has not ended when the command stops. Exits with 1 if a started move failed, the migration was cancelled, or the
/// command failed.
#[derive(Debug, Args)]
pub struct Move {
    /// The destination, by its configured name; by default, each agent moves to the vendor that its route leads to.
    #[arg(long, value_name = "VENDOR")]
    to: Option<String>,
    /// A JSON pointer to a field whose loss is accepted. Covers every field below it. May be given several times.
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    accept: Vec<String>,
    /// The handling of an agent's copy at its old vendor.
    #[arg(long, value_enum, default_value_t = Retire::Keep)]
    retire: Retire,
    /// Starts the migration even if some agents cannot move; such agents stay at their vendor.
    #[arg(long)]
    leave_blocked: bool,
    /// Moves only agents that run at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Moves only agents with this label. If given several times, an agent must have all of the labels.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Starts without asking for confirmation.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The handling of an agent's copy at its old vendor.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Retire {
    /// Keeps the copy, so that the agent can move back.
    Keep,
    /// Deletes the copy.
    Delete,
}

impl Move {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.relocate().await)
    }

    async fn relocate(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let plan = plan(&client, self.to.as_deref(), self.vendor.as_deref(), &self.labels).await?;
        let summary = MigrationSummary::from_plan(&plan, &self.accept);
        let obstacle = self.obstacle(&summary);
        let removes = matches!(self.retire, Retire::Delete) && summary.keeping() > 0;
        let done = summary.total() == 0 && !removes;
        let starts = obstacle.is_none() && !done && self.confirms(&summary)?;
        if !starts {
            self.form.print_result(&Moved { summary, obstacle, migration: None, failed: Vec::new() })?;
            return Ok(if done { ExitCode::SUCCESS } else { EXIT_CHANGES.into() });
        }
        let started = self.start(&client, summary.plan_id()).await?;
        let migration = follow(&client, started, self.form).await?;
        let failed = failures(&client, &migration).await?;
        let code = match migration["state"].as_str() {
            Some("done") => ExitCode::SUCCESS,
            Some("failed" | "rolled_back") => ExitCode::FAILURE,
            _ => EXIT_CHANGES.into(),
        };
        self.form.print_result(&Moved { summary, obstacle, migration: Some(migration), failed })?;
        Ok(code)
    }

    /// Returns the reason why the gateway would refuse to start the migration, if there is one.
    fn obstacle(&self, summary: &MigrationSummary) -> Option<&'static str> {
        if summary.has_new_losses() {
            return Some("a loss is not accepted: --accept POINTER accepts it");
        }
        let blocked = summary.is_blocked() && !self.leave_blocked;
        blocked.then_some("an agent cannot move: --leave-blocked leaves it where it is")
    }

    /// Shows the summary and asks the user for confirmation. With `--yes`, returns true without asking.
    ///
    /// # Errors
    /// The errors of [`confirm`].
    fn confirms(&self, summary: &MigrationSummary) -> anyhow::Result<bool> {
        if self.yes {
            return Ok(true);
        }
        let mut lines = Vec::new();
        summary.lines(&mut lines)?;
        Ok(confirm(&format!("{}{STRONG}Start?{STRONG:#}", String::from_utf8_lossy(&lines)))?)
    }

    async fn start(&self, client: &Client, plan_id: &str) -> Result<Value, ClientError> {
        let on_blocked = if self.leave_blocked { "leave" } else { "refuse" };
        let start = json!({
            "plan_id": plan_id, "accept_loss": self.accept, "retire": self.retire, "on_blocked": on_blocked,
        });
        // Each run has its own key, because the same plan can be executed again after the agents have moved back.
        let key = format!("move-{}", Uuid::now_v7());
        Ok(client.send(&Ask::post(["migrations"], start).once(&key)).await?.body)
    }
}

/// Lists the agents that could not move in a migration, with their errors.
async fn failures(client: &Client, migration: &Value) -> Result<Vec<Value>, ClientError> {
    match migration["id"].as_str() {
        Some(id) if migration["failed"] != 0 => {
            client.list(Ask::get(["migrations", id, "agents"]).query("state", "failed")).await
        }
        _ => Ok(Vec::new()),
    }
}

#[derive(Serialize)]
struct Moved {
    #[serde(rename = "plan")]
    summary: MigrationSummary,
    /// The reason why no migration could be started. Null if a migration was started or is not needed, or if the user
    /// declined.
    obstacle: Option<&'static str>,
    /// The last known state of the migration, or null if no migration was started.
    migration: Option<Value>,
    /// The agents that could not move.
    failed: Vec<Value>,
}

impl Render for Moved {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.summary.lines(to)?;
        for agent in &self.failed {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (id, error) = (text(&agent["id"]), &agent["last_error"]);
            let (code, detail) = (text(&error["code"]), text(&error["detail"]));
            writeln!(to, "{BAD}failed{BAD:#} {STRONG}{id}{STRONG:#}: {detail} ({code})")?;
        }
        if let Some(obstacle) = self.obstacle {
            return writeln!(to, "{BAD}nothing was started{BAD:#}: {obstacle}");
        }
        let Some(migration) = &self.migration else { return writeln!(to, "nothing was started") };
        let count = |name: &str| migration[name].as_u64().unwrap_or_default();
        let text = |name: &str| migration[name].as_str().unwrap_or_default();
        let remaining = count("waiting") + count("underway");
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} is {}: {} moved, {} failed, {} rolled back, {remaining} to go",
            text("id"),
            text("state"),
            count("moved") + count("retiring"),
            count("failed"),
            count("rolled_back")
        )
    }
}
