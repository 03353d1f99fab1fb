//! The command `switchboard migrate`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render};

use super::Source;

/// Migrates the database to the schema of this version and exits. `serve` also migrates a SQLite file when it opens the file.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    form: OutputFormat,
}

impl Migrate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.migrate().await)
    }

    async fn migrate(self) -> anyhow::Result<ExitCode> {
        let config = self.source.load()?;
        let migrated = switchboard_store::migrate(config.store.url.expose_secret())
            .await
            .context("cannot migrate the database")?;
        let applied = migrated.applied.iter().map(ToString::to_string).collect();
        self.form.print_result(&Applied { applied, version: migrated.version })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The schema after the migration.
#[derive(Serialize)]
struct Applied {
    /// The schema files that were applied.
    applied: Vec<String>,
    /// The version of the schema.
    version: i64,
}

impl Render for Applied {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for step in &self.applied {
            writeln!(to, "{step}: done")?;
        }
        writeln!(to, "The database has version {} of the schema.", self.version)
    }
}
