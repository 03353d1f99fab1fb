//! The command `switchboard check`.

mod machine;

use std::{
    io::{self, Write, stderr},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render};
use switchboard_config::{Config, Problem};

use super::Source;

/// Checks the configuration, and whether `serve` could start with it on this machine.
///
/// On this machine, it checks the addresses, the key of the store, and the database file with its folder, schema and
/// key. Changes nothing, and contacts neither a vendor nor a PostgreSQL server. Prints all problems, one per line. Exits with 0 if
/// there are none, and with 1 otherwise.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    source: Source,
    /// Checks only the settings, not this machine. Use it for the configuration of another machine, or while the
    /// gateway is running.
    #[arg(long)]
    settings_only: bool,
    #[command(flatten)]
    form: OutputFormat,
}

impl Check {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.check())
    }

    fn check(self) -> anyhow::Result<ExitCode> {
        let found = match self.source.load() {
            Ok(config) => Checked::new(
                &config,
                if self.settings_only { Vec::new() } else { machine::problems(&config) },
            ),
            Err(problems) => {
                Checked { summary: None, errors: problems.0.into_iter().map(Into::into).collect() }
            }
        };
        let is_valid = found.errors.is_empty();
        self.form.print_result(&found)?;
        Ok(if is_valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The result of the check.
#[derive(Serialize)]
struct Checked {
    /// The summary of the configuration; omitted if the settings have problems.
    #[serde(flatten)]
    summary: Option<Summary>,
    errors: Vec<ConfigError>,
}

/// The numbers of vendors and routing rules in a configuration.
#[derive(Serialize)]
struct Summary {
    vendors: usize,
    routing_rules: usize,
}

/// A problem with a setting, and the key of that setting.
#[derive(Serialize)]
struct ConfigError {
    key: String,
    detail: String,
}

impl From<Problem> for ConfigError {
    fn from(Problem { key, message }: Problem) -> Self {
        Self { key, detail: message }
    }
}

impl Checked {
    fn new(config: &Config, problems: Vec<Problem>) -> Self {
        let summary = Summary { vendors: config.vendors.len(), routing_rules: config.routing.rules.len() };
        Self { summary: Some(summary), errors: problems.into_iter().map(Into::into).collect() }
    }
}

impl Render for Checked {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for ConfigError { key, detail } in &self.errors {
            writeln!(stderr(), "{}", Problem::new(key.as_str(), detail.as_str()))?;
        }
        match &self.summary {
            Some(Summary { vendors, routing_rules }) if self.errors.is_empty() => {
                writeln!(
                    to,
                    "The configuration is valid. Vendors: {vendors}. Routing rules: {routing_rules}."
                )
            }
            _ => Ok(()),
        }
    }
}
