//! The command `switchboard completions`.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;

/// Prints the completion script for a shell.
///
/// For bash, write it to ~/.local/share/bash-completion/completions/switchboard. For zsh, write it to the file _switchboard in a
/// directory of $fpath. For fish, write it to ~/.config/fish/completions/switchboard.fish.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "switchboard", &mut script);
        stdout().write_all(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
