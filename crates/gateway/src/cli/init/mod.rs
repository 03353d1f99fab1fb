//! The command `switchboard init`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render};

use super::schema::FileKind;

/// Writes a commented configuration, a first agent, and the JSON Schemas of both for editors.
///
/// Writes switchboard.toml, agents/reception.yaml and .switchboard/*.schema.json. Never replaces a file: if one of them exists, the
/// command fails and writes nothing. `switchboard serve --sandbox --config switchboard.toml` serves the result with simulated vendors.
#[derive(Debug, Args)]
pub struct Init {
    /// The directory for the files; created if missing.
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
    #[command(flatten)]
    form: OutputFormat,
}

impl Init {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.init())
    }

    fn init(self) -> anyhow::Result<ExitCode> {
        let files = [
            ("switchboard.toml", include_str!("switchboard.toml").to_owned()),
            ("agents/reception.yaml", include_str!("reception.yaml").to_owned()),
            (".switchboard/configuration.schema.json", FileKind::Configuration.schema()),
            (".switchboard/agent.schema.json", FileKind::Agent.schema()),
        ];
        let files = files.map(|(name, text)| (self.directory.join(name), text));
        let existing: Vec<_> =
            files.iter().filter(|(path, _)| path.exists()).map(|(path, _)| shown(path)).collect();
        if !existing.is_empty() {
            bail!("nothing was written, because a file already exists: {}", existing.join(", "));
        }
        for (path, text) in &files {
            write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        let files = files.iter().map(|(path, _)| shown(path)).collect();
        self.form.print_result(&Written {
            configuration: shown(&self.directory.join("switchboard.toml")),
            files,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    // `create_new` protects a file that another process has created since the check.
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// The files that were written.
#[derive(Serialize)]
struct Written {
    files: Vec<String>,
    #[serde(skip)]
    configuration: String,
}

impl Render for Written {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            writeln!(to, "written {file}")?;
        }
        writeln!(
            to,
            "\nNext, with simulated vendors:\n  switchboard serve --sandbox --config {}\n\
             and, in another terminal, with the key that it prints:\n  \
             SWITCHBOARD_KEY=… switchboard apply -f {}",
            self.configuration, self.files[1]
        )
    }
}
