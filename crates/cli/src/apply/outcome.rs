//! What became of an agent.

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    client::ClientError,
    fleet::{DiffRow, known_as},
    render::style::{BAD, CHANGED, FAINT, GOOD, STRONG},
};

/// An agent, and what became of it.
#[derive(Debug, Serialize)]
pub struct Applied {
    /// The agent.
    #[serde(flatten)]
    pub row: DiffRow,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: ApplyOutcome,
}

/// What became of an agent.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ApplyOutcome {
    /// The vendor has it now.
    Created,
    /// The vendor has the change now.
    Changed,
    /// There was nothing to do.
    Unchanged,
    /// The vendor does not have it any more.
    Deleted,
    /// The gateway goes on until the vendor has it.
    Accepted {
        /// The operation that does.
        operation_id: Option<String>,
    },
    /// It was to be deleted, but others failed.
    Spared,
    /// It could not be done.
    Failed {
        /// Why.
        problem: ClientError,
    },
}

impl ApplyOutcome {
    /// Whether what was asked is neither done nor being done.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

impl Applied {
    /// The agent and what became of it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn line(&self, to: &mut dyn Write) -> io::Result<()> {
        let (style, word) = match &self.outcome {
            ApplyOutcome::Created => (GOOD, "created"),
            ApplyOutcome::Changed => (GOOD, "changed"),
            ApplyOutcome::Deleted => (GOOD, "deleted"),
            ApplyOutcome::Unchanged => (FAINT, "unchanged"),
            ApplyOutcome::Accepted { .. } => (CHANGED, "accepted"),
            ApplyOutcome::Spared => (CHANGED, "not deleted"),
            ApplyOutcome::Failed { .. } => (BAD, "failed"),
        };
        let DiffRow { external_ref, id, file, sync, .. } = &self.row;
        let known = known_as(external_ref.as_deref(), id.as_deref());
        let file = file.as_deref().unwrap_or("in no file");
        write!(to, "{style}{word}{style:#} {STRONG}{known}{STRONG:#} {FAINT}{file}{FAINT:#}")?;
        match &self.outcome {
            ApplyOutcome::Accepted { operation_id: Some(id) } => writeln!(to, " goes on as {id}"),
            ApplyOutcome::Failed { problem } => {
                writeln!(to, "\n  {}", problem.to_string().replace('\n', "\n  "))
            }
            ApplyOutcome::Unchanged => match sync {
                Some(state) => writeln!(to, " {CHANGED}({state} at the vendor){CHANGED:#}"),
                None => writeln!(to),
            },
            _ => writeln!(to),
        }
    }
}

/// How many agents came to what.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub struct Counts {
    created: usize,
    changed: usize,
    deleted: usize,
    unchanged: usize,
    accepted: usize,
    spared: usize,
    failed: usize,
}

impl Counts {
    /// Of these agents.
    pub fn count(agents: &[Applied]) -> Self {
        let mut counts = Self::default();
        for agent in agents {
            *match agent.outcome {
                ApplyOutcome::Created => &mut counts.created,
                ApplyOutcome::Changed => &mut counts.changed,
                ApplyOutcome::Deleted => &mut counts.deleted,
                ApplyOutcome::Unchanged => &mut counts.unchanged,
                ApplyOutcome::Accepted { .. } => &mut counts.accepted,
                ApplyOutcome::Spared => &mut counts.spared,
                ApplyOutcome::Failed { .. } => &mut counts.failed,
            } += 1;
        }
        counts
    }

    /// The counts as a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn line(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { created, changed, deleted, unchanged, accepted, failed, .. } = self;
        writeln!(
            to,
            "{created} created, {changed} changed, {deleted} deleted, {unchanged} unchanged, {accepted} accepted, {failed} failed"
        )
    }
}
