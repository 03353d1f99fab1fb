//! The result of `apply` for one agent.

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    client::ClientError,
    fleet::{DiffRow, known_as},
    render::style::{BAD, CHANGED, FAINT, GOOD, STRONG},
};

/// An agent with its result.
#[derive(Debug, Serialize)]
pub struct Applied {
    /// The agent.
    #[serde(flatten)]
    pub row: DiffRow,
    /// The result.
    #[serde(flatten)]
    pub outcome: ApplyOutcome,
}

/// The result of `apply` for one agent.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ApplyOutcome {
    /// Created in the gateway and at the vendor.
    Created,
    /// Changed in the gateway and, if the change concerns the vendor, at the vendor.
    Changed,
    /// Left unchanged, because the gateway's agent equals the agent in the file.
    Unchanged,
    /// Deleted from the gateway and at the vendor.
    Deleted,
    /// Accepted by the gateway, which continues the write in the background.
    Accepted {
        /// The id of the operation that continues the write, if the answer contains it.
        operation_id: Option<String>,
    },
    /// Not deleted, because the writes of other agents failed.
    Spared,
    /// Failed, because the gateway did not accept the write, or the gateway's answer was missing or unexpected.
    Failed {
        /// The reason for the failure.
        problem: ClientError,
    },
}

impl ApplyOutcome {
    /// Returns true if the write failed. An agent that was spared does not count as a failure.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

impl Applied {
    /// Writes the agent and its result.
    ///
    /// # Errors
    /// If writing fails.
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
            ApplyOutcome::Accepted { operation_id: Some(id) } => writeln!(to, " continues as {id}"),
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

/// The number of agents with each result.
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
    /// Counts these agents by result.
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

    /// Writes all counts except `spared` as a line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn line(self, to: &mut dyn Write) -> io::Result<()> {
        let Self { created, changed, deleted, unchanged, accepted, failed, .. } = self;
        writeln!(
            to,
            "{created} created, {changed} changed, {deleted} deleted, {unchanged} unchanged, {accepted} accepted, {failed} failed"
        )
    }
}
