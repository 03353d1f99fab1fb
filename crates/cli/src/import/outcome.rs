//! What became of a vendor's agent.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::{
    client::{Answer, Trouble},
    preview::Preview,
    told::style::{BAD, FAINT, GOOD, STRONG},
};

/// An agent that the vendor has, and what became of it.
#[derive(Serialize)]
pub struct Found {
    pub remote_id: String,
    pub name: Option<String>,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of it.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
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
    Refused { problem: Trouble },
}

/// What the gateway says of the agent: how near it is to what the vendor has, and what cannot be in it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Translated(Value);

impl Translated {
    /// Of an answer that has it.
    fn of(mut answer: Value) -> Self {
        if let Value::Object(members) = &mut answer {
            members.retain(|name, _| matches!(name.as_str(), "translation" | "unread"));
        }
        Self(answer)
    }

    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let preview = Preview::of(&self.0);
        writeln!(to, ": {}", preview.fidelity())?;
        preview.losses().try_for_each(|loss| loss.line(to))
    }
}

impl Outcome {
    /// What the gateway answered to an import or to the plan of one.
    pub fn of(answer: Result<Answer, Trouble>) -> Self {
        match answer {
            Ok(Answer { body, .. }) => match body["id"].as_str().map(ToOwned::to_owned) {
                Some(agent_id) => Self::Imported { agent_id, translated: Translated::of(body) },
                None => Self::Importable { translated: Translated::of(body) },
            },
            // Somebody was faster, or what has it is not shown.
            Err(taken) if taken.code() == "already_exists" => Self::Here { agent_id: None },
            Err(problem) => Self::Refused { problem },
        }
    }
}

impl Found {
    /// It as lines.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let (style, word) = match &self.outcome {
            Outcome::Imported { .. } => (GOOD, "imported"),
            Outcome::Importable { .. } => (GOOD, "importable"),
            Outcome::Here { .. } => (FAINT, "here"),
            Outcome::Refused { .. } => (BAD, "not imported"),
        };
        let name = self.name.as_deref().unwrap_or("(no name)");
        write!(to, "{style}{word}{style:#} {STRONG}{name}{STRONG:#} {FAINT}{}{FAINT:#}", self.remote_id)?;
        match &self.outcome {
            Outcome::Imported { agent_id, translated } => {
                write!(to, " as {agent_id}")?;
                translated.lines(to)
            }
            Outcome::Importable { translated } => translated.lines(to),
            Outcome::Here { agent_id: Some(id) } => writeln!(to, " as {id}"),
            Outcome::Here { agent_id: None } => {
                writeln!(to, " as something that the API does not show (yet)")
            }
            Outcome::Refused { problem } => {
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
    pub fn of(agents: &[Found]) -> Self {
        let mut counts = Self::default();
        for found in agents {
            *match found.outcome {
                Outcome::Imported { .. } => &mut counts.imported,
                Outcome::Importable { .. } => &mut counts.importable,
                Outcome::Here { .. } => &mut counts.here,
                Outcome::Refused { .. } => &mut counts.refused,
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
