//! The command `switchboard migrate`.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;

use super::Source;

/// Migrates the database to the schema of this version and exits. `serve` also migrates a SQLite file when it opens the file.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    source: Source,
}

impl Migrate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.source.load()?;
        let migrated = switchboard_store::migrate(config.store.url.expose_secret())
            .await
            .context("cannot migrate the database")?;
        for step in &migrated.applied {
            writeln!(stdout(), "{step}: done")?;
        }
        writeln!(stdout(), "The database has version {} of the schema.", migrated.version)?;
        Ok(ExitCode::SUCCESS)
    }
}
