//! The command line.

mod apply;
mod capabilities;
mod check;
mod client;
mod diff;
mod explain;
mod export;
mod files;
mod fleet;
mod import;
mod migrate;
mod moving;
mod openapi;
mod patch;
mod plan;
mod preset;
mod preview;
mod sandbox;
mod serve;
mod told;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use tokio::runtime::Runtime;

use crate::{
    config::{Config, Problems},
    reload::Origin,
};

/// One REST API for AI phone agents, whichever vendor runs them.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do; one file each.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Check(check::Check),
    Migrate(migrate::Migrate),
    Capabilities(capabilities::Capabilities),
    Openapi(openapi::Openapi),
    Sandbox(sandbox::Simulate),
    Explain(explain::Explain),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Diff(diff::Diff),
    Export(export::Export),
    Parity(moving::Parity),
    Move(moving::Move),
    Import(import::Import),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// What kept it from being done, to be told on standard error.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(serve) => runtime()?.block_on(serve.run()),
            Command::Check(check) => check.run(),
            Command::Migrate(migrate) => runtime()?.block_on(migrate.run()),
            Command::Capabilities(capabilities) => capabilities.run(),
            Command::Openapi(openapi) => openapi.run(),
            Command::Sandbox(simulate) => runtime()?.block_on(simulate.run()),
            Command::Explain(explain) => runtime()?.block_on(explain.run()),
            Command::Plan(plan) => runtime()?.block_on(plan.run()),
            Command::Apply(apply) => runtime()?.block_on(apply.run()),
            Command::Parity(parity) => runtime()?.block_on(parity.run()),
            Command::Move(relocation) => runtime()?.block_on(relocation.run()),
            Command::Export(export) => runtime()?.block_on(export.run()),
            Command::Diff(diff) => runtime()?.block_on(diff.run()),
            Command::Import(import) => runtime()?.block_on(import.run()),
        }
    }
}

/// Where the configuration is.
#[derive(Debug, Args)]
struct Source {
    /// A TOML file laid over the defaults; SWITCHBOARD__TABLE__KEY variables go over both.
    #[arg(long, value_name = "FILE", env = "SWITCHBOARD_CONFIG")]
    config: Option<PathBuf>,
}

impl Source {
    fn load(self) -> Result<Config, Problems> {
        let origin = self.after(None);
        origin.read(origin.look().as_ref())
    }

    /// The same after a preset.
    fn after(self, preset: Option<String>) -> Origin {
        Origin { preset, path: self.config }
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    Runtime::new().context("the runtime cannot be started")
}
