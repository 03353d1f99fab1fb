//! The result of an import for one agent.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::{
    client::{Answer, ClientError},
    preview::Preview,
    render::{
        printable,
        style::{BAD, FAINT, GOOD, STRONG},
    },
};

/// An agent at the vendor, with its result.
#[derive(Serialize)]
pub struct FoundAgent {
    pub remote_id: String,
    pub name: Option<String>,
    #[serde(flatten)]
    pub outcome: ImportOutcome,
}

/// The result of an import for one agent.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ImportOutcome {
    /// Imported as the agent `agent_id`.
    Imported {
        agent_id: String,
        #[serde(flatten)]
        translated: Translated,
    },
    /// Ready to import, according to a dry run.
    Importable {
        #[serde(flatten)]
        translated: Translated,
    },
    /// Skipped, because the gateway already has the agent. `agent_id` is absent if the API does not show the gateway's
    /// record (it is pending or being deleted), or if another request imported the agent first.
    Here {
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_id: Option<String>,
    },
    /// Not imported, because the gateway refused the import or did not answer.
    Refused { problem: ClientError },
}

/// The translation report of an import, and the vendor's values that the model cannot hold.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Translated(Value);

impl Translated {
    /// Takes the report and the unread values from an answer.
    fn from_answer(mut answer: Value) -> Self {
        if let Value::Object(members) = &mut answer {
            members.retain(|name, _| matches!(name.as_str(), "translation" | "unread"));
        }
        Self(answer)
    }

    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let preview = Preview::new(&self.0);
        writeln!(to, ": {}", preview.fidelity())?;
        preview.losses().try_for_each(|loss| loss.line(to))
    }
}

impl ImportOutcome {
    /// Converts the gateway's answer to an import or to its plan.
    pub fn from_answer(answer: Result<Answer, ClientError>) -> Self {
        match answer {
            Ok(Answer { body, .. }) => match body["id"].as_str().map(ToOwned::to_owned) {
                Some(agent_id) => Self::Imported { agent_id, translated: Translated::from_answer(body) },
                None => Self::Importable { translated: Translated::from_answer(body) },
            },
            // Another request imported the agent first, or a record that the API does not show already has the agent.
            Err(taken) if taken.code() == "already_exists" => Self::Here { agent_id: None },
            Err(problem) => Self::Refused { problem },
        }
    }
}

impl FoundAgent {
    /// Writes the agent and its result.
    ///
    /// # Errors
    /// If writing fails.
    pub fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let (style, word) = match &self.outcome {
            ImportOutcome::Imported { .. } => (GOOD, "imported"),
            ImportOutcome::Importable { .. } => (GOOD, "importable"),
            ImportOutcome::Here { .. } => (FAINT, "here"),
            ImportOutcome::Refused { .. } => (BAD, "not imported"),
        };
        let name = printable(self.name.as_deref().unwrap_or("(no name)"));
        write!(to, "{style}{word}{style:#} {STRONG}{name}{STRONG:#} {FAINT}{}{FAINT:#}", self.remote_id)?;
        match &self.outcome {
            ImportOutcome::Imported { agent_id, translated } => {
                write!(to, " as {agent_id}")?;
                translated.lines(to)
            }
            ImportOutcome::Importable { translated } => translated.lines(to),
            ImportOutcome::Here { agent_id: Some(id) } => writeln!(to, " as {id}"),
            ImportOutcome::Here { agent_id: None } => {
                writeln!(to, " as a record of the gateway")
            }
            ImportOutcome::Refused { problem } => {
                writeln!(to, "\n  {}", problem.to_string().replace('\n', "\n  "))
            }
        }
    }
}

/// The number of agents with each result.
#[derive(Default, Clone, Copy, Serialize)]
pub struct Counts {
    imported: usize,
    importable: usize,
    here: usize,
    refused: usize,
}

impl Counts {
    /// Counts these agents by result.
    pub fn count(agents: &[FoundAgent]) -> Self {
        let mut counts = Self::default();
        for found in agents {
            *match found.outcome {
                ImportOutcome::Imported { .. } => &mut counts.imported,
                ImportOutcome::Importable { .. } => &mut counts.importable,
                ImportOutcome::Here { .. } => &mut counts.here,
                ImportOutcome::Refused { .. } => &mut counts.refused,
            } += 1;
        }
        counts
    }

    /// Returns true if the gateway has, or could import, every agent.
    pub fn are_all_here(self) -> bool {
        self.refused == 0
    }

    /// Writes the counts as a line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn line(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { imported, importable, here, refused } = self;
        writeln!(
            to,
            "{imported} imported, {importable} importable, {here} here before, {refused} not imported"
        )
    }
}
