//! What became of a vendor's agent.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::{
    client::{Answer, ClientError},
    preview::Preview,
    render::style::{BAD, FAINT, GOOD, STRONG},
};

/// An agent that the vendor has, and what became of it.
#[derive(Serialize)]
pub struct FoundAgent {
    pub remote_id: String,
    pub name: Option<String>,
    #[serde(flatten)]
    pub outcome: ImportOutcome,
}

/// What became of it.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It is this agent now.
    Imported {
        agent_id: String,
        #[serde(flatten)]
        translated: Translated,
    },
    /// It would be an agent.
    Importable {
        #[serde(flatten)]
        translated: Translated,
    },
    /// It was here before; without an id where the API does not show it: it is being deleted, or about to be an agent.
    Here {
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_id: Option<String>,
    },
    /// It cannot be imported, or not like this.
    Refused { problem: ClientError },
}

/// What the gateway says of the agent: how near it is to what the vendor has, and what cannot be in it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Translated(Value);

impl Translated {
    /// Of an answer that has it.
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
    /// What the gateway answered to an import or to the plan of one.
    pub fn from_answer(answer: Result<Answer, ClientError>) -> Self {
        match answer {
            Ok(Answer { body, .. }) => match body["id"].as_str().map(ToOwned::to_owned) {
                Some(agent_id) => Self::Imported { agent_id, translated: Translated::from_answer(body) },
                None => Self::Importable { translated: Translated::from_answer(body) },
            },
            // Somebody was faster, or what has it is not shown.
            Err(taken) if taken.code() == "already_exists" => Self::Here { agent_id: None },
            Err(problem) => Self::Refused { problem },
        }
    }
}

impl FoundAgent {
    /// It as lines.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let (style, word) = match &self.outcome {
            ImportOutcome::Imported { .. } => (GOOD, "imported"),
            ImportOutcome::Importable { .. } => (GOOD, "importable"),
            ImportOutcome::Here { .. } => (FAINT, "here"),
            ImportOutcome::Refused { .. } => (BAD, "not imported"),
        };
        let name = self.name.as_deref().unwrap_or("(no name)");
        write!(to, "{style}{word}{style:#} {STRONG}{name}{STRONG:#} {FAINT}{}{FAINT:#}", self.remote_id)?;
        match &self.outcome {
            ImportOutcome::Imported { agent_id, translated } => {
                write!(to, " as {agent_id}")?;
                translated.lines(to)
            }
            ImportOutcome::Importable { translated } => translated.lines(to),
            ImportOutcome::Here { agent_id: Some(id) } => writeln!(to, " as {id}"),
            ImportOutcome::Here { agent_id: None } => {
                writeln!(to, " as something that the API does not show (yet)")
            }
            ImportOutcome::Refused { problem } => {
                writeln!(to, "\n  {}", problem.to_string().replace('\n', "\n  "))
            }
        }
    }
}

/// How many came to what.
#[derive(Default, Clone, Copy, Serialize)]
pub struct Counts {
    imported: usize,
    importable: usize,
    here: usize,
    refused: usize,
}

impl Counts {
    /// Of these.
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

    /// Whether all are, or can be, here.
    pub fn are_all_here(self) -> bool {
        self.refused == 0
    }

    /// The counts as a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn line(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { imported, importable, here, refused } = self;
        writeln!(
            to,
            "{imported} imported, {importable} importable, {here} here before, {refused} not imported"
        )
    }
}
