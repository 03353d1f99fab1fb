//! `switchboard move`.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write, stderr, stdin},
    process::ExitCode,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{follow::follow, parity::pointer, plan, summary::MigrationSummary};
use crate::{
    client::{Ask, Client, ClientError, Connection},
    fleet::{Label, label},
    render::{
        EXIT_CHANGES, OutputFormat, Render,
        style::{BAD, STRONG},
    },
};

/// Moves agents to another vendor: plans it, shows what it costs, asks, starts it and follows it to its end.
///
/// Whoever stops following (Ctrl-C) does not stop the migration. Ends with 0 where all agents have moved or none has to,
/// with 2 where nothing was begun or it goes on, with 1 where an agent could not move or the command failed.
#[derive(Debug, Args)]
pub struct Move {
    /// The vendor, by its configured name; without it, each agent goes to where its route leads.
    #[arg(long, value_name = "VENDOR")]
    to: Option<String>,
    /// A loss that is accepted, as a JSON pointer, with all that is below it; may be given several times.
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    accept: Vec<String>,
    /// What becomes of the record that an agent leaves at its old vendor.
    #[arg(long, value_enum, default_value_t = Retire::Keep)]
    retire: Retire,
    /// Leaves agents that cannot move where they are, instead of beginning nothing.
    #[arg(long)]
    leave_blocked: bool,
    /// Only agents at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Only agents with this label; may be given several times.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Does not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// What becomes of the record that an agent leaves.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Retire {
    /// It stays there, for the way back.
    Keep,
    /// It is removed.
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
        let outlook = MigrationSummary::from_plan(&plan, &self.accept);
        let obstacle = self.obstacle(&outlook);
        let removes = matches!(self.retire, Retire::Delete) && outlook.keeping() > 0;
        let done = outlook.total() == 0 && !removes;
        let begins = obstacle.is_none() && !done && self.confirms(&outlook)?;
        if !begins {
            self.form.print_result(&Moved { outlook, obstacle, migration: None, failed: Vec::new() })?;
            return Ok(if done { ExitCode::SUCCESS } else { EXIT_CHANGES.into() });
        }
        let begun = self.start(&client, outlook.plan_id()).await?;
        let migration = follow(&client, begun, self.form).await?;
        let failed = failures(&client, &migration).await?;
        let code = match migration["state"].as_str() {
            Some("done") => ExitCode::SUCCESS,
            Some("failed" | "rolled_back") => ExitCode::FAILURE,
            _ => EXIT_CHANGES.into(),
        };
        self.form.print_result(&Moved { outlook, obstacle, migration: Some(migration), failed })?;
        Ok(code)
    }

    /// Why the gateway would not begin.
    fn obstacle(&self, outlook: &MigrationSummary) -> Option<&'static str> {
        if outlook.has_new_losses() {
            return Some("a loss is not accepted: --accept POINTER accepts it");
        }
        let blocked = outlook.is_blocked() && !self.leave_blocked;
        blocked.then_some("an agent cannot move: --leave-blocked leaves it where it is")
    }

    /// Whether the user wants it.
    ///
    /// # Errors
    /// Where there is nobody to ask.
    fn confirms(&self, outlook: &MigrationSummary) -> anyhow::Result<bool> {
        if self.yes {
            return Ok(true);
        }
        if !stdin().is_terminal() || !stderr().is_terminal() {
            bail!("nobody is there to be asked: give --yes to begin");
        }
        let mut to = anstream::AutoStream::auto(stderr().lock());
        outlook.lines(&mut to)?;
        write!(to, "{STRONG}Begin?{STRONG:#} [y/N] ")?;
        to.flush()?;
        let mut answer = String::new();
        stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    async fn start(&self, client: &Client, plan_id: &str) -> Result<Value, ClientError> {
        let on_blocked = if self.leave_blocked { "leave" } else { "refuse" };
        let start = json!({
            "plan_id": plan_id, "accept_loss": self.accept, "retire": self.retire, "on_blocked": on_blocked,
        });
        // The same plan may be carried out again, after the way back.
        let key = format!("move-{}", Uuid::now_v7());
        Ok(client.send(&Ask::post(["migrations"], start).once(&key)).await?.body)
    }
}

/// The agents of a migration that could not move, and why.
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
    outlook: MigrationSummary,
    /// Why nothing was begun, where that is not the user's choice.
    obstacle: Option<&'static str>,
    /// The migration as it was last seen; null where nothing was begun.
    migration: Option<Value>,
    /// The agents that could not move.
    failed: Vec<Value>,
}

impl Render for Moved {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.outlook.lines(to)?;
        for agent in &self.failed {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (id, error) = (text(&agent["id"]), &agent["last_error"]);
            let (code, detail) = (text(&error["code"]), text(&error["detail"]));
            writeln!(to, "{BAD}failed{BAD:#} {STRONG}{id}{STRONG:#}: {detail} ({code})")?;
        }
        if let Some(obstacle) = self.obstacle {
            return writeln!(to, "{BAD}nothing was begun{BAD:#}: {obstacle}");
        }
        let Some(migration) = &self.migration else { return writeln!(to, "nothing was begun") };
        let count = |name: &str| migration[name].as_u64().unwrap_or_default();
        let text = |name: &str| migration[name].as_str().unwrap_or_default();
        let on_way = count("waiting") + count("underway");
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} is {}: {} moved, {} failed, {} rolled back, {on_way} to go",
            text("id"),
            text("state"),
            count("moved") + count("retiring"),
            count("failed"),
            count("rolled_back")
        )
    }
}
