//! The command line: the commands that run or maintain a gateway, and the commands of [`switchboard_cli`].

mod check;
mod completions;
mod init;
mod man;
mod migrate;
mod openapi;
mod preset;
mod sandbox;
mod schema;
mod serve;

pub use preset::DEVELOPMENT_KEY;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use switchboard_cli::{Printable, joined};
use switchboard_config::{Config, Environment, Problems};
use tokio::runtime::Runtime;

use crate::reload::Origin;

/// One REST API for AI voice agents at any vendor.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The commands of this crate, one per file, and those of [`switchboard_cli`].
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Serve(serve::Serve),
    Check(check::Check),
    Migrate(migrate::Migrate),
    Sandbox(sandbox::Simulate),
    Openapi(openapi::Openapi),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::ManPages),
    #[command(flatten)]
    Client(Box<switchboard_cli::Command>),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Init(init) => init.run(),
            Command::Serve(serve) => runtime()?.block_on(serve.run()),
            Command::Check(check) => check.run(),
            Command::Migrate(migrate) => runtime()?.block_on(migrate.run()),
            Command::Sandbox(simulate) => runtime()?.block_on(simulate.run()),
            Command::Openapi(openapi) => openapi.run(),
            Command::Schema(schema) => schema.run(),
            Command::Completions(completions) => completions.run(),
            Command::Man(man) => man.run(),
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
        let origin = self.after(None, Environment::new());
        origin.read(origin.current_file().as_ref())
    }

    /// Combines the file with a preset, which the file overrides, and with environment variables, which take precedence
    /// over those of the process.
    fn after(self, preset: Option<String>, variables: Environment) -> Origin {
        Origin { preset, path: self.config, variables }
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    Runtime::new().context("cannot start the runtime")
}

/// Prints the error of a command, and returns the exit code. A closed pipe is no error: a reader of the output, such as
/// `head`, closes it after its last line.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    // A failed write to standard error cannot be reported anywhere.
    let _ = writeln!(Printable(io::stderr()), "switchboard: {}", joined(error));
    ExitCode::FAILURE
}
