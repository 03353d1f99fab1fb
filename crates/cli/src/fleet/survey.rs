//! The comparison of files with a gateway.

use std::{
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
};
use switchboard_engine::difference;

use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;

use super::{Fleet, GatewayAgent, Label, foreign, known_as, label};
use crate::{
    client::ClientError,
    files::{FileAgent, FileError, Files},
    render::{
        OutputFormat,
        style::{BAD, CHANGED, FAINT, GOOD, STRONG, change},
    },
};

/// The options that select the files, and the gateway's agents to delete.
#[derive(Debug, Args)]
pub struct Scope {
    /// A YAML or JSON file with one or several agents, or a directory of such files; may be given several times.
    #[arg(short, long = "file", value_name = "PATH", required = true)]
    files: Vec<PathBuf>,
    /// Marks for deletion every agent of the gateway that is in no file and has all labels given with --label.
    #[arg(long, requires = "labels")]
    prune: bool,
    /// A label of the agents that --prune may delete. If given several times, an agent must have all of the labels.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label, requires = "prune")]
    labels: Vec<Label>,
}

/// The comparison of files with a gateway.
pub struct Survey {
    /// The agents of the files, in the order of the files.
    pub diffs: Vec<AgentDiff>,
    /// The gateway's agents that are to be deleted.
    pub surplus: Vec<GatewayAgent>,
    /// The warnings about the files.
    pub warnings: Vec<FileError>,
}

/// An agent in a file, compared with the same agent at the gateway.
pub struct AgentDiff {
    /// The agent in the file.
    pub file_agent: FileAgent,
    /// The agent at the gateway, if the gateway has it.
    pub held: Option<GatewayAgent>,
    /// The fields in which the two agents differ.
    pub differences: Vec<Difference>,
}

/// A field whose value in the file differs from the value at the gateway.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The value at the gateway, or null if the field has no value there.
    pub before: Value,
    /// The value in the file, or null if the field has no value there.
    pub after: Value,
}

/// The change that an agent needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Create: the gateway does not have the agent.
    Create,
    /// Change: the gateway's agent differs from the agent in the file.
    Change,
    /// Delete: no file has the agent.
    Delete,
    /// None: the gateway's agent equals the agent in the file.
    None,
}

impl Scope {
    /// Reads the files and compares them with the gateway's agents.
    ///
    /// # Errors
    /// All errors in the files, or the error of reading the gateway's agents.
    pub async fn survey(&self, fleet: &Fleet, parallel: usize, form: OutputFormat) -> anyhow::Result<Survey> {
        let Files { agents, mut warnings } = Files::read(&self.files)?;
        warnings.extend(foreign::warnings(fleet, &agents, parallel).await?);
        let mut surplus = Vec::new();
        if self.prune {
            let file_agent: HashSet<_> =
                agents.iter().map(|file_agent| file_agent.external_ref.as_str()).collect();
            surplus = fleet.all(None, &self.labels).await?;
            surplus.retain(|held| held.external_ref().is_none_or(|key| !file_agent.contains(key)));
        }
        let progress = form.progress("reading agents", agents.len());
        let diffs = stream::iter(agents).map(|file_agent| async {
            let held = fleet.find(&file_agent.external_ref).await;
            progress.step();
            AgentDiff::new(file_agent, held?)
        });
        let diffs = diffs.buffered(parallel).try_collect().await?;
        Ok(Survey { diffs, surplus, warnings })
    }
}

impl Survey {
    /// Counts the agents to create, to change and to delete, and the unchanged agents.
    pub fn counts(&self) -> Counts {
        let of = |action| self.diffs.iter().filter(|diff| diff.action() == action).count();
        Counts {
            create: of(Action::Create),
            change: of(Action::Change),
            delete: self.surplus.len(),
            unchanged: of(Action::None),
        }
    }
}

impl AgentDiff {
    fn new(file_agent: FileAgent, held: Option<GatewayAgent>) -> Result<Self, ClientError> {
        let fields = difference(held.as_ref().map(|held| &held.body), &file_agent.body)?.into_iter();
        let differences = fields.map(|(field, before, after)| Difference { field, before, after }).collect();
        Ok(Self { file_agent, held, differences })
    }

    /// Returns the change that the agent needs.
    pub fn action(&self) -> Action {
        match &self.held {
            None => Action::Create,
            Some(_) if self.differences.is_empty() => Action::None,
            Some(_) => Action::Change,
        }
    }
}

/// The result of the comparison for one agent.
#[derive(Debug, Serialize)]
pub struct DiffRow {
    /// The change that the agent needs.
    pub action: Action,
    /// The external reference, if the agent has one.
    pub external_ref: Option<String>,
    /// The gateway's id, if the gateway has the agent.
    pub id: Option<String>,
    /// The file that contains the agent, if any.
    pub file: Option<String>,
    /// The sync state, if it is not `in_sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<String>,
    /// The fields that differ.
    pub differences: Vec<Difference>,
}

impl DiffRow {
    /// Creates the row for an agent in a file.
    pub fn new(diff: &AgentDiff) -> Self {
        Self {
            action: diff.action(),
            external_ref: Some(diff.file_agent.external_ref.clone()),
            id: diff.held.as_ref().map(|held| held.id.clone()),
            file: Some(diff.file_agent.place.file.clone()),
            sync: diff.held.as_ref().and_then(|held| held.sync.clone()),
            differences: diff.differences.clone(),
        }
    }

    /// Creates the row for an agent of the gateway that is in no file.
    pub fn surplus(held: &GatewayAgent) -> Self {
        Self {
            action: Action::Delete,
            external_ref: held.external_ref().map(ToOwned::to_owned),
            id: Some(held.id.clone()),
            file: None,
            sync: held.sync.clone(),
            differences: Vec::new(),
        }
    }

    /// Writes a line for the agent. If the agent would change, also writes a line for each differing field.
    ///
    /// # Errors
    /// If writing fails.
    pub fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let (style, sign, verb) = match self.action {
            Action::Create => (GOOD, '+', "create"),
            Action::Change => (CHANGED, '~', "change"),
            Action::Delete => (BAD, '-', "delete"),
            Action::None => (FAINT, ' ', "nothing to do"),
        };
        let known = known_as(self.external_ref.as_deref(), self.id.as_deref());
        let file = self.file.as_deref().unwrap_or("in no file");
        write!(to, "{style}{sign} {verb}{style:#} {STRONG}{known}{STRONG:#} {FAINT}{file}{FAINT:#}")?;
        match &self.sync {
            Some(state) => writeln!(to, " {CHANGED}({state} at the vendor){CHANGED:#}")?,
            None => writeln!(to)?,
        }
        if self.action == Action::Change {
            for Difference { field, before, after } in &self.differences {
                let (before, after) = change(before, after);
                writeln!(to, "  {field}: {before} -> {after}")?;
            }
        }
        Ok(())
    }
}

/// The numbers of agents to create, change and delete, and of those that need no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    create: usize,
    change: usize,
    delete: usize,
    unchanged: usize,
}

impl Counts {
    /// Returns true if no agent needs to be created, changed or deleted.
    pub fn is_empty(self) -> bool {
        self.create + self.change + self.delete == 0
    }

    /// Writes the counts as a line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn line(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { create, change, delete, unchanged } = self;
        writeln!(to, "{create} to create, {change} to change, {delete} to delete, {unchanged} unchanged")
    }
}
