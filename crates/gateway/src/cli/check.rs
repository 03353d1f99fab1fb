//! `switchboard check`.

use std::{
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use clap::Args;

use super::Source;

/// Tells everything that is wrong with the configuration, one problem a line, and fails if there is any.
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
                writeln!(stdout(), "The configuration is valid: {vendors} vendors, {rules} routing rules.")?;
                Ok(ExitCode::SUCCESS)
            }
            Err(problems) => {
                writeln!(stderr(), "{problems}")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
