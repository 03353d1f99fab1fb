//! The command `switchboard man`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_mangen::Man;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render};

use super::Cli;

/// Writes a manual page for each command.
#[derive(Debug, Args)]
pub struct ManPages {
    /// The directory, such as ~/.local/share/man/man1; created if missing. Existing pages are replaced.
    #[arg(value_name = "DIRECTORY")]
    directory: PathBuf,
    #[command(flatten)]
    form: OutputFormat,
}

impl ManPages {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.write())
    }

    fn write(self) -> anyhow::Result<ExitCode> {
        fs::create_dir_all(&self.directory).with_context(|| self.directory.display().to_string())?;
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        let mut files = Vec::new();
        write_pages(&command, &self.directory, &mut files)?;
        self.form.print_result(&Pages { files })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes the page of a command, then the pages of its subcommands.
fn write_pages(command: &clap::Command, directory: &Path, files: &mut Vec<String>) -> anyhow::Result<()> {
    let man = Man::new(command.clone());
    let path = man.generate_to(directory).with_context(|| directory.display().to_string())?;
    files.push(path.display().to_string());
    command.get_subcommands().try_for_each(|subcommand| write_pages(subcommand, directory, files))
}

/// The files that were written.
#[derive(Serialize)]
struct Pages {
    files: Vec<String>,
}

impl Render for Pages {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        self.files.iter().try_for_each(|file| writeln!(to, "{file}"))
    }
}
