//! The command `switchboard openapi`.

use std::{
    fs,
    io::{Write, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};
use switchboard_api::{self as api};

use anyhow::Context as _;
use clap::Args;

/// Prints the OpenAPI document, or compares a file with the document.
#[derive(Debug, Args)]
pub struct Openapi {
    /// Compares this file with the document instead of printing the document, and exits with 1 if they differ.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

impl Openapi {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let document = serde_json::to_string_pretty(&api::document())? + "\n";
        let Some(path) = self.check else {
            stdout().write_all(document.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        };
        let file = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if file == document {
            return Ok(ExitCode::SUCCESS);
        }
        let line =
            file.lines().zip(document.lines()).take_while(|(file, document)| file == document).count() + 1;
        let path = path.display();
        writeln!(
            stderr(),
            "{path} differs from the OpenAPI document at line {line}; update it with: switchboard openapi > {path}"
        )?;
        Ok(ExitCode::FAILURE)
    }
}
