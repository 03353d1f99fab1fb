//! `switchboard import`.

mod outcome;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use futures::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use self::outcome::{Counts, FoundAgent, ImportOutcome};
use super::{
    client::{Ask, Client, ClientError, Connection},
    fleet::{Label, label},
    render::{OutputFormat, Render, style::CHANGED},
};

/// Takes over the agents that a vendor has and nobody has here, as they are. Nothing is changed at the vendor.
///
/// What is here already is left alone, so that it can be repeated. Ends with 0 where all of the vendor's agents are here, with 1
/// where one could not be imported.
#[derive(Debug, Args)]
pub struct Import {
    /// The configured vendor whose agents are imported.
    #[arg(long, value_name = "VENDOR")]
    vendor: String,
    /// Tells what would be imported and changes nothing. Ends with 1 where something could not be.
    #[arg(long)]
    dry_run: bool,
    /// A label for every agent that is imported; may be given several times.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Lets the routing decide where the agents are to be, instead of pinning each to the vendor where it is.
    #[arg(long)]
    unpinned: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// What a vendor can say of an agent that it has.
const NAME_ONLY: &str = "name_only";

impl Import {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.import().await)
    }

    async fn import(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let vendor = client.send(&Ask::get(["vendors", &self.vendor])).await?.body;
        let records = records(&client, &self.vendor).await?;
        let progress = self.form.progress(if self.dry_run { "planning" } else { "importing" }, records.len());
        let found = stream::iter(records).map(|record| {
            let (client, progress, ask) = (&client, &progress, self.ask(&record.remote_id));
            async move {
                let outcome = match &record.agent_id {
                    Some(id) => ImportOutcome::Here { agent_id: Some(id.clone()) },
                    None => ImportOutcome::from_answer(client.send(&ask).await),
                };
                progress.step();
                FoundAgent { remote_id: record.remote_id, name: record.name, outcome }
            }
        });
        let agents: Vec<_> = found.buffered(self.connection.parallel()).collect().await;
        drop(progress);
        let summary = Counts::count(&agents);
        let note = (vendor["read_back"] == NAME_ONLY && !summary.are_all_here()).then(|| self.needed());
        let code = if summary.are_all_here() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        self.form.print_result(&Account { vendor: self.vendor, agents, summary, note })?;
        Ok(code)
    }

    /// Asks for one of the vendor's records.
    fn ask(&self, remote_id: &str) -> Ask {
        let mut body = json!({ "vendor": self.vendor, "remote_id": remote_id, "pin": !self.unpinned });
        if !self.labels.is_empty() {
            let labels = self.labels.iter().map(|(name, value)| (name.clone(), json!(value)));
            body["labels"] = Value::Object(labels.collect());
        }
        match self.dry_run {
            true => Ask::plan(["agents", "import", "plan"], body),
            // A key of this run only: what an earlier one imported may have been deleted since.
            false => Ask::post(["agents", "import"], body).once(&format!("import-{}", Uuid::now_v7())),
        }
    }

    /// What an import of agents needs that cannot be read.
    fn needed(&self) -> String {
        format!(
            "{} says no more of an agent than its name. Give the fields that are missing with POST /v1/agents/import, for each \
             agent what it has at the vendor: nothing is changed there.",
            self.vendor
        )
    }
}

/// An agent that a vendor has.
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

/// What became of a vendor's account.
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
