//! The command line: the commands that run or maintain a gateway, and the commands of [`switchboard_cli`].

mod check;
mod migrate;
mod openapi;
mod preset;
mod sandbox;
mod serve;

pub use preset::DEVELOPMENT_KEY;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use switchboard_config::{Config, Problems};
use tokio::runtime::Runtime;

use crate::reload::Origin;

/// One REST API for AI voice agents at any vendor.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The commands, one per file.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Check(check::Check),
    Migrate(migrate::Migrate),
    Openapi(openapi::Openapi),
    Sandbox(sandbox::Simulate),
    #[command(flatten)]
    Client(switchboard_cli::Command),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason for the failure, for standard error.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(serve) => runtime()?.block_on(serve.run()),
            Command::Check(check) => check.run(),
            Command::Migrate(migrate) => runtime()?.block_on(migrate.run()),
            Command::Openapi(openapi) => openapi.run(),
            Command::Sandbox(simulate) => runtime()?.block_on(simulate.run()),
            Command::Client(client) => runtime()?.block_on(client.run()),
        }
    }
}

/// The option that locates the configuration file.
#[derive(Debug, Args)]
struct Source {
    /// A TOML file that overrides the defaults. Environment variables named SWITCHBOARD__TABLE__KEY override both.
    #[arg(long, value_name = "FILE", env = "SWITCHBOARD_CONFIG")]
    config: Option<PathBuf>,
}

impl Source {
    fn load(self) -> Result<Config, Problems> {
        let origin = self.after(None);
        origin.read(origin.current_file().as_ref())
    }

    /// Combines the file with a preset. The file overrides the preset.
    fn after(self, preset: Option<String>) -> Origin {
        Origin { preset, path: self.config }
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    Runtime::new().context("cannot start the runtime")
}
