//! The command `switchboard check`.

use std::{
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use clap::Args;

use super::Source;

/// Checks the configuration. Prints all problems, one per line, and exits with 1 if there are any.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    source: Source,
}

impl Check {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.source.load() {
            Ok(config) => {
                let vendors = config.vendors.len();
                let rules = config.routing.rules.len();
                writeln!(
                    stdout(),
                    "The configuration is valid. Vendors: {vendors}. Routing rules: {rules}."
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Err(problems) => {
                writeln!(stderr(), "{problems}")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
