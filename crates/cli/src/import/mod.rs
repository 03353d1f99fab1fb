//! `switchboard import`.

mod outcome;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use self::outcome::{Counts, FoundAgent, ImportOutcome};
use super::{
    client::{Ask, Client, ClientError, Connection, Parallel},
    fleet::{Label, label, unique},
    render::{OutputFormat, Render, style::CHANGED},
};

/// Imports the agents of a vendor into the gateway. Changes nothing at the vendor.
///
/// Skips agents that the gateway already has, so the command can be repeated. Exits with 0 if the gateway has all of
/// the vendor's agents, and with 1 if an agent could not be imported or the command failed.
#[derive(Debug, Args)]
pub struct Import {
    /// The configured vendor whose agents are imported.
    #[arg(long, value_name = "VENDOR")]
    vendor: String,
    /// Shows the agents that would be imported, and changes nothing. Exits with 0 if each agent can be imported or is
    /// in the gateway already, and with 1 otherwise.
    #[arg(long)]
    dry_run: bool,
    /// A label to set on every imported agent; may be given several times.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Does not pin the agents to the vendor, so that routing rules and migrations may move them.
    #[arg(long)]
    unpinned: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    parallel: Parallel,
    #[command(flatten)]
    form: OutputFormat,
}

/// The value of `read_back` for a vendor that returns only the names of its agents.
const NAME_ONLY: &str = "name_only";

impl Import {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.import().await)
    }

    async fn import(self) -> anyhow::Result<ExitCode> {
        let labels = unique("--label", &self.labels)?;
        let client = self.connection.open()?;
        let vendor = client.send(&Ask::get(["vendors", &self.vendor])).await?.body;
        let records = records(&client, &self.vendor).await?;
        let progress = self.form.progress(if self.dry_run { "planning" } else { "importing" }, records.len());
        let found = stream::iter(records).map(|record| {
            let (client, progress, ask) = (&client, &progress, self.ask(&record.remote_id, &labels));
            async move {
                let outcome = match &record.agent_id {
                    Some(id) => ImportOutcome::Here { agent_id: Some(id.clone()) },
                    None => ImportOutcome::from_answer(client.send(&ask).await),
                };
                progress.step();
                FoundAgent { remote_id: record.remote_id, name: record.name, outcome }
            }
        });
        let agents: Vec<_> = found.buffered(self.parallel.count()).collect().await;
        drop(progress);
        let summary = Counts::count(&agents);
        let note = (vendor["read_back"] == NAME_ONLY && !summary.are_all_here()).then(|| self.needed());
        let code = if summary.are_all_here() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        self.form.print_result(&Account { vendor: self.vendor, agents, summary, note })?;
        Ok(code)
    }

    /// Builds the import request for one of the vendor's records.
    fn ask(&self, remote_id: &str, labels: &Map<String, Value>) -> Ask {
        let mut body = json!({ "vendor": self.vendor, "remote_id": remote_id, "pin": !self.unpinned });
        if !labels.is_empty() {
            body["labels"] = json!(labels);
        }
        match self.dry_run {
            true => Ask::plan(["agents", "import", "plan"], body),
            // Each run uses new keys. With the key of an earlier run, an agent that was deleted after that run could
            // not be imported again.
            false => Ask::post(["agents", "import"], body).once(&format!("import-{}", Uuid::now_v7())),
        }
    }

    /// Explains how to import agents that the gateway cannot read from the vendor.
    fn needed(&self) -> String {
        format!(
            "{} returns only the names of its agents. Import each agent with POST /v1/agents/import, with the agent's values at \
             the vendor in the body. The import changes nothing at the vendor.",
            self.vendor
        )
    }
}

/// An agent at a vendor.
#[derive(Deserialize)]
struct Record {
    remote_id: String,
    name: Option<String>,
    agent_id: Option<String>,
}

async fn records(client: &Client, vendor: &str) -> Result<Vec<Record>, ClientError> {
    let mut list = client.send(&Ask::get(["vendors", vendor, "agents"])).await?.body;
    serde_json::from_value(list["data"].take())
        .map_err(|_| ClientError::unreadable("a list of a vendor's agents"))
}

/// The results of an import, for all agents of the vendor.
#[derive(Serialize)]
struct Account {
    vendor: String,
    agents: Vec<FoundAgent>,
    summary: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Render for Account {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.agents.iter().try_for_each(|found| found.lines(to))?;
        if let Some(note) = &self.note {
            writeln!(to, "{CHANGED}!{CHANGED:#} {note}")?;
        }
        self.summary.line(to)
    }
}
