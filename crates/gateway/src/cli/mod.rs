//! The command line.

mod check;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Problems, process_environment};

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
    Check(check::Check),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// What kept it from being done, to be told on standard error.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Check(check) => check.run(),
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
    fn load(&self) -> Result<Config, Problems> {
        Config::load(self.config.as_deref(), &process_environment(), &|_, _, _| Vec::new())
    }
}
