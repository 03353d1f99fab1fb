//! The commands for users of a gateway, and the files of agents that these commands read and write.

mod apply;
mod capabilities;
mod client;
mod diff;
mod explain;
mod export;
mod files;
mod fleet;
mod health;
mod import;
mod moving;
mod patch;
mod plan;
mod preview;
mod render;
mod signals;

use std::process::ExitCode;

use clap::Subcommand;

pub use signals::{StopSignals, stop_signal};

/// The commands, one per file.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "a comment here would replace the help that each command's own type gives")]
pub enum Command {
    Capabilities(capabilities::Capabilities),
    Explain(explain::Explain),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Diff(diff::Diff),
    Export(export::Export),
    Parity(moving::Parity),
    Move(moving::Move),
    Import(import::Import),
    Health(health::Health),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason for the failure, for standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Capabilities(capabilities) => capabilities.run(),
            Self::Explain(explain) => explain.run().await,
            Self::Plan(plan) => plan.run().await,
            Self::Apply(apply) => apply.run().await,
            Self::Parity(parity) => parity.run().await,
            Self::Move(relocation) => relocation.run().await,
            Self::Export(export) => export.run().await,
            Self::Diff(diff) => diff.run().await,
            Self::Import(import) => import.run().await,
            Self::Health(health) => health.run().await,
        }
    }
}
